package ai.apertis.bench.micro;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import ai.apertis.money.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What a chunk of a stream costs on its way from each provider dialect to each client dialect, sockets left out: framed,
 * read, noted for the bill, and passed or written anew. Figures are per event of a whole stream, its beginning and end
 * spread over all.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TranslationBenchmark {
    private static final String CHAT =
            "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":1000,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String ANTHROPIC = "{\"model\":\"m\",\"stream\":true,\"max_tokens\":1000,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String RESPONSES =
            "{\"model\":\"m\",\"stream\":true,\"max_output_tokens\":1000,\"input\":\"hi\"}";
    private static final String GEMINI = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";

    /** Whom the gateway asks. */
    @Param
    public DialectName provider;

    /** Who asks the gateway. */
    @Param
    public DialectName client;

    private List<byte[]> events = List.of();
    private final SseEvent event = new SseEvent();
    private final Receipt receipt = new Receipt(Usage.NONE, null);
    private Bridge bridge;

    /** Reads the request, and tries one stream so that no broken one is measured. */
    @Setup
    public void prepare() {
        events = Streams.of(provider);
        byte[] body = (switch (client) {
                    case OPENAI -> CHAT;
                    case ANTHROPIC -> ANTHROPIC;
                    case OPENAI_RESPONSES -> RESPONSES;
                    case GEMINI -> GEMINI;
                })
                .getBytes(StandardCharsets.UTF_8);
        ClientRequest request = switch (client) {
            case OPENAI -> ClientRequests.chat(body);
            case ANTHROPIC -> ClientRequests.messages(body);
            case OPENAI_RESPONSES -> ClientRequests.responses(body);
            case GEMINI -> ClientRequests.gemini(body, "m", true);
        };
        bridge = request.bridge(new Target(provider, "m", -1, 128_000, true, Quirks.NONE));
        Passage tried = bridge.passage();
        stream(tried, new Counting());
        if (events.size() != Streams.EVENTS || tried.error() != null || !tried.finished() || tried.usage() == null) {
            throw new IllegalStateException("the stream is not whole");
        }
    }

    /**
     * One stream.
     *
     * @param hole takes what goes to the client
     */
    @Benchmark
    @OperationsPerInvocation(Streams.EVENTS)
    public void chunk(Blackhole hole) {
        Counting out = new Counting();
        stream(bridge.passage(), out);
        hole.consume(out.bytes);
    }

    private void stream(Passage passage, Counting out) {
        SseFramer framer = new SseFramer(1 << 20);
        for (byte[] bytes : events) {
            framer.feed(bytes, 0, bytes.length, (buf, from, to, copied) -> {
                Seen seen = passage.pass(event.read(buf, from, to), out);
                if (seen == Seen.ERROR) {
                    throw new IllegalStateException("not a failing stream");
                }
            });
        }
        passage.end(receipt, out);
    }

    private static final class Counting implements EventSink {
        private long bytes;

        @Override
        public void same() {
            bytes++;
        }

        @Override
        public void event(byte[] written) {
            bytes += written.length;
        }
    }
}
