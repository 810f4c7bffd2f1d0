package ai.apertis.people;

import ai.apertis.ledger.Rows;
import io.vertx.sqlclient.Row;
import java.time.Instant;

/**
 * People who share an account.
 *
 * @param id its id
 * @param accountId the one account in the ledger that pays
 * @param name for people
 * @param personal whether it is for one person alone
 * @param createdAt when it was made
 */
public record Organization(long id, long accountId, String name, boolean personal, Instant createdAt) {
    static Organization read(Row row) {
        return new Organization(
                row.getLong("id"),
                row.getLong("account_id"),
                row.getString("name"),
                row.getLong("personal_of") != null,
                Rows.instant(row, "created_at"));
    }
}
