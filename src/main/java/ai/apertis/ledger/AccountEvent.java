package ai.apertis.ledger;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;

/**
 * Something that an account is told.
 *
 * @param id the same in every delivery
 * @param accountId the account
 * @param type for instance {@code alert.balance}
 * @param data what happened, with amounts in nano-USD or thousandths of quota
 * @param at when
 */
public record AccountEvent(UUID id, long accountId, String type, JsonObject data, Instant at) {}
