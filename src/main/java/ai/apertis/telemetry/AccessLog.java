package ai.apertis.telemetry;

import ai.apertis.money.NanoUsd;
import ai.apertis.money.Usage;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line of JSON for each request to the logger {@code access}. The line is made on the caller's event loop and
 * written by a thread of its own; when that falls behind by thousands of lines, further lines are dropped instead of
 * making requests wait. What was charged is in the ledger whatever happens here.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("access");

    private final InstantSource clock;
    private final Consumer<String> out;

    /**
     * Makes an access log.
     *
     * @param clock tells the time of a line, which is the end of its request
     */
    public AccessLog(InstantSource clock) {
        this(clock, LOG::info);
    }

    /**
     * Makes one that writes elsewhere.
     *
     * @param clock tells the time of a line, which is the end of its request
     * @param out takes each line
     */
    public AccessLog(InstantSource clock, Consumer<String> out) {
        this.clock = clock;
        this.out = out;
    }

    /**
     * Writes a line.
     *
     * @param line the finished request
     */
    public void write(RequestLine line) {
        if (LOG.isInfoEnabled()) {
            out.accept(json(line));
        }
    }

    /** Writes the lines that wait, one second long at most. The end of all logging, so the last thing a process does. */
    @Override
    public void close() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logging) {
            logging.stop();
        }
    }

    private String json(RequestLine line) {
        StringBuilder json = new StringBuilder(512);
        json.append("{\"time\":\"").append(clock.instant()).append('"');
        text(json, "request_id", line.requestId());
        text(json, "method", line.method());
        text(json, "path", line.path());
        number(json, "status", line.status());
        text(json, "key_id", line.keyId());
        text(json, "model", line.model());
        text(json, "provider", line.provider());
        json.append(",\"stream\":").append(line.stream());
        if (line.ttftMillis() >= 0) {
            number(json, "ttft_ms", line.ttftMillis());
        }
        if (line.upstreamMillis() >= 0) {
            number(json, "upstream_ms", line.upstreamMillis());
        }
        number(json, "duration_ms", line.durationMillis());
        if (line.model() != null) {
            Usage usage = line.usage();
            number(json, "input_tokens", usage.inputTokens());
            number(json, "output_tokens", usage.outputTokens());
            number(json, "cache_read_tokens", usage.cacheReadTokens());
            number(json, "cache_write_tokens", usage.cacheWriteTokens());
            number(json, "reasoning_tokens", usage.reasoningTokens());
            json.append(",\"cost_usd\":").append(NanoUsd.toUsd(line.costNano()).toPlainString());
        }
        number(json, "bytes_in", line.bytesIn());
        number(json, "bytes_out", line.bytesOut());
        return json.append('}').toString();
    }

    private static void text(StringBuilder json, String name, @Nullable String value) {
        if (value != null) {
            json.append(",\"").append(name).append("\":\"");
            JsonStringEncoder.getInstance().quoteAsString(value, json);
            json.append('"');
        }
    }

    private static void number(StringBuilder json, String name, long value) {
        json.append(",\"").append(name).append("\":").append(value);
    }
}
