/**
 * Holds, settlements and what they cost: the only way to a provider leads through a {@link ai.apertis.billing.Hold}.
 *
 * <p>The billing verticle, one per process, batches what all requests ask and lets the ledger decide.
 */
@NullMarked
package ai.apertis.billing;

import org.jspecify.annotations.NullMarked;
