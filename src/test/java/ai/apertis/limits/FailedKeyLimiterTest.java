package ai.apertis.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailedKeyLimiterTest {
    private final MovableClock clock = new MovableClock();
    private final FailedKeyLimiter limiter = new FailedKeyLimiter(new ProcessRateLimiter(clock), RateLimit.FAILED_KEYS);

    @Test
    void twentyWrongKeysAMinuteAreAnsweredTheNextIsRefused() {
        for (int i = 0; i < 20; i++) {
            assertThat(limiter.check("192.0.2.1").result().allowed()).isTrue();
            limiter.failed("192.0.2.1");
        }

        RateVerdict verdict = limiter.check("192.0.2.1").result();
        assertThat(verdict.allowed()).isFalse();
        assertThat(verdict.retryAfterSeconds()).isEqualTo(60);
        assertThat(limiter.check("192.0.2.2").result().allowed()).isTrue();
        clock.move(Duration.ofMinutes(1));
        assertThat(limiter.check("192.0.2.1").result().allowed()).isTrue();
    }

    @Test
    void goodKeysAreNeverCounted() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(limiter.check("192.0.2.1").result().allowed()).isTrue();
        }
    }
}
