package ai.apertis.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** Makes the meters of a registry, and finds counters again. Safe for any thread. */
final class Meters {
    private final MeterRegistry registry;
    private final ConcurrentHashMap<String, Counter> counters = new ConcurrentHashMap<>();

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Counts one. The counter is made the first time and then found by one look-up.
     *
     * @param name dotted
     * @param description for people
     * @param tags names and values in turn; the values of each few in number
     */
    void count(String name, String description, String... tags) {
        counters.computeIfAbsent(key(name, tags), made -> counter(name, description, tags))
                .increment();
    }

    private static String key(String name, String... tags) {
        StringBuilder key = new StringBuilder(name);
        for (String each : tags) {
            key.append(' ').append(each);
        }
        return key.toString();
    }

    /** A counter that its owner keeps. */
    Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    /** A timer with a count for each of some durations. */
    Timer timer(String name, String description, Duration[] buckets, String... tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(buckets)
                .register(registry);
    }

    /** Shows a number that is read at every scrape. */
    void gauge(String name, String description, DoubleSupplier value, String... tags) {
        Gauge.builder(name, value::getAsDouble)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /** Buckets of a timer, in milliseconds. */
    static Duration[] millis(int... values) {
        Duration[] durations = new Duration[values.length];
        for (int i = 0; i < values.length; i++) {
            durations[i] = Duration.ofMillis(values[i]);
        }
        return durations;
    }
}
