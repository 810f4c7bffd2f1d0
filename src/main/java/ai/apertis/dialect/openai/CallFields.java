package ai.apertis.dialect.openai;

import ai.apertis.dialect.Json;
import ai.apertis.dialect.Splice;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts into tool calls what some providers leave out and strict clients break on: the {@code type} (Mistral) and, in
 * streams, the {@code index}. One per answer.
 */
final class CallFields {
    private static final byte[] TYPE = "\"type\":\"function\",".getBytes(StandardCharsets.US_ASCII);

    private final boolean streamed;
    /** How many calls each answer has begun. */
    private final Map<Integer, Integer> begun = new HashMap<>();

    CallFields(boolean streamed) {
        this.streamed = streamed;
    }

    /**
     * Adds what is missing.
     *
     * @param edits takes it
     * @param json what {@code edits} edits
     * @param choices where its choices stand; left as they are when they cannot be read
     */
    void fill(Splice edits, byte[] json, ChunkScan.Slot choices) {
        int from = choices.from();
        try (JsonParser parser = Json.FACTORY.createParser(json, from, choices.to() - from)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                choice(edits, parser, from);
            }
        } catch (IOException e) {
            // What was found until here is sound.
        }
    }

    private void choice(Splice edits, JsonParser parser, int base) throws IOException {
        int index = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("index")) {
                index = parser.getValueAsInt(0);
            } else if (value == JsonToken.START_OBJECT && (name.equals("delta") || name.equals("message"))) {
                message(edits, parser, base, index);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void message(Splice edits, JsonParser parser, int base, int choice) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean calls = parser.currentName().equals("tool_calls");
            if (parser.nextToken() == JsonToken.START_ARRAY && calls) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    call(edits, parser, base, choice);
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private void call(Splice edits, JsonParser parser, int base, int choice) throws IOException {
        int inside = base + (int) parser.currentTokenLocation().getByteOffset() + 1;
        boolean begins = false;
        boolean typed = false;
        boolean function = false;
        int index = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "id" -> begins = value == JsonToken.VALUE_STRING && parser.getTextLength() > 0;
                case "type" -> typed = true;
                case "function" -> function = value == JsonToken.START_OBJECT;
                case "index" -> index = parser.getValueAsInt(-1);
                default -> {}
            }
            parser.skipChildren();
        }
        if (!function) {
            return;
        }
        if (streamed) {
            int before = begun.getOrDefault(choice, 0);
            // As in ChatStreamDecoder: an id begins a call, what has none goes on with the last.
            int told = index >= 0 ? index : begins ? before : Math.max(0, before - 1);
            begun.put(choice, Math.max(before, told + 1));
            if (index < 0) {
                edits.replace(inside, inside, ("\"index\":" + told + ",").getBytes(StandardCharsets.US_ASCII));
            }
        }
        if (!typed && (begins || !streamed)) {
            edits.replace(inside, inside, TYPE);
        }
    }
}
