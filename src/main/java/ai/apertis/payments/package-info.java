/**
 * Money that comes in: top-ups through a payment provider, and what the provider tells of payments by itself.
 *
 * <p>The ledger decides who is topped up and credits each payment once; here the provider is asked and listened to.
 */
@NullMarked
package ai.apertis.payments;

import org.jspecify.annotations.NullMarked;
