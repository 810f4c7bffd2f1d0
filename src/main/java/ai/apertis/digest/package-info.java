/** What is told apart by its hash. */
@NullMarked
package ai.apertis.digest;

import org.jspecify.annotations.NullMarked;
