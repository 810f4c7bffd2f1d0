package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The words that the process understands, and how it ends. */
class CommandLineTest {
    private record Ended(int code, String told) {}

    @Test
    void auditEndsWithZeroUntilAPromiseIsBroken() throws Exception {
        try (RunningGateway gateway = RunningGateway.shipped()) {
            Ended kept = run(gateway.database(), "audit");
            assertThat(kept.told()).contains("kept    charged_once: ").doesNotContain("BROKEN");
            assertThat(kept.code()).isZero();

            TestDatabase.execute(gateway.database(), "UPDATE bucket SET used = used + 1 WHERE kind = 'balance'");
            Ended broken = run(gateway.database(), "audit");
            assertThat(broken.told()).contains("BROKEN  used_equals_charges: ").doesNotContain("\tat ");
            assertThat(broken.code()).isEqualTo(1);
        }
    }

    @Test
    void auditMakesNoLedgerWhereThereIsNone() throws Exception {
        DatabaseUrl empty = TestDatabase.fresh();
        Ended ended = run(empty, "audit");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.told().strip()).contains("holds no ledger").doesNotContain("\n");
        assertThat(TestDatabase.number(empty, "SELECT count(*) FROM pg_namespace WHERE nspname = 'apertis'"))
                .isZero();
    }

    @Test
    void aWordThatIsNotUnderstoodIsNamed() throws Exception {
        Ended ended = run(TestDatabase.fresh(), "adit");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.told().strip()).contains("'adit'").doesNotContain("\n");
    }

    @Test
    void aRehearsalServesItselfAndEnds() throws Exception {
        Ended ended = run(TestDatabase.fresh(), "rehearse", "--rounds", "1");
        assertThat(ended.told()).contains("\"path\":\"/v1/messages\"").doesNotContain("\tat ");
        assertThat(ended.code()).isZero();
    }

    private static Ended run(DatabaseUrl database, String... words) throws IOException, InterruptedException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        TestDatabase.shareBinaries();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The rehearsal has a PostgreSQL of its own; unpacking one more costs more than all that is asked of
                // it.
                "-Dapertis.postgres.binaries=" + System.getProperty("apertis.postgres.binaries"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // It lives for seconds: code that is compiled better would not be used.
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                "ai.apertis.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("APERTIS_DATABASE_URL", RunningGateway.text(database));
        Process process = builder.start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), told);
    }
}
