package ai.apertis.console.desk;

import ai.apertis.console.Numbers;
import ai.apertis.console.Shown;
import ai.apertis.ledger.CreditRows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of credits shows.
 *
 * @param purse the money
 * @param topup how the balance is topped up, empty when it is not
 * @param movements money that came and went, newest first
 * @param months the months that statements are there for, newest first
 */
public record CreditsView(OverviewView.Purse purse, String topup, List<Movement> movements, List<String> months) {
    /** Copies the lists. */
    public CreditsView {
        movements = List.copyOf(movements);
        months = List.copyOf(months);
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
                case "taken_back" -> "Taken back";
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
