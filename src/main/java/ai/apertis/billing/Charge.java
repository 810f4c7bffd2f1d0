package ai.apertis.billing;

import ai.apertis.money.Usage;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended and what it consumed: becomes its one row of usage.
 *
 * @param usage what was consumed; {@link Usage#NONE} when nothing was served
 * @param costNano its price in nano-USD at the prices of the endpoint that answered, before clamping to the hold
 * @param model the catalogue id of the model that answered
 * @param provider the provider that answered, null when none was reached
 * @param priceVersion the version of the prices used
 * @param status the HTTP status told to the client
 * @param ending how it ended
 * @param streamed whether the client asked for a stream
 * @param ttftMillis milliseconds from the request's arrival to the first byte of the answer, -1 when there was none
 * @param durationMillis milliseconds from the request's arrival to its end
 */
public record Charge(
        Usage usage,
        long costNano,
        String model,
        @Nullable String provider,
        String priceVersion,
        int status,
        Ending ending,
        boolean streamed,
        long ttftMillis,
        long durationMillis) {

    /** How a request ended. */
    public enum Ending {
        /** Whole. */
        COMPLETED,
        /** Ended here, because what it had cost reached what could be held for it. */
        CUT_OFF,
        /** The client left before the end. */
        CLIENT_GONE,
        /** The provider broke off after the first byte. */
        UPSTREAM_CUT,
        /** No byte of an answer was served. */
        FAILED
    }
}
