/**
 * The provider worker verticle, one per provider and event loop: upstream HTTP, server-sent events, metering, and both
 * gates of the bill.
 *
 * <p>Chunks go from the provider's socket to the client's on one event loop, without a hop and without a queue.
 */
@NullMarked
package ai.apertis.dispatch;

import org.jspecify.annotations.NullMarked;
