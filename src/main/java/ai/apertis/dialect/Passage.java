package ai.apertis.dialect;

import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import org.jspecify.annotations.Nullable;

/**
 * The way of one provider's stream to one client: untouched where both speak the same dialect, translated where not.
 * Watches what passes for usage and for how it ends. One per stream, fed on one thread.
 */
public interface Passage {
    /**
     * One event of the provider.
     *
     * @param event a view of it, valid during the call only
     * @param out takes what goes to the client, which may be nothing, this event, or others
     * @return what the event meant; of {@link Seen#END} and {@link Seen#ERROR} nothing has gone to {@code out}
     */
    Seen pass(SseEvent event, EventSink out);

    /**
     * Writes the dialect's clean end of a stream.
     *
     * @param receipt what was charged
     * @param out takes the last events
     */
    void end(Receipt receipt, EventSink out);

    /**
     * Ends a stream in the middle of the answer as if it had reached its bound of length, and says why: whatever is open is
     * closed, and the dialect's own last events follow.
     *
     * @param reason as in {@link ChatEvent.CutOff}
     * @param receipt what was charged
     * @param out takes the last events
     */
    void cutOff(String reason, Receipt receipt, EventSink out);

    /**
     * Writes an error after the stream began, and what ends the stream after it, in the client's dialect.
     *
     * @param error what to tell
     * @param out takes the events
     */
    void fail(ApiError error, EventSink out);

    /**
     * What the provider said was used, so far.
     *
     * @return null when it has not said, or what it said cannot be believed
     */
    @Nullable
    Usage usage();

    /**
     * The text that has passed, for counting what the provider did not count.
     *
     * @return a sample of it and its length
     */
    TextSample text();

    /**
     * Whether the provider has told why the answer ended, so that a missing end is no loss.
     *
     * @return true once a finish reason passed
     */
    boolean finished();

    /**
     * The provider's own error, after {@link Seen#ERROR}.
     *
     * @return null when there was none
     */
    @Nullable
    ApiError error();
}
