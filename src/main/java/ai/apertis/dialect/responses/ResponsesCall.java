package ai.apertis.dialect.responses;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Fields;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Splice;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request of the Responses API says of keeping: whether its answer is kept, what it continues, whether its client
 * waits. Stored conversations are the gateway's own: a provider is sent the whole of one, never an id.
 */
public final class ResponsesCall {
    private static final String PREVIOUS = "previous_response_id";
    private static final String REFERENCE = "item_reference";
    private static final String ENCRYPTED = "reasoning.encrypted_content";
    private static final Set<String> OWN = Set.of(PREVIOUS, "background", "conversation");

    private final byte[] bytes;
    private final ObjectNode root;
    private final boolean store;
    private final boolean background;
    private final @Nullable String previousId;

    private ResponsesCall(
            byte[] bytes, ObjectNode root, boolean store, boolean background, @Nullable String previousId) {
        this.bytes = bytes;
        this.root = root;
        this.store = store;
        this.background = background;
        this.previousId = previousId;
    }

    /**
     * Reads a body.
     *
     * @param bytes JSON
     * @return what it says
     * @throws ai.apertis.dialect.ApiException a 400 that names what is wrong, {@code conversation} among it
     */
    public static ResponsesCall read(byte[] bytes) {
        ObjectNode root = Json.request(bytes);
        Fields fields = new Fields(DialectName.OPENAI_RESPONSES, "", root);
        boolean store = !Boolean.FALSE.equals(fields.bool("store"));
        boolean background = Boolean.TRUE.equals(fields.bool("background"));
        String previous = fields.text(PREVIOUS);
        if (root.hasNonNull("conversation")) {
            throw ApiError.invalidParameter(
                            "conversation", "'conversation' is not supported here; use 'previous_response_id'.")
                    .exception();
        }
        if (background && !store) {
            throw ApiError.invalidParameter("background", "'background' needs 'store' to be true.")
                    .exception();
        }
        if (background && Boolean.TRUE.equals(fields.bool("stream"))) {
            throw ApiError.invalidParameter(
                            "background", "'background' is not supported with 'stream'; poll the response by its id.")
                    .exception();
        }
        return new ResponsesCall(bytes, root, store, background, previous);
    }

    /**
     * Whether the answer is to be kept.
     *
     * @return true unless the client said otherwise
     */
    public boolean store() {
        return store;
    }

    /**
     * Whether the answer is made without the client waiting.
     *
     * @return true for a background response
     */
    public boolean background() {
        return background;
    }

    /**
     * The response that this one continues.
     *
     * @return as the client wrote it, null when none
     */
    public @Nullable String previousId() {
        return previousId;
    }

    /**
     * The system text of this turn; that of earlier ones is not inherited.
     *
     * @return as the client wrote it, JSON null when none
     */
    public JsonNode instructions() {
        return root.hasNonNull("instructions")
                ? root.get("instructions")
                : Json.object().nullNode();
    }

    /**
     * The items that it refers to by their ids.
     *
     * @return by id, where the reference stands
     */
    public Map<String, String> references() {
        Map<String, String> references = new LinkedHashMap<>();
        JsonNode input = root.path("input");
        for (int i = 0; input.isArray() && i < input.size(); i++) {
            if (isReference(input.get(i))) {
                references.put(input.get(i).path("id").asText(), "input[" + i + "].id");
            }
        }
        return references;
    }

    /** The type may be left out: nothing else is only an id. */
    private static boolean isReference(JsonNode item) {
        return item.path("type").asText("").equals(REFERENCE)
                || (item.isObject() && item.size() == 1 && item.path("id").isTextual());
    }

    /**
     * The items that are new in this turn.
     *
     * @param referred the items referred to, by id
     * @return with ids, as they are kept
     */
    public List<ObjectNode> input(Map<String, ObjectNode> referred) {
        List<ObjectNode> items = new ArrayList<>();
        if (root.path("input").isTextual()) {
            items.add(StoredItems.message("user", root.path("input").textValue()));
        }
        for (JsonNode item : root.path("input")) {
            if (isReference(item)) {
                items.add(referred.getOrDefault(item.path("id").asText(), Json.object()));
            } else if (item instanceof ObjectNode object) {
                items.add(StoredItems.whole(object));
            }
        }
        return items;
    }

    /**
     * The request as a conversation that stands for itself.
     *
     * @param history the items of the turns that it continues, oldest first
     * @param referred the items referred to, by id
     * @return the client's own bytes when there is nothing to change
     */
    public byte[] whole(List<ObjectNode> history, Map<String, ObjectNode> referred) {
        return edited(history, referred, false, false);
    }

    /**
     * The same for a provider of this dialect: what it cannot look up is taken out, and where the answer is kept and the
     * model reasons, reasoning is asked for in the form that can be given back.
     *
     * @param history the items of the turns that it continues, oldest first
     * @param referred the items referred to, by id
     * @param reasons whether the model can reason
     * @return the client's own bytes when there is nothing to change
     */
    public byte[] own(List<ObjectNode> history, Map<String, ObjectNode> referred, boolean reasons) {
        return edited(history, referred, true, reasons && store);
    }

    private byte[] edited(List<ObjectNode> history, Map<String, ObjectNode> referred, boolean own, boolean sealed) {
        boolean rewritten = !history.isEmpty() || !referred.isEmpty();
        if (!rewritten && !background && !sealed && previousId == null) {
            return bytes;
        }
        JsonBody body = JsonBody.read(bytes, (name, json) -> json.skipChildren());
        Splice edits = new Splice(bytes);
        body.remove(edits, OWN);
        if (rewritten) {
            body.set(edits, "input", Json.text(joined(history, referred, own)));
        }
        if (background) {
            body.set(edits, "stream", "true");
        }
        if (own && (rewritten || sealed)) {
            body.set(edits, "store", "false");
        }
        if (sealed) {
            body.set(edits, "include", Json.text(include()));
        }
        return edits.apply();
    }

    private ArrayNode joined(List<ObjectNode> history, Map<String, ObjectNode> referred, boolean own) {
        ArrayNode joined = Json.array();
        history.forEach(item -> StoredItems.again(item, own, joined));
        if (root.path("input").isTextual()) {
            joined.add(
                    StoredItems.message("user", root.path("input").textValue()).without("id"));
        }
        for (JsonNode item : root.path("input")) {
            ObjectNode known = isReference(item) ? referred.get(item.path("id").asText()) : null;
            if (known == null) {
                joined.add(item);
            } else {
                StoredItems.again(known, own, joined);
            }
        }
        return joined;
    }

    private ArrayNode include() {
        ArrayNode include = Json.array();
        include.addAll(root.path("include").isArray() ? (ArrayNode) root.get("include") : Json.array());
        for (JsonNode named : include) {
            if (named.asText().equals(ENCRYPTED)) {
                return include;
            }
        }
        return include.add(ENCRYPTED);
    }
}
