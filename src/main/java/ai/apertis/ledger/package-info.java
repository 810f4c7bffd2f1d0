/**
 * The rows in PostgreSQL that decide about money, keys and accounts, and the one batched function that changes them.
 *
 * <p>What is not in a row is a hint. Knows nothing of HTTP and nothing of who asks.
 */
@NullMarked
package ai.apertis.ledger;

import org.jspecify.annotations.NullMarked;
