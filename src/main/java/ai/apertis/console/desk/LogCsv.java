package ai.apertis.console.desk;

import ai.apertis.console.Shown;
import ai.apertis.ledger.UsageRow;
import ai.apertis.ledger.UsageRows;
import ai.apertis.money.NanoUsd;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes requests as CSV (RFC 4180), some rows at a time, and no faster than they are taken. */
final class LogCsv {
    private static final int ROWS = 500;
    private static final String HEAD =
            "request_id,at,model,requested_model,provider,key_id,key,input_tokens,cache_read_tokens,cache_write_tokens,"
                    + "output_tokens,reasoning_tokens,cost_usd,quota,status,ending,stream,ttft_ms,duration_ms\r\n";

    private final UsageRows usage;
    private final LogFilter filter;
    private final Map<Long, String> keys;

    LogCsv(UsageRows usage, LogFilter filter, Map<Long, String> keys) {
        this.usage = usage;
        this.filter = filter;
        this.keys = keys;
    }

    /** Writes all of them. Fails when the rows cannot be read or the client is gone. */
    Future<Void> write(HttpServerResponse response) {
        return response.write(HEAD).compose(written -> from(response, null));
    }

    private Future<Void> from(HttpServerResponse response, @Nullable String cursor) {
        return usage.page(filter.rows(), filter.outcome(), cursor, ROWS).compose(page -> {
            if (response.closed()) {
                return Future.failedFuture("the client has gone");
            }
            response.write(lines(page.rows()));
            return room(response)
                    .compose(room -> page.next() == null ? Future.succeededFuture() : from(response, page.next()));
        });
    }

    private static Future<Void> room(HttpServerResponse response) {
        if (!response.writeQueueFull()) {
            return Future.succeededFuture();
        }
        Promise<Void> room = Promise.promise();
        response.drainHandler(room::tryComplete);
        response.closeHandler(closed -> room.tryFail("the client has gone"));
        return room.future();
    }

    private String lines(List<UsageRow> rows) {
        return rows.stream().map(this::line).collect(Collectors.joining());
    }

    private String line(UsageRow row) {
        return Stream.of(
                                row.requestId(),
                                row.at(),
                                row.model(),
                                row.requestedModel(),
                                row.provider() == null ? "" : row.provider(),
                                row.keyId(),
                                keys.getOrDefault(row.keyId(), ""),
                                row.usage().inputTokens(),
                                row.usage().cacheReadTokens(),
                                row.usage().cacheWriteTokens(),
                                row.usage().outputTokens(),
                                row.usage().reasoningTokens(),
                                NanoUsd.toUsd(row.costNano()).toPlainString(),
                                Shown.quota(row.quotaMilli()),
                                row.status(),
                                row.ending(),
                                row.streamed(),
                                row.ttftMillis(),
                                row.durationMillis())
                        .map(value -> cell(value.toString()))
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    /**
     * A cell. One that a spreadsheet would take for a formula begins with an apostrophe; all our numbers begin with a digit.
     */
    static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r' || c == ';')
                ? '"' + safe.replace("\"", "\"\"") + '"'
                : safe;
    }
}
