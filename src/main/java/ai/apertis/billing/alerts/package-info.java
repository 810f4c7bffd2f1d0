/**
 * Telling accounts what happened to their money: events leave the ledger's outbox as signed webhooks and as e-mail.
 *
 * <p>What is crossed is found by the ledger, in the transaction that crosses it; here is only the way out.
 */
@NullMarked
package ai.apertis.billing.alerts;

import org.jspecify.annotations.NullMarked;
