package ai.apertis;

import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts a gateway on a database of its own, asks it what clients ask, and stops. A JVM that records the run for an AOT cache
 * (JEP 514, JEP 515) learns which classes a start and the first requests need, and which methods are hot.
 */
@Command(
        name = "rehearse",
        description = "Serves itself for a moment, on a database of its own; for making an AOT cache.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {
    private static final String KEY = "sk-rehearsal000000000000000000000000000000";

    /** The share of requests that must be served. */
    private static final double LEAST_SERVED = 0.9;

    @Option(names = "--rounds", description = "how often each request is made (default ${DEFAULT-VALUE})")
    private int rounds = 400;

    @Override
    public Integer call() throws ConfigException, IOException, InterruptedException {
        Path folder = Files.createTempDirectory("apertis-rehearsal");
        try {
            rehearse(folder);
        } finally {
            delete(folder);
        }
        return 0;
    }

    private void rehearse(Path folder) throws ConfigException, IOException, InterruptedException {
        Path configuration = folder.resolve("apertis.yaml");
        try (InputStream shipped = RehearseCommand.class.getResourceAsStream("/rehearsal/apertis.yaml")) {
            Files.copy(Objects.requireNonNull(shipped), configuration);
        }
        Map<String, String> environment = Map.of(
                "APERTIS_CONFIG", configuration.toString(),
                "APERTIS_HOST", "127.0.0.1",
                "APERTIS_PORT", "0",
                "APERTIS_MANAGEMENT_PORT", "0",
                "APERTIS_DATA_DIR", folder.resolve("data").toString(),
                "APERTIS_BOOTSTRAP_KEY", KEY,
                "APERTIS_BOOTSTRAP_CREDIT_USD", "100");
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        ConfigLoader source = new ConfigLoader(environment, folder);
        // The start that counts is one where the schema is there already.
        Gateway.start(source, nowhere, true).close();
        try (Gateway gateway = Gateway.start(source, nowhere, true)) {
            double served = new Rehearsal(gateway.port(), gateway.managementPort(), KEY).perform(rounds);
            // A JVM that is cold and records is slow, so that some may be told to come again.
            if (served < LEAST_SERVED) {
                throw new IllegalStateException("of the rehearsal's requests only " + served + " were served");
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
