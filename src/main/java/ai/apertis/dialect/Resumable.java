package ai.apertis.dialect;

import org.jspecify.annotations.Nullable;

/** A stream that is written here throughout, so that another provider can go on with it where the first breaks off. */
public interface Resumable extends Passage {
    /**
     * The text of the answer so far, for another provider to go on from.
     *
     * @return null when nobody could go on: after a call, reasoning, a refusal or a finish, or when there is too much of it
     */
    @Nullable
    String soFar();

    /**
     * Goes on with this stream from another provider's.
     *
     * @param next reads what the other provider sends; nothing has been fed to it
     * @return what to feed that to; writes on where this one stopped, and counts only what comes through itself
     */
    Resumable goOn(Resumable next);
}
