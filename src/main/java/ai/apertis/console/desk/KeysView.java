package ai.apertis.console.desk;

import ai.apertis.console.Numbers;
import ai.apertis.console.Shown;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.KeyUses;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of keys shows.
 *
 * @param keys each key
 * @param mayMake whether the visitor can make one
 * @param done what was just done, empty for nothing
 */
public record KeysView(List<Line> keys, boolean mayMake, String done) {
    /** Copies the keys. */
    public KeysView {
        keys = List.copyOf(keys);
    }

    /**
     * A key.
     *
     * @param id the key
     * @param name for people
     * @param hint its beginning and end; what it is for where nobody knows it
     * @param project where it is, empty for nowhere
     * @param madeBy by whom, empty where nobody signed in made it
     * @param spent dollars spent in all
     * @param quota dollars it may spend in all, null for no limit
     * @param percent how much of that is used
     * @param monthly its monthly limit, null for none
     * @param lastUsed when
     * @param status in a word
     * @param badge the look of the word
     * @param enabled whether it is switched on
     * @param mayChange whether the visitor can change it
     */
    public record Line(
            long id,
            String name,
            String hint,
            String project,
            String madeBy,
            String spent,
            @Nullable String quota,
            int percent,
            @Nullable String monthly,
            String lastUsed,
            String status,
            String badge,
            boolean enabled,
            boolean mayChange) {
        /**
         * A key for people.
         *
         * @param key as read
         * @param use what it did, null for nothing yet
         * @param playground whether it is one of the playground, which has no secret
         * @param project where it is, empty for nowhere
         * @param madeBy by whom, empty where nobody signed in made it
         * @param mayChange whether the visitor can change it
         * @param now tells what is expired
         * @return the same in words
         */
        public static Line of(
                KeyRecord key,
                KeyUses.@Nullable Use use,
                boolean playground,
                String project,
                String madeBy,
                boolean mayChange,
                Instant now) {
            Long quota = key.settings().quotaNano();
            Long monthly = key.settings().monthlyLimitNano();
            long used = use == null ? 0 : use.usedNano();
            Instant expires = key.expiresAt();
            boolean expired = expires != null && !now.isBefore(expires);
            boolean usedUp = quota != null && used >= quota;
            String status =
                    !key.settings().enabled() ? "disabled" : expired ? "expired" : usedUp ? "quota used up" : "active";
            return new Line(
                    key.id(),
                    key.settings().name(),
                    playground ? "the playground's" : key.prefix() + "…" + key.last4(),
                    project,
                    key.subscription() == null ? madeBy : "subscription " + key.plan(),
                    Numbers.usd(used),
                    quota == null ? null : Numbers.usd(quota),
                    quota == null ? 0 : Shown.percent(used, quota),
                    monthly == null ? null : Numbers.usd(monthly) + " a month",
                    Shown.minute(use == null ? null : use.lastAt()),
                    status,
                    status.equals("active") ? "good" : status.equals("disabled") ? "" : "warn",
                    key.settings().enabled(),
                    mayChange);
        }
    }

    /**
     * A key just made.
     *
     * @param name for people
     * @param key the whole key
     */
    public record Made(String name, String key) {
        /** Names the key without showing it. */
        @Override
        public String toString() {
            return "Made[" + name + "]";
        }
    }
}
