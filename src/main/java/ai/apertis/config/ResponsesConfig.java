package ai.apertis.config;

/**
 * What is kept of the Responses API's answers.
 *
 * @param retentionDays for how many days; 0 keeps nothing
 * @param maxBytesPerAccount how much of one account; beyond it the oldest go
 */
public record ResponsesConfig(int retentionDays, long maxBytesPerAccount) {}
