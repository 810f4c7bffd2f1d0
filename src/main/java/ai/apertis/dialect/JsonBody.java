package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request body that is one JSON object, read once from its bytes without a tree, remembering where each top-level
 * member stands so that it can be edited in place.
 */
public final class JsonBody {
    /** Reads the value of one top-level member. */
    @FunctionalInterface
    public interface Members {
        /**
         * Called once per member with the parser on the value's first token; must leave it on the value's last token.
         *
         * @param name the member's name
         * @param json the parser
         * @throws IOException on malformed JSON
         * @throws ApiException when the value is not to be had
         */
        void member(String name, JsonParser json) throws IOException;
    }

    /**
     * Where a member stands.
     *
     * @param name its name
     * @param from index of the name's opening quote
     * @param valueFrom index of the value's first byte
     * @param to index after the value's last byte
     */
    public record Member(String name, int from, int valueFrom, int to) {}

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxStringLength(64 << 20)
                    .maxNumberLength(64)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // What is not UTF-8 is no JSON (RFC 8259, 8.1), and a parser that guesses tells no places to edit.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();

    private final byte[] bytes;
    /** Index after its opening brace. */
    private final int open;

    private final List<Member> members;

    private JsonBody(byte[] bytes, int open, List<Member> members) {
        this.bytes = bytes;
        this.open = open;
        this.members = members;
    }

    /**
     * Reads a body.
     *
     * @param bytes the body
     * @param reader told of each top-level member
     * @return the body and where its members stand
     * @throws ApiException a 400 when it is not one well-formed JSON object
     */
    public static JsonBody read(byte[] bytes, Members reader) {
        List<Member> members = new ArrayList<>(16);
        int open;
        try (JsonParser json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("The request body must be a JSON object.");
            }
            open = (int) json.currentLocation().getByteOffset();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                int from = (int) json.currentTokenLocation().getByteOffset();
                json.nextToken();
                int valueFrom = (int) json.currentTokenLocation().getByteOffset();
                reader.member(name, json);
                json.finishToken();
                members.add(new Member(
                        name, from, valueFrom, (int) json.currentLocation().getByteOffset()));
            }
            if (json.nextToken() != null) {
                throw malformed("The request body must be one JSON object and nothing after it.");
            }
        } catch (JsonProcessingException e) {
            throw malformed("The request body is not valid JSON: " + firstLine(e.getOriginalMessage()));
        } catch (IOException e) {
            throw malformed("The request body is not valid JSON.");
        }
        return new JsonBody(bytes, open, members);
    }

    /**
     * Where a member stands.
     *
     * @param name its name
     * @return null when it is not there
     */
    public @Nullable Member find(String name) {
        for (Member member : members) {
            if (member.name.equals(name)) {
                return member;
            }
        }
        return null;
    }

    /**
     * The names of its members.
     *
     * @return as written
     */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        members.forEach(member -> names.add(member.name));
        return names;
    }

    /**
     * Whether it has no members.
     *
     * @return true for an empty object
     */
    public boolean isEmpty() {
        return members.isEmpty();
    }

    /**
     * The bytes as they came.
     *
     * @return not a copy
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Sets a member's value: in its place when it is there, as the first member when not. An empty object takes only one.
     *
     * @param edits takes the edit
     * @param name the member
     * @param json its new value as JSON
     */
    public void set(Splice edits, String name, String json) {
        Member member = find(name);
        if (member != null) {
            edits.replace(member.valueFrom, member.to, json.getBytes(StandardCharsets.UTF_8));
        } else if (members.isEmpty()) {
            edits.replace(open, open, ("\"" + name + "\":" + json).getBytes(StandardCharsets.UTF_8));
        } else {
            int first = members.getFirst().from;
            edits.replace(first, first, ("\"" + name + "\":" + json + ",").getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * Takes members out, commas and all. At least one other member must remain.
     *
     * @param edits takes the edits
     * @param names the members to take out; those that are not there are passed over
     */
    public void remove(Splice edits, Set<String> names) {
        byte[] nothing = new byte[0];
        int i = 0;
        while (i < members.size()) {
            if (!names.contains(members.get(i).name)) {
                i++;
                continue;
            }
            int last = i;
            while (last + 1 < members.size() && names.contains(members.get(last + 1).name)) {
                last++;
            }
            if (last + 1 < members.size()) {
                edits.replace(members.get(i).from, members.get(last + 1).from, nothing);
            } else if (i > 0) {
                edits.replace(members.get(i - 1).to, members.get(last).to, nothing);
            }
            i = last + 1;
        }
    }

    private static ApiException malformed(String message) {
        return ApiError.badRequest("invalid_request", message, null).exception();
    }

    private static String firstLine(@Nullable String message) {
        if (message == null) {
            return "malformed";
        }
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
