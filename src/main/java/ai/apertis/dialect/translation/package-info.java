/**
 * A client's request on its way to a provider of the same or of another dialect, and the answer's way back.
 *
 * <p>Joins the dialects; they know nothing of it or of each other.
 */
@NullMarked
package ai.apertis.dialect.translation;

import org.jspecify.annotations.NullMarked;
