package ai.apertis.admin;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Plan;
import ai.apertis.dialect.ApiError;
import ai.apertis.ledger.Accounts;
import ai.apertis.ledger.Audit;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.SubscriptionRecord.Interval;
import ai.apertis.ledger.Subscriptions;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageRows;
import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the admin API does, one method a call. */
final class AdminCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Accounts accounts;
    private final Keys keys;
    private final Balances balances;
    private final UsageRows usage;
    private final Audit audit;
    private final LiveCatalog catalog;

    AdminCalls(Accounts accounts, Keys keys, Balances balances, UsageRows usage, Audit audit, LiveCatalog catalog) {
        this.accounts = accounts;
        this.keys = keys;
        this.balances = balances;
        this.usage = usage;
        this.audit = audit;
        this.catalog = catalog;
    }

    Future<Reply> createAccount(Tables rows, byte[] body) {
        Fields fields = Fields.read(body, Set.of("name", "email"));
        return rows.accounts()
                .create(fields.requiredText("name"), fields.text("email"))
                .map(made -> Reply.created(Views.account(made)));
    }

    Future<Reply> account(long id) {
        return accounts.get(id)
                .map(found -> found.orElseThrow(() -> none("account", id)))
                .compose(account -> balances.ofAccount(id)
                        .map(found -> Reply.ok(Views.account(account, found.orElseThrow(() -> none("account", id))))));
    }

    Future<Reply> changeAccount(Tables rows, long id, byte[] body) {
        return rows.accounts().change(id, AccountFields.change(body)).map(changed -> Reply.ok(Views.account(changed)));
    }

    Future<Reply> credit(Tables rows, long id, byte[] body) {
        AccountFields.Credit given = AccountFields.credit(body);
        return rows.accounts()
                .credit(id, given.amountNano(), given.reference())
                .map(given::settled)
                .map(credit -> Reply.ok(JSON.objectNode()
                        .put("balance_usd", NanoUsd.toUsd(credit.balanceNano()))
                        .put("applied", credit.applied())));
    }

    Future<Reply> createKey(Tables rows, long account, byte[] body) {
        Fields fields = Fields.read(body, KeyFields.NAMES);
        KeySettings settings = KeyFields.change(KeySettings.named(fields.requiredText("name")), fields);
        return rows.keys()
                .create(account, settings)
                .map(made -> Reply.created(Views.key(made.record()).put("key", made.key())));
    }

    Future<Reply> keys(long account) {
        return accounts.get(account)
                .map(found -> found.orElseThrow(() -> none("account", account)))
                .compose(found -> keys.list(account))
                .map(records -> {
                    ArrayNode data = JSON.arrayNode();
                    records.forEach(record -> data.add(Views.key(record)));
                    return Reply.ok(JSON.objectNode().set("data", data));
                });
    }

    Future<Reply> changeKey(Tables rows, long id, byte[] body) {
        Fields fields = Fields.read(body, KeyFields.NAMES);
        KeyFields.change(KeySettings.named("checked before the row is locked"), fields);
        return rows.keys()
                .change(id, old -> KeyFields.change(old, fields))
                .map(changed -> Reply.ok(Views.key(changed)));
    }

    Future<Reply> revokeKey(Tables rows, long id) {
        return rows.keys().revoke(id).map(revoked -> {
            if (!revoked) {
                throw none("key", id);
            }
            return Reply.ok(JSON.objectNode().put("id", id).put("status", "revoked"));
        });
    }

    Future<Reply> subscribe(Tables rows, long account, byte[] body) {
        Fields fields = Fields.read(body, Set.of("plan", "interval", "payg_fallback_enabled", "payg_limit_usd"));
        Boolean fallback = fields.bool("payg_fallback_enabled");
        return rows.subscriptions()
                .create(
                        account,
                        terms(fields.requiredText("plan")),
                        interval(fields.text("interval")),
                        new Subscriptions.Fallback(Boolean.TRUE.equals(fallback), fields.usd("payg_limit_usd")))
                .map(made -> {
                    ObjectNode node = Views.subscription(made.subscription());
                    node.put("key_id", made.key().record().id())
                            .put("key", made.key().key());
                    return Reply.created(node);
                });
    }

    Future<Reply> changeSubscription(Tables rows, long account, byte[] body) {
        Fields fields = Fields.read(body, Set.of("plan", "status", "payg_fallback_enabled", "payg_limit_usd"));
        String plan = fields.text("plan");
        Subscriptions.PlanTerms terms = plan == null ? null : terms(plan);
        Subscriptions.Action action = action(fields.text("status"));
        Boolean fallback = fields.bool("payg_fallback_enabled");
        Long limit = fields.usd("payg_limit_usd");
        return rows.subscriptions()
                .get(account)
                .map(found -> found.orElseThrow(() -> none("subscription of account", account)))
                .compose(now -> fallback == null && !fields.has("payg_limit_usd")
                        ? Future.succeededFuture(now)
                        : rows.subscriptions()
                                .changeFallback(
                                        account,
                                        new Subscriptions.Fallback(
                                                fallback == null ? now.paygFallbackEnabled() : fallback,
                                                fields.has("payg_limit_usd") ? limit : now.paygLimitNano())))
                .compose(now -> terms == null
                        ? Future.succeededFuture(now)
                        : rows.subscriptions().changePlan(account, terms))
                .compose(now -> action == null
                        ? Future.succeededFuture(now)
                        : rows.subscriptions().apply(account, action))
                .map(changed -> Reply.ok(Views.subscription(changed)));
    }

    Future<Reply> cancelSubscription(Tables rows, long account, @Nullable String when) {
        if (when != null && !when.equals("now") && !when.equals("period_end")) {
            throw Fields.wrong("at", "must be now or period_end");
        }
        return rows.subscriptions()
                .apply(
                        account,
                        "now".equals(when) ? Subscriptions.Action.CANCEL_NOW : Subscriptions.Action.CANCEL_AT_END)
                .map(changed -> Reply.ok(Views.subscription(changed)));
    }

    Future<Reply> usage(UsageFilter filter, @Nullable String cursor, int size) {
        return usage.page(filter, cursor, size).map(page -> {
            ObjectNode node = JSON.objectNode();
            ArrayNode data = node.putArray("data");
            page.rows().forEach(row -> data.add(Views.usage(row)));
            node.put("next_cursor", page.next());
            return Reply.ok(node);
        });
    }

    Future<Reply> audit() {
        return audit.run().map(findings -> {
            ObjectNode node = JSON.objectNode();
            node.put("ok", findings.stream().allMatch(Audit.Finding::kept));
            ArrayNode invariants = node.putArray("invariants");
            findings.forEach(finding -> invariants.add(Views.finding(finding)));
            return Reply.ok(node);
        });
    }

    private Subscriptions.PlanTerms terms(String name) {
        Plan plan = catalog.current()
                .plan(name)
                .orElseThrow(() -> Fields.wrong("plan", "is none of the plans of this server"));
        return new Subscriptions.PlanTerms(
                plan.name(), BigDecimal.valueOf(plan.quota()).movePointRight(3).longValueExact());
    }

    private static Interval interval(@Nullable String name) {
        return switch (name) {
            case null -> Interval.MONTH;
            case "month" -> Interval.MONTH;
            case "quarter" -> Interval.QUARTER;
            case "year" -> Interval.YEAR;
            default -> throw Fields.wrong("interval", "must be month, quarter or year");
        };
    }

    private static Subscriptions.@Nullable Action action(@Nullable String status) {
        return switch (status) {
            case null -> null;
            case "active" -> Subscriptions.Action.RESUME;
            case "suspended" -> Subscriptions.Action.SUSPEND;
            case "cancelled" -> Subscriptions.Action.CANCEL_AT_END;
            default -> throw Fields.wrong("status", "must be active, suspended or cancelled");
        };
    }

    static RuntimeException none(String what, long id) {
        return new ApiError(404, "invalid_request_error", "not_found", "There is no " + what + " " + id + ".")
                .exception();
    }
}
