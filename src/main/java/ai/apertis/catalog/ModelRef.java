package ai.apertis.catalog;

/**
 * What a client's model name came to.
 *
 * @param requested the name as the client wrote it
 * @param model the model
 * @param webSearch whether {@code :web} was asked for
 * @param codingPool whether {@code code:} was asked for
 */
public record ModelRef(String requested, Model model, boolean webSearch, boolean codingPool) {}
