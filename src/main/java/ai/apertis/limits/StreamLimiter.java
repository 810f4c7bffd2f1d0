package ai.apertis.limits;

import io.vertx.core.Future;
import java.util.Optional;

/** Bounds how many streams a subject has open at once. */
public interface StreamLimiter {
    /**
     * Takes a place among the open streams of a subject.
     *
     * @param subject whom it concerns, for instance a key's id
     * @param most how many may be open, 0 for any number
     * @return the place, to be left when the stream ends; empty when all are taken. Never fails
     */
    Future<Optional<Place>> enter(String subject, int most);

    /** A place among the open streams. */
    interface Place {
        /** Frees the place. Only the first call has an effect. */
        void leave();
    }
}
