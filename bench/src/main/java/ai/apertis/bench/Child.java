package ai.apertis.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that was started here and is stopped here, on every way out. */
final class Child implements AutoCloseable {
    private static final long STOP_SECONDS = 20;

    private final String name;
    private final Path log;
    private final Process process;
    private final long startedNanos;
    private final Thread atExit;

    private Child(String name, Path log, Process process, long startedNanos) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.startedNanos = startedNanos;
        this.atExit = new Thread(this::stop);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts a program.
     *
     * @param name for messages
     * @param log takes what it prints
     * @param environment added to ours
     * @param command the program and its arguments
     */
    static Child start(String name, Path log, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            long now = System.nanoTime();
            return new Child(name, log, builder.start(), now);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not start", e);
        }
    }

    /** A port of the loopback interface that nobody listens on now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /**
     * Waits until a path is answered with 200.
     *
     * @return how long that took from the start of the process
     */
    Duration awaitAnswer(int port, String path, Duration most) throws InterruptedException {
        while (!answers(port, path)) {
            if (!process.isAlive() || System.nanoTime() - startedNanos > most.toNanos()) {
                throw new IllegalStateException(name + (process.isAlive() ? " is not ready after " + most : " ended")
                        + "; it said:\n" + tail());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /**
     * Waits until it has ended by itself.
     *
     * @throws IllegalStateException with the last of what it said when it failed or took longer
     */
    void awaitEnd(Duration most) throws InterruptedException {
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException(name + " did not end well; it said:\n" + tail());
        }
    }

    private static boolean answers(int port, String path) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(head, StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Processor time of this process and those that it started, in seconds. */
    double cpuSeconds() {
        return family().mapToDouble(ProcFs::cpuSeconds).sum();
    }

    /** Resident memory of this process and those that it started, in MiB. */
    double residentMib() {
        return family().mapToDouble(process -> ProcFs.statusMib(process, "VmRSS"))
                .sum();
    }

    /** The most that it ever was, in MiB. */
    double peakMib() {
        return family().mapToDouble(process -> ProcFs.statusMib(process, "VmHWM"))
                .sum();
    }

    private Stream<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    private void stop() {
        List<ProcessHandle> family = family().toList();
        process.destroy();
        try {
            process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        stop();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
