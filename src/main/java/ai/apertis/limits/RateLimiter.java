package ai.apertis.limits;

import io.vertx.core.Future;

/**
 * Counts what subjects use per window. Answers are futures because nodes may share their counts in a store; an
 * implementation in the process answers with futures that are complete already.
 */
public interface RateLimiter {
    /**
     * Uses up some of a window, or nothing when it does not fit.
     *
     * @param limit the limit
     * @param subject whom it concerns, for instance a key's id or a client's address
     * @param amount how much, at least 1; more than the whole limit fits into a fresh window only, so that a large
     *     request is delayed but not impossible
     * @return the verdict; never fails, an unreachable store admits
     */
    Future<RateVerdict> take(RateLimit limit, String subject, long amount);

    /**
     * Asks whether one more would fit, and uses nothing.
     *
     * @param limit the limit
     * @param subject whom it concerns
     * @return the verdict; never fails
     */
    Future<RateVerdict> look(RateLimit limit, String subject);

    /**
     * Counts what is known only afterwards, for instance the tokens of an answer, or gives back what was taken too much.
     *
     * @param limit the limit
     * @param subject whom it concerns
     * @param amount how much; negative to give back. May exceed the limit, what follows is refused then
     */
    void add(RateLimit limit, String subject, long amount);
}
