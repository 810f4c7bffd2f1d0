package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The money that came to an account and went back: credits, payments, what was refunded of either. */
public final class CreditRows {
    private static final String SELECT = """
        SELECT * FROM (
            SELECT CASE WHEN amount_nano < 0 THEN 'taken_back' ELSE 'credit' END AS kind, at, amount_nano AS nano,
                reference AS about FROM credit WHERE account_id = $1
            UNION ALL SELECT 'refund', r.refunded_at, r.refunded_nano, c.model
                FROM refund r JOIN charge c USING (request_id) WHERE c.account_id = $1 AND r.refunded_nano > 0) e
        WHERE at >= $2 AND at < $3 ORDER BY at DESC, about LIMIT $4\
        """;
    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    private final Pool pool;

    /**
     * Reads credits.
     *
     * @param database where they are
     */
    public CreditRows(Database database) {
        this.pool = database.pool();
    }

    /**
     * One movement.
     *
     * @param kind {@code credit}, {@code taken_back} (from the balance), or {@code refund} (of a request, to the balance)
     * @param at when
     * @param amountNano nano-USD; below zero for what was taken back
     * @param about the payment's reference, or the model of the refunded request
     */
    public record Movement(String kind, Instant at, long amountNano, String about) {}

    /**
     * Movements of an account.
     *
     * @param accountId the account
     * @param from the first moment
     * @param before the moment after the last, null for now
     * @param most how many
     * @return newest first
     */
    public Future<List<Movement>> list(long accountId, Instant from, @Nullable Instant before, int most) {
        return pool.preparedQuery(SELECT)
                .execute(
                        Tuple.of(accountId, Rows.timestamp(from), Rows.timestamp(before == null ? LAST : before), most))
                .map(rows -> Rows.list(rows, CreditRows::read));
    }

    private static Movement read(Row row) {
        return new Movement(
                row.getString("kind"), Rows.instant(row, "at"), row.getLong("nano"), row.getString("about"));
    }
}
