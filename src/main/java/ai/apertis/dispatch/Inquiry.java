package ai.apertis.dispatch;

import ai.apertis.catalog.Provider;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A question to a provider that it answers for nothing, such as how many tokens a prompt has or how far a video is: the one
 * call that needs no hold. Nothing that generates may be asked this way.
 */
public final class Inquiry {
    /**
     * What the provider said.
     *
     * @param status its HTTP status
     * @param body its body, at most a mebibyte
     */
    public record Reply(int status, Buffer body) {}

    private final Provider provider;
    private final String key;
    private final String path;
    private final byte @Nullable [] body;
    private final ClientHeaders headers;
    private final long timeoutMillis;
    private final @Nullable Consumer<HttpClientResponse> taker;
    private final Promise<Reply> reply = Promise.promise();

    /**
     * A question.
     *
     * @param provider whom to ask
     * @param key the provider's key to use
     * @param path below the provider's base URL, beginning with a slash
     * @param body JSON in the provider's dialect
     * @param headers what of the client's headers goes on to a provider of its dialect
     * @param timeoutMillis how long to wait for the whole reply, in milliseconds
     */
    public Inquiry(Provider provider, String key, String path, byte[] body, ClientHeaders headers, long timeoutMillis) {
        this(provider, key, path, body, headers, timeoutMillis, null);
    }

    private Inquiry(
            Provider provider,
            String key,
            String path,
            byte @Nullable [] body,
            ClientHeaders headers,
            long timeoutMillis,
            @Nullable Consumer<HttpClientResponse> taker) {
        this.provider = provider;
        this.key = key;
        this.path = path;
        this.body = body;
        this.headers = headers;
        this.timeoutMillis = timeoutMillis;
        this.taker = taker;
    }

    /**
     * A look at what a provider has.
     *
     * @param provider whom to ask
     * @param key the provider's key to use
     * @param path below the provider's base URL, beginning with a slash
     * @param timeoutMillis how long to wait for the whole reply, in milliseconds
     * @return asks with {@code GET}
     */
    public static Inquiry get(Provider provider, String key, String path, long timeoutMillis) {
        return new Inquiry(
                provider, key, path, null, new ClientHeaders(provider.dialect(), Map.of()), timeoutMillis, null);
    }

    /**
     * A look at what is too large for memory.
     *
     * @param provider whom to ask
     * @param key the provider's key to use
     * @param path below the provider's base URL, beginning with a slash
     * @param timeoutMillis how long to wait for the head of the reply, in milliseconds
     * @param taker given a reply with status 200, paused, to read as fast as it likes; the reply's body is empty then
     * @return asks with {@code GET}
     */
    public static Inquiry download(
            Provider provider, String key, String path, long timeoutMillis, Consumer<HttpClientResponse> taker) {
        return new Inquiry(
                provider, key, path, null, new ClientHeaders(provider.dialect(), Map.of()), timeoutMillis, taker);
    }

    Provider provider() {
        return provider;
    }

    String key() {
        return key;
    }

    String path() {
        return path;
    }

    /** Null for a mere look. */
    byte @Nullable [] body() {
        return body;
    }

    /** Takes a reply that is too large for memory; null when it is to be held whole. */
    @Nullable
    Consumer<HttpClientResponse> taker() {
        return taker;
    }

    ClientHeaders headers() {
        return headers;
    }

    long timeoutMillis() {
        return timeoutMillis;
    }

    Promise<Reply> reply() {
        return reply;
    }
}
