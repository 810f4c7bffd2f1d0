package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The last thing that the user says in a body of OpenAI's chat or Anthropic's messages, which write it alike: its text, and
 * where more can be put at its end without touching another byte.
 */
public final class UserTurn {
    private final byte[] body;
    private final String text;
    /** Index of the last byte of its content: a quotation mark or a bracket. */
    private final int end;

    private final boolean parts;
    private final boolean empty;

    private UserTurn(byte[] body, String text, int end, boolean parts, boolean empty) {
        this.body = body;
        this.text = text;
        this.end = end;
        this.parts = parts;
        this.empty = empty;
    }

    /**
     * Finds it.
     *
     * @param body checked before
     * @return null when the user says nothing in it
     */
    public static @Nullable UserTurn last(byte[] body) {
        Reading reading = new Reading(body);
        JsonBody.read(body, reading);
        return reading.last;
    }

    /**
     * What the user says.
     *
     * @return its text, of several parts the last; empty when there is none
     */
    public String text() {
        return text;
    }

    /**
     * The body with more said at the end of this turn.
     *
     * @param more a text
     * @return a new body
     */
    public byte[] with(String more) {
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(more);
        String before = parts ? (empty ? "" : ",") + "{\"type\":\"text\",\"text\":\"" : "\\n\\n";
        String after = parts ? "\"}" : "";
        byte[] first = before.getBytes(StandardCharsets.UTF_8);
        byte[] last = after.getBytes(StandardCharsets.UTF_8);
        byte[] with = new byte[first.length + quoted.length + last.length];
        System.arraycopy(first, 0, with, 0, first.length);
        System.arraycopy(quoted, 0, with, first.length, quoted.length);
        System.arraycopy(last, 0, with, first.length + quoted.length, last.length);
        return new Splice(body).replace(end, end, with).apply();
    }

    private static final class Reading implements JsonBody.Members {
        private final byte[] body;
        private @Nullable UserTurn last;

        Reading(byte[] body) {
            this.body = body;
        }

        @Override
        public void member(String name, JsonParser json) throws IOException {
            if (!name.equals("messages") || json.currentToken() != JsonToken.START_ARRAY) {
                json.skipChildren();
                return;
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() == JsonToken.START_OBJECT) {
                    message(json);
                } else {
                    json.skipChildren();
                }
            }
        }

        private void message(JsonParser json) throws IOException {
            boolean user = false;
            UserTurn said = null;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                JsonToken token = json.nextToken();
                if (name.equals("role")) {
                    user = token == JsonToken.VALUE_STRING && json.getText().equals("user");
                    json.skipChildren();
                } else if (name.equals("content") && token == JsonToken.VALUE_STRING) {
                    String text = json.getText();
                    json.finishToken();
                    said = new UserTurn(body, text, endOf(json), false, false);
                } else if (name.equals("content") && token == JsonToken.START_ARRAY) {
                    said = parts(json);
                } else {
                    json.skipChildren();
                }
            }
            if (user && said != null) {
                last = said;
            }
        }

        private UserTurn parts(JsonParser json) throws IOException {
            String text = "";
            boolean empty = true;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                empty = false;
                if (json.currentToken() != JsonToken.START_OBJECT) {
                    json.skipChildren();
                    continue;
                }
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("text")) {
                        text = json.getText();
                    } else {
                        json.skipChildren();
                    }
                }
            }
            return new UserTurn(body, text, endOf(json), true, empty);
        }

        private static int endOf(JsonParser json) {
            return (int) json.currentLocation().getByteOffset() - 1;
        }
    }
}
