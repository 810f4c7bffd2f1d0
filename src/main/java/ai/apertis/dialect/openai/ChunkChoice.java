package ai.apertis.dialect.openai;

import ai.apertis.dialect.Json;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One choice of one chunk. Used again for each, because a chunk is one token and there are many. */
final class ChunkChoice {
    /** A piece of a call: {@code index} is -1 where the provider leaves it out, the texts are then empty. */
    record Fragment(int index, String id, String name, String arguments) {}

    int index;
    String content = "";
    String reasoning = "";
    String refusal = "";
    String finish = "";
    final List<Fragment> calls = new ArrayList<>();

    @Nullable
    JsonNode details;

    @Nullable
    JsonNode annotations;

    @Nullable
    JsonNode images;

    @Nullable
    JsonNode logprobs;

    /** Reads from the opening brace, at which the parser stands, to the closing one. */
    void read(JsonParser json) throws IOException {
        index = 0;
        content = reasoning = refusal = finish = "";
        calls.clear();
        details = annotations = images = logprobs = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "index" -> index = Math.clamp(json.getValueAsInt(0), 0, 127);
                case "finish_reason" -> finish = text(json);
                case "logprobs" -> logprobs = value == JsonToken.START_OBJECT ? Json.tree(json) : null;
                // Some servers send the whole message where a delta belongs.
                case "delta", "message" -> {
                    if (value == JsonToken.START_OBJECT) {
                        delta(json);
                    }
                }
                default -> json.skipChildren();
            }
        }
    }

    private void delta(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "content" -> {
                    if (value == JsonToken.START_ARRAY) {
                        pieces(Json.tree(json));
                    } else {
                        content = text(json);
                    }
                }
                case "reasoning_content" -> reasoning = text(json);
                case "reasoning" -> {
                    String text = text(json);
                    reasoning = reasoning.isEmpty() ? text : reasoning;
                }
                case "refusal" -> refusal = text(json);
                case "tool_calls" -> fragments(json);
                case "reasoning_details" -> details = array(json);
                case "annotations" -> annotations = array(json);
                case "images" -> images = array(json);
                default -> json.skipChildren();
            }
        }
    }

    /** Mistral's content with thinking in it. */
    private void pieces(JsonNode parts) {
        StringBuilder words = new StringBuilder();
        StringBuilder thoughts = new StringBuilder();
        for (JsonNode part : parts) {
            words.append(part.path("text").asText(""));
            part.path("thinking")
                    .forEach(piece -> thoughts.append(piece.path("text").asText("")));
        }
        content = words.toString();
        reasoning = thoughts.toString();
    }

    private void fragments(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                calls.add(fragment(json));
            } else {
                json.skipChildren();
            }
        }
    }

    private static Fragment fragment(JsonParser json) throws IOException {
        int index = -1;
        String id = "";
        String name = "";
        String arguments = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("index")) {
                index = value == JsonToken.VALUE_NUMBER_INT ? json.getValueAsInt(-1) : -1;
            } else if (field.equals("id")) {
                id = text(json);
            } else if (field.equals("function") && value == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String inner = json.currentName();
                    JsonToken told = json.nextToken();
                    if (inner.equals("name")) {
                        name = text(json);
                    } else if (inner.equals("arguments")) {
                        arguments = told == JsonToken.START_OBJECT ? Json.text(Json.tree(json)) : text(json);
                    } else {
                        json.skipChildren();
                    }
                }
            } else {
                json.skipChildren();
            }
        }
        return new Fragment(index, id, name, arguments);
    }

    private static String text(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        json.skipChildren();
        return "";
    }

    private static @Nullable JsonNode array(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_ARRAY) {
            return Json.tree(json);
        }
        json.skipChildren();
        return null;
    }
}
