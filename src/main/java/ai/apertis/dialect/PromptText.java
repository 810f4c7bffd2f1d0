package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Collects what a model reads of a request, whatever its dialect: every string but names, kinds and attachments. */
public final class PromptText {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> NOT_READ =
            Set.of("model", "role", "type", "url", "data", "file_data", "id", "tool_call_id", "user", "media_type");

    private PromptText() {}

    /**
     * The text in a request's body.
     *
     * @param body JSON that has been checked before
     * @return a sample of the text and its length
     */
    public static TextSample of(byte[] body) {
        TextSample text = new TextSample();
        try (JsonParser json = JSON.createParser(body)) {
            String member = "";
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    member = json.currentName();
                } else if (token == JsonToken.VALUE_STRING && !NOT_READ.contains(member)) {
                    byte[] value = json.getText().getBytes(StandardCharsets.UTF_8);
                    text.add(value, 0, value.length);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the body was not checked before", e);
        }
        return text;
    }
}
