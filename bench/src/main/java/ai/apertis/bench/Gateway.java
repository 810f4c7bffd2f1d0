package ai.apertis.bench;

import ai.apertis.ledger.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The gateway with everything on that a customer has on: keys, money, usage rows, access log. Only the limits on how
 * much one key may ask are off, since the load has one key.
 */
final class Gateway implements AutoCloseable {
    static final String KEY = "sk-bench0000000000000000000000000000000000";
    static final String FREE = "bench-free";
    static final String PRICED = "bench-priced";

    private static final String CONFIGURATION = """
        providers:
          - name: mock
            dialect: openai
            base_url: http://127.0.0.1:%d/v1
            keys: ["sk-mock"]
            max_connections: 8192
        models:
          - id: bench-free
            price: {input: 0, output: 0}
            context_length: 10000000
            max_output: 100000
            endpoints: [{provider: mock, model: mock-model}]
          - id: bench-priced
            price: {input: 1.75, output: 14.00, cache_read: 0.175}
            context_length: 10000000
            max_output: 100000
            endpoints: [{provider: mock, model: mock-model}]
        %slimits:
          requests_per_address: 0
          requests_per_key_per_minute: 0
          free_requests_per_key_per_minute: 0
        server:
          connections_per_address: 0
          drain_lead_ms: 0
          header_timeout_ms: 600000
          write_timeout_ms: 600000
        """;
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration REHEARSAL = Duration.ofMinutes(3);

    private static final String MODEL = """
          - id: further-%d
            price: {input: 1, output: 2}
            context_length: 100000
            max_output: 10000
            endpoints: [{provider: mock, model: mock-model}]
        """;
    /** As in the {@code Dockerfile}. */
    private static final List<String> SHIPPED_FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseCompactObjectHeaders");

    private static final String CACHE = "gateway.aot";
    private static final String DATA = "data";
    private static final String YAML = "apertis.yaml";
    private static final String EMBEDDED = "postgresql://postgres@localhost:%d/postgres?sslmode=disable";

    private final Path folder;
    private final Child process;
    private final int port;
    private final Duration ready;
    private final boolean hasDatabase;

    private Gateway(Path folder, Child process, int port, Duration ready, boolean hasDatabase) {
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.ready = ready;
        this.hasDatabase = hasDatabase;
    }

    /**
     * Starts the gateway and waits until it wants requests.
     *
     * @param folder keeps its database, unless {@code APERTIS_DATABASE_URL} names another; made again if it was closed
     * @param upstreamPort where the mock provider listens
     * @param moreModels how many further models are in its catalogue; none where it is negative
     * @param flags further flags of its JVM
     */
    static Gateway start(Path folder, int upstreamPort, int moreModels, List<String> flags)
            throws IOException, InterruptedException {
        String further =
                IntStream.range(0, moreModels).mapToObj(MODEL::formatted).collect(Collectors.joining());
        return start(folder, CONFIGURATION.formatted(upstreamPort, further), flags);
    }

    /** Starts a further node of this gateway: its database is there already. */
    Gateway furtherNode(List<String> flags) throws IOException, InterruptedException {
        // Where there is none in the folder, it has the address from the environment, as this gateway has.
        Map<String, String> database = EmbeddedDatabase.running(folder.resolve(DATA))
                .map(url -> Map.of("APERTIS_DATABASE_URL", EMBEDDED.formatted(url.port())))
                .orElse(Map.of());
        return start(folder, Files.readString(folder.resolve(YAML)), flags, database);
    }

    /** The same with a configuration of its own. */
    static Gateway start(Path folder, String yaml, List<String> flags) throws IOException, InterruptedException {
        return start(folder, yaml, flags, Map.of());
    }

    private static Gateway start(Path folder, String yaml, List<String> flags, Map<String, String> variables)
            throws IOException, InterruptedException {
        Path configuration = folder.resolve(YAML);
        Files.writeString(configuration, yaml);
        int port = Child.freePort();
        int management = Child.freePort();
        List<String> command = command(flags);
        if (Files.exists(folder.resolve(CACHE))) {
            command.add("-XX:AOTCache=" + folder.resolve(CACHE));
        }
        command.add("ai.apertis.Main");
        Map<String, String> environment = new HashMap<>(variables);
        environment.putAll(Map.of(
                "APERTIS_CONFIG", configuration.toString(),
                "APERTIS_HOST", "127.0.0.1",
                "APERTIS_PORT", Integer.toString(port),
                "APERTIS_MANAGEMENT_PORT", Integer.toString(management),
                "APERTIS_DATA_DIR", folder.resolve(DATA).toString(),
                "APERTIS_BOOTSTRAP_KEY", KEY,
                "APERTIS_BOOTSTRAP_CREDIT_USD", "1000000"));
        Child process = Child.start("gateway", folder.resolve("gateway.log"), environment, command);
        boolean hasDatabase = variables.isEmpty();
        try {
            Duration ready = process.awaitAnswer(management, "/health/ready", START);
            return new Gateway(folder, process, port, ready, hasDatabase);
        } catch (RuntimeException | InterruptedException e) {
            process.close();
            if (hasDatabase) {
                stopDatabase(folder);
            }
            throw e;
        }
    }

    /**
     * Makes what the image has: the AOT cache of a rehearsed start, which every start in this folder reads from then on.
     *
     * @param flags further flags of its JVM, as for {@link #start}
     */
    static void rehearse(Path folder, List<String> flags) throws InterruptedException {
        List<String> command = command(flags);
        command.addAll(List.of("-XX:AOTCacheOutput=" + folder.resolve(CACHE), "ai.apertis.Main", "rehearse"));
        try (Child process = Child.start("rehearsal", folder.resolve("rehearsal.log"), Map.of(), command)) {
            process.awaitEnd(REHEARSAL);
        }
    }

    /** Up to the class path. */
    private static List<String> command(List<String> flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SHIPPED_FLAGS);
        if (flags.stream().noneMatch(flag -> flag.matches("-XX:\\+Use\\w+GC"))) {
            command.addAll(List.of("-XX:+UseParallelGC", "-XX:MaxNewSize=128m"));
        }
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("bench.gateway.classpath")));
        return command;
    }

    Child process() {
        return process;
    }

    int port() {
        return port;
    }

    /** From the start of its JVM until it wanted requests. */
    Duration ready() {
        return ready;
    }

    /** Processor time of its embedded database, in seconds; NaN when the database is elsewhere. */
    double databaseCpuSeconds() {
        return database(folder)
                .map(server -> ProcFs.cpuSeconds(server)
                        + server.descendants().mapToDouble(ProcFs::cpuSeconds).sum())
                .orElse(Double.NaN);
    }

    @Override
    public void close() {
        process.close();
        if (hasDatabase) {
            stopDatabase(folder);
        }
    }

    /** A gateway that had to be killed leaves its database running. */
    private static void stopDatabase(Path folder) {
        database(folder).ifPresent(ProcessHandle::destroy);
    }

    private static Optional<ProcessHandle> database(Path folder) {
        try {
            List<String> lines = Files.readAllLines(folder.resolve(DATA).resolve("postgres/postmaster.pid"));
            return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                    .filter(server -> server.info().commandLine().orElse("").contains(folder.toString()));
        } catch (IOException none) {
            return Optional.empty();
        }
    }
}
