package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What accounts want to be told, and what they were told. */
public final class Alerts {
    private static final String SELECT_FOR_CHANGE = "SELECT * FROM account WHERE id = $1 FOR NO KEY UPDATE";

    private final Statements statements;
    private final WebhookSecrets secrets;

    /**
     * Reads and writes alerts.
     *
     * @param database where they are
     * @param keys have the peppers that webhook secrets are derived with
     */
    public Alerts(Database database, Keys keys) {
        this(Statements.on(database.pool()), keys.hash());
    }

    Alerts(Statements statements, KeyHash hash) {
        this.statements = statements;
        this.secrets = new WebhookSecrets(hash);
    }

    /**
     * Settings as changed.
     *
     * @param settings what is set now
     * @param madeSecret the webhook's secret, when one was made; it is shown this once
     */
    public record Changed(AlertSettings settings, @Nullable String madeSecret) {
        /** Shows no secret. */
        @Override
        public String toString() {
            return "Changed[" + settings + "]";
        }
    }

    /**
     * An event and how its deliveries went.
     *
     * @param event what was told
     * @param deliveries objects with {@code channel}, {@code state}, {@code attempts}, {@code target}, {@code status} and
     *     {@code error}
     */
    public record Told(AccountEvent event, JsonArray deliveries) {}

    /**
     * What an account wants to be told.
     *
     * @param account the account
     * @return its settings, empty when there is no such account
     */
    public Future<Optional<AlertSettings>> settings(long account) {
        return statements
                .client()
                .preparedQuery("SELECT * FROM account WHERE id = $1")
                .execute(Tuple.of(account))
                .map(rows -> Rows.first(rows, Alerts::read));
    }

    /**
     * Changes what an account wants to be told. A webhook's secret is made with its first URL and stays.
     *
     * @param account the account
     * @param change from what is set now to what shall be
     * @return the settings as changed; fails with {@link NoSuchRow} when there is no such account
     */
    public Future<Changed> change(long account, UnaryOperator<AlertSettings> change) {
        return statements.together(client -> client.preparedQuery(SELECT_FOR_CHANGE)
                .execute(Tuple.of(account))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.failedFuture(new NoSuchRow("account"));
                    }
                    Row old = rows.iterator().next();
                    AlertSettings changed = change.apply(read(old));
                    String seed = old.getString("webhook_seed");
                    String made = seed == null && changed.webhookUrl() != null ? secrets.newSeed() : null;
                    return write(client, account, changed, made == null ? seed : made)
                            .map(done -> new Changed(changed, made == null ? null : secrets.of(made)));
                }));
    }

    private static Future<Void> write(SqlClient client, long account, AlertSettings settings, @Nullable String seed) {
        return client.preparedQuery("""
                UPDATE account SET alert_left_percent = $2, alert_used_percent = $3, alert_balance_nano = $4,
                    alert_email_enabled = $5, alert_email = $6, webhook_url = $7, webhook_seed = $8
                WHERE id = $1\
                """)
                .execute(Tuple.of(account)
                        .addArrayOfInteger(settings.leftPercent().toArray(Integer[]::new))
                        .addArrayOfInteger(settings.usedPercent().toArray(Integer[]::new))
                        .addArrayOfLong(settings.balanceNano().toArray(Long[]::new))
                        .addBoolean(settings.emailEnabled())
                        .addString(settings.email())
                        .addString(settings.webhookUrl())
                        .addString(seed))
                .compose(done -> client.preparedQuery("SELECT arm_alerts($1)").execute(Tuple.of(account)))
                .mapEmpty();
    }

    /**
     * Makes a new secret for an account's webhook. For a day deliveries are signed with the old one, too.
     *
     * @param account the account
     * @return the secret, shown this once; fails with {@link NoSuchRow} when there is no such account, with
     *     {@link Conflict} when it has no webhook
     */
    public Future<String> rotateSecret(long account) {
        return statements.together(client -> client.preparedQuery(SELECT_FOR_CHANGE)
                .execute(Tuple.of(account))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.failedFuture(new NoSuchRow("account"));
                    }
                    if (rows.iterator().next().getString("webhook_url") == null) {
                        return Future.failedFuture(new Conflict("The account has no webhook."));
                    }
                    String seed = secrets.newSeed();
                    return client.preparedQuery("""
                            UPDATE account SET webhook_previous_seed = webhook_seed,
                                webhook_previous_until = now() + interval '1 day', webhook_seed = $2
                            WHERE id = $1\
                            """)
                            .execute(Tuple.of(account, seed))
                            .map(done -> secrets.of(seed));
                }));
    }

    /**
     * Tells an account something through the channels that it has now.
     *
     * @param account the account
     * @param type what happened
     * @param data in what way
     * @return the event's id, once durable
     */
    public Future<UUID> tell(long account, String type, JsonObject data) {
        return statements
                .client()
                .preparedQuery("SELECT tell($1, $2, $3) AS id")
                .execute(Tuple.of(account, type, data))
                .map(rows -> rows.iterator().next().getUUID("id"));
    }

    /**
     * What an account was told, newest first.
     *
     * @param account the account
     * @param before the event to go on after, null to begin with the newest
     * @param most how many events
     * @return the events
     */
    public Future<List<Told>> events(long account, @Nullable UUID before, int most) {
        return statements
                .client()
                .preparedQuery("""
                    SELECT e.*, coalesce((SELECT jsonb_agg(jsonb_build_object('channel', d.channel, 'state', d.state,
                            'attempts', d.attempts, 'target', d.target, 'status', d.status, 'error', d.error)
                            ORDER BY d.id) FROM delivery d WHERE d.event_id = e.id), '[]') AS deliveries
                    FROM event e
                    WHERE e.account_id = $1
                        AND ($2::uuid IS NULL OR (e.at, e.id) < (SELECT b.at, b.id FROM event b WHERE b.id = $2))
                    ORDER BY e.at DESC, e.id DESC LIMIT $3\
                    """)
                .execute(Tuple.of(account, before, most))
                .map(rows -> Rows.list(rows, row -> new Told(event(row), row.getJsonArray("deliveries"))));
    }

    static AccountEvent event(Row row) {
        return new AccountEvent(
                row.getUUID("id"),
                row.getLong("account_id"),
                row.getString("type"),
                row.getJsonObject("data"),
                Rows.instant(row, "at"));
    }

    private static AlertSettings read(Row row) {
        return new AlertSettings(
                List.of(row.getArrayOfIntegers("alert_left_percent")),
                List.of(row.getArrayOfIntegers("alert_used_percent")),
                List.of(row.getArrayOfLongs("alert_balance_nano")),
                row.getBoolean("alert_email_enabled"),
                row.getString("alert_email"),
                row.getString("webhook_url"));
    }
}
