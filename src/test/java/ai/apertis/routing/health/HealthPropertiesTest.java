package ai.apertis.routing.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of the parts of health whatever happens, shown over many random histories with a clock that the test turns. */
class HealthPropertiesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aMeanStaysBetweenItsSamplesAndRestsOnNoMoreThanThereWere(long seed) {
        Random random = new Random(seed);
        DecayingMean mean = new DecayingMean(10 * SECOND);
        long now = random.nextLong();
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int samples = 1; samples <= 1_000; samples++) {
            now += random.nextLong(SECOND);
            double sample = random.nextDouble(1_000);
            least = Math.min(least, sample);
            most = Math.max(most, sample);
            mean.add(sample, now);
            assertThat(mean.mean()).isBetween(least - 1e-6, most + 1e-6);
            assertThat(mean.weight(now)).isBetween(1.0, (double) samples);
            assertThat(mean.weight(now + 10 * SECOND)).isCloseTo(mean.weight(now) / 2, within(1e-6));
        }
    }

    @Test
    void aMeanFollowsAChangeWithinAHalfLife() {
        DecayingMean mean = new DecayingMean(5 * SECOND);
        long now = 0;
        for (; now < 60 * SECOND; now += SECOND / 10) {
            mean.add(100, now);
        }
        for (long until = now + 5 * SECOND; now < until; now += SECOND / 10) {
            mean.add(1_000, now);
        }
        assertThat(mean.mean()).isBetween(500.0, 600.0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aBreakerLetsOneProbeThroughAtATimeAndLessOftenTheLongerItFails(long seed) {
        Random random = new Random(seed);
        Breaker breaker = new Breaker();
        long now = random.nextLong();
        for (int i = 0; i < 5; i++) {
            assertThat(breaker.allows(now)).isTrue();
            breaker.failed(breaker.enter(now), now);
        }
        long pause = 5 * SECOND;
        for (int probe = 0; probe < 6; probe++) {
            assertThat(breaker.phase()).isEqualTo(Breaker.Phase.OPEN);
            assertThat(breaker.allows(now + pause - 1)).isFalse();
            now += pause;
            assertThat(breaker.allows(now)).isTrue();
            long epoch = breaker.enter(now);
            assertThat(breaker.allows(now)).as("while it is probed").isFalse();
            now += random.nextLong(SECOND);
            breaker.failed(epoch, now);
            pause = Math.min(60 * SECOND, 2 * pause);
        }
        now += pause;
        breaker.succeeded(breaker.enter(now), now);
        assertThat(breaker.phase()).isEqualTo(Breaker.Phase.CLOSED);
        assertThat(breaker.errorRate()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void streamsAreHeldBackAsLongAsOthersLivedThatWereCutEarlyAndNoLongerThanThatHappens(long seed) {
        Random random = new Random(seed);
        EarlyCuts cuts = new EarlyCuts();
        long now = random.nextLong();
        for (int i = 0; i < 400; i++) {
            now += SECOND / 10;
            if (i % 200 == 100) {
                cuts.brokeOff(SECOND / 20, now);
            } else if (random.nextInt(4) == 0) {
                cuts.brokeOff(SECOND + random.nextLong(SECOND), now);
            } else {
                cuts.survived(now);
            }
            assertThat(cuts.share(now)).isLessThan(0.01 + 1.0 / (i + 1));
        }
        assertThat(cuts.holdBackMillis(now)).as("one in 200, and late cuts").isZero();
        for (int i = 0; i < 100; i++) {
            now += SECOND / 10;
            if (i % 10 == 0) {
                cuts.brokeOff(SECOND / 20, now);
            } else {
                cuts.survived(now);
            }
        }
        assertThat(cuts.holdBackMillis(now)).as("twice 50 ms and 50").isBetween(140L, 160L);
        for (int i = 0; i < 100; i++) {
            now += SECOND / 10;
            cuts.brokeOff(SECOND * 2 / 5, now);
            assertThat(cuts.holdBackMillis(now)).isBetween(50L, 400L);
        }
        for (int i = 0; i < 10_000 && cuts.holdBackMillis(now) > 0; i++) {
            now += SECOND / 10;
            cuts.survived(now);
        }
        assertThat(cuts.holdBackMillis(now)).as("when it is well again").isZero();
    }

    @Test
    void aBreakerOpensWhenHalfOfManyFailAndNotWhenAThirdDo() {
        Breaker half = new Breaker();
        Breaker third = new Breaker();
        for (int i = 0; i < 300; i++) {
            long now = i * SECOND / 20;
            outcome(half, i % 2 == 0, now);
            outcome(third, i % 3 == 0, now);
        }
        assertThat(half.phase()).isNotEqualTo(Breaker.Phase.CLOSED);
        assertThat(third.phase()).isEqualTo(Breaker.Phase.CLOSED);
        assertThat(third.errorRate()).isCloseTo(1 / 3.0, within(0.05));
    }

    @Test
    void whatBeganBeforeABreakerOpenedDoesNotCloseIt() {
        Breaker breaker = new Breaker();
        long early = breaker.enter(0);
        for (int i = 0; i < 5; i++) {
            breaker.failed(breaker.enter(0), 0);
        }
        breaker.succeeded(early, 1);
        assertThat(breaker.phase()).isEqualTo(Breaker.Phase.OPEN);
        breaker.failed(early, 1);
        assertThat(breaker.allows(5 * SECOND))
                .as("nor does it keep it open longer")
                .isTrue();
    }

    @Test
    void aProbeThatSaysNothingMakesRoomForAnother() {
        Breaker breaker = new Breaker();
        for (int i = 0; i < 5; i++) {
            breaker.failed(breaker.enter(0), 0);
        }
        long probe = breaker.enter(5 * SECOND);
        breaker.unsaid(probe, 6 * SECOND);
        assertThat(breaker.allows(6 * SECOND)).isTrue();
        breaker.enter(6 * SECOND);
        assertThat(breaker.allows(65 * SECOND)).isFalse();
        assertThat(breaker.allows(66 * SECOND))
                .as("a probe that is never heard of")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aLimitStaysInItsBoundsFallsUnderQueueingAndRecovers(long seed) {
        Random random = new Random(seed);
        AdaptiveLimit limit = new AdaptiveLimit(100, 2_000);
        assertThat(limit.current()).isEqualTo(2_000);
        for (int i = 0; i < 1_000; i++) {
            limit.answered((long) (100e6 * (0.5 + random.nextDouble())), random.nextInt(900));
        }
        assertThat(limit.current()).as("a fast endpoint is never limited").isEqualTo(2_000);
        for (int i = 0; i < 300; i++) {
            limit.answered((long) (2_000e6 * (0.5 + random.nextDouble())), limit.current());
            assertThat(limit.current()).isBetween(100, 2_000);
        }
        int low = limit.current();
        assertThat(low).isLessThan(500);
        for (int i = 0; i < 5_000; i++) {
            limit.answered((long) (100e6 * (0.5 + random.nextDouble())), limit.current());
        }
        assertThat(limit.current()).isGreaterThan(2 * low);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aCoolDownLastsAsLongAsWasSaidAndElseDoubles(long seed) {
        Random random = new Random(seed);
        long now = random.nextLong();
        CoolDown said = new CoolDown();
        said.refused(7 * SECOND, SECOND, now, random);
        assertThat(said.leftNanos(now)).isEqualTo(7 * SECOND);
        assertThat(said.leftNanos(now + 7 * SECOND)).isZero();
        said.refused(SECOND, SECOND, now, random);
        assertThat(said.leftNanos(now)).as("not shortened").isEqualTo(7 * SECOND);

        CoolDown unsaid = new CoolDown();
        for (int refusal = 0; refusal < 6; refusal++) {
            unsaid.refused(0, SECOND, now, random);
            double expected = SECOND * (1L << refusal);
            assertThat((double) unsaid.leftNanos(now)).isBetween(0.89 * expected, 1.11 * expected);
            now += unsaid.leftNanos(now);
        }
        unsaid.worked();
        unsaid.refused(0, SECOND, now, random);
        assertThat((double) unsaid.leftNanos(now)).as("from the beginning").isBetween(0.89 * SECOND, 1.11 * SECOND);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anAllowanceGivesNoMoreThanItsShareItsRateAndWhatWasSaved(long seed) {
        Random random = new Random(seed);
        AtomicLong clock = new AtomicLong(random.nextLong());
        long began = clock.get();
        Allowance allowance = new Allowance(0.1, 1, 20, clock::get);
        int requests = 0;
        int taken = 0;
        for (int step = 0; step < 20_000; step++) {
            clock.addAndGet(random.nextLong(SECOND / 50));
            allowance.earn();
            requests++;
            for (int wish = random.nextInt(4); wish > 0; wish--) {
                taken += allowance.take() ? 1 : 0;
            }
            double seconds = (clock.get() - began) / 1e9;
            assertThat((double) taken).isLessThanOrEqualTo(20 + 0.1 * requests + seconds + 1e-6);
            assertThat(allowance.left()).isBetween(0.0, 20.0);
        }
        assertThat((double) taken).as("and no less").isGreaterThan(0.1 * requests);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aTailIsThePercentileOfTheLastSamples(long seed) {
        Random random = new Random(seed);
        Tail tail = new Tail();
        long[] last = new long[128];
        for (int i = 0; i < 128 * 5; i++) {
            assertThat(tail.p95()).isGreaterThanOrEqualTo(i < 20 ? -1 : 0);
            last[i % 128] = random.nextLong(1_000);
            tail.add(last[i % 128]);
        }
        Arrays.sort(last);
        assertThat(tail.p95()).isEqualTo(last[121]);
    }

    @Test
    void whereAllTakeAboutAsLongNoneOfThemIsSlow() {
        Tail tail = new Tail();
        for (int i = 0; i < 128; i++) {
            tail.add(12);
        }
        assertThat(tail.patience()).isEqualTo(13);
    }

    private static void outcome(Breaker breaker, boolean fails, long now) {
        if (!breaker.allows(now)) {
            return;
        }
        long epoch = breaker.enter(now);
        if (fails) {
            breaker.failed(epoch, now);
        } else {
            breaker.succeeded(epoch, now);
        }
    }
}
