package ai.apertis.routing.health;

import java.util.function.LongSupplier;

/**
 * How many extra calls may be made: a share of the requests that come, and a few a second beside it, so that a quiet
 * gateway can retry too (the retry budget of Finagle). What is not used is kept up to a bound. Safe for any thread.
 */
public final class Allowance {
    private static final double NANOS_PER_SECOND = 1e9;

    private record State(double left, long atNanos) {}

    private record Rate(double share, double perSecond) {}

    private volatile Rate rate;
    private final double most;
    private final LongSupplier clock;
    private final Cell<State> state;

    /**
     * An allowance, full.
     *
     * @param share extra calls per request, for instance 0.1
     * @param perSecond extra calls that accrue each second
     * @param most how many may be saved up
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    public Allowance(double share, double perSecond, double most, LongSupplier clock) {
        this.rate = new Rate(share, perSecond);
        this.most = most;
        this.clock = clock;
        this.state = new Cell<>(new State(most, clock.getAsLong()));
    }

    /**
     * Grants more or less from now on; what is saved up stays.
     *
     * @param share extra calls per request
     * @param perSecond extra calls that accrue each second
     */
    public void grant(double share, double perSecond) {
        rate = new Rate(share, perSecond);
    }

    /** A request came. */
    public void earn() {
        long now = clock.getAsLong();
        state.updateAndGet(old -> new State(Math.min(most, accrued(old, now) + rate.share), now));
    }

    /**
     * Takes one extra call.
     *
     * @return whether there was one
     */
    public boolean take() {
        long now = clock.getAsLong();
        State before = state.getAndUpdate(old -> {
            double left = accrued(old, now);
            return left >= 1 ? new State(left - 1, now) : old;
        });
        return accrued(before, now) >= 1;
    }

    /**
     * How many are left.
     *
     * @return with fractions
     */
    public double left() {
        return accrued(state.get(), clock.getAsLong());
    }

    private double accrued(State of, long now) {
        return Math.min(most, of.left + Math.max(0, now - of.atNanos) / NANOS_PER_SECOND * rate.perSecond);
    }
}
