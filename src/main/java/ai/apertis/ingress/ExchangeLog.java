package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Settlement;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.money.Usage;
import ai.apertis.telemetry.AccessLog;
import ai.apertis.telemetry.Metrics;
import ai.apertis.telemetry.RequestLine;
import java.util.concurrent.TimeUnit;

/** Writes the access log and the metrics of each exchange once it is over. */
public final class ExchangeLog {
    private static final long UNKNOWN = -1;

    private final AccessLog log;
    private final Metrics metrics;

    /**
     * A log.
     *
     * @param log takes a line per request
     * @param metrics count requests
     */
    public ExchangeLog(AccessLog log, Metrics metrics) {
        this.log = log;
        this.metrics = metrics;
    }

    /** One exchange is over. */
    void over(Exchange exchange) {
        KeyRecord key = exchange.key();
        ClientRequest asked = exchange.asked();
        Charge charge = exchange.charge();
        Settlement settlement = exchange.settlement();
        long now = System.nanoTime();
        RequestLine line = new RequestLine(
                exchange.id(),
                exchange.request().method().name(),
                exchange.request().path(),
                exchange.endpoint(),
                charge != null && charge.ending() == Charge.Ending.CLIENT_GONE
                        ? Errors.CLIENT_GONE.status()
                        : exchange.response().getStatusCode(),
                key == null ? null : Long.toString(key.id()),
                charge == null ? null : charge.model(),
                charge == null ? null : charge.provider(),
                asked != null && asked.stream(),
                charge == null ? UNKNOWN : charge.ttftMillis(),
                exchange.upstreamSinceNanos() == 0 ? UNKNOWN : millis(now - exchange.upstreamSinceNanos()),
                millis(now - exchange.arrivedNanos()),
                charge == null ? Usage.NONE : charge.usage(),
                settlement == null ? 0 : settlement.chargedNano(),
                exchange.request().bytesRead(),
                exchange.bytesWritten());
        metrics.requestEnded(line);
        log.write(line);
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
