package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Estimates the tokens of a prompt in the body of any dialect: every string that the model reads and the names in tools and
 * schemas by the vocabulary, four tokens for each turn, attachments by rule. Slow beside an event loop's work: call it on
 * a worker.
 */
public final class PromptTokens {
    private static final JsonFactory JSON = Json.FACTORY;
    private static final long PER_TURN = 4;
    private static final long PER_PROMPT = 3;

    /** Strings that are not read as text: names of the wire format, and what {@link Attached} counts. */
    private static final Set<String> NOT_READ = Set.of(
            "model",
            "role",
            "type",
            "id",
            "tool_call_id",
            "tool_use_id",
            "call_id",
            "user",
            "media_type",
            "mimeType",
            "filename",
            "file_id",
            "signature",
            "thoughtSignature",
            "encrypted_content",
            "detail",
            "ttl");

    private static final Set<String> TOOLS = Set.of("tools", "response_format", "format", "responseJsonSchema");
    private static final Set<String> ATTACHED = Set.of("data", "file_data", "image_url", "file_url", "fileUri");
    /** What a {@code url} belongs to when it is something attached and not a page cited. */
    private static final Set<String> OWNERS = Set.of("image_url", "source");

    private final TokenCounter counter;

    /**
     * Counts with a vocabulary.
     *
     * @param counter counts text
     */
    public PromptTokens(TokenCounter counter) {
        this.counter = counter;
    }

    /**
     * Counts.
     *
     * @param body JSON of a request, in any dialect
     * @return tokens, at least 1
     */
    public long count(byte[] body) {
        TextSample text = new TextSample();
        long more = PER_PROMPT;
        try (JsonParser json = JSON.createParser(body)) {
            String member = "";
            int depth = 0;
            int toolsAt = Integer.MAX_VALUE;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                switch (token) {
                    case FIELD_NAME -> {
                        member = json.currentName();
                        if (depth >= toolsAt) {
                            add(text, member);
                        } else if (TOOLS.contains(member)) {
                            toolsAt = depth + 1;
                        } else if (member.equals("role")) {
                            more += PER_TURN;
                        }
                    }
                    case START_OBJECT, START_ARRAY -> depth++;
                    case END_OBJECT, END_ARRAY -> {
                        depth--;
                        toolsAt = depth < toolsAt ? Integer.MAX_VALUE : toolsAt;
                    }
                    case VALUE_STRING -> more += string(json, member, depth >= toolsAt, text);
                    default -> {}
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the body was not checked before", e);
        }
        return Math.max(1, counter.count(text) + more);
    }

    /** Takes a string as text, or says how many tokens it counts as. */
    private static long string(JsonParser json, String member, boolean inTools, TextSample text) throws IOException {
        String value = json.getText();
        if (!inTools && (ATTACHED.contains(member) || isAttachedUrl(json, member))) {
            if (value.startsWith("http:") || value.startsWith("https:") || value.startsWith("gs:")) {
                return Attached.byAddress();
            }
            return Attached.tokens(value.startsWith("data:") ? value.substring(value.indexOf(',') + 1) : value);
        }
        if (inTools || !NOT_READ.contains(member)) {
            add(text, value);
        }
        return 0;
    }

    private static boolean isAttachedUrl(JsonParser json, String member) {
        JsonStreamContext owner = json.getParsingContext().getParent();
        return member.equals("url")
                && owner != null
                && owner.hasCurrentName()
                && OWNERS.contains(owner.getCurrentName());
    }

    /** The blank keeps words of two strings apart. */
    private static void add(TextSample text, String value) {
        byte[] bytes = (value + ' ').getBytes(StandardCharsets.UTF_8);
        text.add(bytes, 0, bytes.length);
    }
}
