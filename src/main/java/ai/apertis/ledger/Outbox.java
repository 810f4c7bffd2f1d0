package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is still to be told. Nodes share the work: each claims deliveries for a while, and what a node claimed and never
 * ended, because it died, is claimed again. So everything is told at least once, under an event id that stays.
 */
public final class Outbox {
    /** How long after an event its deliveries are tried. */
    public static final Duration PATIENCE = Duration.ofDays(1);

    private final Pool pool;
    private final WebhookSecrets secrets;

    /**
     * Reads and writes deliveries.
     *
     * @param database where they are
     * @param hash has the peppers that webhook secrets are derived with
     */
    public Outbox(Database database, KeyHash hash) {
        this.pool = database.pool();
        this.secrets = new WebhookSecrets(hash);
    }

    /**
     * Claims deliveries that are due.
     *
     * @param channels the ways that this node can go
     * @param most how many
     * @param lease for how long no other node tries them
     * @return the claimed ones, none of them claimed by anybody else
     */
    public Future<List<Delivery>> claim(Set<Delivery.Channel> channels, int most, Duration lease) {
        String[] names = channels.stream().map(Outbox::name).toArray(String[]::new);
        return pool.preparedQuery("""
                UPDATE delivery d SET attempts = d.attempts + 1, due_at = now() + $3::bigint * interval '1 ms'
                FROM event e, account a
                WHERE d.id IN (SELECT w.id FROM delivery w
                        WHERE w.state = 'pending' AND w.channel = ANY ($1) AND w.due_at <= now()
                        ORDER BY w.due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
                    AND e.id = d.event_id AND a.id = e.account_id
                RETURNING d.id AS delivery_id, d.channel, d.attempts, e.*, a.webhook_url, a.webhook_seed,
                    CASE WHEN a.webhook_previous_until > now() THEN a.webhook_previous_seed END AS previous_seed,
                    CASE WHEN a.alert_email_enabled THEN coalesce(a.alert_email, a.email) END AS address\
                """)
                .execute(Tuple.of(names, most, lease.toMillis()))
                .map(rows -> Rows.list(rows, this::delivery));
    }

    /**
     * Ends a delivery that arrived.
     *
     * @param delivery as claimed
     * @param status what the other side answered, null where there are no statuses
     * @return once durable
     */
    public Future<Void> delivered(Delivery delivery, @Nullable Integer status) {
        return write(delivery, "delivered", status, null, null);
    }

    /**
     * Notes that a delivery did not arrive. It is tried again, unless the patience with its event is over.
     *
     * @param delivery as claimed
     * @param status what the other side answered, null when it did not
     * @param error what went wrong, for people
     * @param pause how long to wait
     * @return once durable
     */
    public Future<Void> failed(Delivery delivery, @Nullable Integer status, String error, Duration pause) {
        boolean over = Instant.now().plus(pause).isAfter(delivery.event().at().plus(PATIENCE));
        return over
                ? write(delivery, "given_up", status, error, null)
                : write(delivery, "pending", status, error, pause.toMillis());
    }

    /**
     * Gives up a delivery that can never arrive.
     *
     * @param delivery as claimed
     * @param error why
     * @return once durable
     */
    public Future<Void> giveUp(Delivery delivery, String error) {
        return write(delivery, "given_up", null, error, null);
    }

    /**
     * Gives up what nobody could even try, because no node has a way to go.
     *
     * @return once durable
     */
    public Future<Void> giveUpOld() {
        return pool.preparedQuery("""
                UPDATE delivery SET state = 'given_up', ended_at = now(), error = coalesce(error, 'no way to deliver it')
                WHERE id IN (SELECT id FROM delivery WHERE state = 'pending'
                    AND due_at < now() - $1::bigint * interval '1 ms' LIMIT 1000 FOR UPDATE SKIP LOCKED)\
                """).execute(Tuple.of(PATIENCE.toMillis())).mapEmpty();
    }

    /** Writes an attempt's end, unless the claim has run out and somebody else tried since. */
    private Future<Void> write(
            Delivery delivery, String state, @Nullable Integer status, @Nullable String error, @Nullable Long pause) {
        return pool.preparedQuery("""
                UPDATE delivery SET state = $3, target = $4, status = $5, error = $6,
                    due_at = now() + coalesce($7::bigint, 0) * interval '1 ms',
                    ended_at = CASE WHEN $3 <> 'pending' THEN now() END
                WHERE id = $1 AND attempts = $2 AND state = 'pending'\
                """)
                .execute(Tuple.of(delivery.id(), delivery.attempt(), state, delivery.target(), status, error, pause))
                .mapEmpty();
    }

    private Delivery delivery(Row row) {
        Delivery.Channel channel =
                Delivery.Channel.valueOf(row.getString("channel").toUpperCase(Locale.ROOT));
        boolean webhook = channel == Delivery.Channel.WEBHOOK;
        List<String> signers = new ArrayList<>();
        if (webhook) {
            for (String column : List.of("webhook_seed", "previous_seed")) {
                String seed = row.getString(column);
                if (seed != null && secrets.knows(seed)) {
                    signers.add(secrets.of(seed));
                }
            }
        }
        return new Delivery(
                row.getLong("delivery_id"),
                row.getInteger("attempts"),
                channel,
                Alerts.event(row),
                row.getString(webhook ? "webhook_url" : "address"),
                signers);
    }

    private static String name(Delivery.Channel channel) {
        return channel.name().toLowerCase(Locale.ROOT);
    }
}
