/** The pages that everybody sees: what Apertis is, its models and prices, its documentation, what changed and how it does. */
@NullMarked
package ai.apertis.console.open;

import org.jspecify.annotations.NullMarked;
