/**
 * The Redis that nodes share and may lose: asked briefly, and passed over while it is away.
 *
 * <p>Who depends on it (limits, the response cache) keeps an implementation of its own in the process.
 */
@NullMarked
package ai.apertis.redis;

import org.jspecify.annotations.NullMarked;
