package ai.apertis.routing.health;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The cool-downs of some keys. Safe for any thread. */
final class KeyCoolDowns {
    /** After a rate limit without a word on when to come back. */
    private static final long RATE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** After a refusal of the key itself, which mends only when somebody acts. */
    private static final long REFUSED_KEY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Map<String, CoolDown> coolDowns = new ConcurrentHashMap<>();
    private final LongSupplier clock;
    private final RandomGenerator random;

    KeyCoolDowns(LongSupplier clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    void limited(String key, int retryAfterSeconds) {
        of(key).refused(TimeUnit.SECONDS.toNanos(retryAfterSeconds), RATE_LIMIT_NANOS, clock.getAsLong(), random);
    }

    void refused(String key, int retryAfterSeconds) {
        of(key).refused(TimeUnit.SECONDS.toNanos(retryAfterSeconds), REFUSED_KEY_NANOS, clock.getAsLong(), random);
    }

    void worked(String key) {
        CoolDown known = coolDowns.get(key);
        if (known != null) {
            known.worked();
        }
    }

    long leftNanos(String key) {
        CoolDown known = coolDowns.get(key);
        return known == null ? 0 : known.leftNanos(clock.getAsLong());
    }

    private CoolDown of(String key) {
        return coolDowns.computeIfAbsent(key, made -> new CoolDown());
    }
}
