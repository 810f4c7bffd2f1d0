package ai.apertis.config;

import java.math.BigDecimal;

/** Reads amounts and prices exactly. */
final class Decimals {
    private static final int LONGEST = 32;

    private Decimals() {}

    /**
     * A decimal between zero and a bound.
     *
     * @throws IllegalArgumentException whose message says what is wrong, to be followed by the value
     */
    static BigDecimal parse(String text, long max, int decimals) {
        BigDecimal number;
        try {
            // Digits only: 1e999999 would be expanded by the arithmetic that follows.
            if (text.length() > LONGEST || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
                throw new IllegalArgumentException("not a plain decimal");
            }
            number = new BigDecimal(text).stripTrailingZeros();
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("not a number", notANumber);
        }
        if (number.signum() < 0 || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw new IllegalArgumentException("must be between 0 and " + max);
        }
        if (number.scale() > decimals) {
            throw new IllegalArgumentException("more than " + decimals + " decimals");
        }
        return number;
    }
}
