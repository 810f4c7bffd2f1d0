package ai.apertis.dialect.tasks;

import ai.apertis.dialect.Json;
import ai.apertis.dialect.openai.OpenAiErrors;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.Set;

/**
 * What is read of a task's whole answer, which otherwise passes as bytes: vectors and images are too large for a tree.
 *
 * @param items how many items its list has
 * @param usage what it says was used, a missing node when nothing
 */
record TaskAnswer(int items, JsonNode usage) {
    /**
     * Reads an answer.
     *
     * @param body the provider's bytes
     * @param lists the names under which its list may stand
     * @return what was found
     * @throws ai.apertis.dialect.ApiException a 502 when it is no such answer, or the error that came in its place
     */
    static TaskAnswer read(byte[] body, Set<String> lists) {
        int items = -1;
        JsonNode usage = MissingNode.getInstance();
        try (JsonParser json = Json.FACTORY.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw Json.unreadable();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.START_ARRAY && lists.contains(name)) {
                    items = count(json);
                } else if (name.equals("usage") || name.equals("meta")) {
                    JsonNode told = Json.tree(json);
                    usage = told.isObject() && usage.isMissingNode() ? told : usage;
                } else if (name.equals("error") && value != JsonToken.VALUE_NULL) {
                    throw OpenAiErrors.read(200, body, 0, body.length).exception();
                } else {
                    json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw Json.unreadable();
        }
        if (items < 0) {
            throw Json.unreadable();
        }
        return new TaskAnswer(items, usage);
    }

    private static int count(JsonParser json) throws IOException {
        int items = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            json.skipChildren();
            items++;
        }
        return items;
    }
}
