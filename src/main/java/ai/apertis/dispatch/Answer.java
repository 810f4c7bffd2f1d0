package ai.apertis.dispatch;

import ai.apertis.billing.Charge;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.Settlement;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a provider's answer goes. Everything is called on the event loop that made the call, and by then both gates have
 * been passed: {@link #begin} and {@link #whole} only after the hold is durable, {@link #end} and {@link #whole} only
 * after the settlement is (or has been given up waiting for).
 */
public interface Answer {
    /**
     * The hold was not taken; the provider has been let go.
     *
     * @param outcome why
     */
    void refused(HoldOutcome outcome);

    /**
     * Says what comes when it is no stream of events, before {@link #begin} and {@link #whole}. Passed over by who knows.
     *
     * @param contentType what it is
     */
    default void isOf(String contentType) {}

    /**
     * A stream begins: status and headers may go out.
     *
     * @param model the model that answers
     */
    void begin(Model model);

    /**
     * More of the stream.
     *
     * @param bytes whole events, or any bytes of what is no stream of events
     */
    void write(Buffer bytes);

    /**
     * Whether the client reads slower than the provider writes.
     *
     * @return true to wait for {@link #onDrain}
     */
    boolean isFull();

    /**
     * Asks to be told once when the client has caught up.
     *
     * @param resume called on the same event loop
     */
    void onDrain(Runnable resume);

    /**
     * The stream is over; what {@link #write} took last were its last bytes.
     *
     * @param charge how it ended and what it cost
     * @param settlement null when it is not durable yet
     */
    void end(Charge charge, @Nullable Settlement settlement);

    /**
     * The whole of an answer that is not streamed.
     *
     * @param body in the client's dialect
     * @param charge what it cost
     * @param settlement null when it is not durable yet
     */
    void whole(Buffer body, Charge charge, @Nullable Settlement settlement);

    /**
     * The call is settled though the client is gone, or a stream broke off.
     *
     * @param charge how it ended and what it cost
     * @param settlement null when it is not durable yet
     * @param error what broke it, null when the client left
     */
    void cut(Charge charge, @Nullable Settlement settlement, @Nullable ApiError error);
}
