package ai.apertis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SseFramerTest {
    private static final String STREAM =
            "event: a\ndata: 1\n\n: ping\n\ndata: {\"x\":\"é\"}\ndata: 2\n\n\ndata: [DONE]\n\n";

    @Test
    void findsTheSameEventsHoweverTheBytesAreChopped() {
        for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            byte[] bytes = STREAM.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
            List<String> whole = data(bytes, bytes.length);
            assertThat(whole).containsExactly("a|1", "null|", "null|{\"x\":\"é\"}\n2", "null|[DONE]");
            for (int size = 1; size < bytes.length; size++) {
                assertThat(data(bytes, size)).as("chopped every %d", size).isEqualTo(whole);
            }
        }
    }

    @Test
    void losesNoByteThatAnEventConsistsOf() {
        Random random = new Random(7);
        byte[] bytes = STREAM.repeat(50).getBytes(StandardCharsets.UTF_8);
        StringBuilder passed = new StringBuilder();
        SseFramer framer = new SseFramer(1_000);
        int at = 0;
        while (at < bytes.length) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(40));
            framer.feed(
                    bytes,
                    at,
                    end,
                    (buf, from, to, copied) -> passed.append(new String(buf, from, to - from, StandardCharsets.UTF_8)));
            at = end;
        }
        assertThat(passed.toString().replaceAll("\n{2,}", "\n\n"))
                .isEqualTo(STREAM.repeat(50).replaceAll("\n{2,}", "\n\n"));
    }

    @Test
    void handsOnTheLastEventThoughItsBlankLineIsMissing() {
        List<String> events = new ArrayList<>();
        SseFramer framer = new SseFramer(1_000);
        byte[] bytes = "data: 1\n\ndata: 2".getBytes(StandardCharsets.UTF_8);
        framer.feed(bytes, 0, bytes.length, collect(events));
        assertThat(events).containsExactly("null|1");
        framer.finish(collect(events));
        framer.finish(collect(events));
        assertThat(events).containsExactly("null|1", "null|2");
    }

    @Test
    void passesOverAByteOrderMark() {
        byte[] bytes = "\uFEFFdata: 1\n\n".getBytes(StandardCharsets.UTF_8);
        assertThat(data(bytes, bytes.length)).containsExactly("null|1");
    }

    @Test
    void refusesAnEventLongerThanAllowed() {
        SseFramer framer = new SseFramer(64);
        byte[] half = ("data: " + "x".repeat(50)).getBytes(StandardCharsets.UTF_8);
        framer.feed(half, 0, half.length, (buf, from, to, copied) -> {});
        assertThatThrownBy(() -> framer.feed(half, 0, half.length, (buf, from, to, copied) -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void doesNotTakeAFieldForAnotherThatBeginsAlike() {
        byte[] bytes = "database: 1\ndata:2\neventual: x\nid: 3\n\n".getBytes(StandardCharsets.UTF_8);
        assertThat(data(bytes, bytes.length)).containsExactly("null|2");
    }

    private static List<String> data(byte[] bytes, int size) {
        List<String> events = new ArrayList<>();
        SseFramer framer = new SseFramer(1 << 20);
        for (int at = 0; at < bytes.length; at += size) {
            framer.feed(bytes, at, Math.min(bytes.length, at + size), collect(events));
        }
        framer.finish(collect(events));
        return events;
    }

    private static SseFramer.Sink collect(List<String> events) {
        SseEvent view = new SseEvent();
        return (buf, from, to, copied) -> {
            SseEvent event = view.read(buf, from, to);
            events.add(event.name() + "|"
                    + new String(
                            event.buffer(),
                            event.dataFrom(),
                            event.dataTo() - event.dataFrom(),
                            StandardCharsets.UTF_8));
        };
    }
}
