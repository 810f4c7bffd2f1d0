package ai.apertis.admin;

import ai.apertis.dialect.ApiError;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageSums;
import ai.apertis.ledger.UsageSums.ModelSum;
import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import org.jspecify.annotations.Nullable;

/** What a key may ask about itself and its account's keys, one method a call. */
final class TokenCalls {
    /** Keys that an account may have made through this door: one with a leaked key cannot fill the tables. */
    private static final int MOST_KEYS = 100;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Keys keys;
    private final Balances balances;
    private final UsageSums sums;

    TokenCalls(Keys keys, Balances balances, UsageSums sums) {
        this.keys = keys;
        this.balances = balances;
        this.sums = sums;
    }

    /** What the key used in a period of the calendar, UTC. */
    Future<Reply> usage(KeyRecord key, @Nullable String period) {
        String named = period == null ? "month" : period;
        Instant from = start(named);
        return sums.byModel(new UsageFilter(key.accountId(), key.id(), null, from, null))
                .map(models -> {
                    ObjectNode root = JSON.objectNode()
                            .put("object", "token_usage")
                            .put("period", named)
                            .put("from", from == null ? null : from.toString())
                            .put(
                                    "to",
                                    Instant.now()
                                            .truncatedTo(ChronoUnit.SECONDS)
                                            .toString());
                    root.set("total", Views.usage(models.stream().reduce(ModelSum.NOTHING, ModelSum::plus)));
                    ArrayNode each = root.putArray("models");
                    models.forEach(sum -> {
                        ObjectNode model = JSON.objectNode().put("model", sum.model());
                        model.setAll(Views.usage(sum));
                        each.add(model);
                    });
                    return Reply.ok(root);
                });
    }

    Future<Reply> info(KeyRecord key) {
        return balances.ofKey(key.accountId(), key.id())
                .map(found -> found.orElseThrow(() -> new IllegalStateException("a key without an account")))
                .map(balance -> {
                    ObjectNode root = Views.token(key).put("object", "token");
                    root.put("account_status", key.accountSuspended() ? "suspended" : "active");
                    root.put("can_make_keys", restriction(key) == null);
                    return Reply.ok(spending(root, balance));
                });
    }

    private static ObjectNode spending(ObjectNode root, Balance balance) {
        Balance.Limit purse = balance.purse();
        Long left = purse.remaining();
        Balance.Limit own = balance.key();
        Balance.Month month = balance.keyMonth();
        root.put("used_usd", NanoUsd.toUsd(own == null ? 0 : own.used()))
                .put("remaining_usd", left == null ? null : NanoUsd.toUsd(left))
                .put("held_usd", NanoUsd.toUsd(own == null ? 0 : own.held()))
                .put("is_unlimited", own == null || own.total() == null);
        if (month != null) {
            root.put("monthly_used_usd", NanoUsd.toUsd(month.used()));
        }
        return root;
    }

    Future<Reply> keys(KeyRecord key) {
        return keys.list(key.accountId()).map(records -> {
            ObjectNode root = JSON.objectNode().put("object", "list");
            ArrayNode data = root.putArray("data");
            records.forEach(record -> data.add(Views.token(record).put("current", record.id() == key.id())));
            return Reply.ok(root);
        });
    }

    /**
     * Makes a key of the same account. Whether the caller may is asked of the rows again: what let it in may be a second
     * old, and a key that has just been revoked or restricted must not leave an heir.
     */
    Future<Reply> make(Tables rows, KeyRecord caller, byte[] body) {
        Fields fields = Fields.read(body, KeyFields.NAMES);
        KeySettings settings = KeyFields.change(KeySettings.named(fields.requiredText("name")), fields);
        return rows.keys()
                .get(caller.id())
                .compose(now -> {
                    String why = restriction(now.orElse(caller));
                    return why == null ? rows.keys().list(caller.accountId()) : Future.failedFuture(refused(why));
                })
                .compose(all -> all.size() < MOST_KEYS
                        ? rows.keys().create(caller.accountId(), settings)
                        : Future.failedFuture(Answers.conflict(
                                "The account has " + MOST_KEYS + " keys; further ones are made by an administrator.")))
                .map(made -> Reply.created(Views.token(made.record()).put("key", made.key())));
    }

    /** What keeps a key from making others, which would be free of it; null when nothing does. */
    private static @Nullable String restriction(KeyRecord key) {
        KeySettings settings = key.settings();
        Instant expires = settings.expiresAt();
        if (key.status() != KeyRecord.Status.ACTIVE || key.accountSuspended()) {
            return "is not active";
        }
        if (key.subscription() != null) {
            return "belongs to a subscription";
        }
        if (settings.quotaNano() != null || settings.monthlyLimitNano() != null) {
            return "has a limit of its own";
        }
        if (expires != null) {
            return "expires";
        }
        boolean everything =
                settings.models().isEmpty() && settings.allowedIps().isEmpty() && settings.dataPolicy() == null;
        return everything ? null : "is restricted to some models, addresses or providers";
    }

    private static RuntimeException refused(String why) {
        return new ApiError(
                        403,
                        "permission_error",
                        "access_denied",
                        "Only a standard key without restrictions makes keys, and this one " + why + ".")
                .exception();
    }

    private static @Nullable Instant start(String period) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        LocalDate first = switch (period) {
            case "day" -> today;
            case "week" -> today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case "month" -> today.withDayOfMonth(1);
            case "year" -> today.withDayOfYear(1);
            case "all" -> null;
            default -> throw Fields.wrong("period", "must be day, week, month, year or all");
        };
        return first == null ? null : first.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
