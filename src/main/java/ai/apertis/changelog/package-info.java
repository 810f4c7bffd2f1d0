/**
 * What changed for users, entry by entry, as it is written under {@code src/main/resources/changelog}.
 *
 * <p>A leaf: read once at the start, and shown by whoever answers people or programs.
 */
@NullMarked
package ai.apertis.changelog;

import org.jspecify.annotations.NullMarked;
