package ai.apertis.ingress;

import ai.apertis.cache.RecordedAnswer;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that several identical requests are served from: written by the one that made the call, read by the others on
 * their own event loops, or all there from the start. Safe from any thread.
 */
final class Flight {
    private final long mostBytes;
    private final List<Buffer> written = new ArrayList<>();
    private final List<Runnable> passengers = new ArrayList<>();
    private long bytes;
    private boolean streamed;
    private boolean begun;
    private boolean failed;
    private boolean closed;
    private @Nullable RecordedAnswer whole;

    /**
     * A flight that nobody has written to.
     *
     * @param mostBytes beyond this it takes no more passengers and is not remembered
     */
    Flight(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** An answer that is remembered whole. */
    static Flight landed(RecordedAnswer answer) {
        Flight flight = new Flight(0);
        flight.streamed = answer.streamed();
        flight.begun = true;
        flight.written.add(answer.body());
        flight.whole = answer;
        return flight;
    }

    /**
     * Takes a passenger.
     *
     * @param more called, on any thread, whenever there is more to read
     * @return false when it is too late: the answer failed or is too large to be kept for those who come now
     */
    synchronized boolean board(Runnable more) {
        if (failed || closed) {
            return false;
        }
        passengers.add(more);
        return true;
    }

    synchronized boolean hasPassengers() {
        return !passengers.isEmpty();
    }

    synchronized void begin() {
        streamed = true;
        begun = true;
        tell();
    }

    /** More of the answer; the bytes are copied, for the buffer may be the socket's. */
    synchronized void write(Buffer more) {
        bytes += more.length();
        closed |= bytes > mostBytes;
        if (!closed || !passengers.isEmpty()) {
            written.add(Buffer.buffer(more.getBytes()));
            begun = true;
            tell();
        }
    }

    /**
     * The answer is whole and paid for.
     *
     * @param tokens what it had cost to make
     * @return the answer to be remembered; null when it is too large
     */
    synchronized @Nullable RecordedAnswer land(long tokens) {
        Buffer all = Buffer.buffer();
        written.forEach(all::appendBuffer);
        RecordedAnswer answer = new RecordedAnswer(streamed, tokens, all);
        whole = answer;
        tell();
        return closed ? null : answer;
    }

    /** There will be no more. */
    synchronized void fail() {
        failed = true;
        tell();
    }

    private void tell() {
        passengers.forEach(Runnable::run);
    }

    synchronized boolean begun() {
        return begun;
    }

    synchronized boolean streamed() {
        return streamed;
    }

    synchronized boolean failed() {
        return failed;
    }

    /** The whole answer, null before it has landed. */
    synchronized @Nullable RecordedAnswer whole() {
        return whole;
    }

    /** What was written at a place in the sequence, null when nothing yet. */
    synchronized @Nullable Buffer at(int place) {
        return place < written.size() ? written.get(place) : null;
    }
}
