package ai.apertis.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Starts PostgreSQL and looks on. The library only tries to connect until its time is up: it does not see that the server ended
 * because the port went to another process after it had been chosen, and it keeps its lock of the data when it gives up. What
 * makes it come back early, with all that it holds, is an interrupt of the thread that it waits in.
 */
final class PostgresStart {
    /** Ports that systems give to nobody by themselves: outgoing connections get theirs from 32768 (Linux) or 49152 on. */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 32_000;
    private static final int MOST_TRIES = 100;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** Another process has the port. */
    static final class PortTaken extends IOException {
        private static final long serialVersionUID = 1;

        PortTaken(int port) {
            super("port " + port + " is taken by another process");
        }
    }

    private PostgresStart() {}

    /** A port that nobody has now and that nobody gets without asking for it. */
    static int freePort() {
        IOException last = new IOException("none was tried");
        for (int i = 0; i < MOST_TRIES; i++) {
            try (ServerSocket free =
                    new ServerSocket(ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT))) {
                return free.getLocalPort();
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new StartupException("no free port for PostgreSQL was found: " + last.getMessage());
    }

    /**
     * Starts the server. Blocks until it answers.
     *
     * @param server all that is said to it, its port among it
     * @param log where its own log goes, as of this start alone
     * @param most how long it may take
     * @return the running server
     * @throws PortTaken as soon as the server says that it cannot have its port; its files are whole
     * @throws IOException when it does not start, or not in time
     */
    static EmbeddedPostgres of(EmbeddedPostgres.Builder server, int port, Path log, Duration most) throws IOException {
        Files.deleteIfExists(log);
        // More than we wait: whoever gives up is to be us.
        server.setPort(port).setPGStartupWait(most.multipliedBy(2));
        FutureTask<EmbeddedPostgres> start = new FutureTask<>(server::start);
        Thread starter = Thread.ofVirtual().name("postgres-start").start(start);
        long deadline = System.nanoTime() + most.toNanos();
        IOException failure = null;
        try {
            while (!starter.join(BETWEEN_LOOKS)) {
                if (failure == null && portTaken(log)) {
                    failure = new PortTaken(port);
                } else if (failure == null && System.nanoTime() > deadline) {
                    failure = new IOException("no answer within " + most.toSeconds() + " s");
                }
                if (failure != null) {
                    starter.interrupt();
                }
            }
            EmbeddedPostgres started = start.get();
            if (failure == null) {
                return started;
            }
            started.close();
            throw failure;
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            throw new IOException(String.valueOf(cause.getMessage()), cause);
        } catch (InterruptedException e) {
            starter.interrupt();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL started", e);
        }
    }

    private static boolean portTaken(Path log) throws IOException {
        // An address that this machine has not, as ::1 without IPv6, cannot be bound either, and is not missed.
        return Files.exists(log)
                && Files.readString(log, StandardCharsets.ISO_8859_1)
                        .lines()
                        .anyMatch(line -> line.contains("could not bind") && line.contains("Address already in use"));
    }
}
