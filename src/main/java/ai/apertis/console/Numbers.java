package ai.apertis.console;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.NumberFormat;
import java.util.Locale;

/** How numbers are written for people. */
public final class Numbers {
    private static final MathContext DIGITS = new MathContext(12);

    private Numbers() {}

    /**
     * A large number in few signs.
     *
     * @param number of anything
     * @return for instance {@code 950} or {@code 1.2M}
     */
    public static String compact(long number) {
        NumberFormat format = NumberFormat.getCompactNumberInstance(Locale.ENGLISH, NumberFormat.Style.SHORT);
        format.setMaximumFractionDigits(1);
        return format.format(number);
    }

    /**
     * A whole number with its thousands apart.
     *
     * @param number of anything
     * @return for instance {@code 262,144}
     */
    public static String grouped(long number) {
        return NumberFormat.getIntegerInstance(Locale.ENGLISH).format(number);
    }

    /**
     * Money, exactly as far as it goes and never without cents.
     *
     * @param nanoUsd nano-USD
     * @return for instance {@code $0.95} or {@code $0.000012}
     */
    public static String usd(long nanoUsd) {
        BigDecimal exact = BigDecimal.valueOf(nanoUsd, 9).round(DIGITS).stripTrailingZeros();
        BigDecimal shown = exact.scale() < 2 ? exact.setScale(2) : exact;
        return (shown.signum() < 0 ? "-$" : "$") + shown.abs().toPlainString();
    }
}
