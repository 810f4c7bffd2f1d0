package ai.apertis;

import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import ai.apertis.telemetry.AccessLog;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Starts the gateway from the environment and stops it when the process is told to. */
@Command(name = "run", description = "Serves until it is told to stop. The default.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    /** No exit code: the process goes on. */
    static final int GOES_ON = -1;

    @Override
    public Integer call() throws ConfigException {
        Gateway gateway = Gateway.start(new ConfigLoader(System.getenv(), Path.of("")), System.out, true);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "drain"));
        return GOES_ON;
    }

    /** Drains, and ends all logging after the last line was written. */
    private static void stop(Gateway gateway) {
        AccessLog last = new AccessLog(InstantSource.system());
        gateway.drain();
        gateway.close();
        last.close();
    }
}
