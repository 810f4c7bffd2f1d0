package ai.apertis.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Changes sound input: its bytes, its JSON, its events. The same seed makes the same changes. */
final class Mutator {
    private static final JsonMapper PLAIN = new JsonMapper();
    private static final JsonMapper ESCAPED =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final int MOST_CHANGES = 4;
    private static final int LONG_TEXT = 5_000;
    private static final int DEEP = 80;

    /** JSON parsers guess these; RFC 8259 knows only UTF-8. */
    private static final List<Charset> ENCODINGS = List.of(
            StandardCharsets.UTF_16,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16BE,
            Charset.forName("UTF-32BE"),
            StandardCharsets.ISO_8859_1);

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** What comes between events, and what ends streams of every dialect. */
    private static final List<String> EVENTS = List.of(
            ": comment\n\n",
            "event: ping\n\n",
            "id: 1\nretry: 5\n\n",
            "data\n\n",
            "data:\n\n",
            "data: {}\n\n",
            "data: { }\n\n",
            "data: null\n\n",
            "data: [1]\n\n",
            "data: \"text\"\n\n",
            "data: {\"a\n\n",
            "data: [DONE]\n\n",
            "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}\n\n",
            "data: {\"error\":{\"message\":\"m\",\"code\":500}}\n\n",
            "data: {\"type\":\"response.completed\",\"response\":{}}\n\n",
            "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n");

    private final Random random;
    private final List<String> words;

    Mutator(long seed, List<String> words) {
        // Neighbouring seeds begin alike; one multiplication sets them apart.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.words = words;
    }

    Random random() {
        return random;
    }

    List<String> words() {
        return words;
    }

