package ai.apertis.ingress;

import ai.apertis.billing.Billing;
import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.HoldRequest;
import ai.apertis.billing.Settlement;
import ai.apertis.cache.RecordedAnswer;
import ai.apertis.dialect.ApiError;
import ai.apertis.money.Usage;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that is served from another's answer. It holds nothing and costs nothing, but goes through the ledger like any
 * other: a revoked key gets nothing, and there is a row of usage. Lives on its client's event loop.
 */
final class Passenger {
    private static final String PROVIDER = "cache";

    private final Billing billing;
    private final Exchange exchange;
    private final HoldRequest nothing;
    private final String priceVersion;
    private final Flight flight;
    private final String how;
    private final Function<HoldOutcome, ApiError> refusals;
    private final Runnable alone;
    private @Nullable Hold hold;
    private int place;
    private boolean headWritten;
    private boolean over;
    private long firstByteNanos;

    /**
     * A passenger.
     *
     * @param billing takes the hold of nothing
     * @param exchange the client's
     * @param nothing a hold of nothing
     * @param priceVersion for the row of usage
     * @param flight the answer
     * @param how what the client is told: {@code hit} or {@code coalesced}
     * @param refusals what the client is told when even nothing may not be held
     * @param alone serves the request by a call of its own, when the other's answer fails before it began
     */
    Passenger(
            Billing billing,
            Exchange exchange,
            HoldRequest nothing,
            String priceVersion,
            Flight flight,
            String how,
            Function<HoldOutcome, ApiError> refusals,
            Runnable alone) {
        this.billing = billing;
        this.exchange = exchange;
        this.nothing = nothing;
        this.priceVersion = priceVersion;
        this.flight = flight;
        this.how = how;
        this.refusals = refusals;
        this.alone = alone;
    }

    /** Takes the hold and then whatever there is of the answer. */
    void board() {
        Context here = Vertx.currentContext();
        Hold taken = billing.hold(nothing);
        hold = taken;
        exchange.response().closeHandler(closed -> leave());
        taken.outcome().onSuccess(outcome -> {
            if (!(outcome instanceof HoldOutcome.Held)) {
                over = true;
                exchange.fail(refusals.apply(outcome));
            } else if (!over) {
                if (flight.board(() -> here.runOnContext(now -> read()))) {
                    read();
                } else {
                    goAlone();
                }
            }
        });
    }

    private void read() {
        if (over) {
            return;
        }
        if (flight.failed() && !headWritten) {
            goAlone();
            return;
        }
        RecordedAnswer whole = flight.whole();
        if (flight.streamed() && flight.begun()) {
            if (!passOn()) {
                return;
            }
            if (flight.failed()) {
                settle(
                        Charge.Ending.UPSTREAM_CUT,
                        settled -> exchange.response().end(exchange.streamForm().end()));
            } else if (whole != null) {
                settle(
                        Charge.Ending.COMPLETED,
                        settled -> exchange.response().end(exchange.streamForm().end()));
            }
        } else if (whole != null) {
            firstByteNanos = System.nanoTime();
            settle(Charge.Ending.COMPLETED, settled -> {
                head("application/json");
                exchange.response().end(whole.body());
            });
        }
    }

    /** Writes what there is of a stream; false when the client must catch up first. */
    private boolean passOn() {
        HttpServerResponse response = exchange.response();
        if (!headWritten) {
            firstByteNanos = System.nanoTime();
            response.setChunked(true).putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
            head(exchange.streamForm().contentType());
        }
        for (Buffer next = flight.at(place); next != null; next = flight.at(place)) {
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> read());
                return false;
            }
            place++;
            Buffer framed = exchange.streamForm().frame(next);
            if (framed.length() > 0) {
                response.write(framed);
            }
        }
        return true;
    }

    private void head(CharSequence contentType) {
        headWritten = true;
        RecordedAnswer whole = flight.whole();
        HttpServerResponse response = exchange.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .putHeader("x-apertis-cache", how)
                .putHeader("x-apertis-cost-usd", "0")
                .putHeader("X-Cache-Hit", "true");
        if (whole != null) {
            response.putHeader("X-Cached-Tokens", Long.toString(whole.tokens()));
        }
    }

    private void goAlone() {
        over = true;
        abort(Charge.Ending.FAILED);
        alone.run();
    }

    private void leave() {
        if (!over) {
            over = true;
            abort(Charge.Ending.CLIENT_GONE);
            exchange.over();
        }
    }

    private void abort(Charge.Ending ending) {
        Hold held = hold;
        if (held != null) {
            held.abort(charge(ending));
        }
    }

    private void settle(Charge.Ending ending, Consumer<@Nullable Settlement> then) {
        over = true;
        Hold held = hold;
        if (held == null) {
            return;
        }
        Charge charge = charge(ending);
        held.commit(charge).onComplete(settled -> {
            exchange.charged(charge, settled.result());
            if (!exchange.response().closed()) {
                then.accept(settled.result());
            }
            exchange.over();
        });
    }

    private Charge charge(Charge.Ending ending) {
        return new Charge(
                Usage.NONE,
                0,
                nothing.model(),
                PROVIDER,
                priceVersion,
                200,
                ending,
                flight.streamed(),
                firstByteNanos == 0 ? -1 : millis(firstByteNanos),
                millis(System.nanoTime()));
    }

    private long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - exchange.arrivedNanos());
    }
}
