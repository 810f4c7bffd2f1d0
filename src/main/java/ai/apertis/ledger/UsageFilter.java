package ai.apertis.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of usage are meant. Null means any.
 *
 * @param accountId the paying account
 * @param keyId the key used
 * @param model the model that answered
 * @param from settled at this time or later
 * @param to settled before this time
 */
public record UsageFilter(
        @Nullable Long accountId,
        @Nullable Long keyId,
        @Nullable String model,
        @Nullable Instant from,
        @Nullable Instant to) {}
