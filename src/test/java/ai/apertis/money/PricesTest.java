package ai.apertis.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prices against exact decimals: whatever the classes and their sizes, one rounding, half up. */
class PricesTest {
    private static final long SEED = Long.getLong("apertis.prices.seed", 20_261_124L);
    private static final int ROUNDS = Integer.getInteger("apertis.prices.rounds", 200_000);

    @Test
    void everyClassTimesItsPriceIsSummedExactlyAndRoundedOnceHalfUp() {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            Prices plain = prices(random, List.of());
            long bound = count(random);
            Prices tiered = new Prices(
                    plain.inputPico(),
                    plain.cacheReadPico(),
                    plain.cacheWritePico(),
                    plain.outputPico(),
                    plain.audioInputPico(),
                    plain.audioOutputPico(),
                    plain.requestNano(),
                    plain.imageNano(),
                    plain.secondNano(),
                    List.of(new Prices.Tier(bound, prices(random, List.of()))),
                    plain.media());
            Usage usage = usage(random);
            Prices inForce =
                    usage.promptTokens() > bound ? tiered.tiers().getFirst().prices() : plain;
            BigDecimal exact = exact(inForce, usage);
            if (exact.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
                assertThat(tiered.cost(usage))
                        .as("seed %s, round %s", SEED, round)
                        .isEqualTo(exact.longValueExact());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"499, 0", "500, 1", "501, 1", "1499, 1", "1500, 2"})
    void roundsHalfUpAtTheNanoDollar(long pico, long nano) {
        assertThat(Prices.ofTokens(pico, 0).cost(Usage.ofTokens(1, 0))).isEqualTo(nano);
    }

    @Test
    void theTextThatVersionsAreMadeOfStaysWhatItIs() {
        Prices dearer = new Prices(10, 0, 0, 11, 0, 0, 0, 0, 0, List.of());
        Prices prices = new Prices(
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                8,
                9,
                List.of(new Prices.Tier(200_000, dearer)),
                new MediaPrices(12, 13, 14, Map.of("low", 15L, "high", 16L)));
        assertThat(prices)
                .hasToString("Prices[inputPico=1, cacheReadPico=2, cacheWritePico=3, outputPico=4, audioInputPico=5,"
                        + " audioOutputPico=6, requestNano=7, imageNano=8, secondNano=9,"
                        + " tiers=[Tier[abovePromptTokens=200000, prices=Prices[inputPico=10, cacheReadPico=0,"
                        + " cacheWritePico=0, outputPico=11, audioInputPico=0, audioOutputPico=0, requestNano=0,"
                        + " imageNano=0, secondNano=0, tiers=[], media=MediaPrices[imageInputPico=10,"
                        + " imageOutputPico=11, characterPico=0, imageNano={}]]]],"
                        + " media=MediaPrices[imageInputPico=12, imageOutputPico=13, characterPico=14,"
                        + " imageNano={high=16, low=15}]]");
    }

    @Test
    void reasoningIsInsideOutputAndNotPaidTwice() {
        Prices prices = Prices.ofTokens(0, 1_000);
        assertThat(prices.cost(new Usage(0, 0, 0, 10, 7, 0, 0, 0, 0, false))).isEqualTo(10);
    }

    @Test
    void aTierHoldsForTheWholeRequestAboveItsPromptLengthWhichCountsEveryClassOfPrompt() {
        Prices prices = new Prices(
                1_000,
                1_000,
                1_000,
                1_000,
                1_000,
                1_000,
                0,
                0,
                0,
                List.of(new Prices.Tier(10, Prices.ofTokens(2_000, 3_000))));
        assertThat(prices.cost(new Usage(4, 3, 2, 5, 0, 1, 0, 0, 0, false))).isEqualTo(15);
        assertThat(prices.cost(new Usage(5, 3, 2, 5, 0, 1, 0, 0, 0, false))).isEqualTo(2 * 11 + 3 * 5);
    }

    @Test
    void aCostThatNoLongHoldsIsRefusedAndNotWrapped() {
        Prices dear = Prices.ofTokens(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2);
        assertThatThrownBy(() -> dear.cost(Usage.ofTokens(Usage.MAX_COUNT, Usage.MAX_COUNT)))
                .isInstanceOf(ArithmeticException.class);
    }

    private static BigDecimal exact(Prices p, Usage u) {
        BigDecimal nano = thousandth(u.inputTokens(), p.inputPico())
                .add(thousandth(u.cacheReadTokens(), p.cacheReadPico()))
                .add(thousandth(u.cacheWriteTokens(), p.cacheWritePico()))
                .add(thousandth(u.outputTokens(), p.outputPico()))
                .add(thousandth(u.audioInputTokens(), p.audioInputPico()))
                .add(thousandth(u.audioOutputTokens(), p.audioOutputPico()))
                .add(thousandth(u.media().imageInputTokens(), p.media().imageInputPico()))
                .add(thousandth(u.media().imageOutputTokens(), p.media().imageOutputPico()))
                .add(thousandth(u.media().characters(), p.media().characterPico()))
                .add(thousandth(u.milliseconds(), p.secondNano()))
                .add(thousandth(
                        Math.min(u.media().longWrites(), u.cacheWriteTokens()),
                        Math.ceilDiv(p.cacheWritePico() * 3, 5)))
                .add(BigDecimal.valueOf(Math.max(1, u.media().searches()))
                        .multiply(BigDecimal.valueOf(p.requestNano())))
                .add(BigDecimal.valueOf(u.images()).multiply(BigDecimal.valueOf(p.imageNano())));
        return nano.setScale(0, RoundingMode.HALF_UP);
    }

    private static BigDecimal thousandth(long count, long price) {
        return BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(price)).movePointLeft(3);
    }

    private static Prices prices(Random random, List<Prices.Tier> tiers) {
        return new Prices(
                price(random),
                price(random),
                price(random),
                price(random),
                price(random),
                price(random),
                price(random),
                price(random),
                price(random),
                tiers,
                new MediaPrices(price(random), price(random), price(random), Map.of()));
    }

    private static Usage usage(Random random) {
        long output = count(random);
        return new Usage(
                count(random),
                count(random),
                count(random),
                output,
                output / 2,
                count(random),
                count(random),
                count(random),
                count(random),
                false,
                new MediaUsage(count(random), count(random), count(random), count(random), count(random)));
    }

    /** Of every size up to the largest, zero among them, so that both paths of the arithmetic are gone through. */
    private static long price(Random random) {
        return upTo(random, Prices.MAX_PICO);
    }

    private static long count(Random random) {
        return upTo(random, Usage.MAX_COUNT);
    }

    private static long upTo(Random random, long most) {
        long reach = most >> random.nextInt(41);
        return random.nextInt(5) == 0 ? 0 : random.nextLong(reach + 1);
    }
}
