package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * The older turns of a body of OpenAI's chat or Anthropic's messages, and the body with a summary in their place. A turn
 * begins with words of the user and ends before the next; calls of tools and their results are always in one turn, so none is
 * parted from the other. Turns with anything but words, thoughts and tools in them stay, and so do instructions.
 */
public final class OldTurns {
    private static final Set<String> WORDS = Set.of(
            "text", "refusal", "thinking", "redacted_thinking", "tool_use", "tool_result", "input_text", "output_text");

    private final byte[] body;
    private final List<Said> messages;
    /** Places of the messages that a summary takes the place of. */
    private final BitSet old;

    /** A message and where it stands: indexes of its first byte and of that after its last. */
    private record Said(ObjectNode json, int from, int to) {
        String role() {
            return json.path("role").asText();
        }

        boolean instructs() {
            return WishFields.isSystemRole(role());
        }

        boolean beginsTurn() {
            return role().equals("user") && !has("tool_result");
        }

        private boolean has(String type) {
            for (JsonNode part : json.path("content")) {
                if (part.path("type").asText().equals(type)) {
                    return true;
                }
            }
            return false;
        }

        boolean isWords() {
            return !json.has("audio") && areWords(json.path("content"));
        }

        private static boolean areWords(JsonNode content) {
            if (!content.isArray()) {
                return content.isTextual() || content.isNull() || content.isMissingNode();
            }
            for (JsonNode part : content) {
                String type = part.path("type").asText();
                if (!WORDS.contains(type) || (type.equals("tool_result") && !areWords(part.path("content")))) {
                    return false;
                }
            }
            return true;
        }
    }

    private OldTurns(byte[] body, List<Said> messages, BitSet old) {
        this.body = body;
        this.messages = messages;
        this.old = old;
    }

    /**
     * Finds them.
     *
     * @param body checked before
     * @param keep how many of the latest turns are not old
     * @return perhaps none
     */
    public static OldTurns of(byte[] body, int keep) {
        List<Said> messages = new ArrayList<>();
        JsonBody.read(body, (name, json) -> {
            if (name.equals("messages") && json.currentToken() == JsonToken.START_ARRAY) {
                read(json, messages);
            } else {
                json.skipChildren();
            }
        });
        List<BitSet> turns = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (!messages.get(i).instructs()) {
                if (turns.isEmpty() || messages.get(i).beginsTurn()) {
                    turns.add(new BitSet());
                }
                turns.getLast().set(i);
            }
        }
        BitSet old = new BitSet();
        turns.subList(0, Math.max(0, turns.size() - keep)).stream()
                .filter(turn ->
                        turn.stream().allMatch(place -> messages.get(place).isWords()))
                .forEach(old::or);
        return new OldTurns(body, messages, old);
    }

    private static void read(JsonParser json, List<Said> messages) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            int from = (int) json.currentTokenLocation().getByteOffset();
            JsonNode node = Json.tree(json);
            json.finishToken();
            int to = (int) json.currentLocation().getByteOffset();
            if (node instanceof ObjectNode message) {
                messages.add(new Said(message, from, to));
            }
        }
    }

    /**
     * Whether there is nothing to summarise.
     *
     * @return true when everything stays
     */
    public boolean isEmpty() {
        return old.isEmpty();
    }

    /**
     * What was said in them, for a model to read. Thoughts are left out.
     *
     * @return a line or more for each message
     */
    public String transcript() {
        StringBuilder text = new StringBuilder();
        for (int i = old.nextSetBit(0); i >= 0; i = old.nextSetBit(i + 1)) {
            Said message = messages.get(i);
            append(text, message.role(), message.json().path("content"));
            for (JsonNode call : message.json().path("tool_calls")) {
                call(
                        text,
                        call.path("function").path("name"),
                        call.path("function").path("arguments"));
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String speaker, JsonNode content) {
        if (content.isTextual()) {
            text.append(speaker).append(": ").append(content.textValue()).append('\n');
        }
        for (JsonNode part : content) {
            switch (part.path("type").asText()) {
                case "tool_use" -> call(text, part.path("name"), part.path("input"));
                case "tool_result" -> append(text, "tool", part.path("content"));
                default -> {
                    String words = part.path("text").asText(part.path("refusal").asText(""));
                    if (!words.isEmpty()) {
                        text.append(speaker).append(": ").append(words).append('\n');
                    }
                }
            }
        }
    }

    private static void call(StringBuilder text, JsonNode name, JsonNode arguments) {
        text.append("call of ")
                .append(name.asText())
                .append(": ")
                .append(arguments.isTextual() ? arguments.textValue() : Json.text(arguments))
                .append('\n');
    }

    /**
     * The body with one message in the place of them, where the first of them stood.
     *
     * @param words what the user says in it
     * @return a new body in which every other byte is as it was
     */
    public byte[] replacedBy(String words) {
        ObjectNode summary = Json.object().put("role", "user").put("content", words);
        Splice edits = new Splice(body);
        byte[] nothing = new byte[0];
        for (int i = 0; i < messages.size(); i++) {
            Said message = messages.get(i);
            if (i == old.nextSetBit(0)) {
                edits.replace(message.from(), message.to(), Json.text(summary).getBytes(StandardCharsets.UTF_8));
            } else if (old.get(i)) {
                // The summary stands before, so there is a message before, and a comma.
                edits.replace(messages.get(i - 1).to(), message.to(), nothing);
            }
        }
        return edits.apply();
    }

    /**
     * A question for a model that answers with a summary.
     *
     * @param model who is asked
     * @param instructions what is wanted
     * @param mostTokens how long it may be
     * @return a body of Anthropic's messages, whose limit of tokens every provider is told by the name that it knows
     */
    public byte[] question(String model, String instructions, long mostTokens) {
        ObjectNode root = Json.object().put("model", model).put("max_tokens", mostTokens);
        root.put("system", instructions);
        root.putArray("messages").addObject().put("role", "user").put("content", transcript());
        return Json.bytes(root);
    }
}
