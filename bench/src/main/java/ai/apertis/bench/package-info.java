/**
 * How close the gateway comes to a plain proxy: a mock provider, a load, and what they measured.
 *
 * <p>{@link ai.apertis.bench.Bench} starts everything on loopback and stops it again. Times are nanoseconds of
 * {@link System#nanoTime}, which on Linux is one clock for every process of a machine.
 */
@NullMarked
package ai.apertis.bench;

import org.jspecify.annotations.NullMarked;
