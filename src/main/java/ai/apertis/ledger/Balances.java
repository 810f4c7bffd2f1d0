package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What accounts and keys have and have spent, as their owners are shown it. */
public final class Balances {
    /** $1 are the accounts, $2 a key of one or null. One statement is one snapshot. */
    private static final String SELECT = """
        SELECT a.id AS of_account, a.unlimited, a.monthly_limit_nano AS a_month_limit, a.monthly_reset_day AS a_day,
            bal.lim AS credited, coalesce(bal.used, 0) + coalesce(inv.used, 0) AS a_used,
            coalesce(bal.held, 0) + coalesce(inv.held, 0) AS a_held,
            coalesce(am.used, spent_since('account_month', a.id, at.a_start), 0) AS a_month_used,
            k.id AS key_id, k.quota_nano, k.monthly_limit_nano AS k_month_limit, k.monthly_reset_day AS k_day,
            coalesce(kq.used, 0) AS k_used, coalesce(kq.held, 0) AS k_held,
            coalesce(km.used, spent_since('key_month', k.id, at.k_start), 0) AS k_month_used,
            s.*, s.status AS sub_status, s.id AS sub_id,
            coalesce(cq.used, 0) AS q_used, coalesce(cq.held, 0) AS q_held, coalesce(co.used, 0) AS o_used
        FROM account a
        LEFT JOIN api_key k ON k.id = $2 AND k.account_id = a.id
        CROSS JOIN LATERAL (SELECT month_start(a.monthly_reset_day, ledger_now()) AS a_start,
            month_start(k.monthly_reset_day, ledger_now()) AS k_start) at
        LEFT JOIN LATERAL (SELECT * FROM subscription_state s WHERE s.account_id = a.id
            ORDER BY s.id DESC LIMIT 1) s ON true
        LEFT JOIN bucket bal ON bal.owner_id = a.id AND bal.kind = 'balance'
        LEFT JOIN bucket inv ON inv.owner_id = a.id AND inv.kind = 'invoice'
        LEFT JOIN bucket am ON am.owner_id = a.id AND am.kind = 'account_month' AND am.period_start = at.a_start
            AND a.monthly_limit_nano IS NOT NULL
        LEFT JOIN bucket kq ON kq.owner_id = k.id AND kq.kind = 'key_quota'
        LEFT JOIN bucket km ON km.owner_id = k.id AND km.kind = 'key_month' AND km.period_start = at.k_start
            AND k.monthly_limit_nano IS NOT NULL
        LEFT JOIN bucket cq ON cq.owner_id = s.id AND cq.kind = 'cycle_quota' AND cq.period_start = s.cycle_start
        LEFT JOIN bucket co ON co.owner_id = s.id AND co.kind = 'cycle_overflow'
            AND co.period_start = s.cycle_start
        WHERE a.id = ANY ($1)
        """;

    private final Pool pool;

    /**
     * Reads balances.
     *
     * @param database where they are
     */
    public Balances(Database database) {
        this.pool = database.pool();
    }

    /**
     * What a key may spend and has spent, with its account's money and subscription.
     *
     * @param accountId the key's account
     * @param keyId the key
     * @return empty when there is no such account
     */
    public Future<Optional<Balance>> ofKey(long accountId, long keyId) {
        return read(accountId, keyId);
    }

    /**
     * What an account may spend and has spent.
     *
     * @param accountId the account
     * @return empty when there is no such account
     */
    public Future<Optional<Balance>> ofAccount(long accountId) {
        return read(accountId, null);
    }

    /**
     * What several accounts may spend and have spent.
     *
     * @param accountIds the accounts
     * @return by account; those that are not there are missing
     */
    public Future<Map<Long, Balance>> ofAccounts(List<Long> accountIds) {
        return pool.preparedQuery(SELECT)
                .execute(Tuple.tuple()
                        .addArrayOfLong(accountIds.toArray(Long[]::new))
                        .addLong(null))
                .map(rows -> {
                    Map<Long, Balance> balances = new HashMap<>();
                    rows.forEach(row -> balances.put(row.getLong("of_account"), read(row)));
                    return balances;
                });
    }

    private Future<Optional<Balance>> read(long accountId, @Nullable Long keyId) {
        return pool.preparedQuery(SELECT)
                .execute(Tuple.of(new Long[] {accountId}, keyId))
                .map(rows -> Rows.first(rows, Balances::read));
    }

    private static Balance read(Row row) {
        Long credited = row.getLong("credited");
        boolean unlimited = row.getBoolean("unlimited");
        boolean withKey = row.getLong("key_id") != null;
        Long subscription = row.getLong("sub_id");
        return new Balance(
                new Balance.Limit(
                        unlimited ? null : Long.valueOf(credited == null ? 0 : credited),
                        row.getLong("a_used"),
                        row.getLong("a_held")),
                month(row, "a_month_limit", "a_month_used", "a_day"),
                withKey
                        ? new Balance.Limit(row.getLong("quota_nano"), row.getLong("k_used"), row.getLong("k_held"))
                        : null,
                withKey ? month(row, "k_month_limit", "k_month_used", "k_day") : null,
                subscription == null
                        ? null
                        : new Balance.Cycle(
                                Subscriptions.read(row, subscription, "sub_status"),
                                row.getLong("q_used"),
                                row.getLong("q_held"),
                                row.getLong("o_used")));
    }

    private static Balance.@Nullable Month month(Row row, String limit, String used, String day) {
        Long limitNano = row.getLong(limit);
        return limitNano == null ? null : new Balance.Month(limitNano, row.getLong(used), row.getInteger(day));
    }
}
