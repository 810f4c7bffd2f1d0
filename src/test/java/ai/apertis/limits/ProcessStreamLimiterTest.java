package ai.apertis.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ProcessStreamLimiterTest {
    private final ProcessStreamLimiter limiter = new ProcessStreamLimiter();

    @Test
    void refusesWhenAllPlacesAreTakenAndAdmitsAgainWhenOneIsLeft() {
        StreamLimiter.Place first = enter("a", 2).orElseThrow();
        assertThat(enter("a", 2)).isPresent();

        assertThat(enter("a", 2)).isEmpty();
        assertThat(enter("b", 2)).isPresent();
        first.leave();
        assertThat(enter("a", 2)).isPresent();
    }

    @Test
    void zeroIsAnyNumber() {
        for (int i = 1; i <= 100; i++) {
            assertThat(enter("a", 0)).isPresent();
            assertThat(limiter.open("a")).isEqualTo(i);
        }
    }

    @Test
    void leavingTwiceFreesOnePlace() {
        StreamLimiter.Place first = enter("a", 5).orElseThrow();
        assertThat(enter("a", 5)).isPresent();

        first.leave();
        first.leave();
        assertThat(limiter.open("a")).isEqualTo(1);
    }

    @Test
    void isExactWhenManyThreadsEnterAndLeave() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Integer>> users = new ArrayList<>();
            for (int user = 0; user < 4; user++) {
                users.add(() -> {
                    int most = 0;
                    for (int i = 0; i < 5_000; i++) {
                        Optional<StreamLimiter.Place> place = enter("a", 3);
                        most = Math.max(most, limiter.open("a"));
                        place.ifPresent(StreamLimiter.Place::leave);
                    }
                    return most;
                });
            }
            for (Future<Integer> user : threads.invokeAll(users)) {
                assertThat(user.get()).isLessThanOrEqualTo(3);
            }
        }
        assertThat(limiter.open("a")).isZero();
    }

    private Optional<StreamLimiter.Place> enter(String subject, int most) {
        return limiter.enter(subject, most).result();
    }
}
