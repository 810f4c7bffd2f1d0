package ai.apertis.ingress;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.ModelRef;
import ai.apertis.catalog.Provider;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.PromptTokens;
import ai.apertis.dialect.ProviderWishes;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.dialect.translation.CountRequest;
import ai.apertis.dispatch.ClientHeaders;
import ai.apertis.dispatch.Inquiry;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.routing.Candidate;
import ai.apertis.routing.Preferences;
import ai.apertis.routing.RoutePlanner;
import ai.apertis.routing.Steering;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;

/**
 * Tells how many tokens a prompt has, for nothing: asks the model's provider where it speaks the client's dialect, and
 * counts here where it does not or cannot say.
 */
final class CountHandler {
    /** Says that the figure was counted here and not by the model's provider. */
    private static final String ESTIMATED = "x-apertis-tokens-estimated";

    private static final long PATIENCE_MILLIS = 10_000;

    private final Door door;
    private final BodyReader bodies;
    private final ConversationParts parts;
    private final PromptTokens tokens;

    CountHandler(Door door, BodyReader bodies, ConversationParts parts, PromptTokens tokens) {
        this.door = door;
        this.bodies = bodies;
        this.parts = parts;
        this.tokens = tokens;
    }

    /** Reads a body, and what it refers to. */
    @FunctionalInterface
    interface Reader {
        Future<CountRequest> read(KeyRecord key, byte[] body);
    }

    void handle(Exchange exchange, Reader reader) {
        if (!bodies.letsIn(exchange)) {
            return;
        }
        Future<Buffer> body = bodies.read(exchange);
        door.enter(exchange)
                .compose(key -> body.compose(
                        bytes -> reader.read(key, bytes.getBytes()).compose(asked -> count(exchange, key, asked))))
                .onSuccess(answer -> exchange.json(200, answer))
                .onFailure(exchange::fail);
    }

    private Future<byte[]> count(Exchange exchange, KeyRecord key, CountRequest asked) {
        Candidate candidate = candidate(key, asked.request().model());
        Target target = candidate.target(-1);
        CountRequest.Question question = asked.question(target);
        if (question == null) {
            return estimate(exchange, asked, target);
        }
        Provider provider = candidate.endpoint().provider();
        Steering steering = parts.steering();
        ClientHeaders headers =
                ClientHeaders.of(asked.dialect(), exchange.request().headers());
        String providerKey = steering.health().key(candidate.endpoint());
        return steering.dispatch()
                .ask(new Inquiry(provider, providerKey, question.path(), question.body(), headers, PATIENCE_MILLIS))
                .compose(reply -> told(exchange, asked, target, reply), noReply -> estimate(exchange, asked, target));
    }

    private Candidate candidate(KeyRecord key, String model) {
        Catalog catalog = parts.catalog().current();
        ModelRef asked = catalog.resolve(model)
                .orElseThrow(() -> Errors.noSuchModel(model).exception());
        new Permissions(key, catalog).check(asked);
        Preferences any =
                new Preferences(Set.of(), ProviderWishes.NONE, parts.steering().health());
        return RoutePlanner.candidates(catalog, asked, List.of(), any).stream()
                .findFirst()
                .orElseThrow(() -> Errors.noProvider(asked.model().id()).exception());
    }

    /** Many a provider that speaks a dialect has no such endpoint; only what it says of the request itself is told. */
    private Future<byte[]> told(Exchange exchange, CountRequest asked, Target target, Inquiry.Reply reply) {
        byte[] body = reply.body().getBytes();
        if (reply.status() / 100 == 2) {
            return Future.succeededFuture(body);
        }
        if (reply.status() == 400 || reply.status() == 413) {
            ApiError error =
                    ClientRequests.DIALECTS.of(asked.dialect()).errors().decode(reply.status(), body, 0);
            return Future.failedFuture(error.exception());
        }
        return estimate(exchange, asked, target);
    }

    private Future<byte[]> estimate(Exchange exchange, CountRequest asked, Target target) {
        byte[] sent = asked.request().bridge(target).body();
        return Vertx.currentContext()
                .executeBlocking(() -> tokens.count(sent), false)
                .map(count -> {
                    exchange.response().putHeader(ESTIMATED, "true");
                    return asked.answer(count);
                });
    }
}
