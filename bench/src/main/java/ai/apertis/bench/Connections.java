package ai.apertis.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What connections cost that do nothing, and those whose clients hardly read: memory of the gateway for each, and the time to the
 * first token of healthy streams beside them.
 */
final class Connections {
    private static final int FIRST_MILLIS = 20;
    /** Far more than come while it is measured. */
    private static final int CHUNKS = 50_000;

    private static final long SLOW_READ_MILLIS = 1_000;
    /** Twenty times what their clients read, and little enough that a thousand streams leave the machine to the healthy ones. */
    private static final int SLOW_CHUNKS_PER_SECOND = 5;

    private static final int SLOW_READ_BYTES = 64;
    private static final double MOST_RATIO = 1.2;

    private final Flags flags;
    private final Paper paper = new Paper();
    private final List<SocketChannel> open = new ArrayList<>();
    private volatile boolean over;

    private Connections(Flags flags) {
        this.flags = flags;
    }

    /**
     * Runs.
     *
     * @param args {@code --idle 10000 --slow 1000 --seconds 10 --rounds 3 --name <date>-connections}
     * @throws Exception when something cannot be started or written
     */
    public static void main(String[] args) throws Exception {
        Flags flags = Flags.of(
                args,
                Map.of(
                        "idle", "10000",
                        "slow", "1000",
                        "seconds", "10",
                        "rounds", "3",
                        "name", LocalDate.now() + "-connections"));
        new Connections(flags).run();
    }

    private void run() throws Exception {
        Plan plan = Plan.parse(
                new String[] {
                    "--targets", "free",
                    "--first-ms", Integer.toString(FIRST_MILLIS),
                    "--streams", "50",
                    "--chunks", "50",
                    "--stream-seconds", flags.get("seconds"),
                    "--request-seconds", "1"
                },
                flags.get("name"));
        paper.say("# What idle and slow connections cost, %s", LocalDate.now());
        paper.say("");
        paper.say("%d processors. `bench/connections %s`", Runtime.getRuntime().availableProcessors(), flags.spelled());
        paper.say("");
        paper.say(
                "| | connections | memory, MiB | more for each, KiB | first token p50, ms | p99, ms | p99 to alone |");
        paper.say("| --- | --- | --- | --- | --- | --- | --- |");
        try (Stage stage = new Stage(plan);
                Meter meter = new Meter(stage)) {
            Target target = stage.targets().getFirst();
            Gateway gateway = Objects.requireNonNull(stage.gateway());
            meter.measure(target, plan.warmUp());
            double alone = line("alone", 0, 0, 0, gateway, healthy(meter, target, plan), Double.NaN);

            int idle = flags.whole("idle");
            double before = gateway.process().residentMib();
            hold(idle, gateway.port(), "");
            line("idle", idle, before, idle, gateway, healthy(meter, target, plan), alone);

            int slow = flags.whole("slow");
            before = gateway.process().residentMib();
            pace(stage.upstreamPort(), SLOW_CHUNKS_PER_SECOND);
            List<SocketChannel> readers = hold(slow, gateway.port(), request());
            Thread reading = Thread.ofPlatform().daemon().start(() -> readSlowly(readers));
            line("slow besides", idle + slow, before, slow, gateway, healthy(meter, target, plan), alone);
            over = true;
            reading.join();
        } finally {
            over = true;
            for (SocketChannel each : open) {
                each.close();
            }
        }
        paper.say("");
        paper.say(
                "Idle connections have sent nothing. Slow ones asked for a stream that never ends for them, with a receive buffer of");
        paper.say(
                "4 KiB, and read %d bytes a second. Memory is the resident size of the gateway's process, which holds what the",
                SLOW_READ_BYTES);
        paper.say(
                "JVM took for healthy traffic too; what the kernel keeps for sockets is not in it. The goal is a p99 of healthy");
        paper.say("streams within %.1f times that without them.", MOST_RATIO);
        paper.keep(flags.get("name"));
    }

    private Histogram healthy(Meter meter, Target target, Plan plan) throws Exception {
        Histogram all = StreamFigures.histogram();
        for (int round = 0; round < flags.whole("rounds"); round++) {
            all.add(meter.measure(target, plan).streams().firstChunk);
        }
        return all;
    }

    /** Writes a line; tells the p99. */
    private double line(
            String what, int connections, double beforeMib, int more, Gateway gateway, Histogram waits, double alone) {
        double mib = gateway.process().residentMib();
        double p99 = FIRST_MILLIS + waits.getValueAtPercentile(99) / 1e6;
        paper.say(
                "| %s | %d | %.0f | %s | %.2f | %.2f | %s |",
                what,
                connections,
                mib,
                more == 0 ? "" : "%.1f".formatted((mib - beforeMib) * 1_024 / more),
                FIRST_MILLIS + waits.getValueAtPercentile(50) / 1e6,
                p99,
                Double.isNaN(alone) ? "" : "%.3f".formatted(p99 / alone));
        return p99;
    }

    /** Opens connections, a few at a time, and says what is to be said on each. */
    private List<SocketChannel> hold(int many, int port, String saying) throws IOException, InterruptedException {
        InetSocketAddress gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        List<SocketChannel> made = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
            channel.connect(gateway);
            open.add(channel);
            made.add(channel);
            if (!saying.isEmpty()) {
                channel.write(ByteBuffer.wrap(saying.getBytes(StandardCharsets.US_ASCII)));
            }
            if (i % 50 == 49) {
                TimeUnit.MILLISECONDS.sleep(saying.isEmpty() ? 20 : 500);
            }
        }
        // Until what they set going has come to rest.
        TimeUnit.SECONDS.sleep(5);
        return made;
    }

    private static String request() {
        String body = "{\"model\":\"" + Gateway.FREE + "\",\"max_tokens\":" + CHUNKS
                + ",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Go on.\"}]}";
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Gateway.KEY
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private void readSlowly(List<SocketChannel> readers) {
        ByteBuffer little = ByteBuffer.allocate(SLOW_READ_BYTES);
        try {
            for (SocketChannel each : readers) {
                each.configureBlocking(false);
            }
            while (!over) {
                for (SocketChannel each : readers) {
                    each.read(little.clear());
                }
                TimeUnit.MILLISECONDS.sleep(SLOW_READ_MILLIS);
            }
        } catch (IOException | InterruptedException e) {
            System.err.println("a slow connection ended: " + e.getMessage());
        }
    }

    private static void pace(int upstreamPort, int perSecond) throws IOException {
        var url = URI.create("http://127.0.0.1:" + upstreamPort + "/pace?first_us=0&per_second=" + perSecond)
                .toURL();
        url.openStream().close();
    }
}
