package ai.apertis.dispatch;

import ai.apertis.catalog.Provider;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/**
 * A question to a provider that it answers for nothing, such as how many tokens a prompt has: the one call that needs no
 * hold. Nothing that generates may be asked this way.
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
    private final byte[] body;
    private final ClientHeaders headers;
    private final long timeoutMillis;
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
        this.provider = provider;
        this.key = key;
        this.path = path;
        this.body = body;
        this.headers = headers;
        this.timeoutMillis = timeoutMillis;
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

    byte[] body() {
        return body;
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
