package ai.apertis.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where this process runs and what it is trusted with: what the {@code APERTIS_*} variables say. What the gateway does is
 * the file's business.
 *
 * @param host the address that the public port listens on
 * @param port the public API and console; 0 picks a free one
 * @param managementHost the address that the management port listens on
 * @param managementPort health and metrics, never public; 0 picks a free one
 * @param dataDir where the embedded database and other local state live
 * @param databaseUrl {@code postgresql://user:pass@host:port/db}, empty for the embedded database
 * @param redisUrl {@code redis://host:port}, empty to keep limits in the process
 * @param adminToken bearer of the admin API, empty to make one at first start
 * @param keyPeppers peppers of key hashes by id, beside those of the file; empty when none are given
 * @param bootstrapKey the first account's key on an empty database, empty to make one
 * @param bootstrapCreditUsd the first account's balance in US dollars
 */
public record Environment(
        String host,
        int port,
        String managementHost,
        int managementPort,
        Path dataDir,
        Optional<Secret> databaseUrl,
        Optional<Secret> redisUrl,
        Optional<Secret> adminToken,
        Map<Integer, Secret> keyPeppers,
        Optional<Secret> bootstrapKey,
        BigDecimal bootstrapCreditUsd) {

    /** Copies the map. */
    public Environment {
        keyPeppers = Map.copyOf(keyPeppers);
    }
}
