package ai.apertis.console.desk;

import ai.apertis.console.Refused;
import ai.apertis.money.NanoUsd;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Amounts as people write them in forms. */
final class Dollars {
    private static final Pattern FORM = Pattern.compile("\\$?([0-9]{1,9}(\\.[0-9]{1,9})?)");
    private static final long CENT_NANO = 10_000_000;

    private Dollars() {}

    /**
     * An amount.
     *
     * @param text for instance {@code 12.50} or {@code $12.50}
     * @return nano-USD; throws {@link Refused} with 400
     */
    static long parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw Refused.bad("'" + text + "' is no number of dollars.");
        }
        return NanoUsd.ofUsd(new BigDecimal(matcher.group(1)));
    }

    /**
     * An amount that can be paid by card.
     *
     * @param text as above
     * @param leastNano the least, nano-USD
     * @param mostNano the most, nano-USD
     * @return nano-USD, whole cents; throws {@link Refused} with 400
     */
    static long payable(String text, long leastNano, long mostNano) {
        long nano = parse(text);
        if (nano % CENT_NANO != 0 || nano < leastNano || nano > mostNano) {
            throw Refused.bad("An amount must be whole cents, from $"
                    + NanoUsd.toUsd(leastNano).toPlainString() + " to $"
                    + NanoUsd.toUsd(mostNano).toPlainString() + ".");
        }
        return nano;
    }
}
