package ai.apertis.money;

import java.math.BigInteger;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The prices of one model, by class. A request is priced whole by the highest tier whose prompt length it passes.
 *
 * @param inputPico pico-USD per uncached prompt token
 * @param cacheReadPico pico-USD per prompt token read from a cache
 * @param cacheWritePico pico-USD per prompt token written to a cache
 * @param outputPico pico-USD per generated token
 * @param audioInputPico pico-USD per audio prompt token
 * @param audioOutputPico pico-USD per generated audio token
 * @param requestNano nano-USD per request
 * @param imageNano nano-USD per generated image
 * @param secondNano nano-USD per second of media
 * @param tiers prices for long prompts, ascending by {@link Tier#abovePromptTokens}
 * @param media prices of image tokens, of images by form and of characters
 */
public record Prices(
        long inputPico,
        long cacheReadPico,
        long cacheWritePico,
        long outputPico,
        long audioInputPico,
        long audioOutputPico,
        long requestNano,
        long imageNano,
        long secondNano,
        List<Tier> tiers,
        MediaPrices media) {

    /** Everything free. */
    public static final Prices FREE = new Prices(0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

    /** The highest price of a token: a thousand dollars a token-million times a thousand. Keeps sums inside a long. */
    public static final long MAX_PICO = 1_000_000_000_000L;

    private static final BigInteger PICO_PER_NANO = BigInteger.valueOf(1_000);
    private static final BigInteger HALF = BigInteger.valueOf(500);

    /**
     * Prices that hold for the whole of a request whose prompt is longer than a limit.
     *
     * @param abovePromptTokens the prompt length, in tokens of every class, above which they hold
     * @param prices the prices; its own tiers are ignored
     */
    public record Tier(long abovePromptTokens, Prices prices) {
        @Override
        public String toString() {
            return "Tier[abovePromptTokens=" + abovePromptTokens + ", prices=" + prices + "]";
        }
    }

    /** Prices where image tokens cost what text does and characters nothing. */
    public Prices(
            long inputPico,
            long cacheReadPico,
            long cacheWritePico,
            long outputPico,
            long audioInputPico,
            long audioOutputPico,
            long requestNano,
            long imageNano,
            long secondNano,
            List<Tier> tiers) {
        this(
                inputPico,
                cacheReadPico,
                cacheWritePico,
                outputPico,
                audioInputPico,
                audioOutputPico,
                requestNano,
                imageNano,
                secondNano,
                tiers,
                MediaPrices.like(inputPico, outputPico));
    }

    /** Copies the tiers. */
    public Prices {
        tiers = List.copyOf(tiers);
    }

    /**
     * Prices of plain text, cached reads and writes costing what the prompt costs.
     *
     * @param inputPico pico-USD per prompt token
     * @param outputPico pico-USD per generated token
     * @return the prices
     */
    public static Prices ofTokens(long inputPico, long outputPico) {
        return new Prices(inputPico, inputPico, inputPico, outputPico, inputPico, outputPico, 0, 0, 0, List.of());
    }

    /**
     * Whether nothing of this costs anything.
     *
     * @return true when every price of every tier is zero
     */
    public boolean isFree() {
        return inputPico == 0
                && cacheReadPico == 0
                && cacheWritePico == 0
                && outputPico == 0
                && audioInputPico == 0
                && audioOutputPico == 0
                && requestNano == 0
                && imageNano == 0
                && secondNano == 0
                && media.isFree()
                && tiers.stream().allMatch(tier -> tier.prices().isFree());
    }

    /**
     * The cost of a request: every class times its price, summed exactly, rounded once, half up.
     *
     * @param usage what was consumed
     * @return nano-USD
     * @throws ArithmeticException when the cost does not fit a long
     */
    public long cost(Usage usage) {
        Prices p = forPrompt(usage.promptTokens());
        try {
            long pico = Math.multiplyExact(usage.inputTokens(), p.inputPico);
            pico = Math.addExact(pico, Math.multiplyExact(usage.cacheReadTokens(), p.cacheReadPico));
            pico = Math.addExact(pico, Math.multiplyExact(usage.cacheWriteTokens(), p.cacheWritePico));
            pico = Math.addExact(pico, Math.multiplyExact(usage.outputTokens(), p.outputPico));
            pico = Math.addExact(pico, Math.multiplyExact(usage.audioInputTokens(), p.audioInputPico));
            pico = Math.addExact(pico, Math.multiplyExact(usage.audioOutputTokens(), p.audioOutputPico));
            pico = Math.addExact(pico, Math.multiplyExact(requests(usage) * 1_000, p.requestNano));
            pico = Math.addExact(pico, Math.multiplyExact(longWrites(usage), p.longWritePico()));
            pico = Math.addExact(pico, Math.multiplyExact(Math.multiplyExact(1_000L, usage.images()), p.imageNano));
            pico = Math.addExact(pico, Math.multiplyExact(usage.milliseconds(), p.secondNano));
            MediaUsage seen = usage.media();
            pico = Math.addExact(pico, Math.multiplyExact(seen.imageInputTokens(), p.media.imageInputPico()));
            pico = Math.addExact(pico, Math.multiplyExact(seen.imageOutputTokens(), p.media.imageOutputPico()));
            pico = Math.addExact(pico, Math.multiplyExact(seen.characters(), p.media.characterPico()));
            return Math.floorDiv(Math.addExact(pico, 500), 1_000L);
        } catch (ArithmeticException tooLargeForLong) {
            return p.exactCost(usage);
        }
    }

    /**
     * The prices that hold for a prompt of a given length.
     *
     * @param promptTokens prompt tokens of every class
     * @return the prices of the highest tier passed, else these
     */
    public Prices forPrompt(long promptTokens) {
        Prices found = this;
        for (Tier tier : tiers) {
            if (promptTokens > tier.abovePromptTokens()) {
                found = tier.prices();
            }
        }
        return found;
    }

    /**
     * The prices that hold for images of a form.
     *
     * @param quality what the request says, empty when nothing
     * @param size what the request says, empty when nothing
     * @return these with the form's price per image, where it has one of its own
     */
    public Prices forImage(String quality, String size) {
        return with(
                requestNano,
                media.imageNano(quality, size, imageNano),
                secondNano,
                tier -> tier.forImage(quality, size));
    }

    /**
     * The prices that hold for a video of a form.
     *
     * @param quality what the request says, empty when nothing
     * @param size what the request says, empty when nothing
     * @return these with the form's price per second, where it has one of its own
     */
    public Prices forVideo(String quality, String size) {
        return with(
                requestNano,
                imageNano,
                media.imageNano(quality, size, secondNano),
                tier -> tier.forVideo(quality, size));
    }

    /**
     * The prices of a request for which something was done that costs by itself, such as a web search.
     *
     * @param nano what that costs, nano-USD
     * @return these with a price per request that includes it
     */
    public Prices withRequestNano(long nano) {
        return with(requestNano + nano, imageNano, secondNano, tier -> tier.withRequestNano(nano));
    }

    private Prices with(long request, long image, long second, UnaryOperator<Prices> inTiers) {
        return request == requestNano && image == imageNano && second == secondNano
                ? this
                : new Prices(
                        inputPico,
                        cacheReadPico,
                        cacheWritePico,
                        outputPico,
                        audioInputPico,
                        audioOutputPico,
                        request,
                        image,
                        second,
                        tiers.stream()
                                .map(tier -> new Tier(tier.abovePromptTokens, inTiers.apply(tier.prices)))
                                .toList(),
                        media);
    }

    /**
     * The most that so many tokens can cost, whatever class they turn out to be of and whichever tier counts.
     *
     * @param inputTokens prompt tokens from above
     * @param outputTokens generated tokens from above
     * @return nano-USD
     */
    public long atMost(long inputTokens, long outputTokens) {
        long most = dearest(inputTokens, outputTokens);
        for (Tier tier : tiers) {
            if (inputTokens > tier.abovePromptTokens()) {
                most = Math.max(most, tier.prices().dearest(inputTokens, outputTokens));
            }
        }
        return most;
    }

    private long dearest(long inputTokens, long outputTokens) {
        long input = Math.max(Math.max(inputPico, audioInputPico), Math.max(cacheReadPico, cacheWritePico));
        long output = Math.max(outputPico, audioOutputPico);
        Prices all = new Prices(input, 0, 0, output, 0, 0, requestNano, 0, 0, List.of());
        return all.cost(Usage.ofTokens(inputTokens, outputTokens));
    }

    /**
     * How many generated tokens an amount of money is enough for: the inverse of {@link #atMost}.
     *
     * @param nanoUsd what there is, nano-USD
     * @param inputTokens prompt tokens from above
     * @param most the answer is not above this
     * @return tokens, -1 when not even the prompt can be paid
     */
    public long outputWithin(long nanoUsd, long inputTokens, long most) {
        long low = -1;
        long high = most;
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (atMost(inputTokens, middle) <= nanoUsd) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private long exactCost(Usage usage) {
        BigInteger pico = times(usage.inputTokens(), inputPico)
                .add(times(usage.cacheReadTokens(), cacheReadPico))
                .add(times(usage.cacheWriteTokens(), cacheWritePico))
                .add(times(usage.outputTokens(), outputPico))
                .add(times(usage.audioInputTokens(), audioInputPico))
                .add(times(usage.audioOutputTokens(), audioOutputPico))
                .add(times(requests(usage), requestNano).multiply(PICO_PER_NANO))
                .add(times(longWrites(usage), longWritePico()))
                .add(times(1_000L, imageNano).multiply(BigInteger.valueOf(usage.images())))
                .add(times(usage.milliseconds(), secondNano))
                .add(times(usage.media().imageInputTokens(), media.imageInputPico()))
                .add(times(usage.media().imageOutputTokens(), media.imageOutputPico()))
                .add(times(usage.media().characters(), media.characterPico()));
        return pico.add(HALF).divide(PICO_PER_NANO).longValueExact();
    }

    private static long requests(Usage usage) {
        return Math.max(1, usage.media().searches());
    }

    private static long longWrites(Usage usage) {
        return Math.min(usage.media().longWrites(), usage.cacheWriteTokens());
    }

    /**
     * What a token costs beside its write when it is kept for an hour: Anthropic asks twice the input's price for it and 1.25
     * times for five minutes, three fifths more (Anthropic, "Pricing: prompt caching").
     */
    private long longWritePico() {
        return Math.ceilDiv(cacheWritePico * 3, 5);
    }

    /**
     * Every price by name, of which the version of the prices is made: the text must stay what it is. Spelled out since the JVM
     * takes 30 ms of every start to spin a record's own.
     */
    @Override
    public String toString() {
        return "Prices[inputPico=" + inputPico + ", cacheReadPico=" + cacheReadPico + ", cacheWritePico="
                + cacheWritePico
                + ", outputPico=" + outputPico + ", audioInputPico=" + audioInputPico + ", audioOutputPico="
                + audioOutputPico + ", requestNano=" + requestNano + ", imageNano=" + imageNano + ", secondNano="
                + secondNano + ", tiers=" + tiers + ", media=" + media + "]";
    }

    private static BigInteger times(long count, long price) {
        return BigInteger.valueOf(count).multiply(BigInteger.valueOf(price));
    }
}
