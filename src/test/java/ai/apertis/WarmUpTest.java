package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.TestDatabase;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A gateway makes requests to itself before it wants some; nobody must ever see anything of them. */
class WarmUpTest {
    private static final List<String> TABLES =
            List.of("hold", "charge", "checkpoint", "response", "event", "provider_day");

    @Test
    void itsRequestsAreAnsweredAndLeaveNothing() {
        Logger access = (Logger) LoggerFactory.getLogger("access");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        access.addAppender(lines);
        try (RunningGateway gateway = RunningGateway.warmed()) {
            assertThat(gateway.warmedBy()).isPositive();
            for (String table : TABLES) {
                assertThat(TestDatabase.number(gateway.database(), "SELECT count(*) FROM " + table))
                        .as(table)
                        .isZero();
            }
            assertThat(TestDatabase.number(gateway.database(), "SELECT sum(used) + sum(held) FROM bucket"))
                    .isZero();
            assertThat(gateway.metrics())
                    .contains("apertis_open_holds 0.0", "apertis_hold_seconds_count 0")
                    .doesNotContain(
                            "apertis_requests_total{", "apertis_holds_refused", "warm-up", "\"priced\"", "\"free\"");
        } finally {
            access.detachAppender(lines);
        }
        // Others may be at work in this JVM; the key of nobody is these requests' alone.
        assertThat(lines.list).noneMatch(line -> line.getFormattedMessage().contains("\"key_id\":\"0\""));
    }
}
