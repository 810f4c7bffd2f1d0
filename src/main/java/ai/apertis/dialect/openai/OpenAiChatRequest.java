package ai.apertis.dialect.openai;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.DearerModes;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.InputSize;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Params;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.PromptText;
import ai.apertis.dialect.RoutingWishes;
import ai.apertis.dialect.Spending;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WishFields;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's {@code POST /v1/chat/completions}: checked, measured, and otherwise left as bytes. Parameters and their
 * ranges are those of OpenAI's API reference; what it does not name passes through.
 */
public final class OpenAiChatRequest implements ClientRequest {
    private static final long MAX_TOKENS = 100_000_000;

    private final JsonBody body;
    private final Reading read;
    private final boolean usageApart;

    private OpenAiChatRequest(JsonBody body, Reading read, boolean usageApart) {
        this.body = body;
        this.read = read;
        this.usageApart = usageApart;
    }

    /**
     * Reads and checks a body.
     *
     * @param bytes the request's body
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static OpenAiChatRequest read(byte[] bytes) {
        Reading reading = new Reading(bytes);
        JsonBody body = JsonBody.read(bytes, reading);
        if (reading.model == null) {
            throw ApiError.missingParameter("model").exception();
        }
        if (!reading.messagesSeen) {
            throw ApiError.missingParameter("messages").exception();
        }
        return new OpenAiChatRequest(body, reading, false);
    }

    /**
     * The same for a client that wants the usage of a stream in a chunk of its own only.
     *
     * @return a new request
     */
    public OpenAiChatRequest withUsageApart() {
        return new OpenAiChatRequest(body, read, true);
    }

    @Override
    public DialectName dialect() {
        return DialectName.OPENAI;
    }

    @Override
    public String model() {
        return read.model == null ? "" : read.model;
    }

    @Override
    public boolean stream() {
        return read.stream;
    }

    @Override
    public long maxOutputTokens() {
        return read.maxCompletionTokens != null
                ? read.maxCompletionTokens
                : read.maxTokens != null ? read.maxTokens : -1;
    }

    @Override
    public int choices() {
        return read.choices;
    }

    @Override
    public boolean isDeterministic() {
        return read.temperature != null && read.temperature == 0;
    }

    @Override
    public InputSize input() {
        return new InputSize(
                Math.max(0, body.bytes().length - read.attachmentBytes), read.attachments, read.attachmentBytes);
    }

    @Override
    public Fallbacks fallbacks() {
        return new Fallbacks(read.fallbackModels, read.fallbackTimeout, read.fallbackEnabled);
    }

    @Override
    public RoutingWishes wishes() {
        return read.wishes.wishes();
    }

