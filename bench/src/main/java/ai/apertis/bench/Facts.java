package ai.apertis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What there is to say of a run beside its measurements: the machine, starts and memory. */
final class Facts {
    /** Resident memory of one process, in MiB. */
    record Memory(String process, double idle, double peak, double after) {}

    private final Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final String load = loadAverage();
    private final Map<String, Double> firstRequests = new LinkedHashMap<>();
    private final List<Double> starts = new ArrayList<>();
    private final List<Double> firstsAfterStart = new ArrayList<>();
    private double nginxIdleMib;
    private @Nullable Memory nginx;
    private @Nullable Memory gateway;
    private @Nullable Duration firstStart;
    private @Nullable Duration start;
    private @Nullable Duration stop;

    void ofStart(Stage stage) {
        Child proxy = stage.nginx();
        nginxIdleMib = proxy == null ? 0 : proxy.residentMib();
        Gateway ours = stage.gateway();
        if (ours != null) {
            firstStart = stage.firstStart();
            start = ours.ready();
            stop = stage.stop();
        }
    }

    void firstRequest(Target target, double micros) {
        firstRequests.put(target.name(), micros);
    }

    void start(Duration ready, double firstRequestMicros) {
        starts.add((double) ready.toMillis());
        firstsAfterStart.add(firstRequestMicros);
    }

    void ofEnd(Stage stage) {
        Child proxy = stage.nginx();
        if (proxy != null) {
            nginx = new Memory("nginx", nginxIdleMib, proxy.peakMib(), proxy.residentMib());
        }
        Gateway ours = stage.gateway();
        if (ours != null) {
            Child process = ours.process();
            gateway = new Memory("gateway", stage.idleMib(), process.peakMib(), process.residentMib());
        }
    }

    /** The machine and the moment, in one sentence. */
    String where() {
        return "%s; %d processors (%s), Linux %s, Java %s; load average of the minute before: %s."
                .formatted(
                        began,
                        Runtime.getRuntime().availableProcessors(),
                        ProcFs.processorName(),
                        System.getProperty("os.version"),
                        Runtime.version(),
                        load);
    }

    @Nullable
    Memory nginx() {
        return nginx;
    }

    @Nullable
    Memory gateway() {
        return gateway;
    }

    @Nullable
    Duration firstStart() {
        return firstStart;
    }

    @Nullable
    Duration start() {
        return start;
    }

    @Nullable
    Duration stop() {
        return stop;
    }

    /** Latency of each target's very first request, in microseconds. */
    Map<String, Double> firstRequests() {
        return firstRequests;
    }

    /** From the start of the JVM until it was ready, PostgreSQL being there, in milliseconds; empty without a gateway. */
    List<Double> starts() {
        return starts;
    }

    /** Latency of the first request right after each of these starts, in microseconds. */
    List<Double> firstsAfterStart() {
        return firstsAfterStart;
    }

    private static String loadAverage() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        } catch (IOException e) {
            return "unknown";
        }
    }
}
