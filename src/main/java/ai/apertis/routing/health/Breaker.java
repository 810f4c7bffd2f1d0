package ai.apertis.routing.health;

import java.util.concurrent.TimeUnit;

/**
 * Keeps requests from an endpoint that fails (the circuit breaker of M. Nygard, <i>Release It!</i>). It opens after
 * {@value #IN_A_ROW} failures in a row, or when at least half of what was asked lately failed. After a pause, which doubles
 * with every failed probe up to a minute, one request at a time may probe; its success closes the breaker. What began
 * before the last change says nothing of the state after it and is not counted. Safe for any thread.
 */
final class Breaker {
    private static final int IN_A_ROW = 5;
    private static final double FEWEST = 10;
    private static final double HALF = 0.5;
    private static final long HALF_LIFE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** A probe that has not been heard of for so long is given up, so that another can be made. */
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Where a breaker stands. */
    enum Phase {
        CLOSED,
        OPEN,
        PROBED
    }

    /** While open or probed, requests are kept away until a time. */
    private record State(long epoch, Phase phase, long untilNanos, long pauseNanos, int inARow) {
        boolean keepsAway(long nowNanos) {
            return phase != Phase.CLOSED && nowNanos - untilNanos < 0;
        }

        State closed() {
            return new State(epoch + 1, Phase.CLOSED, 0, 0, 0);
        }

        State opened(long nowNanos) {
            long pause = pauseNanos == 0 ? FIRST_PAUSE_NANOS : Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
            return new State(epoch + 1, Phase.OPEN, nowNanos + pause, pause, 0);
        }
    }

    private final DecayingMean errors = new DecayingMean(HALF_LIFE_NANOS);
    private final Cell<State> state = new Cell<>(new State(0, Phase.CLOSED, 0, 0, 0));

    /** Whether a request may be sent now; takes nothing. */
    boolean allows(long nowNanos) {
        return !state.get().keepsAway(nowNanos);
    }

    /**
     * A request is sent. When a probe is due it is the probe, and others are kept away until it is over.
     *
     * @return the epoch to hand back with its outcome
     */
    long enter(long nowNanos) {
        return state.updateAndGet(old -> old.phase == Phase.CLOSED || old.keepsAway(nowNanos)
                        ? old
                        : new State(old.epoch + 1, Phase.PROBED, nowNanos + PROBE_NANOS, old.pauseNanos, 0))
                .epoch;
    }

    /** A request of that epoch was answered. */
    void succeeded(long epoch, long nowNanos) {
        State before = state.getAndUpdate(old -> {
            if (old.epoch != epoch) {
                return old;
            }
            if (old.phase != Phase.CLOSED) {
                return old.closed();
            }
            return old.inARow == 0 ? old : new State(old.epoch, Phase.CLOSED, 0, 0, 0);
        });
        if (before.epoch == epoch) {
            if (before.phase != Phase.CLOSED) {
                errors.clear();
            }
            errors.add(0, nowNanos);
        }
    }

    /** A request of that epoch failed in a way that says something of the endpoint. */
    void failed(long epoch, long nowNanos) {
        if (state.get().epoch != epoch) {
            return;
        }
        errors.add(1, nowNanos);
        boolean often = errors.weight(nowNanos) >= FEWEST && errors.mean() >= HALF;
        state.updateAndGet(old -> {
            if (old.epoch != epoch) {
                return old;
            }
            int inARow = old.inARow + 1;
            return old.phase != Phase.CLOSED || often || inARow >= IN_A_ROW
                    ? old.opened(nowNanos)
                    : new State(old.epoch, Phase.CLOSED, 0, 0, inARow);
        });
    }

    /** A request of that epoch ended without saying anything of the endpoint: if it was the probe, another may follow. */
    void unsaid(long epoch, long nowNanos) {
        state.updateAndGet(old -> old.epoch == epoch && old.phase == Phase.PROBED
                ? new State(old.epoch, Phase.OPEN, nowNanos, old.pauseNanos, 0)
                : old);
    }

    /** The share of failures lately, 0 to 1. */
    double errorRate() {
        return errors.mean();
    }

    /** How many recent outcomes the error rate rests on. */
    double outcomes(long nowNanos) {
        return errors.weight(nowNanos);
    }

    /** Where it stands. */
    Phase phase() {
        return state.get().phase;
    }
}
