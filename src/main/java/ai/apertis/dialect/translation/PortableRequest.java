package ai.apertis.dialect.translation;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.DearerModes;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.InputSize;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Params;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.PromptText;
import ai.apertis.dialect.RoutingWishes;
import ai.apertis.dialect.Spending;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WishFields;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request of Responses, Anthropic or Gemini: decoded at once, and kept as bytes for a provider of the same dialect. */
final class PortableRequest implements ClientRequest {
    /** Reads what the body says to the gateway and passes over the rest. */
    private static final class GatewayFields implements JsonBody.Members {
        private final WishFields wishes;
        private @Nullable List<String> models;
        private @Nullable Long timeout;
        private @Nullable Boolean enabled;
        private final Spending.Reader spending = new Spending.Reader();
        private final DialectName dialect;
        private @Nullable String dearer;

        GatewayFields(DialectName dialect, byte[] body) {
            this.dialect = dialect;
            wishes = new WishFields(body);
        }

        @Override
        public void member(String name, JsonParser json) throws IOException {
            String asked = DearerModes.in(dialect, name, json);
            dearer = asked == null ? dearer : asked;
            switch (name) {
                case "fallback_models" -> models = Params.strings(name, json, 5);
                case "fallback_timeout" -> timeout = Params.integer(name, json, 5_000, 300_000);
                case "fallback_enabled" -> enabled = Params.bool(name, json);
                default -> {
                    if (!wishes.takes(name, json) && !wishes.passes(name, json)) {
                        spending.member(name, json);
                    }
                }
            }
        }
    }

    private final Dialect dialect;
    private final ChatRequest request;
    private final JsonBody body;
    private final Fallbacks fallbacks;
    private final RoutingWishes wishes;
    private final Spending spending;
    private final @Nullable String dearer;

    private PortableRequest(
            Dialect dialect,
            ChatRequest request,
            JsonBody body,
            Fallbacks fallbacks,
            RoutingWishes wishes,
            Spending spending,
            @Nullable String dearer) {
        this.dearer = dearer;
        this.dialect = dialect;
        this.request = request;
        this.body = body;
        this.fallbacks = fallbacks;
        this.wishes = wishes;
        this.spending = spending;
    }

    static PortableRequest read(Dialect dialect, ChatRequest request, byte[] bytes) {
        GatewayFields fields = new GatewayFields(dialect.name(), bytes);
        JsonBody body = JsonBody.read(bytes, fields);
        return new PortableRequest(
                dialect,
                request,
                body,
                new Fallbacks(fields.models, fields.timeout, fields.enabled),
                fields.wishes.wishes(),
                fields.spending.read(),
                fields.dearer);
    }

    @Override
    public DialectName dialect() {
        return dialect.name();
    }

    @Override
    public String model() {
        return request.model();
    }

    @Override
    public boolean stream() {
        return request.stream();
    }

    @Override
    public long maxOutputTokens() {
        Long told = request.sampling().maxTokens();
        return told == null ? -1 : told;
    }

    @Override
    public int choices() {
        Long told = request.sampling().n();
        return told == null ? 1 : told.intValue();
    }

    @Override
    public boolean isDeterministic() {
        Double temperature = request.sampling().temperature();
        return temperature != null && temperature == 0;
    }

    @Override
    public InputSize input() {
        int[] attachments = new int[1];
        long[] bytes = new long[1];
        request.messages().forEach(message -> measure(message.content(), attachments, bytes));
        return new InputSize(Math.max(0, body.bytes().length - bytes[0]), attachments[0], bytes[0]);
    }

    private static void measure(List<Part> parts, int[] attachments, long[] bytes) {
        for (Part part : parts) {
            if (part instanceof Part.ToolResult result) {
                measure(result.content(), attachments, bytes);
            } else if (part instanceof Part.Media media && !(media.source() instanceof MediaSource.Words)) {
                attachments[0]++;
                bytes[0] += media.source() instanceof MediaSource.Base64 inline
                        ? inline.data().length()
                        : 0;
            }
        }
    }

    @Override
    public Fallbacks fallbacks() {
        return fallbacks;
    }

    @Override
    public RoutingWishes wishes() {
        return wishes;
    }

    @Override
    public Set<String> parameters() {
        return body.names();
    }

    @Override
    public Spending spending() {
        return spending;
    }

    @Override
    public TextSample bodyText() {
        return TextSample.of(body.bytes());
    }

    @Override
    public TextSample promptText() {
        return PromptText.of(body.bytes());
    }

    private JsonBody clean(Target target) {
        byte[] bytes = dialect.requestEncoder().encode(request, target);
        return JsonBody.read(bytes, (name, json) -> json.skipChildren());
    }

    @Override
    public @Nullable Bridge resumable(Target target, String soFar) {
        Dialect provider = ClientRequests.DIALECTS.of(target.dialect());
        return ResumableBridge.of(bridge(target), request, dialect, provider, target, soFar);
    }

    @Override
    public Bridge bridge(Target target) {
        DearerModes.refuse(dearer, dialect.name(), target.dialect());
        if (target.dialect() == dialect.name()) {
            return new PassedBridge(dialect, request, SealMarks.in(body.bytes()) ? clean(target) : body, target);
        }
        return new TranslatedBridge(request, dialect, ClientRequests.DIALECTS.of(target.dialect()), target);
    }
}
