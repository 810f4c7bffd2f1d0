package ai.apertis.config;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What {@code :web} asks for.
 *
 * @param engine who is asked, empty when there is none
 * @param priceUsd what a search costs beside the tokens, US dollars
 */
public record WebSearchConfig(Optional<SearchConfig> engine, BigDecimal priceUsd) {}
