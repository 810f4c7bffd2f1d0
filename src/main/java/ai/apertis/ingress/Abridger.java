package ai.apertis.ingress;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.ModelRef;
import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.CompressionWishes;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.ledger.KeyRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Finds out which requests want their older turns summarised, and which models could do it. */
public final class Abridger {
    private final Vertx vertx;
    private final TokenCounter tokens;

    /**
     * An abridger.
     *
     * @param vertx has the workers that count
     * @param tokens counts prompts
     */
    public Abridger(Vertx vertx, TokenCounter tokens) {
        this.vertx = vertx;
        this.tokens = tokens;
    }

    /**
     * What a request, its headers or its key want done, in this order of weight.
     *
     * @return empty when nothing is wanted, or at an endpoint that has no such thing
     * @throws ai.apertis.dialect.ApiException a 400 that names a header which makes no sense
     */
    Optional<Abridging> of(
            ConversationParts parts, Exchange exchange, KeyRecord key, ClientRequest request, byte[] body) {
        if (!mayChange(request)) {
            return Optional.empty();
        }
        CompressionWishes wishes =
                request.wishes().compression().or(headers(exchange.request())).or(ofKey(key));
        return wishes.isWanted()
                ? Optional.of(new Abridging(this, parts, exchange, key, wishes, request, body))
                : Optional.empty();
    }

    /** Whether a request is of the endpoints whose messages may be added to and shortened here: chat and messages. */
    static boolean mayChange(ClientRequest request) {
        return request.kind() == ModelKind.CHAT
                && (request.dialect() == DialectName.OPENAI || request.dialect() == DialectName.ANTHROPIC);
    }

    private static CompressionWishes headers(HttpServerRequest request) {
        return CompressionWishes.ofHeaders(
                request.getHeader("X-Context-Compression"),
                request.getHeader("X-Compression-Threshold"),
                request.getHeader("X-Compression-Keep-Turns"),
                request.getHeader("X-Compression-Model"));
    }

    private static CompressionWishes ofKey(KeyRecord key) {
        JsonObject setting = key.settings().compression();
        return setting == null
                ? CompressionWishes.NONE
                : CompressionWishes.read(setting.encode().getBytes(StandardCharsets.UTF_8));
    }

    /** Does what takes long beside the event loop. */
    <T> Future<T> aside(Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }

    /** Counts a text. Takes long. */
    long count(String text) {
        return count(TextSample.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Counts a text. Takes long. */
    long count(TextSample text) {
        return tokens.count(text);
    }

    /**
     * Who may summarise, the one to be asked first.
     *
     * @param named the model that the client names, null when it leaves the choice
     * @param asked the model that the request is for
     * @param readTokens how much is to be read
     * @param writtenTokens how much is to be written
     * @throws ai.apertis.dialect.ApiException when the model that is named may not be asked
     */
    static List<ModelRef> summarisers(
            Catalog catalog,
            Permissions permissions,
            @Nullable String named,
            Model asked,
            long readTokens,
            long writtenTokens) {
        if (named != null) {
            ModelRef ref = catalog.resolve(named)
                    .orElseThrow(() -> Errors.noSuchModel(named).exception());
            permissions.check(ref);
            if (!ref.model().serves(ModelKind.CHAT)) {
                throw Errors.otherKind(ref.model(), ModelKind.CHAT).exception();
            }
            if (ref.webSearch()) {
                throw ApiError.invalidParameter("compression.model", "A summary needs no web search.")
                        .exception();
            }
            return List.of(ref);
        }
        return catalog.models().stream()
                .filter(model -> permissions.allows(model)
                        && model.serves(ModelKind.CHAT)
                        && model.status().equals("active")
                        && model.dataPolicy() == null
                        && model.isSimulated() == asked.isSimulated()
                        // What costs nothing has limits of its own, which are there for those who ask for it.
                        && (!model.isFree() || asked.isFree())
                        && model.contextLength() >= readTokens + writtenTokens
                        && model.maxOutput() >= writtenTokens)
                // Thoughts would be paid for, and count towards the limit of what is written.
                .sorted(Comparator.comparing(
                                (Model model) -> model.capabilities().contains("reasoning"))
                        .thenComparingLong(model -> price(model, readTokens, writtenTokens))
                        .thenComparing(Model::id))
                .flatMap(model -> catalog.resolve(model.id()).stream())
                .toList();
    }

    private static long price(Model model, long readTokens, long writtenTokens) {
        return model.prices().atMost(readTokens, writtenTokens);
    }
}
