package ai.apertis.catalog;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A provider of models as configured, with at least one key.
 *
 * @param name its name in the configuration
 * @param dialect the wire format it speaks
 * @param baseUrl where it is, without a trailing slash; paths are appended
 * @param keys its API keys, never empty, never logged
 * @param headers further headers to send, for instance {@code anthropic-beta}
 * @param quirks where it departs from its dialect
 * @param stopsBillingOnCancel whether it charges nothing after the connection is cut; decides whether a stream that the
 *     client left is cut or drained to its usage block
 * @param connectTimeoutMillis how long a connection may take to open, in milliseconds
 * @param firstByteTimeoutMillis how long one attempt waits for the first byte, in milliseconds
 * @param idleTimeoutMillis how long a stream may be silent, in milliseconds
 * @param maxConnections connections per event loop
 * @param dataPolicy what it does with prompts, null when nothing unusual
 * @param zeroRetention whether it keeps nothing of a request
 * @param edition tells its workers from those of a provider of the same name that was configured differently; the same in
 *     every catalogue in which nothing of it has changed
 */
public record Provider(
        String name,
        DialectName dialect,
        URI baseUrl,
        List<String> keys,
        Map<String, String> headers,
        Quirks quirks,
        boolean stopsBillingOnCancel,
        long connectTimeoutMillis,
        long firstByteTimeoutMillis,
        long idleTimeoutMillis,
        int maxConnections,
        @Nullable String dataPolicy,
        boolean zeroRetention,
        int edition) {

    /** Copies the collections and refuses an empty list of keys. */
    public Provider {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("provider " + name + " has no key");
        }
        keys = List.copyOf(keys);
        headers = Map.copyOf(headers);
    }

    /** The same in another edition. */
    Provider edition(int other) {
        return new Provider(
                name,
                dialect,
                baseUrl,
                keys,
                headers,
                quirks,
                stopsBillingOnCancel,
                connectTimeoutMillis,
                firstByteTimeoutMillis,
                idleTimeoutMillis,
                maxConnections,
                dataPolicy,
                zeroRetention,
                other);
    }

    /** Leaves keys and headers out, so that no log line can show them. */
    @Override
    public String toString() {
        return "Provider[" + name + ", " + dialect.configName() + "]";
    }
}
