/**
 * Models, prices, plans and providers as immutable snapshots, swapped whole on reload.
 *
 * <p>The one place where a name that a client sends becomes a model and the endpoints that serve it.
 */
@NullMarked
package ai.apertis.catalog;

import org.jspecify.annotations.NullMarked;
