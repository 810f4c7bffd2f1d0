/**
 * What has lately been seen of endpoints and keys: latency, errors, breakers, cool-downs and limits.
 *
 * <p>Per process, without locks, told of a call a few times and never of a chunk. Clock and chance come from outside.
 */
@NullMarked
package ai.apertis.routing.health;

import org.jspecify.annotations.NullMarked;
