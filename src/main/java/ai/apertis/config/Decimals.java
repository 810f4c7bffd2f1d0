package ai.apertis.config;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Reads amounts and prices exactly. */
final class Decimals {
    /** No exponents: 1e999999 would be expanded by the arithmetic that follows. */
    private static final Pattern PLAIN = Pattern.compile("-?\\d{1,15}(?:\\.\\d{1,15})?");

    private Decimals() {}

    /**
     * A decimal between zero and a bound.
     *
     * @throws IllegalArgumentException whose message says what is wrong, to be followed by the value
     */
    static BigDecimal parse(String text, long max, int decimals) {
        if (!PLAIN.matcher(text).matches()) {
            throw new IllegalArgumentException("not a decimal number");
        }
        BigDecimal number = new BigDecimal(text).stripTrailingZeros();
        if (number.signum() < 0 || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw new IllegalArgumentException("must be between 0 and " + max);
        }
        if (number.scale() > decimals) {
            throw new IllegalArgumentException("more than " + decimals + " decimals");
        }
        return number;
    }
}
