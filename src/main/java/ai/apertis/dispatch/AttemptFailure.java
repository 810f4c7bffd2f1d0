package ai.apertis.dispatch;

import ai.apertis.dialect.ApiError;

/**
 * One attempt at a provider failed before anything of an answer reached the client, so another may be made.
 *
 * @param kind what happened
 * @param error what the client is told when no other attempt is made
 * @param status the provider's HTTP status, 0 when there was none
 */
public record AttemptFailure(Kind kind, ApiError error, int status) {
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
        /** The request cannot be told in the provider's dialect; it was not asked. */
        INEXPRESSIBLE,
        /** The provider was not asked, because it has lately failed or has too much to do. */
        SPARED,
        /** The hold is gone, so nothing more may be served on it. */
        HOLD_LOST,
        /** The process is told to stop, and this took longer than it may. */
        STOPPED,
        /** Another attempt of the same request answered first. */
        OUTRUN,
        /** The client left first. */
        CLIENT_GONE
    }

    /** Whom a failure speaks against. */
    public enum Blame {
        /** The endpoint. */
        ENDPOINT,
        /** The key, for this model at this provider. */
        KEY_HERE,
        /** The key, for everything at this provider. */
        KEY,
        /** The client's own request. */
        CLIENT,
        /** Nobody. */
        NOBODY
    }

    /** A failure without a status. */
    public AttemptFailure(Kind kind, ApiError error) {
        this(kind, error, 0);
    }

    /**
     * Whom it speaks against.
     *
     * @return decides what is left alone for a while
     */
    public Blame blames() {
        return switch (kind) {
            case INEXPRESSIBLE, SPARED, HOLD_LOST, STOPPED, OUTRUN, CLIENT_GONE -> Blame.NOBODY;
            case CONNECT, RESET, TIMEOUT -> Blame.ENDPOINT;
            case STATUS, GARBAGE -> {
                if (isClientsFault()) {
                    yield Blame.CLIENT;
                }
                if (error.status() == 429 || status == 403) {
                    yield Blame.KEY_HERE;
                }
                yield status == 401 || status == 402 ? Blame.KEY : Blame.ENDPOINT;
            }
        };
    }

    /**
     * Whether it was the client's own mistake, which no other provider can mend.
     *
     * @return true for a 400 or 413 of the provider
     */
    public boolean isClientsFault() {
        return kind == Kind.STATUS && (error.status() == 400 || error.status() == 413);
    }

    /**
     * Whether no other attempt may follow.
     *
     * @return true when it was the client's own mistake, or nobody is there to answer or to pay
     */
    public boolean isFinal() {
        return isClientsFault() || kind == Kind.CLIENT_GONE || kind == Kind.HOLD_LOST || kind == Kind.STOPPED;
    }
}
