package ai.apertis.bench.micro;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.openai.OpenAiChatRequest;
import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a chunk of a stream costs where client and provider both speak OpenAI's dialect, sockets left out. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StreamBenchmark {
    private static final String CHUNK =
            "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1741569952,\"model\":\"gpt-5.2\",\"service_tier\":\"default\","
                    + "\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,"
                    + "\"delta\":{\"content\":\" brown fox\"},\"logprobs\":null,\"finish_reason\":null}],"
                    + "\"usage\":null}\n\n";
    private static final String REQUEST =
            "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private final byte[] whole = CHUNK.getBytes(StandardCharsets.UTF_8);
    private final byte[] cut = whole.clone();
    private final SseFramer framer = new SseFramer(1 << 20);
    private final SseEvent event = new SseEvent();
    private final Passage passage = OpenAiChatRequest.read(REQUEST.getBytes(StandardCharsets.UTF_8))
            .bridge(new Target(DialectName.OPENAI, "gpt-5.2", -1, 128_000, true, Quirks.NONE))
            .passage();
    private final Counting out = new Counting();

    /** Finding an event's end. */
    @Benchmark
    public void frame(Blackhole hole) {
        framer.feed(whole, 0, whole.length, (buf, from, to, copied) -> hole.consume(to));
    }

    /** Finding an event's end when the network cut the event in two. */
    @Benchmark
    public void frameCut(Blackhole hole) {
        int middle = cut.length / 2;
        framer.feed(cut, 0, middle, (buf, from, to, copied) -> hole.consume(to));
        framer.feed(cut, middle, cut.length, (buf, from, to, copied) -> hole.consume(to));
    }

    /** The whole way of a chunk: framed, looked at, scanned for text, usage and end, passed on as it came. */
    @Benchmark
    public int pass() {
        framer.feed(whole, 0, whole.length, (buf, from, to, copied) -> passage.pass(event.read(buf, from, to), out));
        return out.passed;
    }

    private static final class Counting implements EventSink {
        private int passed;

        @Override
        public void same() {
            passed++;
        }

        @Override
        public void event(byte[] bytes) {
            throw new IllegalStateException("the chunk is whole and passes as it is");
        }
    }
}
