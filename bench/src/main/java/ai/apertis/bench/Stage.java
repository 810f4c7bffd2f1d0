package ai.apertis.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that is measured, running on loopback in a folder of its own that goes away with it. */
final class Stage implements AutoCloseable {
    private final Plan plan;
    private final Path folder;
    private final List<AutoCloseable> started = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final int upstreamPort;
    private final Child upstream;
    private @Nullable Child nginx;
    private @Nullable Gateway gateway;
    private Duration firstStart = Duration.ZERO;
    private Duration stop = Duration.ZERO;
    private double idleMib;

    /** Starts everything that the plan names and that is installed; stops it again when something does not start. */
    Stage(Plan plan) throws IOException, InterruptedException {
        this.plan = plan;
        this.folder = Files.createTempDirectory("apertis-bench");
        this.upstreamPort = plan.upstreamPort() == 0 ? Child.freePort() : plan.upstreamPort();
        this.upstream = startUpstream();
        started.add(upstream);
        try {
            upstream.awaitAnswer(upstreamPort, "/pace?first_us=0&per_second=50", Duration.ofSeconds(20));
            startTargets();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The mock provider, asked with nothing in between. */
    Target provider() {
        return Target.local("direct", upstreamPort, "none", "mock-model", null);
    }

    private Child startUpstream() {
        return Child.start(
                "mock upstream",
                folder.resolve("upstream.log"),
                Map.of(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-Xms256m",
                        "-Xmx256m",
                        "-Xmn192m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MockUpstream.class.getName(),
                        Integer.toString(upstreamPort)));
    }

    private void startTargets() throws IOException, InterruptedException {
        if (plan.wants("direct")) {
            targets.add(provider());
        }
        if (plan.wants("nginx") && Nginx.isInstalled()) {
            int port = Child.freePort();
            Child proxy = Nginx.start(folder, port, upstreamPort);
            started.add(proxy);
            nginx = proxy;
            targets.add(Target.local("nginx", port, "none", "mock-model", proxy));
        }
        if (plan.wants("free") || plan.wants("billed") || plan.wants("translated")) {
            Gateway ours = startGateway();
            started.add(ours);
            gateway = ours;
            Target free = Target.local("gateway free", ours.port(), Gateway.KEY, Gateway.FREE, ours.process());
            if (plan.wants("free")) {
                targets.add(free);
            }
            if (plan.wants("billed")) {
                targets.add(Target.local("gateway billed", ours.port(), Gateway.KEY, Gateway.PRICED, ours.process()));
            }
            if (plan.wants("translated")) {
                targets.add(free.as("gateway translated", Target.Wire.MESSAGES));
            }
        }
        String other = plan.other();
        if (other != null) {
            targets.add(Target.other(other));
        }
    }

    /** As the image is made; then twice: the first start makes the database, the second shows how long a start takes. */
    private Gateway startGateway() throws IOException, InterruptedException {
        if (plan.aot()) {
            Gateway.rehearse(folder, plan.gatewayFlags());
        }
        Gateway first = Gateway.start(folder, upstreamPort, plan.moreModels(), plan.gatewayFlags());
        firstStart = first.ready();
        long before = System.nanoTime();
        first.close();
        stop = Duration.ofNanos(System.nanoTime() - before);

        List<String> flags = new ArrayList<>(plan.gatewayFlags());
        if (plan.profile()) {
            flags.add("-XX:StartFlightRecording=settings=profile,filename="
                    + Path.of("target", plan.name() + ".jfr").toAbsolutePath());
        }
        Gateway second = Gateway.start(folder, upstreamPort, plan.moreModels(), flags);
        idleMib = second.process().residentMib();
        return second;
    }

    /** What there is to measure, in the order of the rounds. */
    List<Target> targets() {
        return targets;
    }

    Child upstream() {
        return upstream;
    }

    int upstreamPort() {
        return upstreamPort;
    }

    @Nullable
    Child nginx() {
        return nginx;
    }

    @Nullable
    Gateway gateway() {
        return gateway;
    }

    /** From the start of the gateway's JVM until it was ready, its database being made on the way. */
    Duration firstStart() {
        return firstStart;
    }

    /** From SIGTERM until the idle gateway had ended. */
    Duration stop() {
        return stop;
    }

    /** Resident memory of the gateway's JVM before its first request, in MiB. */
    double idleMib() {
        return idleMib;
    }

    @Override
    public void close() {
        for (AutoCloseable each : started.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                System.err.println("stopping: " + e);
            }
        }
        try {
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
