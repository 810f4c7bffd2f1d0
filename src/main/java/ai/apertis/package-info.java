/** The composition root: reads the configuration, builds every part by constructor and runs them. */
@NullMarked
package ai.apertis;

import org.jspecify.annotations.NullMarked;
