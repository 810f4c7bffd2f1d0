/** The page of the state: how providers do now, and how they did. */
@NullMarked
package ai.apertis.console.state;

import org.jspecify.annotations.NullMarked;
