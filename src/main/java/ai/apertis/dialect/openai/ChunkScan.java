package ai.apertis.dialect.openai;

import ai.apertis.dialect.TextSample;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One walk over the bytes of a chat completion chunk, without a parser and without garbage: where the members are that
 * the bill and strict clients depend on, whether the chunk carries content, and the text in it. It trusts that a string
 * ends at the first quote that is not escaped and that brackets match; of anything else it says {@link #readable} false
 * and the chunk passes as it is.
 */
final class ChunkScan {
    private static final byte[] CONTENT = ascii("content");
    private static final byte[] REASONING_CONTENT = ascii("reasoning_content");
    private static final byte[] REASONING = ascii("reasoning");
    private static final byte[] REFUSAL = ascii("refusal");
    private static final byte[] TEXT = ascii("text");
    private static final byte[] ARGUMENTS = ascii("arguments");
    private static final byte[] NAME = ascii("name");
    private static final byte[] FINISH_REASON = ascii("finish_reason");
    private static final byte[] TYPE = ascii("type");
    private static final byte[] INDEX = ascii("index");
    private static final byte[] FUNCTION = ascii("function");
    private static final byte[] TOOL_CALLS = ascii("tool_calls");

    /** A member that strict clients look for. */
    static final class Slot {
        private boolean present;
        private boolean filled;
        private int from;
        private int to;

        private void clear() {
            present = filled = false;
        }

        private void put(int valueFrom, int valueTo, boolean isFilled) {
            present = true;
            filled = isFilled;
            from = valueFrom;
            to = valueTo;
        }

        /** Whether it is there at all, though it may be null or empty. */
        boolean present() {
            return present;
        }

        /** Whether it has a value. */
        boolean filled() {
            return filled;
        }

        /** Index of the value's first byte. */
        int from() {
            return from;
        }

        /** Index after the value's last byte. */
        int to() {
            return to;
        }
    }

    private byte[] buf = new byte[0];
    private int at;
    private int to;

    private boolean readable;
    private int firstMember;
    private final Slot id = new Slot();
    private final Slot object = new Slot();
    private final Slot created = new Slot();
    private final Slot choices = new Slot();
    private boolean choicesEmpty;
    private boolean content;
    private boolean finish;
    private boolean calls;
    private int ids;
    private int types;
    private int indexes;
    private int functions;
    private final Slot usage = new Slot();
    private int usageFrom;
    private int usageTo;
    private int groqFrom;
    private int groqTo;
    private int errorFrom;
    private int errorTo;

    /**
     * Walks over a chunk.
     *
     * @param bytes hold it
     * @param from index of its first byte
     * @param end index after its last byte
     * @param text takes the text that it carries
     */
    void scan(byte[] bytes, int from, int end, TextSample text) {
        buf = bytes;
        at = from;
        to = end;
        choicesEmpty = content = finish = calls = false;
        ids = types = indexes = functions = 0;
        id.clear();
        object.clear();
        created.clear();
        choices.clear();
        usage.clear();
        usageFrom = usageTo = groqFrom = groqTo = errorFrom = errorTo = 0;
        readable = object(text);
    }

    boolean readable() {
        return readable;
    }

    /** Index at which a further member could be put in front of the others. */
    int firstMember() {
        return firstMember;
    }

    /** Whether the chunk has any member at all. */
    boolean hasMembers() {
        return buf[firstMember] != '}';
    }

    Slot id() {
        return id;
    }

    Slot object() {
        return object;
    }

    Slot created() {
        return created;
    }

    Slot choices() {
        return choices;
    }

    /** Whether nothing is missing that strict clients look for. */
    boolean isWhole() {
        return id.filled && object.filled && created.filled && choices.filled;
    }

    /** Whether tool calls seem to begin without a type. */
    boolean lacksTypes() {
        return calls && ids > types;
    }

    /** Whether pieces of tool calls seem to lack their index; the choice has one too. */
    boolean lacksIndexes() {
        return calls && indexes <= functions;
    }

    /** The member {@code usage}, whatever its value. */
    Slot usage() {
        return usage;
    }

    boolean choicesEmpty() {
        return choicesEmpty;
    }

    /** Whether there is what only Groq tells, usage among it. */
    boolean hasGroq() {
        return groqTo > groqFrom;
    }

    int groqFrom() {
        return groqFrom;
    }

    int groqTo() {
        return groqTo;
    }

    /** Whether something of an answer is in it: text, reasoning, a refusal, a tool call. */
    boolean hasContent() {
        return content;
    }

    boolean hasFinish() {
        return finish;
    }

    boolean hasUsage() {
        return usageTo > usageFrom;
    }

    int usageFrom() {
        return usageFrom;
    }

    int usageTo() {
        return usageTo;
    }

    boolean hasError() {
        return errorTo > errorFrom;
    }

    int errorFrom() {
        return errorFrom;
    }

    int errorTo() {
        return errorTo;
    }

    private boolean object(TextSample text) {
        space();
        if (at >= to || buf[at] != '{') {
            return false;
        }
        at++;
        space();
        firstMember = at;
        while (at < to && buf[at] == '"') {
            int nameFrom = at + 1;
            if (!string()) {
                return false;
            }
            int nameTo = at - 1;
            space();
            if (at >= to || buf[at] != ':') {
                return false;
            }
            at++;
            space();
            if (!member(nameFrom, nameTo, text)) {
                return false;
            }
            space();
            if (at < to && buf[at] == ',') {
                at++;
                space();
            }
        }
        return at < to && buf[at] == '}';
    }

    private boolean member(int nameFrom, int nameTo, TextSample text) {
        int from = at;
        switch (nameTo - nameFrom) {
            case 2 -> {
                if (is(nameFrom, nameTo, "id")) {
                    return slot(id, at + 1 < to && buf[at] == '"' && buf[at + 1] != '"');
                }
            }
            case 5 -> {
                if (is(nameFrom, nameTo, "usage")) {
                    boolean told = at < to && buf[at] == '{';
                    if (!slot(usage, true)) {
                        return false;
                    }
                    if (told) {
                        usageFrom = from;
                        usageTo = at;
                    }
                    return true;
                }
                if (is(nameFrom, nameTo, "error")) {
                    boolean told = at < to && (buf[at] == '{' || buf[at] == '"');
                    if (!value(null)) {
                        return false;
                    }
                    if (told) {
                        errorFrom = from;
                        errorTo = at;
                    }
                    return true;
                }
            }
            case 6 -> {
                if (is(nameFrom, nameTo, "x_groq")) {
                    boolean object = at < to && buf[at] == '{';
                    if (!value(null)) {
                        return false;
                    }
                    if (object) {
                        groqFrom = from;
                        groqTo = at;
                    }
                    return true;
                }
                if (is(nameFrom, nameTo, "object")) {
                    return slot(object, at + 1 < to && buf[at] == '"' && buf[at + 1] != '"');
                }
            }
            case 7 -> {
                if (is(nameFrom, nameTo, "choices")) {
                    boolean array = at < to && buf[at] == '[';
                    if (!value(text)) {
                        return false;
                    }
                    choices.put(from, at, array);
                    choicesEmpty = array && at - from <= 3 && isEmptyArray(from, at);
                    return true;
                }
                if (is(nameFrom, nameTo, "created")) {
                    return slot(created, at < to && buf[at] != 'n');
                }
            }
            default -> {}
        }
        return value(null);
    }

    private boolean slot(Slot slot, boolean filled) {
        int from = at;
        if (!value(null)) {
            return false;
        }
        slot.put(from, at, filled);
        return true;
    }

    /** Passes over a value; inside the choices it looks at the members that carry an answer. */
    private boolean value(@Nullable TextSample text) {
        if (at >= to) {
            return false;
        }
        byte first = buf[at];
        if (first == '"') {
            return string();
        }
        if (first != '{' && first != '[') {
            while (at < to && buf[at] != ',' && buf[at] != '}' && buf[at] != ']') {
                at++;
            }
            return at < to;
        }
        int depth = 0;
        while (at < to) {
            byte b = buf[at];
            if (b == '"') {
                int from = at + 1;
                if (!string()) {
                    return false;
                }
                if (text != null) {
                    int nameTo = at - 1;
                    space();
                    if (at < to && buf[at] == ':') {
                        at++;
                        space();
                        carrier(from, nameTo, text);
                    }
                }
                continue;
            }
            at++;
            if (b == '{' || b == '[') {
                depth++;
            } else if ((b == '}' || b == ']') && --depth == 0) {
                return true;
            }
        }
        return false;
    }

    /** A member inside the choices whose value begins here; its string, if it is one, is left to be passed over. */
    private void carrier(int nameFrom, int nameTo, TextSample text) {
        if (at >= to) {
            return;
        }
        count(nameFrom, nameTo);
        if (buf[at] != '"') {
            return;
        }
        int from = at + 1;
        boolean carries = switch (nameTo - nameFrom) {
            case 4 -> is(nameFrom, nameTo, TEXT) || is(nameFrom, nameTo, NAME);
            case 7 -> is(nameFrom, nameTo, CONTENT) || is(nameFrom, nameTo, REFUSAL);
            case 9 -> is(nameFrom, nameTo, REASONING) || is(nameFrom, nameTo, ARGUMENTS);
            case 17 -> is(nameFrom, nameTo, REASONING_CONTENT);
            default -> false;
        };
        boolean finishes = nameTo - nameFrom == 13 && is(nameFrom, nameTo, FINISH_REASON);
        if (!carries && !finishes) {
            return;
        }
        if (!string()) {
            return;
        }
        if (finishes) {
            finish = true;
        } else if (at - 1 > from) {
            content = true;
            text.add(buf, from, at - 1);
        }
    }

    /** Members of which a tool call has one each. */
    private void count(int nameFrom, int nameTo) {
        switch (nameTo - nameFrom) {
            case 2 -> {
                if (is(nameFrom, nameTo, "id") && buf[at] == '"' && at + 1 < to && buf[at + 1] != '"') {
                    ids++;
                }
            }
            case 4 -> types += is(nameFrom, nameTo, TYPE) ? 1 : 0;
            case 5 -> indexes += is(nameFrom, nameTo, INDEX) ? 1 : 0;
            case 8 -> functions += is(nameFrom, nameTo, FUNCTION) && buf[at] == '{' ? 1 : 0;
            case 10 -> calls |= is(nameFrom, nameTo, TOOL_CALLS) && buf[at] == '[';
            default -> {}
        }
    }

    /** From an opening quote to after the closing one. */
    private boolean string() {
        int i = at + 1;
        while (i < to) {
            byte b = buf[i++];
            if (b == '"') {
                at = i;
                return true;
            }
            if (b == '\\') {
                i++;
            }
        }
        at = to;
        return false;
    }

    private void space() {
        while (at < to && (buf[at] == ' ' || buf[at] == '\n' || buf[at] == '\r' || buf[at] == '\t')) {
            at++;
        }
    }

    private boolean isEmptyArray(int from, int end) {
        for (int i = from + 1; i < end - 1; i++) {
            if (buf[i] > ' ') {
                return false;
            }
        }
        return true;
    }

    private boolean is(int from, int end, String name) {
        for (int i = 0; i < end - from; i++) {
            if (buf[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean is(int from, int end, byte[] name) {
        for (int i = 0; i < end - from; i++) {
            if (buf[from + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
