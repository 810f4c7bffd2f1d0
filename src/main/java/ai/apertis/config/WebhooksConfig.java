package ai.apertis.config;

/**
 * Where events may be posted to.
 *
 * @param allowLoopback whether to this machine, also by plain http: for trying things out
 */
public record WebhooksConfig(boolean allowLoopback) {}
