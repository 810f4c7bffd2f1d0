package ai.apertis.dialect.responses;

import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The items of a stored turn: with their ids as clients list them, and as a provider is told them again. */
public final class StoredItems {
    private static final Pattern INDEXABLE = Pattern.compile("[A-Za-z0-9_.:-]{1,256}");
    private static final Map<String, String> PREFIXES = Map.of(
            "message", "msg_",
            "reasoning", "rs_",
            "function_call", "fc_",
            "function_call_output", "fco_",
            "custom_tool_call", "ctc_",
            "custom_tool_call_output", "ctco_");

    /** Their ids are only names, and a provider that does not know them stumbles over them. */
    private static final Set<String> NAMED =
            Set.of("message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output");

    private StoredItems() {}

    /**
     * A message of words.
     *
     * @param role who speaks
     * @param text the words
     * @return the item with an id
     */
    static ObjectNode message(String role, String text) {
        return whole(Json.object().put("role", role).put("content", text));
    }

    /**
     * The long form of an item that a client may write short.
     *
     * @param item as written; not changed
     * @return with type, id and, for a message, its content in parts
     */
    static ObjectNode whole(ObjectNode item) {
        ObjectNode whole = Json.object();
        String type = item.path("type").asText("message");
        String id = item.path("id").asText("");
        whole.put("id", Ids.orNext(id, PREFIXES.getOrDefault(type, "item_")));
        whole.put("type", type);
        item.properties().stream()
                .filter(field -> !whole.has(field.getKey()))
                .forEach(field -> whole.set(field.getKey(), field.getValue()));
        if (type.equals("message")) {
            JsonNode content = item.path("content");
            if (content.isTextual()) {
                boolean said = item.path("role").asText("").equals("assistant");
                ArrayNode parts = whole.putArray("content");
                parts.add(
                        said
                                ? ResponsesOutput.text(content.textValue(), Json.array())
                                : Json.object().put("type", "input_text").put("text", content.textValue()));
            }
            if (!item.hasNonNull("status")) {
                whole.put("status", "completed");
            }
        }
        return whole;
    }

    /** Adds a stored item to what a provider is sent; to one of this dialect only what it can read. */
    static void again(ObjectNode item, boolean own, ArrayNode out) {
        String type = item.path("type").asText("");
        if (type.equals("reasoning")) {
            boolean readable = item.path("encrypted_content").isTextual()
                    || !item.path("content").isEmpty();
            if (!own || readable) {
                out.add(item);
            }
        } else {
            out.add(NAMED.contains(type) ? item.deepCopy().without("id") : item);
        }
    }

    /**
     * The ids by which items may be referred to.
     *
     * @param items stored ones
     * @return those that have one
     */
    public static List<String> ids(List<? extends JsonNode> items) {
        return items.stream()
                .map(item -> item.path("id").asText(""))
                .filter(id -> INDEXABLE.matcher(id).matches())
                .toList();
    }

    /**
     * Reads stored items back.
     *
     * @param json an array of them
     * @return the items
     */
    public static List<ObjectNode> read(String json) {
        JsonNode array = Json.parse(json);
        return array == null ? List.of() : of(array);
    }

    /**
     * The items of an array.
     *
     * @param array of objects; anything else in it is passed over
     * @return the items
     */
    public static List<ObjectNode> of(JsonNode array) {
        List<ObjectNode> items = new ArrayList<>(array.size());
        for (JsonNode item : array) {
            if (item instanceof ObjectNode object) {
                items.add(object);
            }
        }
        return items;
    }
}
