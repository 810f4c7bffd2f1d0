package ai.apertis.admin;

import ai.apertis.dialect.ApiError;
import ai.apertis.ledger.AutoTopup;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.Topup;
import ai.apertis.ledger.Topups;
import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the admin API does about top-ups, one method a call. */
final class TopupCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final long CENT_NANO = 10_000_000;

    /** The smallest charge that card networks take, 50 cents. */
    private static final long LEAST_NANO = 50 * CENT_NANO;

    private final Topups topups;

    TopupCalls(Topups topups) {
        this.topups = topups;
    }

    Future<Reply> settings(long account) {
        return topups.settings(account)
                .map(found ->
                        Reply.ok(view(found.orElseThrow(() -> AdminCalls.none("auto-topup of account", account)))));
    }

    Future<Reply> change(Tables rows, long account, byte[] body) {
        Fields fields = Fields.read(
                body,
                Set.of("enabled", "threshold_usd", "amount_usd", "monthly_cap_usd", "customer", "payment_method"));
        Boolean enabled = fields.bool("enabled");
        Long threshold = positive(fields, "threshold_usd");
        Long amount = amount(fields);
        Long cap = positive(fields, "monthly_cap_usd");
        String customer = fields.text("customer");
        String method = fields.text("payment_method");
        return rows.accounts()
                .get(account)
                .map(found -> found.orElseThrow(() -> AdminCalls.none("account", account)))
                .compose(found -> rows.topups().settings(account))
                .compose(found -> {
                    AutoTopup old = found.orElse(null);
                    return rows.topups()
                            .set(new AutoTopup(
                                    account,
                                    enabled == null ? old == null || old.enabled() : enabled,
                                    needed("threshold_usd", threshold, old == null ? null : old.thresholdNano()),
                                    needed("amount_usd", amount, old == null ? null : old.amountNano()),
                                    fields.has("monthly_cap_usd") || old == null ? cap : old.monthlyCapNano(),
                                    needed("customer", customer, old == null ? null : old.customer()),
                                    needed("payment_method", method, old == null ? null : old.paymentMethod()),
                                    0,
                                    null));
                })
                .map(set -> Reply.ok(view(set)));
    }

    Future<Reply> start(Tables rows, long account, byte[] body) {
        Long amount = amount(Fields.read(body, Set.of("amount_usd")));
        return rows.accounts()
                .get(account)
                .map(found -> found.orElseThrow(() -> AdminCalls.none("account", account)))
                .compose(found -> rows.topups().start(account, amount))
                .map(begun -> Reply.created(view(begun)));
    }

    Future<Reply> list(long account, @Nullable String cursor, int size) {
        return topups.list(account, cursor == null ? null : id(cursor), size).map(found -> {
            ObjectNode node = JSON.objectNode();
            ArrayNode data = node.putArray("data");
            found.forEach(topup -> data.add(view(topup)));
            node.put(
                    "next_cursor",
                    found.size() < size ? null : found.getLast().id().toString());
            return Reply.ok(node);
        });
    }

    private static @Nullable Long amount(Fields fields) {
        Long nano = positive(fields, "amount_usd");
        if (nano != null && (nano % CENT_NANO != 0 || nano < LEAST_NANO)) {
            throw Fields.wrong("amount_usd", "must be whole cents, at least 0.50");
        }
        return nano;
    }

    private static @Nullable Long positive(Fields fields, String name) {
        Long nano = fields.usd(name);
        if (nano != null && nano == 0) {
            throw Fields.wrong(name, "must not be zero");
        }
        return nano;
    }

    private static <T> T needed(String name, @Nullable T given, @Nullable T old) {
        T value = given == null ? old : given;
        if (value == null || value.toString().isBlank()) {
            throw ApiError.missingParameter(name).exception();
        }
        return value;
    }

    private static UUID id(String cursor) {
        try {
            return UUID.fromString(cursor);
        } catch (IllegalArgumentException e) {
            throw ApiError.invalidParameter("cursor", "'cursor' must be one that was given out.")
                    .exception();
        }
    }

    private static ObjectNode view(AutoTopup settings) {
        return JSON.objectNode()
                .put("enabled", settings.enabled())
                .put("threshold_usd", NanoUsd.toUsd(settings.thresholdNano()))
                .put("amount_usd", NanoUsd.toUsd(settings.amountNano()))
                .put("monthly_cap_usd", Views.usd(settings.monthlyCapNano()))
                .put("customer", settings.customer())
                .put("payment_method", settings.paymentMethod())
                .put("failures", settings.failures())
                .put("stopped_at", settings.stoppedAt() == null ? null : Views.time(settings.stoppedAt()));
    }

    private static ObjectNode view(Topup topup) {
        return JSON.objectNode()
                .put("id", topup.id().toString())
                .put("origin", topup.origin())
                .put("amount_usd", NanoUsd.toUsd(topup.amountNano()))
                .put("state", topup.state())
                .put("attempts", topup.attempt())
                .put("payment", topup.payment())
                .put("failure", topup.failure())
                .put("created_at", Views.time(topup.createdAt()))
                .put("ended_at", topup.endedAt() == null ? null : Views.time(topup.endedAt()));
    }
}
