package ai.apertis.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One gateway in a process of its own, which can be killed, paused and started again at the same address. */
final class Node {
    private static final long START_SECONDS = 60;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Path folder;
    private final Wire wire;
    private final int port = freePort();
    private final int management = freePort();
    private @Nullable Process process;

    Node(String name, Path folder, Wire wire) {
        this.name = name;
        this.folder = folder;
        this.wire = wire;
    }

    int port() {
        return port;
    }

    Wire wire() {
        return wire;
    }

    /** Starts it; {@link #awaitReady} says when it serves. */
    void start() {
        start(Packed.reading());
    }

    /** Starts and stops it once, for those after it to start quickly. */
    void rehearse() {
        start(Packed.writing());
        awaitReady();
        child().destroy();
        await(child());
    }

    private void start(List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "-cp",
                Packed.classPath()));
        command.addAll(more);
        command.add("ai.apertis.Main");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name + ".log").toFile()));
        var environment = builder.environment();
        environment.put("APERTIS_CONFIG", folder.resolve("apertis.yaml").toString());
        environment.put("APERTIS_DATA_DIR", folder.toString());
        environment.put("APERTIS_HOST", "127.0.0.1");
        environment.put("APERTIS_PORT", Integer.toString(port));
        environment.put("APERTIS_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("APERTIS_DATABASE_URL", "postgresql://postgres@127.0.0.1:" + wire.port() + "/postgres");
        environment.put("APERTIS_ADMIN_TOKEN", "admin-token-of-the-crash-tests");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it serves, and starts it again when it did not find PostgreSQL, as any supervisor would. */
    void awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!ready()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " does not get ready; see its log in " + folder);
            }
            revive();
            Pause.millis(20);
        }
    }

    /** Starts it again if it ended by itself. */
    void revive() {
        if (!child().isAlive()) {
            start();
        }
    }

    private boolean ready() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://127.0.0.1:" + management + "/health/ready")
                            .toURL()
                            .openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(1_000);
            return connection.getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** As by {@code kill -9} and the out-of-memory killer. */
    void kill() {
        child().destroyForcibly();
        await(child());
    }

    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    /** Tells it to stop, as a deployment does, waits until it has, and starts it again. */
    void restart() {
        Process running = child();
        running.destroy();
        await(running);
        start();
        awaitReady();
    }

    /** Ends it in good order, if it runs. */
    void stop() {
        Process running = process;
        if (running != null) {
            running.destroy();
            try {
                if (!running.waitFor(5, TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void signal(String signal) {
        try {
            await(new ProcessBuilder("kill", "-" + signal, Long.toString(child().pid())).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process child() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return running;
    }

    private static void await(Process ended) {
        try {
            ended.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One that is free and that no other node here was given: a port is free again as soon as it was looked for. */
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return GIVEN.add(socket.getLocalPort()) ? socket.getLocalPort() : freePort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
