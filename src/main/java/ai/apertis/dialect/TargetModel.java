package ai.apertis.dialect;

/**
 * The model that a request is encoded for.
 *
 * @param model the provider's name of it
 * @param maxOutputTokens the most tokens it can generate, for dialects in which a limit must be told
 * @param reasons whether it can reason; where it cannot, wishes about reasoning are dropped
 * @param quirks what its provider does differently
 */
public record TargetModel(String model, long maxOutputTokens, boolean reasons, Quirks quirks) {}
