/** How people come in, what they set for themselves, and how they run their organizations. */
@NullMarked
package ai.apertis.console.account;

import org.jspecify.annotations.NullMarked;
