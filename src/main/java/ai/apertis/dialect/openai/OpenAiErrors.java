package ai.apertis.dialect.openai;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ProviderErrors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Errors in OpenAI's form: {@code {"error":{"message","type","param","code"}}}. */
public final class OpenAiErrors {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OpenAiErrors() {}

    /**
     * The body that tells an error.
     *
     * @param error what to tell
     * @return UTF-8 JSON
     */
    public static byte[] body(ApiError error) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode body = root.putObject("error");
        body.put("message", error.message());
        body.put("type", error.type());
        body.put("param", error.param());
        body.put("code", error.code());
        try {
            return JSON.writeValueAsBytes(root);
        } catch (IOException e) {
            throw new IllegalStateException("an error body could not be written", e);
        }
    }

    /**
     * Reads a provider's error answer.
     *
     * @param status its HTTP status; 200 for an error inside an answer that had begun well
     * @param buf holds its body
     * @param from index of the first byte
     * @param to index after the last byte
     * @return what the client is told; never null, whatever the body is
     */
    public static ApiError read(int status, byte[] buf, int from, int to) {
        JsonNode error = error(buf, from, to);
        if (error == null) {
            return ProviderErrors.of(status == 200 ? 502 : status, null, null, null);
        }
        String message = error.isTextual() ? error.textValue() : text(error, "message");
        JsonNode code = error.path("code");
        int told = status == 200 ? (code.isInt() ? code.intValue() : 502) : status;
        return ProviderErrors.of(told, code.isTextual() ? code.textValue() : null, message, text(error, "param"));
    }

    private static @Nullable JsonNode error(byte[] buf, int from, int to) {
        try {
            JsonNode root = JSON.readTree(buf, from, to - from);
            if (root != null && root.isArray() && !root.isEmpty()) {
                root = root.get(0);
            }
            JsonNode error = root == null ? null : root.get("error");
            return error == null ? root : error;
        } catch (IOException notJson) {
            return null;
        }
    }

    private static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() ? value.textValue() : null;
    }
}
