/**
 * Anthropic Messages as a client's and as a provider's dialect.
 *
 * <p>Pure functions over bytes and records: no verticle, no input or output.
 */
@NullMarked
package ai.apertis.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
