/**
 * What the configuration file and the environment say, as records, validated whole.
 *
 * <p>A leaf: knows nothing of the other rooms.
 */
@NullMarked
package ai.apertis.config;

import org.jspecify.annotations.NullMarked;
