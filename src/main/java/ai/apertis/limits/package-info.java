/**
 * Rate limits: requests and tokens per window, open streams, wrong keys. One small interface each, answered in the process.
 *
 * <p>Limits protect the service, not money: what they remember may be lost. Money is the ledger's.
 */
@NullMarked
package ai.apertis.limits;

import org.jspecify.annotations.NullMarked;
