package ai.apertis.catalog;

import ai.apertis.config.DialectName;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A provider of models as configured, with at least one key.
 *
 * @param name its name in the configuration
 * @param dialect the wire format it speaks
 * @param baseUrl where it is; paths are appended
 * @param keys its API keys, never empty, never logged
 * @param headers further headers to send, for instance {@code anthropic-beta}
 * @param stopsBillingOnCancel whether it charges nothing after the connection is cut; decides whether a stream that the
 *     client left is cut or drained to its usage block
 * @param firstByteTimeoutMillis how long one attempt waits for the first byte, in milliseconds
 * @param idleTimeoutMillis how long a stream may be silent, in milliseconds
 * @param maxConnections connections per event loop
 */
public record Provider(
        String name,
        DialectName dialect,
        URI baseUrl,
        List<String> keys,
        Map<String, String> headers,
        boolean stopsBillingOnCancel,
        long firstByteTimeoutMillis,
        long idleTimeoutMillis,
        int maxConnections) {

    /** Copies the collections. */
    public Provider {
        keys = List.copyOf(keys);
        headers = Map.copyOf(headers);
    }

    /** Leaves the keys out, so that no log line can show them. */
    @Override
    public String toString() {
        return "Provider[" + name + ", " + dialect.configName() + "]";
    }
}
