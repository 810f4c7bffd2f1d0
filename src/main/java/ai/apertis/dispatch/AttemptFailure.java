package ai.apertis.dispatch;

import ai.apertis.dialect.ApiError;

/**
 * One attempt at a provider failed before anything of an answer reached the client, so another may be made.
 *
 * @param kind what happened
 * @param error what the client is told when no other attempt is made
 */
public record AttemptFailure(Kind kind, ApiError error) {
    /** What happened. */
    public enum Kind {
        /** The connection could not be made. */
        CONNECT,
        /** The connection broke before an answer. */
        RESET,
        /** No answer in time. */
        TIMEOUT,
        /** An answer that said no. */
        STATUS,
        /** An answer that is none: not JSON, not a stream, an error in the place of one. */
        GARBAGE,
        /** The client left first. */
        CLIENT_GONE
    }

    /**
     * Whether it was the client's own mistake, which no other provider can mend.
     *
     * @return true for a 400 or 413 of the provider
     */
    public boolean isClientsFault() {
        return kind == Kind.STATUS && (error.status() == 400 || error.status() == 413);
    }
}
