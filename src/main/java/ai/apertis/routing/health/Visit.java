package ai.apertis.routing.health;

import ai.apertis.billing.Charge;
import ai.apertis.dispatch.AttemptFailure;
import java.util.concurrent.TimeUnit;

/** One attempt as the health of its endpoint and key sees it. Told on one thread, in the order in which things happen. */
public final class Visit {
    private final EndpointHealth endpoint;
    private final KeyPool pool;
    private final String key;
    private final boolean stream;
    private final long sentNanos;
    private final long epoch;
    private final int waitedWith;
    private long answeredNanos;
    private boolean waits = true;

    Visit(EndpointHealth endpoint, KeyPool pool, String key, boolean stream) {
        this.endpoint = endpoint;
        this.pool = pool;
        this.key = key;
        this.stream = stream;
        this.sentNanos = endpoint.now();
        this.epoch = endpoint.breaker.enter(sentNanos);
        this.waitedWith = endpoint.waiting.incrementAndGet();
    }

    /** The first token of a stream, or a whole answer, is here. */
    public void answered() {
        if (!waits) {
            return;
        }
        over();
        long now = endpoint.now();
        answeredNanos = now;
        long took = now - sentNanos;
        double millis = took / 1e6;
        if (stream) {
            endpoint.firstTokenMillis.add(millis, now);
            endpoint.firstTokenTail.add(TimeUnit.NANOSECONDS.toMillis(took));
            endpoint.tally.firstToken(TimeUnit.NANOSECONDS.toMillis(took));
            endpoint.limit.answered(took, waitedWith);
        } else {
            endpoint.wholeMillis.add(millis, now);
        }
        endpoint.breaker.succeeded(epoch, now);
        endpoint.keys.worked(key);
        pool.coolDowns.worked(key);
    }

    /**
     * Nothing of an answer came.
     *
     * @param failure what happened
     */
    public void failed(AttemptFailure failure) {
        over();
        long now = endpoint.now();
        if (stream && answeredNanos != 0 && failure.blames() == AttemptFailure.Blame.ENDPOINT) {
            // It had begun, and was held back.
            endpoint.cuts.add(1, now);
            endpoint.earlyCuts.brokeOff(now - answeredNanos, now);
        }
        switch (failure.blames()) {
            case ENDPOINT -> {
                endpoint.tally.failed();
                endpoint.breaker.failed(epoch, now);
                if (failure.kind() == AttemptFailure.Kind.TIMEOUT) {
                    endpoint.limit.timedOut();
                }
            }
            case KEY_HERE -> {
                if (failure.error().status() == 429) {
                    endpoint.keys.limited(key, failure.error().retryAfterSeconds());
                } else {
                    endpoint.keys.refused(key, failure.error().retryAfterSeconds());
                }
                endpoint.breaker.unsaid(epoch, now);
            }
            case KEY -> {
                pool.coolDowns.refused(key, failure.error().retryAfterSeconds());
                endpoint.breaker.unsaid(epoch, now);
            }
            case CLIENT -> {
                endpoint.tally.well();
                endpoint.breaker.succeeded(epoch, now);
            }
            case NOBODY -> {
                if (failure.kind() == AttemptFailure.Kind.OUTRUN && stream) {
                    // It would have taken longer than this; without that the tail would be forgotten.
                    endpoint.firstTokenTail.add(TimeUnit.NANOSECONDS.toMillis(now - sentNanos));
                }
                endpoint.breaker.unsaid(epoch, now);
            }
        }
    }

    /**
     * An answer that had begun is over.
     *
     * @param charge what it came to
     */
    public void ended(Charge charge) {
        ended(charge, true);
    }

    /**
     * An answer that had begun is over.
     *
     * @param charge what it came to
     * @param alone whether this attempt wrote all of it
     */
    public void ended(Charge charge, boolean alone) {
        long now = endpoint.now();
        boolean began = !waits;
        if (waits && charge.ending() == Charge.Ending.COMPLETED) {
            // An answer without content is an answer.
            endpoint.breaker.succeeded(epoch, now);
        }
        over();
        boolean cut = charge.ending() == Charge.Ending.UPSTREAM_CUT;
        endpoint.cuts.add(cut ? 1 : 0, now);
        if (stream && answeredNanos != 0) {
            if (cut) {
                endpoint.earlyCuts.brokeOff(now - answeredNanos, now);
            } else if (charge.ending() == Charge.Ending.COMPLETED) {
                endpoint.earlyCuts.survived(now);
            }
        }
        if (cut) {
            endpoint.tally.failed();
            endpoint.breaker.failed(epoch, now);
        } else if (began || charge.ending() == Charge.Ending.COMPLETED) {
            endpoint.tally.well();
        }
        if (charge.ending() == Charge.Ending.COMPLETED) {
            long since = stream && answeredNanos != 0 ? answeredNanos : sentNanos;
            double seconds = Math.max(1, now - since) / 1e9;
            if (alone && charge.usage().completionTokens() > 0) {
                endpoint.tokensPerSecond.add(charge.usage().completionTokens() / seconds, now);
            }
        }
    }

    /** A stream broke off, and another attempt goes on with it. */
    public void brokeOff() {
        long now = endpoint.now();
        over();
        endpoint.cuts.add(1, now);
        if (answeredNanos != 0) {
            endpoint.earlyCuts.brokeOff(now - answeredNanos, now);
        }
        endpoint.tally.failed();
        endpoint.breaker.failed(epoch, now);
    }

    private void over() {
        if (waits) {
            waits = false;
            endpoint.waiting.decrementAndGet();
        }
    }
}
