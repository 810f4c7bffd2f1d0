package ai.apertis.config;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A provider as configured.
 *
 * @param name its name
 * @param dialect the wire format it speaks
 * @param baseUrl where it is, without a trailing slash; empty when it is the simulated provider built in here
 * @param keys its API keys; none: it is off
 * @param headers further headers to send
 * @param quirks where it departs from its dialect
 * @param stopsBillingOnCancel whether it charges nothing after the connection is cut
 * @param connectTimeoutMillis how long a connection may take to open
 * @param firstByteTimeoutMillis how long one attempt waits for the first byte
 * @param idleTimeoutMillis how long a stream may be silent
 * @param maxConnections connections per event loop
 * @param dataPolicy what it does with prompts, empty when nothing unusual
 * @param zeroRetention whether it keeps nothing of a request
 */
public record ProviderConfig(
        String name,
        DialectName dialect,
        Optional<URI> baseUrl,
        List<Secret> keys,
        Map<String, Secret> headers,
        Quirks quirks,
        boolean stopsBillingOnCancel,
        long connectTimeoutMillis,
        long firstByteTimeoutMillis,
        long idleTimeoutMillis,
        int maxConnections,
        Optional<String> dataPolicy,
        boolean zeroRetention) {

    /** Copies the collections. */
    public ProviderConfig {
        keys = List.copyOf(keys);
        headers = Map.copyOf(headers);
    }
}
