/**
 * Amounts of money and what they are made of: exact conversions, usage by class, prices by class.
 *
 * <p>Money is whole nano-USD in a {@code long}, prices are pico-USD per token. A leaf: knows nothing of the other rooms.
 */
@NullMarked
package ai.apertis.money;

import org.jspecify.annotations.NullMarked;
