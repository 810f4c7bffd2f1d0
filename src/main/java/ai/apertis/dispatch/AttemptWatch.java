package ai.apertis.dispatch;

import ai.apertis.billing.Charge;

/**
 * Told how one attempt goes, and asked whether it may answer, on the event loop of its call. Either {@link #failed} or
 * {@link #ended} comes last.
 */
public interface AttemptWatch {
    /** The connection that it was sent on had been closed by the provider meanwhile, so it was sent again on a new one. */
    void askedAgain();

    /** The first content of a stream, or a whole answer, is here. Called at most once. */
    void answering();

    /**
     * Whether other attempts may be under way, so that nothing may go to the client before there is content.
     *
     * @return the same throughout the attempt
     */
    boolean races();

    /**
     * How long the first content of its stream is held back, so that a stream that is cut early can still be answered by
     * another attempt. Asked once, when the stream begins.
     *
     * @return milliseconds, 0 to hold nothing back
     */
    long holdBackMillis();

    /**
     * Whether its answer may go to the client. Asked once, when there is content.
     *
     * @return false when another attempt was first; this one then fails as {@link AttemptFailure.Kind#OUTRUN}
     */
    boolean mayAnswer();

    /**
     * What is charged with its answer.
     *
     * @return nano-USD
     */
    long besidesNano();

    /**
     * Its stream broke off after some of it had reached the client.
     *
     * @param cut the stream
     * @return whether another attempt goes on with it; if not, it ends here
     */
    boolean goesOn(Unfinished cut);

    /**
     * It failed, and nothing of it has reached the client.
     *
     * @param failure what happened
     */
    void failed(AttemptFailure failure);

    /**
     * It answered, wholly or in part, and what it cost is known.
     *
     * @param charge what it came to
     */
    void ended(Charge charge);
}
