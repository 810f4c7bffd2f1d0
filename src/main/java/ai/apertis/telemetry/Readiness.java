package ai.apertis.telemetry;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/** The named conditions under which this process wants requests, for instance that its ledger answers. */
public final class Readiness {
    private final ConcurrentSkipListMap<String, BooleanSupplier> conditions = new ConcurrentSkipListMap<>();

    private volatile boolean watched;

    /** Begins without a condition, which is not ready. */
    public Readiness() {}

    /**
     * Adds a condition, in place of one of the same name.
     *
     * @param name told to whoever asks, so without secrets
     * @param met whether it is met now; asked often and from an event loop, so it answers from memory
     */
    public void require(String name, BooleanSupplier met) {
        conditions.put(name, met);
    }

    /** Somebody asks from outside, who may send requests elsewhere. */
    void asked() {
        watched = true;
    }

    /**
     * Whether anybody has asked from outside, so that it makes sense to wait until they ask again.
     *
     * @return true once it was asked
     */
    public boolean isWatched() {
        return watched;
    }

    /**
     * Whether requests should be sent here.
     *
     * @return true when there are conditions and all are met
     */
    public boolean isReady() {
        return !conditions.isEmpty() && conditions.values().stream().allMatch(BooleanSupplier::getAsBoolean);
    }

    /**
     * Every condition with its state now.
     *
     * @return by name
     */
    public SortedMap<String, Boolean> states() {
        SortedMap<String, Boolean> states = new TreeMap<>();
        conditions.forEach((name, met) -> states.put(name, met.getAsBoolean()));
        return states;
    }
}
