package ai.apertis.routing.health;

import java.util.concurrent.TimeUnit;

/**
 * How often an endpoint's streams have lately broken off soon after their first content, and so how long the first content
 * of its next stream is held back: long enough that most such cuts come before anything has reached the client, when
 * another endpoint can still answer. Nothing is held back of an endpoint that is well. Safe for any thread.
 */
final class EarlyCuts {
    /** A stream that breaks off later than this after its first content is nobody's early cut: nobody waits so long. */
    private static final long LATEST_MILLIS = 400;

    private static final long SHORTEST_MILLIS = 50;
    /** Where fewer streams are cut, holding back would cost more clients than it helps. */
    private static final double FROM_SHARE = 0.01;

    private final DecayingMean share = new DecayingMean(TimeUnit.MINUTES.toNanos(1));
    private final DecayingMean ageMillis = new DecayingMean(TimeUnit.MINUTES.toNanos(1));

    /** A stream broke off so long after its first content. */
    void brokeOff(long ageNanos, long nowNanos) {
        long age = TimeUnit.NANOSECONDS.toMillis(ageNanos);
        if (age > LATEST_MILLIS) {
            survived(nowNanos);
        } else {
            share.add(1, nowNanos);
            ageMillis.add((double) age, nowNanos);
        }
    }

    /** A stream went on for longer, or came to its end. */
    void survived(long nowNanos) {
        share.add(0, nowNanos);
    }

    /** The share of recent streams that were cut early, one that was not beside those that were seen. */
    double share(long nowNanos) {
        double mean = share.mean();
        if (mean == 0) {
            return 0;
        }
        double known = share.weight(nowNanos);
        return mean * known / (known + 1);
    }

    /** How long the first content is held back, milliseconds: twice the age at which streams were cut, 0 where few were. */
    long holdBackMillis(long nowNanos) {
        return share(nowNanos) < FROM_SHARE
                ? 0
                : Math.clamp(SHORTEST_MILLIS + Math.round(2 * ageMillis.mean()), SHORTEST_MILLIS, LATEST_MILLIS);
    }
}
