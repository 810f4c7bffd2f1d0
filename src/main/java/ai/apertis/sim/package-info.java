/**
 * The built-in simulated provider: an HTTP server that speaks the OpenAI dialect and answers by rule instead of by model.
 *
 * <p>Reached over loopback by the same code as any provider; imports the leaves only. Nothing here knows it is inside a gateway.
 */
@NullMarked
package ai.apertis.sim;

import org.jspecify.annotations.NullMarked;
