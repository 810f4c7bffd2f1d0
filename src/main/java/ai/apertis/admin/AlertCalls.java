package ai.apertis.admin;

import ai.apertis.billing.alerts.EventView;
import ai.apertis.dialect.ApiError;
import ai.apertis.http.OutboundUrls;
import ai.apertis.http.RefusedUrl;
import ai.apertis.ledger.AlertSettings;
import ai.apertis.ledger.Alerts;
import ai.apertis.ledger.Tables;
import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the admin API does about alerts, one method a call. */
final class AlertCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_THRESHOLDS = 20;
    private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>,;:\"()\\[\\]\\\\]+@[^\\s@<>,;:\"()\\[\\]\\\\]+");
    private static final Pattern EVENT = Pattern.compile("evt_[0-9a-f]{32}");

    private final Alerts alerts;
    private final OutboundUrls urls;

    AlertCalls(Alerts alerts, OutboundUrls urls) {
        this.alerts = alerts;
        this.urls = urls;
    }

    Future<Reply> settings(long account) {
        return alerts.settings(account)
                .map(found -> Reply.ok(view(found.orElseThrow(() -> AdminCalls.none("account", account)))));
    }

    Future<Reply> change(Tables rows, long account, byte[] body) {
        Fields fields = Fields.read(
                body, Set.of("left_percent", "used_percent", "balance_usd", "email_enabled", "email", "webhook_url"));
        List<Integer> left = fields.wholes("left_percent", MOST_THRESHOLDS, 0, 99);
        List<Integer> used = fields.wholes("used_percent", MOST_THRESHOLDS, 1, 100);
        List<Long> balance = fields.usds("balance_usd", MOST_THRESHOLDS);
        Boolean emailEnabled = fields.bool("email_enabled");
        String email = email(fields);
        String url = url(fields);
        return rows.alerts()
                .change(
                        account,
                        old -> new AlertSettings(
                                fields.has("left_percent") ? left : old.leftPercent(),
                                fields.has("used_percent") ? used : old.usedPercent(),
                                fields.has("balance_usd") ? balance : old.balanceNano(),
                                emailEnabled == null ? old.emailEnabled() : emailEnabled,
                                fields.has("email") ? email : old.email(),
                                fields.has("webhook_url") ? url : old.webhookUrl()))
                .map(changed -> {
                    ObjectNode node = view(changed.settings());
                    String secret = changed.madeSecret();
                    return Reply.ok(secret == null ? node : node.put("webhook_secret", secret));
                });
    }

    Future<Reply> rotateSecret(Tables rows, long account) {
        return rows.alerts()
                .rotateSecret(account)
                .map(secret -> Reply.ok(JSON.objectNode().put("webhook_secret", secret)));
    }

    /** Tells the account something without meaning, so that one can see whether it arrives. */
    Future<Reply> test(Tables rows, long account) {
        return rows.accounts()
                .get(account)
                .map(found -> found.orElseThrow(() -> AdminCalls.none("account", account)))
                .compose(found -> rows.alerts().tell(account, "test", new JsonObject()))
                .map(id -> Reply.created(JSON.objectNode().put("id", EventView.id(id))));
    }

    Future<Reply> events(long account, @Nullable String cursor, int size) {
        return alerts.events(account, cursor == null ? null : event(cursor), size)
                .map(told -> {
                    ObjectNode node = JSON.objectNode();
                    ArrayNode data = node.putArray("data");
                    told.forEach(each -> data.add(EventView.json(each.event())
                            .putRawValue(
                                    "deliveries", new RawValue(each.deliveries().encode()))));
                    node.put(
                            "next_cursor",
                            told.size() < size
                                    ? null
                                    : EventView.id(told.getLast().event().id()));
                    return Reply.ok(node);
                });
    }

    private @Nullable String url(Fields fields) {
        String url = fields.text("webhook_url");
        try {
            return url == null ? null : urls.parse(url).toString();
        } catch (RefusedUrl e) {
            throw Fields.wrong("webhook_url", String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String email(Fields fields) {
        String email = fields.text("email");
        if (email != null && !ADDRESS.matcher(email).matches()) {
            throw Fields.wrong("email", "must be an e-mail address");
        }
        return email;
    }

    private static UUID event(String cursor) {
        if (!EVENT.matcher(cursor).matches()) {
            throw ApiError.invalidParameter("cursor", "'cursor' must be one that was given out.")
                    .exception();
        }
        byte[] bytes = HexFormat.of().parseHex(cursor.substring(4));
        ByteBuffer both = ByteBuffer.wrap(bytes);
        return new UUID(both.getLong(), both.getLong());
    }

    private static ObjectNode view(AlertSettings settings) {
        ObjectNode node = JSON.objectNode();
        ArrayNode left = node.putArray("left_percent");
        settings.leftPercent().forEach(left::add);
        ArrayNode used = node.putArray("used_percent");
        settings.usedPercent().forEach(used::add);
        ArrayNode balance = node.putArray("balance_usd");
        settings.balanceNano().forEach(nano -> balance.add(NanoUsd.toUsd(nano)));
        return node.put("email_enabled", settings.emailEnabled())
                .put("email", settings.email())
                .put("webhook_url", settings.webhookUrl());
    }
}
