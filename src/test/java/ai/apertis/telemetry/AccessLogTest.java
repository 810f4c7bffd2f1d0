package ai.apertis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.money.Usage;
import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {
    private static final RequestLine CHAT = new RequestLine(
            "req-1",
            "POST",
            "/v1/chat/completions",
            "/v1/chat/completions",
            200,
            "42",
            "glm-5-turbo",
            "z-ai",
            true,
            120,
            480,
            500,
            new Usage(10, 20, 0, 30, 5, 0, 0, 0, 0, false),
            1_234_500,
            99,
            2_048);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("access");
    private final AccessLog log = new AccessLog(InstantSource.fixed(Instant.parse("2026-11-23T10:00:00.250Z")));

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void writesOneLineOfJsonForEachRequest() throws Exception {
        log.write(CHAT);

        assertThat(line()).isEqualTo(new ObjectMapper().readTree("""
            {"time": "2026-11-23T10:00:00.250Z", "request_id": "req-1", "method": "POST",
             "path": "/v1/chat/completions", "status": 200, "key_id": "42", "model": "glm-5-turbo",
             "provider": "z-ai", "stream": true, "ttft_ms": 120, "upstream_ms": 480, "duration_ms": 500,
             "input_tokens": 10, "output_tokens": 30, "cache_read_tokens": 20, "cache_write_tokens": 0,
             "reasoning_tokens": 5, "cost_usd": 0.0012345, "bytes_in": 99, "bytes_out": 2048}
            """));
    }

    @Test
    void leavesOutWhatThereIsNot() throws Exception {
        log.write(RequestLine.withoutModel("req-2", "GET", "/v1/models", "/v1/models", 401, null, 3, 0, 80));

        assertThat(line().fieldNames())
                .toIterable()
                .containsExactly(
                        "time",
                        "request_id",
                        "method",
                        "path",
                        "status",
                        "stream",
                        "duration_ms",
                        "bytes_in",
                        "bytes_out");
    }

    @Test
    void aHostilePathCannotForgeALine() throws Exception {
        log.write(RequestLine.withoutModel("r", "GET", "/a\"}\n{\"status\":200", "other", 404, null, 1, 0, 0));

        assertThat(lines.list.getFirst().getFormattedMessage()).doesNotContain("\n");
        assertThat(line().get("path").asText()).isEqualTo("/a\"}\n{\"status\":200");
    }

    @Test
    void theShippedConfigurationRedactsEveryLineAndNeverBlocksOnTheAccessLog() throws Exception {
        LoggerContext context = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(AccessLog.class.getResource("/logback.xml"));
        Logger access = context.getLogger("access");
        AsyncAppender queue = (AsyncAppender) access.getAppender("access-queue");

        assertThat(queue.isNeverBlock()).isTrue();
        assertThat(queue.getDiscardingThreshold()).isZero();
        for (Appender<ILoggingEvent> appender : List.of(
                queue.getAppender("access"),
                context.getLogger("ai.apertis").getAppender("own"),
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("libraries"))) {
            assertThat(encoded(appender, access)).contains("[redacted]").doesNotContain("CANARY");
        }
        context.stop();
    }

    private JsonNode line() throws Exception {
        assertThat(lines.list).hasSize(1);
        return new ObjectMapper().readTree(lines.list.getFirst().getFormattedMessage());
    }

    private static String encoded(Appender<ILoggingEvent> appender, Logger logger) {
        var event = new LoggingEvent(
                "test",
                logger,
                Level.ERROR,
                "x-api-key: CANARY",
                new IllegalStateException("sk-CANARY0123456789"),
                null);
        byte[] line = ((ConsoleAppender<ILoggingEvent>) appender).getEncoder().encode(event);
        return new String(line, StandardCharsets.UTF_8);
    }
}
