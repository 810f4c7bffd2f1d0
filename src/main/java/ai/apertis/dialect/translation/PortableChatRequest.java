package ai.apertis.dialect.translation;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.DearerModes;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.InputSize;
import ai.apertis.dialect.RoutingWishes;
import ai.apertis.dialect.Spending;
import ai.apertis.dialect.TextSample;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A chat request that is decoded only when it has to go to a provider of another dialect. */
final class PortableChatRequest implements ClientRequest {
    private final Function<byte[], ClientRequest> reader;
    private final ClientRequest own;
    private final byte[] body;
    private final Dialect client;
    private @Nullable ChatRequest decoded;

    PortableChatRequest(Function<byte[], ClientRequest> reader, byte[] body, Dialect client) {
        this.reader = reader;
        this.own = reader.apply(body);
        this.body = body;
        this.client = client;
    }

    @Override
    public DialectName dialect() {
        return own.dialect();
    }

    @Override
    public String model() {
        return own.model();
    }

    @Override
    public boolean stream() {
        return own.stream();
    }

    @Override
    public long maxOutputTokens() {
        return own.maxOutputTokens();
    }

    @Override
    public int choices() {
        return own.choices();
    }

    @Override
    public boolean isDeterministic() {
        return own.isDeterministic();
    }

    @Override
    public InputSize input() {
        return own.input();
    }

    @Override
    public Fallbacks fallbacks() {
        return own.fallbacks();
    }

    @Override
    public RoutingWishes wishes() {
        return own.wishes();
    }

    @Override
    public Set<String> parameters() {
        return own.parameters();
    }

    @Override
    public Spending spending() {
        return own.spending();
    }

    @Override
    public TextSample bodyText() {
        return own.bodyText();
    }

    @Override
    public TextSample promptText() {
        return own.promptText();
    }

    @Override
    public @Nullable Bridge resumable(Target target, String soFar) {
        Dialect provider = ClientRequests.DIALECTS.of(target.dialect());
        return ResumableBridge.of(bridge(target), decoded(), client, provider, target, soFar);
    }

    private ChatRequest decoded() {
        ChatRequest request = decoded;
        if (request == null) {
            request = client.requestDecoder().decode(body);
            decoded = request;
        }
        return request;
    }

    @Override
    public Bridge bridge(Target target) {
        boolean same = target.dialect() == own.dialect();
        if (same && !SealMarks.in(body)) {
            return own.bridge(target);
        }
        ChatRequest request = decoded();
        if (same) {
            byte[] clean = client.requestEncoder().encode(request, target);
            return reader.apply(clean).bridge(target);
        }
        DearerModes.refuse(DearerModes.tier(request.serviceTier()), client.name(), target.dialect());
        return new TranslatedBridge(request, client, ClientRequests.DIALECTS.of(target.dialect()), target);
    }
}
