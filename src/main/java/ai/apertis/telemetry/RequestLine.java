package ai.apertis.telemetry;

import ai.apertis.money.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What is told of one finished request, to the metrics and to the access log. Holds no secret and nothing of a prompt.
 *
 * @param requestId as sent in {@code x-request-id}
 * @param method the HTTP method
 * @param path the path as asked for, without the query, which may hold a key
 * @param endpoint the route's pattern, for instance {@code /v1/models/{id}}: one of a fixed set
 * @param status the HTTP status told to the client
 * @param keyId the id of the key, never the key; null when none was accepted
 * @param model the catalogue id of the model that answered or was to answer; null when none was resolved
 * @param provider the provider that answered or failed last; null when none was reached
 * @param stream whether the client asked for a stream
 * @param ttftMillis milliseconds from arrival to the first byte of the answer, -1 when there was none
 * @param upstreamMillis milliseconds from the first call of a provider to the end of the last, -1 when none was called
 * @param durationMillis milliseconds from arrival to the end
 * @param usage what was consumed
 * @param costNano what was charged, nano-USD
 * @param bytesIn bytes of the request's body
 * @param bytesOut bytes of the response's body
 */
public record RequestLine(
        String requestId,
        String method,
        String path,
        String endpoint,
        int status,
        @Nullable String keyId,
        @Nullable String model,
        @Nullable String provider,
        boolean stream,
        long ttftMillis,
        long upstreamMillis,
        long durationMillis,
        Usage usage,
        long costNano,
        long bytesIn,
        long bytesOut) {

    /**
     * A request that reached no model, for instance a listing or a refusal.
     *
     * @param requestId as sent in {@code x-request-id}
     * @param method the HTTP method
     * @param path the path without the query
     * @param endpoint the route's pattern
     * @param status the HTTP status
     * @param keyId the id of the key, null when none was accepted
     * @param durationMillis milliseconds from arrival to the end
     * @param bytesIn bytes of the request's body
     * @param bytesOut bytes of the response's body
     * @return the line
     */
    public static RequestLine withoutModel(
            String requestId,
            String method,
            String path,
            String endpoint,
            int status,
            @Nullable String keyId,
            long durationMillis,
            long bytesIn,
            long bytesOut) {
        return new RequestLine(
                requestId,
                method,
                path,
                endpoint,
                status,
                keyId,
                null,
                null,
                false,
                -1,
                -1,
                durationMillis,
                Usage.NONE,
                0,
                bytesIn,
                bytesOut);
    }
}
