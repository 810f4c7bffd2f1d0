package ai.apertis.ledger;

import ai.apertis.money.Usage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The row that one settled request left.
 *
 * @param requestId its billing id
 * @param at when it was settled
 * @param authorisedAt when its hold was taken: the time that decides its periods
 * @param accountId who paid
 * @param keyId with which key
 * @param requestedModel the model asked for
 * @param model the model that answered
 * @param provider the provider that answered, null when none was reached
 * @param priceVersion the version of the prices used
 * @param usage what was consumed
 * @param pricedNano what that is worth, nano-USD
 * @param costNano what was taken for it, nano-USD
 * @param quotaMilli the quota that was taken, in thousandths
 * @param shortfallNano what the usage was worth above the hold and nobody paid, nano-USD
 * @param status the HTTP status told to the client
 * @param ending how it ended, as in {@code Charge.Ending}, or {@code REAPED} when its process died
 * @param streamed whether a stream was asked for
 * @param ttftMillis milliseconds to the first byte, -1 when there was none
 * @param durationMillis milliseconds to the end
 */
public record UsageRow(
        long requestId,
        Instant at,
        Instant authorisedAt,
        long accountId,
        long keyId,
        String requestedModel,
        String model,
        @Nullable String provider,
        String priceVersion,
        Usage usage,
        long pricedNano,
        long costNano,
        long quotaMilli,
        long shortfallNano,
        int status,
        String ending,
        boolean streamed,
        long ttftMillis,
        long durationMillis) {}
