package ai.apertis.dialect;

import org.jspecify.annotations.Nullable;

/**
 * Asks the provider to cache the prompt up to here (Anthropic's {@code cache_control}, also seen in chat messages to
 * Claude models).
 *
 * @param ttl how long, as the client wrote it, for instance {@code 5m}; null for the provider's default
 */
public record CacheMark(@Nullable String ttl) {}
