package ai.apertis.dispatch;

import ai.apertis.billing.Hold;
import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Resumable;
import org.jspecify.annotations.Nullable;

/** One attempt at one provider. Cannot be made without a hold. Handed over once, on one event loop, then used directly. */
public final class ProviderCall {
    private final Hold hold;
    private final Terms terms;
    private final Model model;
    private final Endpoint endpoint;
    private final String key;
    private final Bridge bridge;
    private final ClientRequest client;
    private final ClientHeaders headers;
    private final Answer answer;
    private final AttemptWatch watch;
    private final long arrivedNanos;
    private final long timeoutMillis;
    private final @Nullable Unfinished before;
    private @Nullable Relay relay;
    private boolean abandoned;
    private boolean outrun;
    private boolean stopped;

    /**
     * An attempt.
     *
     * @param hold pays for it
     * @param terms what was agreed about its money
     * @param model the model asked for
     * @param endpoint where to ask
     * @param key the provider's key to use
     * @param bridge what to send, and what the answer becomes
     * @param client the client's request
     * @param headers what of the client's headers goes on to a provider of its dialect
     * @param answer where the answer goes
     * @param watch told how it goes
     * @param arrivedNanos when the client's request arrived, by {@link System#nanoTime}
     * @param timeoutMillis how long to wait for the first byte, in milliseconds
     * @param before the stream that it goes on with, null when it begins one
     */
    public ProviderCall(
            Hold hold,
            Terms terms,
            Model model,
            Endpoint endpoint,
            String key,
            Bridge bridge,
            ClientRequest client,
            ClientHeaders headers,
            Answer answer,
            AttemptWatch watch,
            long arrivedNanos,
            long timeoutMillis,
            @Nullable Unfinished before) {
        this.hold = hold;
        this.terms = terms;
        this.model = model;
        this.endpoint = endpoint;
        this.key = key;
        this.bridge = bridge;
        this.client = client;
        this.headers = headers;
        this.answer = answer;
        this.watch = watch;
        this.arrivedNanos = arrivedNanos;
        this.timeoutMillis = timeoutMillis;
        this.before = before;
    }

    /** The client is gone: ends the attempt, and charges what was served. Call it on the event loop of the call. */
    public void abandon() {
        abandoned = true;
        if (relay != null) {
            relay.clientGone();
        }
    }

    /** Another attempt of the same request answers: ends this one, of which nothing has reached the client. */
    public void outrun() {
        outrun = true;
        if (relay != null) {
            relay.outrun();
        }
    }

    /** The process stops: ends the attempt with an error, and charges what was served. Call it on the event loop of the call. */
    public void stop() {
        stopped = true;
        if (relay != null) {
            relay.stop();
        }
    }

    void takenBy(Relay taker) {
        relay = taker;
        if (outrun) {
            taker.outrun();
        }
        if (stopped) {
            taker.stop();
        }
        if (abandoned) {
            taker.clientGone();
        }
    }

    Hold hold() {
        return hold;
    }

    Terms terms() {
        return terms;
    }

    Model model() {
        return model;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    String key() {
        return key;
    }

    Bridge bridge() {
        return bridge;
    }

    ClientRequest client() {
        return client;
    }

    ClientHeaders headers() {
        return headers;
    }

    Answer answer() {
        return answer;
    }

    AttemptWatch watch() {
        return watch;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    long timeoutMillis() {
        return timeoutMillis;
    }

    @Nullable
    Unfinished before() {
        return before;
    }

    /** Reads the stream of the answer, and writes on where the one before stopped. To be asked for once. */
    Passage passage() {
        Passage fresh = terms.tellsCost() ? bridge.pricedPassage() : bridge.passage();
        return before != null && fresh instanceof Resumable next
                ? before.passage().goOn(next)
                : fresh;
    }
}
