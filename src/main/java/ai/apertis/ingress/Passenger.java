package ai.apertis.ingress;

import ai.apertis.billing.Billing;
import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.HoldRequest;
import ai.apertis.billing.Settlement;
import ai.apertis.cache.RecordedAnswer;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import ai.apertis.money.Usage;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
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
    private final Model model;
    private final Flight flight;
    private final String how;
    private final Function<HoldOutcome, ApiError> refusals;
    private final Runnable alone;
    private final HttpAnswer client;
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
     * @param model whose answer it is
     * @param flight the answer
     * @param how what the client is told: {@code hit} or {@code coalesced}
     * @param refusals what the client is told when even nothing may not be held
     * @param alone serves the request by a call of its own, when the other's answer fails before it began
     */
    Passenger(
            Billing billing,
            Exchange exchange,
            HoldRequest nothing,
            Model model,
            Flight flight,
            String how,
            Function<HoldOutcome, ApiError> refusals,
            Runnable alone) {
        this.billing = billing;
        this.exchange = exchange;
        this.nothing = nothing;
        this.model = model;
        this.flight = flight;
        this.how = how;
        this.refusals = refusals;
        this.alone = alone;
        this.client = new HttpAnswer(exchange, refused -> {}, this::headers, () -> {}, this::ended);
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
            // Asked before the bytes are: a failure that comes in between has its event still to be read.
            boolean failed = flight.failed();
            if (!passOn()) {
                return;
            }
            if (failed) {
                settle(Charge.Ending.UPSTREAM_CUT, client::end);
            } else if (whole != null) {
                settle(Charge.Ending.COMPLETED, client::end);
            }
        } else if (whole != null) {
            firstByteNanos = System.nanoTime();
            settle(Charge.Ending.COMPLETED, (charge, settled) -> client.whole(whole.body(), charge, settled));
        }
    }

    /** Writes what there is of a stream; false when the client must catch up first. */
    private boolean passOn() {
        if (!headWritten) {
            firstByteNanos = System.nanoTime();
            client.begin(model);
        }
        for (Buffer next = flight.at(place); next != null; next = flight.at(place)) {
            if (client.isFull()) {
                client.onDrain(this::read);
                return false;
            }
            place++;
            client.write(next);
        }
        return true;
    }

    private void headers() {
        headWritten = true;
        RecordedAnswer whole = flight.whole();
        HttpServerResponse response = exchange.response()
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

    private void settle(Charge.Ending ending, BiConsumer<Charge, @Nullable Settlement> then) {
        over = true;
        Hold held = hold;
        if (held == null) {
            return;
        }
        Charge charge = charge(ending);
        held.commit(charge).onComplete(settled -> then.accept(charge, settled.result()));
    }

    private void ended(Charge charge, @Nullable Settlement settlement) {
        exchange.charged(charge, settlement);
        exchange.over();
    }

    private Charge charge(Charge.Ending ending) {
        return new Charge(
                Usage.NONE,
                0,
                nothing.model(),
                PROVIDER,
                model.priceVersion(),
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
