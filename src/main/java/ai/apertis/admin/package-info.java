/**
 * The admin API: accounts, credits, keys, subscriptions, usage and the ledger's audit, for whoever has the admin token.
 *
 * <p>Bodies are read strictly; every write can be repeated safely under an {@code Idempotency-Key}.
 */
@NullMarked
package ai.apertis.admin;

import org.jspecify.annotations.NullMarked;
