package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Fields that a client wrote and the canonical conversation does not know. They reach a provider of the same dialect
 * unharmed. Towards another dialect each is refused by name, unless it is on the list of what may be dropped.
 *
 * @param dialect the client's
 * @param path where they stood, for instance {@code messages[2].content[0]}; empty for the body itself
 * @param fields what was left when everything known had been taken
 */
public record Extras(DialectName dialect, String path, ObjectNode fields) {
    /** No such fields. */
    public static final Extras NONE = new Extras(DialectName.OPENAI, "", Json.object());

    /**
     * Writes them into what a provider gets.
     *
     * @param out the object they belong into
     * @param target the provider's dialect
     * @throws ApiException a 400 naming the first field that the target cannot take and that may not be dropped
     */
    public void writeTo(ObjectNode out, DialectName target) {
        if (target == dialect) {
            merge(out, fields);
        } else {
            check(path, fields);
        }
    }

    /**
     * One of them, for an encoder that knows what to make of it.
     *
     * @param name the field
     * @return a missing node when it is not there
     */
    public JsonNode get(String name) {
        return fields.path(name);
    }

    private void check(String at, ObjectNode object) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String here = at.isEmpty() ? field.getKey() : at + "." + field.getKey();
            if (Portability.mayDrop(dialect, here)) {
                continue;
            }
            if (field.getValue() instanceof ObjectNode inner
                    && !inner.isEmpty()
                    && Portability.mayDropWithin(dialect, here)) {
                check(here, inner);
            } else {
                throw Portability.refuse(here);
            }
        }
    }

    private static void merge(ObjectNode out, ObjectNode more) {
        for (Map.Entry<String, JsonNode> field : more.properties()) {
            if (out.get(field.getKey()) instanceof ObjectNode inner && field.getValue() instanceof ObjectNode nested) {
                merge(inner, nested);
            } else if (!out.has(field.getKey())) {
                out.set(field.getKey(), field.getValue());
            }
        }
    }
}
