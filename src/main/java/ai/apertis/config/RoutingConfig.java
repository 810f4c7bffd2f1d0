package ai.apertis.config;

import java.math.BigDecimal;
import java.util.List;

/**
 * How requests find their way when a provider fails.
 *
 * @param fallbacks models to fall back to when neither the request nor its key names any
 * @param fallbackEnabled whether requests fall back when neither they nor their key say
 * @param fallbackTimeoutMillis how long one attempt may take while a fallback could follow, when nobody says
 * @param retryShare retries at further endpoints, per request
 * @param retriesPerSecond retries that are granted beside that share
 * @param hedgeShare second attempts while the first is slow, per request that may make one
 * @param hedgePayer who pays for the outrun attempt: {@code operator} or {@code user}
 */
public record RoutingConfig(
        List<String> fallbacks,
        boolean fallbackEnabled,
        long fallbackTimeoutMillis,
        BigDecimal retryShare,
        long retriesPerSecond,
        BigDecimal hedgeShare,
        String hedgePayer) {

    /** Copies the list. */
    public RoutingConfig {
        fallbacks = List.copyOf(fallbacks);
    }
}
