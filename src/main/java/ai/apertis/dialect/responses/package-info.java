/**
 * OpenAI Responses as a client's and as a provider's dialect.
 *
 * <p>Pure functions over bytes and records: no verticle, no input or output.
 */
@NullMarked
package ai.apertis.dialect.responses;

import org.jspecify.annotations.NullMarked;
