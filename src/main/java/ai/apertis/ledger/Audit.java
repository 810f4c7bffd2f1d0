package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Proves from the rows that the ledger keeps its promises. */
public final class Audit {
    /** Each promise with a query for the rows that break it. */
    private static final List<Rule> RULES = List.of(
            new Rule("nothing_overspent", "used and held stay within every limit and its tolerance", """
                SELECT id FROM bucket WHERE used + held > lim + tolerance OR used < 0 OR held < 0\
                """),
            new Rule("held_equals_open_holds", "what buckets hold is the sum of the open holds", """
                SELECT b.id FROM bucket b LEFT JOIN (
                    SELECT u.id, sum(u.n) AS n FROM (
                        SELECT unnest(buckets) AS id, amount_nano AS n FROM hold
                        UNION ALL SELECT quota_bucket, quota_milli FROM hold) u GROUP BY u.id) h ON h.id = b.id
                WHERE b.held <> coalesce(h.n, 0)\
                """),
            new Rule(
                    "used_equals_charges",
                    "what buckets used is the sum of the charges made to them, without what was given back",
                    """
                SELECT b.id FROM bucket b LEFT JOIN (
                    SELECT u.id, sum(u.n) AS n FROM (
                        SELECT unnest(buckets) AS id, cost_nano - coalesce(refunded_nano, 0) AS n
                            FROM charge LEFT JOIN refund USING (request_id)
                        UNION ALL SELECT quota_bucket, quota_milli - coalesce(refunded_milli, 0)
                            FROM charge LEFT JOIN refund USING (request_id)) u GROUP BY u.id) c ON c.id = b.id
                WHERE b.used <> b.opening + coalesce(c.n, 0)\
                """),
            new Rule("balance_equals_credits", "what an account had to spend is the sum of its credits", """
                SELECT coalesce(b.owner_id, c.account_id) FROM (SELECT * FROM bucket WHERE kind = 'balance') b
                FULL JOIN (SELECT account_id, sum(amount_nano) AS n FROM credit GROUP BY account_id) c
                    ON c.account_id = b.owner_id
                WHERE coalesce(b.lim, 0) <> coalesce(c.n, 0)\
                """),
            new Rule("charged_once", "no request was charged twice", """
                SELECT request_id FROM charge GROUP BY request_id HAVING count(*) > 1\
                """),
            new Rule("charged_or_open", "no request is charged and still held", """
                SELECT c.request_id FROM charge c JOIN hold h ON h.request_id = c.request_id\
                """),
            new Rule("paid_plus_shortfall", "what was taken and what nobody paid is what the usage was worth", """
                SELECT request_id FROM charge WHERE quota_bucket IS NULL AND cost_nano + shortfall_nano <> priced_nano
                    OR quota_bucket IS NOT NULL AND cost_nano <> 0\
                """),
            new Rule(
                    "refunded_whole",
                    "what was given back is what was charged, and each was for a video that failed",
                    """
                SELECT r.request_id FROM refund r LEFT JOIN charge c USING (request_id)
                LEFT JOIN video_task v USING (request_id)
                WHERE c.request_id IS NULL OR r.refunded_nano <> c.cost_nano OR r.refunded_milli <> c.quota_milli
                    OR v.status <> 'failed'\
                """),
            new Rule("no_orphaned_hold", "every open hold belongs to a run that lives", """
                SELECT h.request_id FROM hold h LEFT JOIN run r ON r.id = h.run_id AND r.ended_at IS NULL
                WHERE r.id IS NULL\
                """),
            new Rule(
                    "paid_from_own_buckets",
                    "each request is held on and charged to buckets of its own account and key",
                    """
                SELECT x.request_id FROM (
                    SELECT request_id, account_id, key_id, buckets, quota_bucket FROM charge
                    UNION ALL SELECT request_id, account_id, key_id, buckets, quota_bucket FROM hold) x
                CROSS JOIN LATERAL unnest(x.buckets || x.quota_bucket) AS u(id)
                LEFT JOIN bucket b ON b.id = u.id
                WHERE u.id IS NOT NULL AND CASE
                    WHEN b.kind IN ('balance', 'invoice', 'account_month') THEN b.owner_id <> x.account_id
                    WHEN b.kind IN ('key_quota', 'key_month') THEN b.owner_id <> x.key_id
                    WHEN b.kind = 'cycle_quota' AND b.id IS DISTINCT FROM x.quota_bucket THEN true
                    ELSE NOT EXISTS (SELECT FROM subscription s
                        WHERE s.id = b.owner_id AND s.account_id = x.account_id) END\
                """),
            new Rule(
                    "cycles_from_their_anchor",
                    "each cycle of a subscription begins whole months after the subscription did",
                    """
                SELECT b.id FROM bucket b LEFT JOIN subscription s ON s.id = b.owner_id
                WHERE b.kind IN ('cycle_quota', 'cycle_overflow') AND (s.id IS NULL OR b.period_start < s.anchor
                    OR b.period_start <> add_months(s.anchor, months_since(s.anchor, b.period_start)))\
                """),
            new Rule(
                    "months_from_a_day",
                    "each monthly limit counts from midnight of a day that every month has, UTC",
                    """
                SELECT id FROM bucket WHERE kind IN ('account_month', 'key_month')
                    AND (extract(day FROM period_start AT TIME ZONE 'UTC') > 28
                        OR period_start <> date_trunc('day', period_start, 'UTC'))
                    OR kind NOT IN ('account_month', 'key_month', 'cycle_quota', 'cycle_overflow')
                    AND period_start <> '-infinity'\
                """),
            new Rule("in_their_month", "usage rows of a month that has a table of its own are in it", """
                SELECT request_id FROM charge
                WHERE tableoid <> coalesce(to_regclass('charge_' || to_char(at AT TIME ZONE 'UTC', 'YYYY_MM')),
                    'charge_other'::regclass)\
                """));

    private static final int SHOWN = 10;

    private final Pool pool;

    /**
     * Audits a ledger.
     *
     * @param database where it is
     */
    public Audit(Database database) {
        this.pool = database.pool();
    }

    private record Rule(String name, String promise, String offenders) {}

    /**
     * What was found about one promise.
     *
     * @param name its name
     * @param promise what it says
     * @param broken how many rows break it; 0 when it is kept
     * @param examples ids of some that do
     */
    public record Finding(String name, String promise, long broken, List<Long> examples) {
        /** Copies the examples. */
        public Finding {
            examples = List.copyOf(examples);
        }

        /**
         * Whether the promise is kept.
         *
         * @return true when no row breaks it
         */
        public boolean kept() {
            return broken == 0;
        }
    }

    /**
     * Checks every promise, all in one snapshot of the rows.
     *
     * @return a finding for each
     */
    public Future<List<Finding>> run() {
        return pool.withTransaction(connection -> connection
                .query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                .execute()
                .compose(set -> {
                    Future<List<Finding>> findings = Future.succeededFuture(new ArrayList<>());
                    for (Rule rule : RULES) {
                        findings = findings.compose(list -> connection
                                .preparedQuery("SELECT o.id, count(*) OVER () AS n FROM (" + rule.offenders()
                                        + ") o(id) ORDER BY o.id LIMIT $1")
                                .execute(Tuple.of(SHOWN))
                                .map(rows -> {
                                    List<Long> ids = Rows.list(rows, row -> row.getLong("id"));
                                    long broken = Rows.first(rows, (Row row) -> row.getLong("n"))
                                            .orElse(0L);
                                    list.add(new Finding(rule.name(), rule.promise(), broken, ids));
                                    return list;
                                }));
                    }
                    return findings;
                }));
    }
}
