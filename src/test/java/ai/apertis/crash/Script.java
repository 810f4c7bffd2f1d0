package ai.apertis.crash;

import ai.apertis.upstream.Voice;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the provider is to do with one request. It travels in the prompt, where client and provider both read it, and its
 * number is the request's: by it, and by the request's own key, client, provider and ledger are joined.
 *
 * @param number of the request
 * @param chunks how many chunks of text there are
 * @param firstMillis until the first, in milliseconds
 * @param gapMillis between two, in milliseconds
 * @param input the prompt tokens that the provider tells
 */
record Script(int number, int chunks, int firstMillis, int gapMillis, int input) {
    /** Four words are four tokens by count and five by length; the provider tells five. */
    static final String CHUNK = " word word word word";

    static final int COUNTED_PER_CHUNK = 4;
    static final int TOLD_PER_CHUNK = CHUNK.length() / 4;

    /** Prices that divide nothing, in US dollars per million tokens. */
    static final BigDecimal INPUT_PRICE = new BigDecimal("1.234567");

    static final BigDecimal OUTPUT_PRICE = new BigDecimal("7.654321");

    private static final Pattern FORMED = Pattern.compile("<<(\\d{7}):(\\d{4}):(\\d{4}):(\\d{4}):(\\d{5})>>");

    /** The script in a request's body, wherever it is. */
    static Script in(String body) {
        Matcher found = FORMED.matcher(body);
        if (!found.find()) {
            throw new IllegalArgumentException("no script in " + body);
        }
        return new Script(part(found, 1), part(found, 2), part(found, 3), part(found, 4), part(found, 5));
    }

    private static int part(Matcher found, int group) {
        return Integer.parseInt(found.group(group));
    }

    /** The same for a client that speaks so: the provider tells a token for every four bytes of its body, and a few. */
    Script spokenBy(Voice client, String model, boolean stream) {
        int bytes = client.ask(model, prompt(), output(), stream).length();
        return new Script(number, chunks, firstMillis, gapMillis, bytes / 4 + 2 + number % 7);
    }

    String prompt() {
        return "Do as you are told here, and say nothing else: <<%07d:%04d:%04d:%04d:%05d>>"
                .formatted(number, chunks, firstMillis, gapMillis, input);
    }

    String text() {
        return CHUNK.repeat(chunks);
    }

    /** The generated tokens that the provider tells. */
    int output() {
        return chunks * TOLD_PER_CHUNK;
    }

    /** What the whole answer costs, nano-USD: exact decimals, rounded once, half up. */
    long cost() {
        return cost(input, output());
    }

    /** What so many tokens cost, nano-USD. */
    static long cost(long input, long output) {
        return INPUT_PRICE
                .multiply(BigDecimal.valueOf(input))
                .add(OUTPUT_PRICE.multiply(BigDecimal.valueOf(output)))
                .movePointRight(3)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }
}
