package ai.apertis.console.desk;

import ai.apertis.console.Numbers;
import ai.apertis.console.Shown;
import ai.apertis.console.Visitor;
import ai.apertis.ledger.AutoTopup;
import ai.apertis.ledger.CreditRows;
import ai.apertis.money.NanoUsd;
import ai.apertis.people.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of credits shows.
 *
 * @param purse the money
 * @param adding how the balance is added to
 * @param done what was just done, empty for nothing
 * @param movements money that came and went, newest first
 * @param months the months that statements are there for, newest first
 */
public record CreditsView(
        OverviewView.Purse purse, Adding adding, String done, List<Movement> movements, List<String> months) {
    /** Copies the lists. */
    public CreditsView {
        movements = List.copyOf(movements);
        months = List.copyOf(months);
    }

    /**
     * How the balance is added to.
     *
     * @param provider whether there is a payment provider
     * @param mayChange whether the visitor may pay and change anything
     * @param payee the organization's name
     * @param account the number of its account
     * @param words how it is topped up by itself, in a sentence; empty when it is not
     * @param payer whether a card is kept
     * @param enabled whether it is topped up by itself
     * @param stopped whether that has stopped because payments failed
     * @param threshold the balance below which it is, in dollars
     * @param amount what is added each time, in dollars
     * @param cap the most of a month, in dollars; empty for no limit
     */
    public record Adding(
            boolean provider,
            boolean mayChange,
            String payee,
            long account,
            String words,
            boolean payer,
            boolean enabled,
            boolean stopped,
            String threshold,
            String amount,
            String cap) {
        static Adding of(boolean provider, Visitor visitor, @Nullable AutoTopup set) {
            Long cap = set == null ? null : set.monthlyCapNano();
            return new Adding(
                    provider,
                    visitor.may(Action.MANAGE_BILLING),
                    visitor.organization().name(),
                    visitor.accountId(),
                    words(set),
                    set != null,
                    set != null && set.enabled(),
                    set != null && set.stoppedAt() != null,
                    set == null ? "" : NanoUsd.toUsd(set.thresholdNano()).toPlainString(),
                    set == null ? "" : NanoUsd.toUsd(set.amountNano()).toPlainString(),
                    cap == null ? "" : NanoUsd.toUsd(cap).toPlainString());
        }

        private static String words(@Nullable AutoTopup set) {
            return set == null || !set.enabled()
                    ? ""
                    : "Below " + Numbers.usd(set.thresholdNano()) + ", " + Numbers.usd(set.amountNano()) + " is added"
                            + (set.stoppedAt() == null ? "." : "; stopped, because payments failed.");
        }

        /**
         * Amounts to choose from.
         *
         * @return dollars
         */
        public List<String> presets() {
            return List.of("5", "10", "25", "50", "100");
        }
    }

    /**
     * Money that came or went.
     *
     * @param at when
     * @param what in words
     * @param amount dollars
     * @param about the reference, or the model of a refunded request
     */
    public record Movement(String at, String what, String amount, String about) {
        /**
         * A row for people.
         *
         * @param row as read
         * @return the same in words
         */
        public static Movement of(CreditRows.Movement row) {
            String what = switch (row.kind()) {
                case "refund" -> "Refund of a request";
                case "taken_back" -> row.about().startsWith("subscription ") ? "Plan" : "Taken back";
                default -> "Credit";
            };
            return new Movement(Shown.minute(row.at()), what, Numbers.usd(row.amountNano()), row.about());
        }
    }

    /**
     * What a month came to.
     *
     * @param month for instance {@code 2026-11}
     * @param account the organization's name
     * @param requests how many
     * @param total dollars
     * @param quota quota taken, empty for none
     * @param models by model, the dearest first
     * @param keys by key, the dearest first
     * @param movements credits of the month
     */
    public record Statement(
            String month,
            String account,
            String requests,
            String total,
            String quota,
            List<Sum> models,
            List<Sum> keys,
            List<Movement> movements) {
        /** Copies the lists. */
        public Statement {
            models = List.copyOf(models);
            keys = List.copyOf(keys);
            movements = List.copyOf(movements);
        }
    }

    /**
     * What a model or a key came to.
     *
     * @param name of the model or key
     * @param requests how many
     * @param quota quota, empty for none
     * @param cost dollars
     */
    public record Sum(
            String name, String requests, @Nullable String quota, String cost) {
        static Sum of(String name, long requests, long quotaMilli, long costNano) {
            return new Sum(
                    name,
                    Numbers.grouped(requests),
                    quotaMilli == 0 ? null : Shown.quota(quotaMilli),
                    Numbers.usd(costNano));
        }
    }
}
