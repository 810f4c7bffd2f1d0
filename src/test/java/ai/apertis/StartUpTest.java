package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps the process from starting is told in one clear line, and the exit code is not zero. */
class StartUpTest {
    @TempDir
    private Path directory;

    @Test
    void aPortInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            expect(
                    Map.of(
                            "APERTIS_PORT", Integer.toString(taken.getLocalPort()),
                            "APERTIS_HOST", "127.0.0.1",
                            "APERTIS_DATABASE_URL", text(TestDatabase.fresh())),
                    Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void aDatabaseThatCannotBeReached() throws Exception {
        expect(Map.of("APERTIS_DATABASE_URL", "postgresql://u:hidden-password@127.0.0.1:1/db"), "127.0.0.1:1");
    }

    @Test
    void aMistakeInTheConfiguration() throws Exception {
        Path file = Files.writeString(directory.resolve("bad.yaml"), "providers:\n  - name: p\n    dialect: klingon\n");
        expect(Map.of("APERTIS_CONFIG", file.toString()), "bad.yaml:3");
    }

    private void expect(Map<String, String> environment, String cause) throws IOException, InterruptedException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // It lives for seconds: code that is compiled better would not be used.
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                "ai.apertis.Main");
        builder.environment().put("APERTIS_DATA_DIR", directory.resolve("data").toString());
        builder.environment().put("APERTIS_MANAGEMENT_PORT", "0");
        builder.environment().put("APERTIS_PORT", "0");
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(told).isNotZero();
        assertThat(told).contains(cause).doesNotContain("\tat ", "hidden-password");
    }

    private static String text(DatabaseUrl url) {
        String password = url.password() == null ? "" : ":" + url.password();
        return "postgresql://" + url.user() + password + "@" + url.host() + ":" + url.port() + "/" + url.database();
    }
}
