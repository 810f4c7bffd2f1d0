package ai.apertis.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account as read.
 *
 * @param id its id
 * @param name for people
 * @param email where to reach them, null when unknown
 * @param settings what an administrator may change
 * @param createdAt when it was made
 */
public record AccountRecord(long id, String name, @Nullable String email, Settings settings, Instant createdAt) {

    /**
     * What an administrator may change.
     *
     * @param suspended whether its keys are refused
     * @param unlimited whether it pays by invoice: its balance limits nothing
     * @param monthlyLimitNano what it may spend in its month, nano-USD; null for no limit
     * @param monthlyResetDay the day its month starts, 1 to 28, UTC
     */
    public record Settings(
            boolean suspended, boolean unlimited, @Nullable Long monthlyLimitNano, int monthlyResetDay) {}
}
