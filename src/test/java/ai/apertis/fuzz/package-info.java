/**
 * Broken input by the million: sound requests, answers and streams are changed at random, always the same way for a seed,
 * and given to everything that reads what others wrote.
 */
@NullMarked
package ai.apertis.fuzz;

import org.jspecify.annotations.NullMarked;
