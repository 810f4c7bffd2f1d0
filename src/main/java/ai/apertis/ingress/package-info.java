/**
 * The public HTTP server: routes, key authentication, limits, error bodies, one small handler per endpoint family.
 *
 * <p>One verticle per event loop; a request is read, served and answered on one of them.
 */
@NullMarked
package ai.apertis.ingress;

import org.jspecify.annotations.NullMarked;
