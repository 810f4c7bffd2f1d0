package ai.apertis.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When an event loop counts as too late to take on more, by a clock that the test turns. */
class PulseTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LATEST = 250 * MILLI;

    private long now = Long.MAX_VALUE - 700 * MILLI;
    private long due = now + 50 * MILLI;
    private final Pulse pulse = new Pulse(LATEST, due);

    @Test
    void aLoopThatIsInTimeNeverStands() {
        for (int i = 0; i < 100; i++) {
            beatLateBy(i % 10 == 0 ? 200 : 3);
            assertThat(pulse.stands(now)).isFalse();
        }
    }

    @Test
    void aLoopThatIsLateForAMomentCatchesUp() {
        beatLateBy(900);
        assertThat(pulse.stands(now)).isFalse();
        beatLateBy(1);
        beatLateBy(900);
        assertThat(pulse.stands(now)).isFalse();
    }

    @Test
    void aLoopThatIsLateAtEveryBeatOfASecondStandsUntilOneIsInTime() {
        for (int i = 0; i < 4; i++) {
            beatLateBy(300);
        }
        assertThat(pulse.stands(now)).isTrue();
        beatLateBy(260);
        assertThat(pulse.stands(now)).isTrue();
        beatLateBy(240);
        assertThat(pulse.stands(now)).isFalse();
    }

    @Test
    void aBeatThatDoesNotComeCountsBeforeItIsThere() {
        assertThat(pulse.stands(due + 1_249 * MILLI)).isFalse();
        assertThat(pulse.stands(due + 1_251 * MILLI)).isTrue();
    }

    private void beatLateBy(long millis) {
        now = due + millis * MILLI;
        due = now + 50 * MILLI;
        pulse.beat(now, due);
    }
}
