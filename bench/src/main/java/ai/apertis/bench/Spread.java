package ai.apertis.bench;

import java.util.Collection;
import java.util.Locale;

/** A figure over the rounds. */
record Spread(double least, double median, double most) {
    static Spread of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /** The median with the extremes behind it, or a dash when nothing was measured. */
    @Override
    public String toString() {
        return least == most || Double.isNaN(median)
                ? number(median)
                : number(median) + " (" + number(least) + " to " + number(most) + ")";
    }

    /** A number with as many digits as mean something. */
    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "–";
        }
        int decimals = Math.abs(value) >= 100 || value == 0 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
