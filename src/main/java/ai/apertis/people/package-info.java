/**
 * The people who use this installation: how they prove who they are, the organizations they belong to, and the one
 * place that decides what they may do there. Knows nothing of HTTP.
 */
@NullMarked
package ai.apertis.people;

import org.jspecify.annotations.NullMarked;
