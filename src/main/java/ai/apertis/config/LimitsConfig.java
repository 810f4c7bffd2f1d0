package ai.apertis.config;

/**
 * How much one address or key may ask for. Zero switches a limit off.
 *
 * @param requestsPerAddress requests of one client address in {@code addressWindowMillis}
 * @param addressWindowMillis the window of {@code requestsPerAddress}, in milliseconds
 * @param requestsPerKeyPerMinute requests of one key in a minute
 * @param freeRequestsPerKeyPerMinute requests of one key in a minute to models of the free tier
 * @param tokensPerKeyPerMinute tokens of one key in a minute
 * @param streamsPerKey open streams of one key
 * @param badKeysPerAddressPerMinute refused keys of one client address in a minute
 */
public record LimitsConfig(
        long requestsPerAddress,
        long addressWindowMillis,
        long requestsPerKeyPerMinute,
        long freeRequestsPerKeyPerMinute,
        long tokensPerKeyPerMinute,
        long streamsPerKey,
        long badKeysPerAddressPerMinute) {}
