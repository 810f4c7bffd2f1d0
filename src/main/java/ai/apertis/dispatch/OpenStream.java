package ai.apertis.dispatch;

import ai.apertis.dialect.ApiError;
import ai.apertis.dispatch.AttemptFailure.Kind;

/** An answer on its way to its client, as the provider's worker looks after it. */
interface OpenStream {
    /** Begins to read. Called once. */
    void start();

    /** The client left: what the provider goes on charging decides whether to cut it off or to hear it out. */
    void clientGone();

    /** The time until its beginning is over. */
    void tooLate();

    /** Another attempt of the same request answers the client; of this one nothing has reached it. */
    void outrun();

    /** It may not go on: what was served so far is charged, and the client is told that there will be no more. */
    void broken(Kind kind, ApiError error);

    /** Called each second: tells the bill how far the answer is, and ends what has stalled. */
    void tick(long nowNanos);

    /** Whether its client has left and it is heard out for its usage. */
    boolean isDraining();
}
