/**
 * The response cache: whole answers by what exactly was asked, by whom, of which model.
 *
 * <p>An account never sees what another was answered; a store may forget at any time.
 */
@NullMarked
package ai.apertis.cache;

import org.jspecify.annotations.NullMarked;
