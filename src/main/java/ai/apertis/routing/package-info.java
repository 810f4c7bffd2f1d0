/**
 * Which provider endpoint now, and which next: the order of attempts and their time budgets.
 *
 * <p>One {@link ai.apertis.routing.Journey} carries one request through its attempts until one answers.
 */
@NullMarked
package ai.apertis.routing;

import org.jspecify.annotations.NullMarked;
