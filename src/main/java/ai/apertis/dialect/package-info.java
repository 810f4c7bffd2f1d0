/**
 * The canonical conversation and, in one package per wire dialect, its encoders and decoders.
 *
 * <p>Pure functions over bytes and records: no verticle, no input or output.
 */
@NullMarked
package ai.apertis.dialect;

import org.jspecify.annotations.NullMarked;
