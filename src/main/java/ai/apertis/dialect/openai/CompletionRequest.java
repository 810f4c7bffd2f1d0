package ai.apertis.dialect.openai;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.InputSize;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Params;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.PromptText;
import ai.apertis.dialect.ProviderWishes;
import ai.apertis.dialect.RoutingWishes;
import ai.apertis.dialect.Spending;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.TextSample;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's {@code POST /v1/completions}, OpenAI's legacy form: checked, measured, and otherwise left as bytes for a
 * provider that takes it as it is.
 */
public final class CompletionRequest implements ClientRequest {
    private static final long MAX_TOKENS = 100_000_000;
    private static final int MOST_CHOICES = 128;
    private static final long MOST_LOGPROBS = 100;

    private final JsonBody body;
    private final Reading read;

    private CompletionRequest(JsonBody body, Reading read) {
        this.body = body;
        this.read = read;
    }

    /**
     * Reads and checks a body.
     *
     * @param bytes the request's body
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static CompletionRequest read(byte[] bytes) {
        Reading reading = new Reading();
        JsonBody body = JsonBody.read(bytes, reading);
        if (reading.model.isBlank()) {
            throw ApiError.missingParameter("model").exception();
        }
        if (!reading.promptSeen) {
            throw ApiError.missingParameter("prompt").exception();
        }
        return new CompletionRequest(body, reading);
    }

    @Override
    public DialectName dialect() {
        return DialectName.OPENAI;
    }

    @Override
    public ModelKind kind() {
        return ModelKind.COMPLETION;
    }

    @Override
    public String model() {
        return read.model;
    }

    @Override
    public boolean stream() {
        return read.stream;
    }

    @Override
    public long maxOutputTokens() {
        return read.maxTokens;
    }

    /** Every prompt of a list is continued, and {@code best_of} candidates are paid for though one is shown. */
    @Override
    public int choices() {
        return Math.max(read.n, read.bestOf) * Math.max(1, read.prompts);
    }

    @Override
    public InputSize input() {
        return new InputSize(body.bytes().length, 0, 0);
    }

    @Override
    public RoutingWishes wishes() {
        return new RoutingWishes(ProviderWishes.in(body), null, null, null, 0);
    }

    @Override
    public Set<String> parameters() {
        return body.names();
    }

    @Override
    public Fallbacks fallbacks() {
        return new Fallbacks(read.fallbackModels, read.fallbackTimeout, read.fallbackEnabled);
    }

    @Override
    public Spending spending() {
        return read.spending.read();
    }

    @Override
    public TextSample bodyText() {
        return TextSample.of(body.bytes());
    }

    @Override
    public TextSample promptText() {
        return PromptText.of(body.bytes());
    }

    /**
     * Whether a stream is to end with its usage.
     *
     * @return as the client said
     */
    public boolean usageWanted() {
        return read.usageWanted;
    }

    /**
     * The body as a tree, for putting it differently.
     *
     * @return new
     */
    public ObjectNode tree() {
        return Json.request(body.bytes());
    }

    @Override
    public Bridge bridge(Target target) {
        return new CompletionBridge(edited(target), read.usageWanted);
    }

    private byte[] edited(Target target) {
        boolean ask = read.stream && !read.usageWanted && target.quirks().streamUsage() == Quirks.StreamUsage.ASKED;
        Splice edits = new Splice(body.bytes());
        body.set(edits, "model", Json.text(Json.object().textNode(target.upstreamModel())));
        body.remove(edits, Portability.GATEWAY_FIELDS);
        if (target.maxOutputTokens() >= 0) {
            body.set(edits, "max_tokens", Long.toString(target.maxOutputTokens()));
        }
        if (ask) {
            body.set(edits, "stream_options", "{\"include_usage\":true}");
        }
        return edits.apply();
    }

    /** What one reading of the body found. */
    private static final class Reading implements JsonBody.Members {
        private String model = "";
        private boolean stream;
        private boolean usageWanted;
        private boolean promptSeen;
        private int prompts;
        private int n = 1;
        private int bestOf = 1;
        private long maxTokens = -1;
        private @Nullable List<String> fallbackModels;
        private @Nullable Long fallbackTimeout;
        private @Nullable Boolean fallbackEnabled;
        private final Spending.Reader spending = new Spending.Reader();

        @Override
        public void member(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> model = Params.string(name, json);
                case "prompt" -> prompt(json);
                case "stream" -> stream = Params.bool(name, json);
                case "stream_options" -> streamOptions(json);
                case "max_tokens" -> {
                    Long told = Params.integer(name, json, 0, MAX_TOKENS);
                    maxTokens = told == null ? -1 : told;
                }
                case "n" -> n = count(name, json);
                case "best_of" -> bestOf = count(name, json);
                case "temperature" -> Params.number(name, json, 0, 2);
                case "top_p" -> Params.number(name, json, 0, 1);
                case "presence_penalty", "frequency_penalty" -> Params.number(name, json, -2, 2);
                case "logprobs" -> Params.integer(name, json, 0, MOST_LOGPROBS);
                case "echo" -> Params.bool(name, json);
                case "fallback_models" -> fallbackModels = Params.strings(name, json, 5);
                case "fallback_timeout" -> fallbackTimeout = Params.integer(name, json, 5_000, 300_000);
                case "fallback_enabled" -> fallbackEnabled = Params.bool(name, json);
                default -> spending.member(name, json);
            }
        }

        private static int count(String name, JsonParser json) throws IOException {
            Long told = Params.integer(name, json, 1, MOST_CHOICES);
            return told == null ? 1 : told.intValue();
        }

        private void prompt(JsonParser json) throws IOException {
            promptSeen = true;
            switch (json.currentToken()) {
                case VALUE_STRING -> {}
                case START_ARRAY -> {
                    boolean tokens = false;
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        switch (json.currentToken()) {
                            case VALUE_STRING -> prompts++;
                            case VALUE_NUMBER_INT -> tokens = true;
                            case START_ARRAY -> {
                                json.skipChildren();
                                prompts++;
                            }
                            default -> throw Params.wrongType("prompt[" + prompts + "]", "a string or an array", json);
                        }
                    }
                    if (prompts == 0 && !tokens) {
                        throw ApiError.invalidParameter("prompt", "'prompt' must not be empty.")
                                .exception();
                    }
                }
                default -> throw Params.wrongType("prompt", "a string or an array", json);
            }
        }

        private void streamOptions(JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw Params.wrongType("stream_options", "an object", json);
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("include_usage")) {
                    usageWanted = Params.bool("stream_options.include_usage", json);
                } else {
                    json.skipChildren();
                }
            }
        }
    }
}
