package ai.apertis.console.desk;

import ai.apertis.console.Numbers;
import ai.apertis.console.Shown;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.UsageSums.DayCost;
import ai.apertis.ledger.UsageSums.DaySum;
import ai.apertis.ledger.UsageSums.ModelSum;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the first page of the console shows.
 *
 * @param purse the money
 * @param ring the subscription's cycle, null without a subscription that works
 * @param hasKey whether there is a key; if not, the first steps are shown
 * @param days the last days in order, empty ones too
 * @param models what each model came to in those days, the dearest first
 * @param spending spending by day and model, for the chart
 * @param tokens tokens by day, for the chart
 */
public record OverviewView(
        Purse purse,
        @Nullable Ring ring,
        boolean hasKey,
        List<Day> days,
        List<Share> models,
        String spending,
        String tokens) {
    /** How many models have a colour of their own. */
    private static final int COLOURS = 4;

    private static final long LOW_NANO = 1_000_000_000L;

    /** Copies the lists. */
    public OverviewView {
        days = List.copyOf(days);
        models = List.copyOf(models);
    }

    /**
     * An account's money.
     *
     * @param left dollars left
     * @param held dollars that open requests hold, empty for none
     * @param used dollars spent in all
     * @param month what was spent in the account's month, of its limit; empty without a limit
     * @param low whether there is so little left that it must be said
     */
    public record Purse(String left, String held, String used, String month, boolean low) {
        static Purse of(Balance balance) {
            Long left = balance.account().remaining();
            Balance.Month month = balance.accountMonth();
            return new Purse(
                    left == null ? "unlimited" : Numbers.usd(left),
                    balance.account().held() == 0
                            ? ""
                            : Numbers.usd(balance.account().held()),
                    Numbers.usd(balance.account().used()),
                    month == null ? "" : Numbers.usd(month.used()) + " of " + Numbers.usd(month.limit()),
                    left != null && left < LOW_NANO);
        }
    }

    /**
     * A cycle's quota as a ring.
     *
     * @param plan the plan
     * @param left quota left, for people
     * @param limit quota of the cycle
     * @param percent how much is used
     * @param ends when the cycle ends
     */
    public record Ring(String plan, String left, String limit, int percent, String ends) {
        private static final double ROUND = 2 * Math.PI * 50;

        static @Nullable Ring of(Balance.@Nullable Cycle cycle) {
            if (cycle == null || cycle.subscription().ended()) {
                return null;
            }
            long limit = cycle.subscription().quotaMilli();
            return new Ring(
                    cycle.subscription().plan(),
                    Shown.quota(Math.max(0, limit - cycle.usedMilli())),
                    Shown.quota(limit),
                    Shown.percent(cycle.usedMilli(), limit),
                    Shown.minute(cycle.subscription().cycleEnd()));
        }

        /**
         * The used part of the ring.
         *
         * @return for {@code stroke-dasharray}
         */
        public String dashes() {
            return Math.round(ROUND * percent / 100) + " " + Math.round(ROUND + 1);
        }
    }

    /**
     * A day.
     *
     * @param day its date, UTC
     * @param requests how many
     * @param cost dollars
     * @param prompt prompt tokens
     * @param completion generated tokens
     */
    public record Day(String day, String requests, String cost, String prompt, String completion) {}

    /**
     * A model's part.
     *
     * @param model the model
     * @param requests how many
     * @param tokens tokens of every class
     * @param cost dollars
     * @param percent of what all cost
     */
    public record Share(String model, String requests, String tokens, String cost, int percent) {}

    static List<Day> days(LocalDate first, int count, List<DaySum> sums) {
        Map<LocalDate, DaySum> known = byDay(sums);
        List<Day> days = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DaySum sum = at(known, first.plusDays(i));
            days.add(new Day(
                    sum.day().toString(),
                    Numbers.grouped(sum.requests()),
                    Numbers.usd(sum.costNano()),
                    Numbers.grouped(sum.promptTokens()),
                    Numbers.grouped(sum.completionTokens())));
        }
        return days;
    }

    private static Map<LocalDate, DaySum> byDay(List<DaySum> sums) {
        return sums.stream().collect(Collectors.toMap(DaySum::day, sum -> sum));
    }

    private static DaySum at(Map<LocalDate, DaySum> known, LocalDate day) {
        return known.getOrDefault(day, new DaySum(day, 0, 0, 0, 0, 0));
    }

    static List<Share> shares(List<ModelSum> sums) {
        long all = sums.stream().mapToLong(ModelSum::costNano).sum();
        return sums.stream()
                .map(sum -> new Share(
                        sum.model(),
                        Numbers.grouped(sum.requests()),
                        Numbers.compact(sum.inputTokens()
                                + sum.cacheReadTokens()
                                + sum.cacheWriteTokens()
                                + sum.outputTokens()),
                        Numbers.usd(sum.costNano()),
                        all == 0 ? 0 : Shown.percent(sum.costNano(), all)))
                .toList();
    }

    /** Series of dollars by day: the dearest models, and the rest together. */
    static String spending(LocalDate first, int count, List<ModelSum> models, List<DayCost> costs) {
        List<String> named = models.stream()
                .filter(sum -> sum.costNano() > 0)
                .limit(COLOURS)
                .map(ModelSum::model)
                .toList();
        Map<String, double[]> series = new HashMap<>();
        for (DayCost cost : costs) {
            long index = cost.day().toEpochDay() - first.toEpochDay();
            if (index >= 0 && index < count) {
                String name = named.contains(cost.model()) ? cost.model() : "";
                series.computeIfAbsent(name, key -> new double[count])[(int) index] += cost.costNano() / 1e9;
            }
        }
        JsonArray list = new JsonArray();
        for (String name : named) {
            double[] days = series.get(name);
            if (days != null) {
                list.add(series(name, days));
            }
        }
        double[] others = series.get("");
        if (others != null) {
            list.add(series("Others", others));
        }
        return chart(first, count, "usd", list);
    }

    /** Series of tokens by day. */
    static String tokens(LocalDate first, int count, List<DaySum> sums) {
        Map<LocalDate, DaySum> known = byDay(sums);
        double[] prompt = new double[count];
        double[] completion = new double[count];
        for (int i = 0; i < count; i++) {
            DaySum sum = at(known, first.plusDays(i));
            prompt[i] = sum.promptTokens();
            completion[i] = sum.completionTokens();
        }
        return chart(
                first,
                count,
                "tokens",
                new JsonArray().add(series("Prompt", prompt)).add(series("Generated", completion)));
    }

    private static JsonObject series(String name, double[] values) {
        JsonArray array = new JsonArray();
        for (double value : values) {
            array.add(value);
        }
        return new JsonObject().put("name", name).put("values", array);
    }

    private static String chart(LocalDate first, int count, String unit, JsonArray series) {
        return new JsonObject()
                .put("first", first.toEpochDay() * 86_400)
                .put("days", count)
                .put("unit", unit)
                .put("series", series)
                .encode();
    }
}
