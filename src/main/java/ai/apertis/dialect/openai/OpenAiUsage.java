package ai.apertis.dialect.openai;

import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code usage} object of OpenAI's dialect and its relatives. Cached tokens are part of the prompt here
 * (OpenAI, "Prompt caching"); DeepSeek names them {@code prompt_cache_hit_tokens}; xAI counts reasoning beside the
 * completion, which shows in the total. A figure that is negative, absurd or no number makes the whole block unbelievable.
 */
public final class OpenAiUsage {
    private static final JsonFactory JSON = new JsonFactory();
    private static final long ABSENT = -1;
    private static final long UNBELIEVABLE = -2;

    private long prompt = ABSENT;
    private long completion = ABSENT;
    private long total = ABSENT;
    private long cached;
    private long cacheWrite;
    private long promptAudio;
    private long reasoning;
    private long completionAudio;
    private boolean unbelievable;

    private OpenAiUsage() {}

    /**
     * Reads a usage object.
     *
     * @param buf holds it
     * @param from index of its opening brace
     * @param to index after its closing brace
     * @return null when it says nothing that can be believed
     */
    public static @Nullable Usage read(byte[] buf, int from, int to) {
        try (JsonParser json = JSON.createParser(buf, from, to - from)) {
            json.nextToken();
            return read(json);
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Reads the usage object that is a member of another: Groq's {@code x_groq} has it where nobody asked for usage.
     *
     * @param buf holds the other
     * @param from index of its opening brace
     * @param to index after its closing brace
     * @return null when it has none that can be believed
     */
    static @Nullable Usage inside(byte[] buf, int from, int to) {
        try (JsonParser json = JSON.createParser(buf, from, to - from)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean usage = json.currentName().equals("usage");
                if (json.nextToken() == JsonToken.START_OBJECT && usage) {
                    return read(json);
                }
                json.skipChildren();
            }
        } catch (IOException e) {
            return null;
        }
        return null;
    }

    /**
     * Reads a usage object inside a larger one.
     *
     * @param json stands at its opening brace, and afterwards at its closing one
     * @return null when it says nothing that can be believed
     * @throws IOException when it is not JSON
     */
    public static @Nullable Usage read(JsonParser json) throws IOException {
        OpenAiUsage usage = new OpenAiUsage();
        usage.object(json, "");
        return usage.toUsage();
    }

    private void object(JsonParser json, String parent) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT && parent.isEmpty() && name.endsWith("_details")) {
                object(json, name);
            } else if (value.isStructStart()) {
                json.skipChildren();
            } else {
                count(parent, name, json);
            }
        }
    }

    private void count(String parent, String name, JsonParser json) throws IOException {
        boolean input = parent.startsWith("prompt") || parent.startsWith("input");
        switch (name) {
            case "prompt_tokens", "input_tokens" -> prompt = parent.isEmpty() ? number(json, prompt) : prompt;
            case "completion_tokens", "output_tokens" ->
                completion = parent.isEmpty() ? number(json, completion) : completion;
            case "total_tokens" -> total = parent.isEmpty() ? number(json, total) : total;
            case "cached_tokens", "prompt_cache_hit_tokens" -> cached = Math.max(0, number(json, cached));
            case "cache_write_tokens" -> cacheWrite = Math.max(0, number(json, cacheWrite));
            case "reasoning_tokens" -> reasoning = Math.max(0, number(json, reasoning));
            case "audio_tokens" -> {
                if (input) {
                    promptAudio = Math.max(0, number(json, promptAudio));
                } else {
                    completionAudio = Math.max(0, number(json, completionAudio));
                }
            }
            default -> {}
        }
    }

    private long number(JsonParser json, long before) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return before;
        }
        double value = json.currentToken().isNumeric() ? json.getDoubleValue() : UNBELIEVABLE;
        if (!(value >= 0 && value <= Usage.MAX_COUNT) || value != Math.rint(value)) {
            unbelievable = true;
            return before;
        }
        return (long) value;
    }

    private @Nullable Usage toUsage() {
        if (unbelievable || (prompt == ABSENT && completion == ABSENT)) {
            return null;
        }
        long in = Math.max(0, prompt);
        long out = Math.max(0, completion);
        if (reasoning > 0 && total == in + out + reasoning) {
            out += reasoning;
        }
        long read = Math.min(cached, in);
        long written = Math.min(cacheWrite, in - read);
        long audioIn = Math.min(promptAudio, in - read - written);
        long audioOut = Math.min(completionAudio, out);
        return new Usage(
                in - read - written - audioIn,
                read,
                written,
                out - audioOut,
                Math.min(reasoning, out - audioOut),
                audioIn,
                audioOut,
                0,
                0,
                false);
    }
}
