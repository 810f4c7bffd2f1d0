package ai.apertis.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own in a data directory: binaries from Maven Central, rows kept between starts, reachable from
 * this machine only. One process at a time has a data directory.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final Duration START = Duration.ofSeconds(60);
    private static final long STOP_SECONDS = 30;

    /** How many ports are tried. */
    private static final int MOST_PORTS = 5;

    /** The line of PostgreSQL's own pid file that holds its port. */
    private static final int PID_FILE_PORT = 3;

    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private final Path directory;
    private final FileChannel lockFile;
    private final int port;
    private final CountDownLatch closing = new CountDownLatch(1);
    private EmbeddedPostgres postgres;

    private EmbeddedDatabase(Path directory, FileChannel lockFile, EmbeddedPostgres postgres) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.postgres = postgres;
        this.port = postgres.getPort();
    }

    /**
     * Starts the server, making its files at the first start. A server left over by a gateway that was killed is
     * stopped first. Blocks for some seconds at the first start, for a fraction of one later.
     *
     * @param dataDirectory made when absent; the rows live in its subdirectory {@code postgres}
     * @return the running server
     * @throws StartupException when the directory cannot be used, another process has it, or the server does not start
     */
    public static EmbeddedDatabase start(Path dataDirectory) {
        return start(dataDirectory, PostgresStart::freePort);
    }

    /** The same, on the first of these ports that can be had. */
    static EmbeddedDatabase start(Path dataDirectory, IntSupplier ports) {
        Path directory = dataDirectory.toAbsolutePath().normalize();
        FileChannel lockFile = lock(directory);
        try {
            stopOrphan(cluster(directory));
            return new EmbeddedDatabase(directory, lockFile, launch(directory, ports));
        } catch (IOException | RuntimeException e) {
            release(lockFile);
            throw e instanceof StartupException known
                    ? known
                    : new StartupException("data directory " + directory + ": PostgreSQL does not start: "
                            + e.getMessage() + " (see " + directory.resolve("postgres.log") + ")");
        }
    }

    /**
     * The server that a gateway runs on a data directory.
     *
     * @param dataDirectory the gateway's
     * @return its address, empty when no server runs there
     */
    public static Optional<DatabaseUrl> running(Path dataDirectory) {
        Path cluster = dataDirectory.toAbsolutePath().normalize().resolve("postgres");
        try {
            Path pidFile = cluster.resolve("postmaster.pid");
            List<String> lines = Files.exists(pidFile) ? Files.readAllLines(pidFile) : List.of();
            return lines.size() > PID_FILE_PORT && server(lines, cluster).isPresent()
                    ? Optional.of(
                            local(Integer.parseInt(lines.get(PID_FILE_PORT).strip())))
                    : Optional.empty();
        } catch (IOException e) {
            throw new StartupException("data directory " + cluster + " cannot be read: " + e);
        }
    }

    /**
     * Whether a data directory holds a database.
     *
     * @param dataDirectory the gateway's
     * @return false when no gateway has ever started there
     */
    public static boolean exists(Path dataDirectory) {
        return Files.exists(dataDirectory.resolve("postgres").resolve("complete"));
    }

    /**
     * Starts the server again, at the same port, whenever it has ended by itself: PostgreSQL does so when it cannot write its
     * log ahead, for instance on a full disk. Until it runs the ledger is away.
     */
    public void keepUp() {
        Thread.ofVirtual().name("postgres").start(() -> {
            try {
                long pause = FIRST_PAUSE_MILLIS;
                while (!closing.await(pause, TimeUnit.MILLISECONDS)) {
                    pause = runs() || startedAgain() ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean runs() {
        try {
            return running(directory).isPresent();
        } catch (StartupException e) {
            LOG.warn("looking after PostgreSQL: {}", e.getMessage());
            return true;
        }
    }

    private synchronized boolean startedAgain() {
        if (closing.getCount() == 0) {
            return true;
        }
        LOG.error("PostgreSQL in {} has ended; starting it again", directory);
        try {
            // It has the directory locked still.
            postgres.close();
            postgres = launch(directory, port);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("PostgreSQL in {} does not start again: {}", directory, e.getMessage());
            return false;
        }
    }

    private static Path cluster(Path directory) {
        return directory.resolve("postgres");
    }

    private static EmbeddedPostgres launch(Path directory, IntSupplier ports) throws IOException {
        for (int left = MOST_PORTS; ; left--) {
            try {
                return launch(directory, ports.getAsInt());
            } catch (PostgresStart.PortTaken taken) {
                if (left == 1) {
                    throw taken;
                }
                LOG.warn(
                        "PostgreSQL in {} did not start: {}; it is tried with another one",
                        directory,
                        taken.getMessage());
            }
        }
    }

    private static EmbeddedPostgres launch(Path directory, int port) throws IOException {
        Path cluster = cluster(directory);
        boolean halfMade = Files.isDirectory(cluster) && !Files.exists(cluster.resolve("complete"));
        if (halfMade && !isEmpty(cluster)) {
            throw new StartupException("data directory " + directory + ": " + cluster
                    + " was left half made by an interrupted first start; remove it");
        }
        Path log = directory.resolve("postgres.log");
        EmbeddedPostgres.Builder server = EmbeddedPostgres.builder()
                .setDataDirectory(cluster)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setOverrideWorkingDirectory(binaries(directory))
                // The library's own defaults would trade durability for speed.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("listen_addresses", "localhost")
                .setServerConfig("unix_socket_directories", "''")
                .setServerConfig("max_connections", "100")
                .setLocaleConfig("locale", "C")
                .setOutputRedirector(ProcessBuilder.Redirect.to(log.toFile()))
                .setErrorRedirector(ProcessBuilder.Redirect.to(log.toFile()));
        try {
            EmbeddedPostgres postgres = PostgresStart.of(server, port, log, START);
            complete(cluster);
            return postgres;
        } catch (PostgresStart.PortTaken taken) {
            complete(cluster);
            throw taken;
        }
    }

    /** All files are there: a server ran on them, or came as far as to ask for its port. */
    private static void complete(Path cluster) throws IOException {
        Files.write(cluster.resolve("complete"), new byte[0]);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** Tests share one unpacked copy of the binaries; a gateway keeps them beside its data, where no other user can write. */
    private static File binaries(Path directory) {
        String shared = System.getProperty("apertis.postgres.binaries");
        return shared == null ? directory.resolve("postgres-binaries").toFile() : new File(shared);
    }

    private static FileChannel lock(Path directory) {
        FileChannel channel = null;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(
                    directory.resolve("gateway.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return channel;
            }
        } catch (IOException e) {
            release(channel);
            throw new StartupException("data directory " + directory + " cannot be used: " + e);
        }
        release(channel);
        throw new StartupException("data directory " + directory + " is in use by another running gateway");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void release(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("releasing the data directory: {}", e.getMessage());
            }
        }
    }

    /**
     * Stops the server that a killed gateway left behind. We hold the lock of the directory, so no gateway uses it; and
     * its clients died with that gateway, so the polite request to end is enough.
     */
    private static void stopOrphan(Path cluster) throws IOException {
        Path pidFile = cluster.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        Optional<ProcessHandle> orphan = server(Files.readAllLines(pidFile), cluster);
        if (orphan.isEmpty()) {
            return;
        }
        LOG.info("Stopping the PostgreSQL that a killed gateway left running in {}", cluster);
        orphan.get().destroy();
        try {
            orphan.get().onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new StartupException("data directory " + cluster + ": a PostgreSQL left running there (process "
                    + orphan.get().pid() + ") does not stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while stopping a PostgreSQL left running in " + cluster);
        }
    }

    private static Optional<ProcessHandle> server(List<String> pidFile, Path cluster) {
        return pidFile.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(pidFile.getFirst().strip())).filter(p -> serves(p, cluster));
    }

    /** The process id may have gone to another program since: only a postgres started on this very directory counts. */
    private static boolean serves(ProcessHandle process, Path cluster) {
        String command = process.info().commandLine().orElse("");
        return command.contains("postgres") && command.contains(cluster.toString());
    }

    /**
     * Where it listens.
     *
     * @return a loopback address
     */
    public DatabaseUrl url() {
        return local(port);
    }

    private static DatabaseUrl local(int port) {
        return new DatabaseUrl("localhost", port, "postgres", "postgres", null, "disable");
    }

    /** Stops the server cleanly and gives the directory back. Blocks until it has stopped. */
    @Override
    public void close() {
        closing.countDown();
        stop();
    }

    private synchronized void stop() {
        try {
            postgres.close();
        } catch (IOException e) {
            LOG.warn("stopping PostgreSQL: {}", e.getMessage());
        } finally {
            release(lockFile);
        }
    }
}
