package ai.apertis.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @BeforeAll
    static void shareTheBinaries() {
        TestDatabase.shareBinaries();
    }

    @Test
    void keepsItsRowsAndWhatItCommitsAndHasItsDirectoryAlone() {
        try (EmbeddedDatabase first = EmbeddedDatabase.start(directory)) {
            TestDatabase.execute(first.url(), "CREATE TABLE public.kept AS SELECT 42 AS n");
            assertThat(TestDatabase.number(
                            first.url(),
                            "SELECT count(*) FROM pg_settings WHERE name IN"
                                    + " ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'on'"))
                    .isEqualTo(3);
            assertThatThrownBy(() -> EmbeddedDatabase.start(directory))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("in use");
        }
        try (EmbeddedDatabase second = EmbeddedDatabase.start(directory)) {
            assertThat(TestDatabase.number(second.url(), "SELECT n FROM public.kept"))
                    .isEqualTo(42);
        }
    }

    /** Who chose a port, with which the server then was not to be had. */
    @Test
    void takesAnotherPortWhenAnotherProcessGotTheFirst() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Iterator<Integer> ports =
                    List.of(other.getLocalPort(), PostgresStart.freePort()).iterator();
            try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, ports::next)) {
                assertThat(database.url().port()).isNotEqualTo(other.getLocalPort());
                assertThat(TestDatabase.number(database.url(), "SELECT 42")).isEqualTo(42);
            }
        }
    }

    @Test
    void startsTheServerAgainWhenItEndedByItselfAlsoWhereItsPortIsTakenForAWhile() throws IOException {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            TestDatabase.execute(database.url(), "CREATE TABLE public.kept AS SELECT 42 AS n");
            long server = Long.parseLong(Files.readAllLines(directory.resolve("postgres/postmaster.pid"))
                    .getFirst());
            ProcessHandle.of(server).orElseThrow().destroyForcibly();
            try (ServerSocket other = await().atMost(LONG)
                    .ignoreExceptions()
                    .until(
                            () -> new ServerSocket(database.url().port(), 1, InetAddress.getLoopbackAddress()),
                            Objects::nonNull)) {
                database.keepUp();
                await().atMost(LONG)
                        .ignoreExceptions()
                        .until(() -> Files.readString(directory.resolve("postgres.log"))
                                .contains("could not bind"));
                assertThat(other.isBound()).isTrue();
            }
            await().atMost(LONG)
                    .ignoreExceptions()
                    .until(() -> TestDatabase.number(database.url(), "SELECT n FROM public.kept") == 42);
        }
    }

    @Test
    void stopsTheServerThatAKilledGatewayLeftAndGoesOn() throws Exception {
        Process gateway = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dapertis.postgres.binaries=" + System.getProperty("apertis.postgres.binaries"),
                        "-cp",
                        classPath(),
                        Gateway.class.getName(),
                        directory.toString()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("gateway.log").toFile())
                .start();
        Path ready = directory.resolve("ready");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(ready) || !gateway.isAlive());
        assertThat(ready).exists();
        long orphan = Long.parseLong(
                Files.readAllLines(directory.resolve("postgres/postmaster.pid")).getFirst());
        gateway.destroyForcibly().waitFor();
        assertThat(ProcessHandle.of(orphan)).isPresent();

        try (EmbeddedDatabase next = EmbeddedDatabase.start(directory)) {
            assertThat(TestDatabase.number(next.url(), "SELECT n FROM public.kept"))
                    .isEqualTo(42);
            await().atMost(LONG)
                    .until(() -> ProcessHandle.of(orphan).map(p -> !p.isAlive()).orElse(true));
        }
    }

    /** The tests' own class path, whichever way they were started. */
    private static String classPath() {
        return EmbeddedDatabaseTest.class.getClassLoader() instanceof URLClassLoader loader
                ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> EmbeddedDatabase.start(file.resolve("data")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aFirstStartThatWasInterruptedIsNotTakenForData() throws IOException {
        Files.createDirectories(directory.resolve("postgres/base"));
        assertThatThrownBy(() -> EmbeddedDatabase.start(directory))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("half made");
    }

    /** A process to be killed: starts the server, leaves a row, and waits. */
    static final class Gateway {
        private Gateway() {}

        public static void main(String[] args) throws Exception {
            Path directory = Path.of(args[0]);
            EmbeddedDatabase database = EmbeddedDatabase.start(directory);
            TestDatabase.execute(database.url(), "CREATE TABLE public.kept AS SELECT 42 AS n");
            Files.createFile(directory.resolve("ready"));
            Thread.currentThread().join();
        }
    }
}
