package ai.apertis.config;

/**
 * The response cache.
 *
 * @param enabled whether anything is remembered and identical requests share a call
 * @param ttlMillis how long an answer is remembered
 * @param maxBytes how much each node remembers, all answers together
 * @param maxAnswerBytes the largest answer that is remembered
 */
public record CacheConfig(boolean enabled, long ttlMillis, long maxBytes, long maxAnswerBytes) {}
