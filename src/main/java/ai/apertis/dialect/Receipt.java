package ai.apertis.dialect;

import ai.apertis.money.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What a settled answer is told at its end.
 *
 * @param usage what was charged for: the provider's word, or what was counted here
 * @param costNano what it cost, nano-USD; null when the client does not want to be told
 */
public record Receipt(Usage usage, @Nullable Long costNano) {}
