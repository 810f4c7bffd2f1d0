package ai.apertis.limits;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the open streams of this process, exactly, from any number of threads. Remembers only subjects that have some. */
public final class ProcessStreamLimiter implements StreamLimiter {
    private final ConcurrentHashMap<String, Integer> open = new ConcurrentHashMap<>();

    /** Makes a limiter with no stream open. */
    public ProcessStreamLimiter() {}

    @Override
    public Future<Optional<Place>> enter(String subject, int most) {
        Taken place = new Taken(subject);
        open.compute(subject, (key, count) -> {
            int before = count == null ? 0 : count;
            place.taken = most == 0 || before < most;
            return place.taken ? Integer.valueOf(before + 1) : count;
        });
        return Future.succeededFuture(place.taken ? Optional.of(place) : Optional.empty());
    }

    /**
     * How many streams a subject has open.
     *
     * @param subject whom it concerns
     * @return 0 or more
     */
    public int open(String subject) {
        return open.getOrDefault(subject, 0);
    }

    private final class Taken implements Place {
        private final String subject;
        private final AtomicBoolean left = new AtomicBoolean();
        private boolean taken;

        private Taken(String subject) {
            this.subject = subject;
        }

        @Override
        public void leave() {
            if (left.compareAndSet(false, true)) {
                open.computeIfPresent(subject, (key, count) -> count == 1 ? null : count - 1);
            }
        }
    }
}