    @Override
    public Set<String> parameters() {
        return body.names();
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

    @Override
    public Bridge bridge(Target target) {
        DearerModes.refuse(read.dearer, DialectName.OPENAI, target.dialect());
        return new OpenAiBridge(edited(target), new UsageWish(read.usageWanted, usageApart), read.choices);
    }

    private byte[] edited(Target target) {
        Splice edits = new Splice(body.bytes());
        body.set(edits, "model", quoted(target.upstreamModel()));
        body.remove(edits, Portability.GATEWAY_FIELDS);
        if (target.maxOutputTokens() >= 0) {
            String field = read.maxCompletionTokens != null
                    ? "max_completion_tokens"
                    : read.maxTokens != null ? "max_tokens" : target.quirks().maxTokensName();
            body.set(edits, field, Long.toString(target.maxOutputTokens()));
        }
        if (read.stream && !read.usageWanted && target.quirks().streamUsage() == Quirks.StreamUsage.ASKED) {
            askForUsage(edits);
        }
        return edits.apply();
    }

    /** The bill needs the usage block, which providers of this dialect send only when asked. */
    private void askForUsage(Splice edits) {
        if (read.streamOptionsEmpty || body.find("stream_options") == null) {
            body.set(edits, "stream_options", "{\"include_usage\":true}");
        } else if (read.includeUsageFrom >= 0) {
            edits.replace(read.includeUsageFrom, read.includeUsageTo, "true".getBytes(StandardCharsets.UTF_8));
        } else {
            int inside = read.streamOptionsFrom + 1;
            edits.replace(inside, inside, "\"include_usage\":true,".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    /** What one reading of the body found. */
    private static final class Reading implements JsonBody.Members {
        private final WishFields wishes;
        private @Nullable String model;
        private boolean messagesSeen;
        private boolean stream;
        private boolean usageWanted;
        private @Nullable String dearer;
        private boolean streamOptionsEmpty;
        private int streamOptionsFrom = -1;
        private int includeUsageFrom = -1;
        private int includeUsageTo = -1;
        private @Nullable Long maxTokens;
        private @Nullable Long maxCompletionTokens;
        private @Nullable Double temperature;
        private int choices = 1;
        private int attachments;
        private long attachmentBytes;
        private @Nullable List<String> fallbackModels;
        private @Nullable Long fallbackTimeout;
        private @Nullable Boolean fallbackEnabled;
        private final Spending.Reader spending = new Spending.Reader();

        Reading(byte[] body) {
            wishes = new WishFields(body);
        }

        @Override
        public void member(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> model = modelName(json);
                case "messages" -> messages(json);
                case "stream" -> stream = Params.bool(name, json);
                case "stream_options" -> streamOptions(json);
                case "max_tokens" -> maxTokens = Params.integer(name, json, 1, MAX_TOKENS);
                case "max_completion_tokens" -> maxCompletionTokens = Params.integer(name, json, 1, MAX_TOKENS);
                case "n" -> {
                    Long n = Params.integer(name, json, 1, 128);
                    choices = n == null ? 1 : n.intValue();
                }
                case "temperature" -> temperature = Params.number(name, json, 0, 2);
                case "top_p" -> Params.number(name, json, 0, 1);
                case "presence_penalty", "frequency_penalty" -> Params.number(name, json, -2, 2);
                case "top_logprobs" -> Params.integer(name, json, 0, 20);
                case "seed" -> Params.integer(name, json, Long.MIN_VALUE, Long.MAX_VALUE);
                case "logprobs", "parallel_tool_calls", "store" -> Params.bool(name, json);
                case "fallback_models" -> fallbackModels = Params.strings(name, json, 5);
                case "fallback_timeout" -> fallbackTimeout = Params.integer(name, json, 5_000, 300_000);
                case "fallback_enabled" -> fallbackEnabled = Params.bool(name, json);
                case "tools" -> container(name, json, JsonToken.START_ARRAY, "an array");
                case "response_format", "logit_bias" -> container(name, json, JsonToken.START_OBJECT, "an object");
                case "metadata" -> {
                    if (json.currentToken() == JsonToken.START_OBJECT) {
                        wishes.passes(name, json);
                    } else {
                        container(name, json, JsonToken.START_OBJECT, "an object");
                    }
                }
                case "prompt_cache_key" -> wishes.passes(name, json);
                case "stop" -> stop(json);
                case "tool_choice" -> toolChoice(json);
                case "user", "reasoning_effort" -> optionalString(name, json);
                case "service_tier" -> {
                    optionalString(name, json);
                    dearer = DearerModes.in(DialectName.OPENAI, name, json);
                }
                default -> {
                    if (!wishes.takes(name, json)) {
                        spending.member(name, json);
                    }
                }
            }
        }

        private static String modelName(JsonParser json) throws IOException {
            String name = Params.string("model", json);
            if (name.isBlank()) {
                throw ApiError.missingParameter("model").exception();
            }
            return name;
        }

        private void messages(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw Params.wrongType("messages", "an array of objects", json);
            }
            int index = 0;
            boolean opening = true;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                long from = json.currentTokenLocation().getByteOffset();
                boolean system = WishFields.isSystemRole(message("messages[" + index + "]", json));
                if (opening) {
                    wishes.opened(from, json.currentLocation().getByteOffset());
                    opening = system;
                }
                index++;
            }
            if (index == 0) {
                throw ApiError.invalidParameter("messages", "'messages' must have at least one message.")
                        .exception();
            }
            messagesSeen = true;
        }

        private String message(String at, JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw Params.wrongType(at, "an object", json);
            }
            String role = null;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("role")) {
                    role = Params.string(at + ".role", json);
                } else if (name.equals("content")) {
                    content(at + ".content", json);
                } else {
                    json.skipChildren();
                }
            }
            if (role == null) {
                throw ApiError.missingParameter(at + ".role").exception();
            }
            return role;
        }

        private void content(String at, JsonParser json) throws IOException {
            switch (json.currentToken()) {
                case VALUE_STRING, VALUE_NULL -> {}
                case START_ARRAY -> {
                    int index = 0;
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        if (json.currentToken() != JsonToken.START_OBJECT) {
                            throw Params.wrongType(at + "[" + index + "]", "an object", json);
                        }
                        part(json);
                        index++;
                    }
                }
                default -> throw Params.wrongType(at, "a string or an array of parts", json);
            }
        }

        /** Measures a part: what it carries in base64 is not text, and would be counted as far too many tokens. */
        private void part(JsonParser json) throws IOException {
            int depth = 1;
            while (depth > 0) {
                JsonToken token = json.nextToken();
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.FIELD_NAME) {
                    switch (json.currentName()) {
                        case "image_url", "file", "input_audio", "video_url" -> attachments++;
                        case "url", "data", "file_data" -> attachment(json);
                        default -> {}
                    }
                }
            }
        }

        private void attachment(JsonParser json) throws IOException {
            if (json.nextToken() == JsonToken.VALUE_STRING) {
                long from = json.currentTokenLocation().getByteOffset();
                json.finishToken();
                attachmentBytes += json.currentLocation().getByteOffset() - from;
            } else {
                json.skipChildren();
            }
        }

        private void streamOptions(JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                streamOptionsEmpty = true;
                return;
            }
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw Params.wrongType("stream_options", "an object", json);
            }
            streamOptionsFrom = (int) json.currentTokenLocation().getByteOffset();
            streamOptionsEmpty = true;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                streamOptionsEmpty = false;
                String name = json.currentName();
                json.nextToken();
                if (name.equals("include_usage")) {
                    usageWanted = Params.bool("stream_options.include_usage", json);
                    includeUsageFrom = (int) json.currentTokenLocation().getByteOffset();
                    includeUsageTo = includeUsageFrom + json.getTextLength();
                } else {
                    json.skipChildren();
                }
            }
        }

        private static void stop(JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.START_ARRAY) {
                Params.strings("stop", json, 64);
            } else if (json.currentToken() != JsonToken.VALUE_STRING && json.currentToken() != JsonToken.VALUE_NULL) {
                throw Params.wrongType("stop", "a string or an array of strings", json);
            }
        }

        private static void toolChoice(JsonParser json) throws IOException {
            switch (json.currentToken()) {
                case VALUE_STRING, VALUE_NULL -> {}
                case START_OBJECT -> json.skipChildren();
                default -> throw Params.wrongType("tool_choice", "a string or an object", json);
            }
        }

        private static void optionalString(String name, JsonParser json) {
            if (json.currentToken() != JsonToken.VALUE_STRING && json.currentToken() != JsonToken.VALUE_NULL) {
                throw Params.wrongType(name, "a string", json);
            }
        }

        private static void container(String name, JsonParser json, JsonToken start, String wanted) throws IOException {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            if (json.currentToken() != start) {
                throw Params.wrongType(name, wanted, json);
            }
            json.skipChildren();
        }
    }
}
