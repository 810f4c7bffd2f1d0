package ai.apertis.dialect.translation;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.InputSize;
import ai.apertis.dialect.RoutingWishes;
import ai.apertis.dialect.Spending;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.responses.ResponsesCall;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request of the Responses API that continues a stored conversation, or whose answer is to be kept: one conversation to
 * the providers of other dialects, and written so that it can be given back to those of its own.
 */
final class KeptRequest implements ClientRequest {
    private final ResponsesCall call;
    private final List<ObjectNode> history;
    private final Map<String, ObjectNode> referred;
    private final byte[] bytes;
    private final ClientRequest whole;

    KeptRequest(ResponsesCall call, List<ObjectNode> history, Map<String, ObjectNode> referred) {
        this.call = call;
        this.history = List.copyOf(history);
        this.referred = Map.copyOf(referred);
        this.bytes = call.whole(history, referred);
        this.whole = ClientRequests.responses(bytes);
    }

    @Override
    public Bridge bridge(Target target) {
        if (target.dialect() != DialectName.OPENAI_RESPONSES) {
            return whole.bridge(target);
        }
        byte[] own = call.own(history, referred, target.reasons());
        return (Arrays.equals(own, bytes) ? whole : ClientRequests.responses(own)).bridge(target);
    }

    /** Providers of the Responses API write items with ids of their own, which are kept as they are. */
    @Override
    public @Nullable Bridge resumable(Target target, String soFar) {
        return target.dialect() == DialectName.OPENAI_RESPONSES ? null : whole.resumable(target, soFar);
    }

    @Override
    public DialectName dialect() {
        return whole.dialect();
    }

    @Override
    public String model() {
        return whole.model();
    }

    @Override
    public boolean stream() {
        return whole.stream();
    }

    @Override
    public long maxOutputTokens() {
        return whole.maxOutputTokens();
    }

    @Override
    public int choices() {
        return whole.choices();
    }

    @Override
    public InputSize input() {
        return whole.input();
    }

    @Override
    public Fallbacks fallbacks() {
        return whole.fallbacks();
    }

    @Override
    public RoutingWishes wishes() {
        return whole.wishes();
    }

    @Override
    public Set<String> parameters() {
        return whole.parameters();
    }

    @Override
    public Spending spending() {
        return whole.spending();
    }

    @Override
    public TextSample bodyText() {
        return whole.bodyText();
    }

    @Override
    public TextSample promptText() {
        return whole.promptText();
    }
}
