package ai.apertis.ingress;

import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/dashboard/billing/credits}: what is left, for programs. Answers any valid key, even one with no money left.
 */
public final class CreditsHandler {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final Balances balances;

    /**
     * A handler.
     *
     * @param balances reads what is left
     */
    public CreditsHandler(Balances balances) {
        this.balances = balances;
    }

    /**
     * Answers.
     *
     * @param exchange the client's
     * @param key its key
     */
    void handle(Exchange exchange, KeyRecord key) {
        balances.ofKey(key.accountId(), key.id())
                .onSuccess(found -> found.ifPresentOrElse(
                        balance -> answer(exchange, body(balance)), () -> exchange.fail(Errors.INVALID_KEY)))
                .onFailure(away -> exchange.fail(Errors.UNAVAILABLE));
    }

    private static void answer(Exchange exchange, ObjectNode body) {
        try {
            exchange.json(200, JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            exchange.fail(e);
        }
    }

    /**
     * The documented members, and beside them those that later clients read.
     *
     * @param balance what is left
     * @return a new object
     */
    public static ObjectNode body(Balance balance) {
        ObjectNode root = JSON.createObjectNode();
        root.put("object", "billing_credits");
        Balance.Cycle cycle = balance.subscription();
        root.put("is_subscriber", cycle != null && !cycle.subscription().ended());
        payg(root.putObject("payg"), balance);
        if (cycle != null) {
            subscription(root.putObject("subscription"), cycle);
        }
        return root;
    }

    private static void payg(ObjectNode payg, Balance balance) {
        Balance.Limit key = balance.key();
        Balance.Limit shown = balance.purse();
        payg.put("remaining_usd", usd(shown.remaining()));
        payg.put("used_usd", NanoUsd.toUsd(shown.used()));
        payg.put("total_usd", usd(shown.total()));
        payg.put("held_usd", NanoUsd.toUsd(shown.held()));
        payg.put("is_unlimited", shown.total() == null);
        Balance.Month month = balance.keyMonth() != null ? balance.keyMonth() : balance.accountMonth();
        if (month != null) {
            payg.put("monthly_limit_usd", NanoUsd.toUsd(month.limit()));
            payg.put("monthly_used_usd", NanoUsd.toUsd(month.used()));
            payg.put("monthly_reset_day", month.resetDay());
        }
        payg.put("account_credits", usd(balance.account().remaining()));
        Balance.Limit token = key == null ? balance.account() : key;
        payg.put("token_used", NanoUsd.toUsd(token.used()));
        orUnlimited(payg, "token_total", token.total());
        orUnlimited(payg, "token_remaining", token.remaining());
        payg.put("token_is_unlimited", token.total() == null);
    }

    private static void subscription(ObjectNode node, Balance.Cycle cycle) {
        SubscriptionRecord subscription = cycle.subscription();
        long left = Math.max(0, subscription.quotaMilli() - cycle.usedMilli());
        // What is shown as left can be spent, so it is rounded down and what is used is the rest.
        long shownLimit = subscription.quotaMilli() / 1_000;
        long shownLeft = left / 1_000;
        node.put("plan_type", subscription.plan());
        node.put("status", subscription.status().name().toLowerCase(Locale.ROOT));
        node.put("cycle_quota_limit", shownLimit);
        node.put("cycle_quota_used", shownLimit - shownLeft);
        node.put("cycle_quota_remaining", shownLeft);
        node.put("cycle_start", time(subscription.cycleStart()));
        node.put("cycle_end", time(subscription.cycleEnd()));
        node.put("payg_fallback_enabled", subscription.paygFallbackEnabled());
        if (subscription.paygFallbackEnabled()) {
            node.put("payg_spent_usd", NanoUsd.toUsd(cycle.paygSpentNano()));
            Long limit = subscription.paygLimitNano();
            if (limit != null) {
                node.put("payg_limit_usd", NanoUsd.toUsd(limit));
            }
        }
    }

    private static void orUnlimited(ObjectNode node, String name, @Nullable Long nano) {
        if (nano == null) {
            node.put(name, "unlimited");
        } else {
            node.put(name, NanoUsd.toUsd(nano));
        }
    }

    private static @Nullable BigDecimal usd(@Nullable Long nano) {
        return nano == null ? null : NanoUsd.toUsd(nano);
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
