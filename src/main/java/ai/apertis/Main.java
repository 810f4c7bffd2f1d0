package ai.apertis;

import ai.apertis.config.Config;
import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import ai.apertis.ledger.StartupException;
import ai.apertis.telemetry.AccessLog;
import java.nio.file.Path;
import java.time.InstantSource;

/** Starts the gateway from the environment and stops it when the process is told to. */
public final class Main {
    private Main() {}

    /**
     * Runs the gateway until SIGTERM or SIGINT. What keeps it from starting is told in one line each on standard error,
     * with exit code 1.
     *
     * @param args none are read
     */
    public static void main(String[] args) {
        Gateway gateway;
        try {
            Config config = new ConfigLoader(System.getenv(), Path.of("")).load();
            gateway = Gateway.start(config, System.out);
        } catch (ConfigException | StartupException e) {
            System.err.println(e.getMessage());
            // Halts: nothing is left to drain, and the threads of what did start would keep the process alive.
            Runtime.getRuntime().halt(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "drain"));
    }

    /** Drains, and ends all logging after the last line was written. */
    private static void stop(Gateway gateway) {
        AccessLog last = new AccessLog(InstantSource.system());
        gateway.close();
        last.close();
    }
}