    <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** JSON with other members, values and shapes, sometimes in another encoding; one in four is no JSON any more. */
    byte[] json(byte[] sound) {
        JsonNode root = parse(sound);
        if (root == null || !root.isContainerNode()) {
            return bytes(sound);
        }
        for (int change = random.nextInt(MOST_CHANGES + 1); change > 0; change--) {
            change(root);
        }
        String written = write(root);
        byte[] utf8 = written.getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(64)) {
            case 0 -> written.getBytes(one(ENCODINGS));
            case 1 -> join(BYTE_ORDER_MARK, utf8, new byte[0]);
            default -> random.nextInt(4) == 0 ? bytes(utf8) : utf8;
        };
    }

    /** Events left out, repeated, exchanged, changed and put in; other line ends; the end cut off. */
    byte[] stream(byte[] sound) {
        List<String> events =
                new ArrayList<>(Arrays.asList(new String(sound, StandardCharsets.ISO_8859_1).split("(?<=\n\n)")));
        for (int change = random.nextInt(MOST_CHANGES + 1); change > 0 && !events.isEmpty(); change--) {
            change(events);
        }
        String text = String.join("", events);
        if (random.nextInt(4) == 0) {
            text = text.stripTrailing();
        }
        text = switch (random.nextInt(8)) {
            case 0 -> text.replace("\n", "\r\n");
            case 1 -> text.replace('\n', '\r');
            case 2 -> "\u00EF\u00BB\u00BF" + text;
            default -> text;
        };
        byte[] out = text.getBytes(StandardCharsets.ISO_8859_1);
        return random.nextInt(4) == 0 ? bytes(out) : out;
    }

    /** Bytes put in, taken out, exchanged and repeated. */
    byte[] bytes(byte[] sound) {
        byte[] out = sound;
        for (int change = 1 + random.nextInt(MOST_CHANGES); change > 0 && out.length > 2; change--) {
            int at = random.nextInt(out.length);
            int end = Math.min(out.length, at + random.nextInt(40));
            byte[] before = Arrays.copyOf(out, at);
            out = switch (random.nextInt(5)) {
                case 0 -> join(before, new byte[] {(byte) random.nextInt(256)}, rest(out, at + 1));
                case 1 -> before;
                case 2 -> join(before, new byte[0], rest(out, end));
                case 3 -> join(Arrays.copyOf(out, end), Arrays.copyOfRange(out, at, end), rest(out, end));
                default -> join(before, one(words).getBytes(StandardCharsets.UTF_8), rest(out, at));
            };
        }
        return out;
    }

    private void change(List<String> events) {
        int at = random.nextInt(events.size());
        int other = random.nextInt(events.size());
        switch (random.nextInt(8)) {
            case 0 -> events.remove(at);
            case 1 -> events.add(at, events.get(other));
            case 2 -> events.set(at, events.set(other, events.get(at)));
            case 3 -> events.subList(at, events.size()).clear();
            case 4 -> events.add(at, one(EVENTS));
            case 5 -> {
                String event = events.get(at);
                int comma = event.indexOf(',', random.nextInt(event.length()));
                if (comma > 0) {
                    events.set(at, event.substring(0, comma + 1) + "\ndata: " + event.substring(comma + 1));
                }
            }
            default -> events.set(at, changed(events.get(at)));
        }
    }

    private String changed(String event) {
        int data = event.indexOf("data:");
        int end = data < 0 ? -1 : event.indexOf('\n', data);
        JsonNode json = end < 0 ? null : parse(event.substring(data + 5, end).getBytes(StandardCharsets.ISO_8859_1));
        if (json == null || !json.isContainerNode()) {
            return event;
        }
        change(json);
        String written = new String(write(json).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return event.substring(0, data + 5) + written + event.substring(end);
    }

    private void change(JsonNode root) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode container = one(containers);
        if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.isEmpty() || random.nextInt(5) == 0 ? one(words) : one(names);
            JsonNode now = object.path(name);
            switch (random.nextInt(6)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(one(words), now.isMissingNode() ? strange() : now.deepCopy());
                case 2 -> object.set(name, one(containers).deepCopy());
                case 3 -> object.put(name, one(words));
                default -> object.set(name, strange());
            }
        } else if (container instanceof ArrayNode array) {
            int at = array.isEmpty() ? 0 : random.nextInt(array.size());
            switch (array.isEmpty() ? 3 : random.nextInt(5)) {
                case 0 -> array.remove(at);
                case 1 ->
                    array.insert(at, array.get(random.nextInt(array.size())).deepCopy());
                case 2 -> array.set(at, one(containers).deepCopy());
                case 3 -> array.add(strange());
                default -> array.set(at, strange());
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private JsonNode strange() {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (random.nextInt(22)) {
            case 0 -> make.nullNode();
            case 1 -> make.booleanNode(true);
            case 2 -> make.booleanNode(false);
            case 3 -> make.numberNode(0);
            case 4 -> make.numberNode(-1);
            case 5 -> make.numberNode(random.nextInt(100));
            case 6 -> make.numberNode(Integer.MAX_VALUE);
            case 7 -> make.numberNode(1L + Integer.MAX_VALUE);
            case 8 -> make.numberNode(Long.MAX_VALUE);
            case 9 -> make.numberNode(new BigDecimal("99999999999999999999"));
            case 10 -> make.numberNode(new BigDecimal("1e999"));
            case 11 -> make.numberNode(new BigDecimal("1e-999999999"));
            case 12 -> make.numberNode(0.5);
            case 13 -> make.textNode("");
            case 14 -> make.textNode("\ud800");
            case 15 -> make.textNode("\u0000\u2028\uFEFF\"\\\n");
            case 16 -> make.textNode("x".repeat(random.nextInt(LONG_TEXT)));
            case 17 -> make.textNode("data:image/png;base64," + one(words));
            case 18 -> make.objectNode();
            case 19 -> make.arrayNode();
            case 20 -> make.objectNode().set("", make.arrayNode().add(1));
            default -> {
                ArrayNode outer = make.arrayNode();
                ArrayNode inner = outer;
                for (int i = random.nextInt(DEEP); i > 0; i--) {
                    inner = inner.addArray();
                }
                yield outer;
            }
        };
    }

    /** One in sixteen with numbers that no decimal holds. */
    private String write(JsonNode root) {
        try {
            String written = (random.nextBoolean() ? PLAIN : ESCAPED).writeValueAsString(root);
            return random.nextInt(16) == 0 ? written.replace("E-999999999", "E-9999999999999") : written;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static @Nullable JsonNode parse(byte[] json) {
        try {
            return PLAIN.readTree(json);
        } catch (IOException broken) {
            return null;
        }
    }

    private static byte[] rest(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, Math.min(from, bytes.length), bytes.length);
    }

    private static byte[] join(byte[] first, byte[] second, byte[] third) {
        byte[] out = Arrays.copyOf(first, first.length + second.length + third.length);
        System.arraycopy(second, 0, out, first.length, second.length);
        System.arraycopy(third, 0, out, first.length + second.length, third.length);
        return out;
    }
}
