package ai.apertis.money;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Conversions between US dollars as people and JSON write them and the whole nano-USD in which everything is kept. */
public final class NanoUsd {
    /** One US dollar in nano-USD. */
    public static final long DOLLAR = 1_000_000_000L;

    private static final BigDecimal MAX = BigDecimal.valueOf(1_000_000_000L);

    private NanoUsd() {}

    /**
     * The nano-USD of a dollar amount.
     *
     * @param usd dollars, at most nine decimals, magnitude at most a thousand million
     * @return the same amount in nano-USD
     * @throws ArithmeticException when it has more than nine decimals or is too large
     */
    public static long ofUsd(BigDecimal usd) {
        // Bounded before any arithmetic: 1e999999 would otherwise be expanded digit by digit.
        if (usd.signum() != 0 && (usd.precision() - (long) usd.scale() > 11 || usd.scale() > 1_000)) {
            throw new ArithmeticException("amount out of range");
        }
        if (usd.abs().compareTo(MAX) > 0) {
            throw new ArithmeticException("amount out of range");
        }
        return usd.setScale(9, RoundingMode.UNNECESSARY).unscaledValue().longValueExact();
    }

    /**
     * The dollar amount to write on the wire as a JSON number.
     *
     * @param nanoUsd whole nano-USD
     * @return dollars without needless trailing zeros, never in exponent form
     */
    public static BigDecimal toUsd(long nanoUsd) {
        BigDecimal usd = BigDecimal.valueOf(nanoUsd, 9).stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }
}
