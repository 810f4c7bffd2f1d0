package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.Settlement;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import ai.apertis.dispatch.Answer;
import ai.apertis.money.NanoUsd;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes a provider's answer to the client's connection. */
final class HttpAnswer implements Answer {
    private static final String JSON = "application/json";
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final CharSequence BUFFERING = HttpHeaders.createOptimized("x-accel-buffering");
    private static final CharSequence NO = HttpHeaders.createOptimized("no");
    private static final CharSequence COST = HttpHeaders.createOptimized("x-apertis-cost-usd");
    private static final CharSequence REMAINING = HttpHeaders.createOptimized("x-apertis-remaining-usd");

    private static final CharSequence COST_TRAILERS =
            HttpHeaders.createOptimized("x-apertis-cost-usd, x-apertis-remaining-usd");

    private final Exchange exchange;
    private final Consumer<HoldOutcome> onRefused;
    private final Runnable beforeHead;
    private final Runnable beforeEnd;
    private final Ended onEnd;
    private @Nullable String contentType;

    /** Told once, when the request is over and settled. */
    @FunctionalInterface
    interface Ended {
        void ended(Charge charge, @Nullable Settlement settlement);
    }

    /**
     * An answer to one client.
     *
     * @param exchange the client's
     * @param onRefused told when the hold was refused
     * @param beforeHead run just before the status and headers go out
     * @param beforeEnd run just before the trailers of a stream go out
     * @param onEnd told when all is over
     */
    HttpAnswer(
            Exchange exchange, Consumer<HoldOutcome> onRefused, Runnable beforeHead, Runnable beforeEnd, Ended onEnd) {
        this.exchange = exchange;
        this.onRefused = onRefused;
        this.beforeHead = beforeHead;
        this.beforeEnd = beforeEnd;
        this.onEnd = onEnd;
    }

    @Override
    public void refused(HoldOutcome outcome) {
        onRefused.accept(outcome);
    }

    @Override
    public void isOf(String type) {
        contentType = type;
    }

    @Override
    public void begin(Model model) {
        beforeHead.run();
        response()
                .setChunked(true)
                .putHeader(
                        HttpHeaders.CONTENT_TYPE,
                        contentType == null ? exchange.streamForm().contentType() : contentType)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE)
                .putHeader(BUFFERING, NO);
        if (takesTrailers()) {
            response().headers().add("trailer", COST_TRAILERS);
        }
    }

    private boolean takesTrailers() {
        return exchange.request().version() != HttpVersion.HTTP_1_0;
    }

    /** What a stream costs is known when its headers are long gone. */
    private void trailers(Charge charge, @Nullable Settlement settlement) {
        if (takesTrailers()) {
            tellCost(charge, settlement, response()::putTrailer);
            beforeEnd.run();
        }
    }

    private static void tellCost(
            Charge charge, @Nullable Settlement settlement, BiConsumer<CharSequence, CharSequence> headers) {
        headers.accept(
                COST,
                NanoUsd.toUsd(settlement == null ? charge.costNano() : settlement.chargedNano())
                        .toPlainString());
        if (settlement != null && settlement.remainingNano() >= 0) {
            headers.accept(REMAINING, NanoUsd.toUsd(settlement.remainingNano()).toPlainString());
        }
    }

    @Override
    public void write(Buffer bytes) {
        if (!response().closed()) {
            Buffer framed = exchange.streamForm().frame(bytes);
            if (framed.length() > 0) {
                exchange.write(framed);
            }
        }
    }

    @Override
    public boolean isFull() {
        return response().writeQueueFull();
    }

    @Override
    public void onDrain(Runnable resume) {
        response().drainHandler(drained -> resume.run());
    }

    @Override
    public void end(Charge charge, @Nullable Settlement settlement) {
        if (!response().closed()) {
            trailers(charge, settlement);
            response().end(exchange.streamForm().end());
        }
        onEnd.ended(charge, settlement);
    }

    @Override
    public void whole(Buffer body, Charge charge, @Nullable Settlement settlement) {
        HttpServerResponse response = response();
        if (!response.closed()) {
            beforeHead.run();
            tellCost(charge, settlement, response::putHeader);
            response.putHeader(HttpHeaders.CONTENT_TYPE, contentType == null ? JSON : contentType)
                    .end(body);
        }
        onEnd.ended(charge, settlement);
    }

    @Override
    public void cut(Charge charge, @Nullable Settlement settlement, @Nullable ApiError error) {
        if (!response().closed()) {
            if (error == null) {
                response().reset();
            } else if (!response().headWritten()) {
                exchange.charged(charge, settlement);
                exchange.fail(error);
            } else {
                trailers(charge, settlement);
                response().end(exchange.streamForm().end());
            }
        }
        onEnd.ended(charge, settlement);
    }

    /** The call is settled, and the client had its answer before. */
    void endedUnseen(Charge charge, @Nullable Settlement settlement) {
        onEnd.ended(charge, settlement);
    }

    private HttpServerResponse response() {
        return exchange.response();
    }
}
