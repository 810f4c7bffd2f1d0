package ai.apertis.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ProcessRateLimiterTest {
    private static final RateLimit FIVE_A_MINUTE = new RateLimit("test", 5, Duration.ofMinutes(1));

    private final MovableClock clock = new MovableClock();
    private final ProcessRateLimiter limiter = new ProcessRateLimiter(clock);

    @Test
    void admitsUpToTheLimitAndTellsWhatIsLeftAndWhenItResets() {
        long reset = clock.instant().getEpochSecond() + 61;
        for (int left = 4; left >= 0; left--) {
            assertThat(take(FIVE_A_MINUTE, "a", 1)).isEqualTo(new RateVerdict(true, 5, left, reset, 0));
        }

        assertThat(take(FIVE_A_MINUTE, "a", 1)).isEqualTo(new RateVerdict(false, 5, 0, reset, 60));
    }

    @Test
    void retryAfterIsRoundedUpAndTheWindowEndsThen() {
        exhaust("a");

        clock.move(Duration.ofMillis(58_500));
        assertThat(take(FIVE_A_MINUTE, "a", 1).retryAfterSeconds()).isEqualTo(2);
        clock.move(Duration.ofMillis(1_499));
        assertThat(take(FIVE_A_MINUTE, "a", 1).retryAfterSeconds()).isEqualTo(1);
        clock.move(Duration.ofMillis(1));
        assertThat(take(FIVE_A_MINUTE, "a", 1).remaining()).isEqualTo(4);
    }

    @Test
    void countsSubjectsAndLimitsApart() {
        exhaust("a");

        assertThat(take(FIVE_A_MINUTE, "b", 1).allowed()).isTrue();
        assertThat(take(new RateLimit("other", 5, Duration.ofMinutes(1)), "a", 1)
                        .allowed())
                .isTrue();
    }

    @Test
    void takesNothingWhenTheAmountDoesNotFit() {
        assertThat(take(FIVE_A_MINUTE, "a", 4).remaining()).isEqualTo(1);

        assertThat(take(FIVE_A_MINUTE, "a", 2).allowed()).isFalse();
        assertThat(take(FIVE_A_MINUTE, "a", 1).allowed()).isTrue();
    }

    @Test
    void admitsMoreThanTheLimitOnlyIntoAFreshWindow() {
        assertThat(take(FIVE_A_MINUTE, "fresh", 9))
                .extracting(RateVerdict::allowed, RateVerdict::remaining)
                .containsExactly(true, 0L);
        take(FIVE_A_MINUTE, "used", 1);
        assertThat(take(FIVE_A_MINUTE, "used", 9).allowed()).isFalse();
    }

    @Test
    void lookingUsesNothing() {
        exhaust("a");
        clock.move(Duration.ofMinutes(1));
        for (int i = 0; i < 10; i++) {
            assertThat(limiter.look(FIVE_A_MINUTE, "a").result().remaining()).isEqualTo(5);
        }

        exhaust("a");
        assertThat(limiter.look(FIVE_A_MINUTE, "a").result().allowed()).isFalse();
    }

    @Test
    void countsWhatIsKnownAfterwardsAndGivesBackNoMoreThanWasUsed() {
        limiter.add(FIVE_A_MINUTE, "a", 7);
        assertThat(take(FIVE_A_MINUTE, "a", 1).allowed()).isFalse();

        limiter.add(FIVE_A_MINUTE, "a", -100);
        assertThat(take(FIVE_A_MINUTE, "a", 1).remaining()).isEqualTo(4);
    }

    @Test
    void aPlanMultipliesTheLimitAndKeepsTheCount() {
        exhaust("a");

        assertThat(take(FIVE_A_MINUTE.times(2), "a", 1))
                .extracting(RateVerdict::limit, RateVerdict::remaining)
                .containsExactly(10L, 4L);
        assertThat(RateLimit.KEY_REQUESTS.times(1.5).amount()).isEqualTo(4_500);
        assertThat(RateLimit.ADDRESS_REQUESTS.times(1)).isEqualTo(RateLimit.ADDRESS_REQUESTS);
    }

    @Test
    void aClockSetBackDoesNotKeepASubjectRefused() {
        exhaust("a");

        clock.move(Duration.ofDays(-1));
        assertThat(take(FIVE_A_MINUTE, "a", 1).allowed()).isTrue();
    }

    @Test
    void isExactWhenManyThreadsTakeAtOnce() throws Exception {
        RateLimit limit = new RateLimit("busy", 5_000, Duration.ofMinutes(1));
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Integer>> takers = new ArrayList<>();
            for (int taker = 0; taker < 4; taker++) {
                takers.add(() -> {
                    int admitted = 0;
                    for (int i = 0; i < 2_000; i++) {
                        admitted += take(limit, "a", 1).allowed() ? 1 : 0;
                    }
                    return admitted;
                });
            }
            int admitted = 0;
            for (Future<Integer> taker : threads.invokeAll(takers)) {
                admitted += taker.get();
            }
            assertThat(admitted).isEqualTo(5_000);
        }
    }

    @Test
    void aLimitOfZeroIsOff() {
        RateLimit off = new RateLimit("off", 0, Duration.ofMinutes(1));
        limiter.add(off, "a", 1_000);

        assertThat(take(off, "a", 1_000)).isSameAs(RateVerdict.OFF);
        assertThat(limiter.look(off, "a").result().allowed()).isTrue();
    }

    @Test
    void refusesANegativeAmountAndAWindowWithoutLength() {
        assertThatThrownBy(() -> new RateLimit("x", -1, Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateLimit("x", 1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    private RateVerdict take(RateLimit limit, String subject, long amount) {
        return limiter.take(limit, subject, amount).result();
    }

    private void exhaust(String subject) {
        for (int i = 0; i < 5; i++) {
            assertThat(take(FIVE_A_MINUTE, subject, 1).allowed()).isTrue();
        }
    }
}
