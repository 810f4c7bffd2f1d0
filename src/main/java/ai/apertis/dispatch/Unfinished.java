package ai.apertis.dispatch;

import ai.apertis.billing.Charge.Ending;
import ai.apertis.dialect.Resumable;
import ai.apertis.money.Usage;
import java.util.function.Consumer;

/**
 * A stream that broke off after some of it had reached the client, and what is owed for it. Another attempt may go on with
 * it; whoever was given it either hands it to one, or ends it, once. Used on the event loop of its calls.
 */
public final class Unfinished {
    private final Resumable passage;
    private final String soFar;
    private final ProviderCall first;
    private final Usage usage;
    private final long costNano;
    private final long heldNano;
    private final long firstByteNanos;
    private final Consumer<Ending> end;

    /**
     * A stream that broke off.
     *
     * @param passage writes to the client
     * @param soFar the text that has reached it
     * @param first the call that began it
     * @param usage what has been used of all of it
     * @param costNano what that costs, nano-USD
     * @param heldNano what is held for it, nano-USD
     * @param firstByteNanos when it began, by {@link System#nanoTime}
     * @param end charges it and tells its client
     */
    Unfinished(
            Resumable passage,
            String soFar,
            ProviderCall first,
            Usage usage,
            long costNano,
            long heldNano,
            long firstByteNanos,
            Consumer<Ending> end) {
        this.passage = passage;
        this.soFar = soFar;
        this.first = first;
        this.usage = usage;
        this.costNano = costNano;
        this.heldNano = heldNano;
        this.firstByteNanos = firstByteNanos;
        this.end = end;
    }

    /**
     * The text that has reached the client.
     *
     * @return empty when only the answer's beginning has
     */
    public String soFar() {
        return soFar;
    }

    /**
     * How much of the answer was written.
     *
     * @return output tokens
     */
    public long outputTokens() {
        return usage.completionTokens();
    }

    /** Nobody goes on: it is charged as far as it was served, and the client told that it broke off. */
    public void giveUp() {
        end.accept(Ending.UPSTREAM_CUT);
    }

    /** The client has left: it is charged as far as it was served. */
    public void leave() {
        end.accept(Ending.CLIENT_GONE);
    }

    Resumable passage() {
        return passage;
    }

    ProviderCall first() {
        return first;
    }

    Usage usage() {
        return usage;
    }

    long costNano() {
        return costNano;
    }

    long heldNano() {
        return heldNano;
    }

    long firstByteNanos() {
        return firstByteNanos;
    }
}
