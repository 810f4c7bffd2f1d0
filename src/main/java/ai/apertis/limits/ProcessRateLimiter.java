package ai.apertis.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Counts in this process, exactly, from any number of threads. Memory is bounded: a window that ended is forgotten, and
 * beyond {@value #MAX_WINDOWS} open windows the least used go first, which resets them.
 */
public final class ProcessRateLimiter implements RateLimiter {
    private static final int MAX_WINDOWS = 500_000;

    private final InstantSource clock;
    private final Cache<Name, Window> windows;

    /**
     * Makes a limiter that has seen nothing.
     *
     * @param clock tells the time, in production {@link InstantSource#system()}
     */
    public ProcessRateLimiter(InstantSource clock) {
        this.clock = clock;
        // An idle window outlives its end by as much again: whoever still holds it finds it ended and restarts it.
        this.windows = Caffeine.newBuilder()
                .maximumSize(MAX_WINDOWS)
                .expireAfter(Expiry.<Name, Window>accessing((name, window) -> Duration.ofMillis(2 * window.millis)))
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Future<RateVerdict> take(RateLimit limit, String subject, long amount) {
        return verdict(limit, subject, amount, amount);
    }

    @Override
    public Future<RateVerdict> look(RateLimit limit, String subject) {
        return verdict(limit, subject, 1, 0);
    }

    @Override
    public void add(RateLimit limit, String subject, long amount) {
        if (!limit.isOff()) {
            window(limit, subject).add(amount, clock.millis());
        }
    }

    private Future<RateVerdict> verdict(RateLimit limit, String subject, long wanted, long taken) {
        RateVerdict verdict =
                limit.isOff() ? RateVerdict.OFF : window(limit, subject).take(limit, wanted, taken, clock.millis());
        return Future.succeededFuture(verdict);
    }

    private Window window(RateLimit limit, String subject) {
        return windows.get(
                new Name(limit.name(), subject),
                name -> new Window(limit.window().toMillis()));
    }

    private record Name(String limit, String subject) {}

    /** The current window of one subject. Its lock is held for a few instructions and almost never contended. */
    private static final class Window {
        private final long millis;
        private long start = Long.MIN_VALUE;
        private long used;

        private Window(long millis) {
            this.millis = millis;
        }

        synchronized RateVerdict take(RateLimit limit, long wanted, long taken, long now) {
            restartIfEnded(now);
            boolean allowed = used == 0 || wanted <= limit.amount() - used;
            if (allowed) {
                used += taken;
            }
            long left = start + millis - now;
            return new RateVerdict(
                    allowed,
                    limit.amount(),
                    Math.max(0, limit.amount() - used),
                    Math.ceilDiv(start + millis, 1_000L),
                    allowed ? 0 : (int) Math.max(1, Math.ceilDiv(left, 1_000L)));
        }

        synchronized void add(long amount, long now) {
            restartIfEnded(now);
            used = Math.max(0, used + amount);
        }

        /** A clock set back also ends the window: otherwise a subject could stay refused for as long as the jump. */
        private void restartIfEnded(long now) {
            if (now < start || now - start >= millis || start == Long.MIN_VALUE) {
                start = now;
                used = 0;
            }
        }
    }
}
