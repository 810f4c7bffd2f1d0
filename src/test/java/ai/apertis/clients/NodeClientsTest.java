package ai.apertis.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.apertis.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The vendors' SDKs for Node against a running gateway. {@code src/test/clients} holds the script and the versions; it is
 * installed below {@code target}. Skipped, with the reason, where there is no Node or no registry to install from.
 */
class NodeClientsTest {
    private static final Path SOURCE = Path.of("src", "test", "clients");
    private static final Path FOLDER = Path.of("target", "node-clients");
    private static final String LOCK = "package-lock.json";
    /** The oldest major version that all of the SDKs support. */
    private static final int OLDEST_NODE = 20;
    /** What npm says when the fault is in what it was given. Everything else is the registry's or the network's. */
    private static final List<String> OWN_FAULTS = List.of("EUSAGE", "EINTEGRITY", "EJSONPARSE", "ETARGET");

    /**
     * What a program left behind.
     *
     * @param exit its exit code
     * @param out its standard output
     * @param err its standard error
     */
    private record Ended(int exit, String out, String err) {}

    @BeforeAll
    static void install() throws Exception {
        Files.createDirectories(FOLDER);
        String version = run(Map.of(), "node", "--version").out().strip();
        if (Integer.parseInt(version.substring(1, version.indexOf('.'))) < OLDEST_NODE) {
            abort("Node " + version + " is older than " + OLDEST_NODE);
        }
        if (installed()) {
            return;
        }
        for (String file : List.of("package.json", LOCK)) {
            Files.copy(SOURCE.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Ended ended = run(
                Map.of(),
                "npm",
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefer-offline",
                "--fetch-retries=0",
                "--fetch-timeout=10000");
        if (ended.exit() != 0) {
            assertThat(ended.err()).doesNotContain(OWN_FAULTS);
            abort("the SDKs cannot be installed: " + ended.err());
        }
    }

    /** Whether an earlier run installed the same versions to their end; npm writes its own list last. */
    private static boolean installed() throws IOException {
        return Files.exists(FOLDER.resolve("node_modules").resolve("." + LOCK))
                && Files.mismatch(SOURCE.resolve(LOCK), FOLDER.resolve(LOCK)) < 0;
    }

    @TestFactory
    Stream<DynamicTest> everySdkIsServed() throws Exception {
        Files.copy(SOURCE.resolve("clients.mjs"), FOLDER.resolve("clients.mjs"), StandardCopyOption.REPLACE_EXISTING);
        Ended ended;
        try (RunningGateway gateway = RunningGateway.shipped()) {
            String url = "http://127.0.0.1:" + gateway.port();
            String key = gateway.wallet(1_000_000_000).key();
            ended = run(Map.of("APERTIS_URL", url, "APERTIS_KEY", key), "node", "clients.mjs");
        }
        assertThat(ended.out()).as(ended.err()).endsWith("end\n");
        return ended.out()
                .lines()
                .filter(line -> !line.equals("end"))
                .map(line -> DynamicTest.dynamicTest(
                        line.replaceFirst("^(not )?ok ", ""),
                        () -> assertThat(line).startsWith("ok ")));
    }

    private static Ended run(Map<String, String> variables, String... command) throws Exception {
        Path out = FOLDER.resolve(command[0] + ".out");
        Path err = FOLDER.resolve(command[0] + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(variables);
        Process process;
        try {
            process = builder.start();
        } catch (IOException missing) {
            return abort("there is no " + command[0] + " here: " + missing.getMessage());
        }
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS))
                    .as("%s has ended", List.of(command))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
