package ai.apertis.ingress;

import ai.apertis.ledger.Balance;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.ledger.UsageSums.DayCost;
import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** OpenAI's former answers about billing. */
final class LegacyBilling {
    /** What clients are told that cannot be told "no limit": more than anybody has. */
    private static final BigDecimal NO_LIMIT_USD = BigDecimal.valueOf(100_000_000);

    /** What clients are told that cannot be told "for ever": the year 2100. Zero would be in the past. */
    private static final long NO_END = 4_102_444_800L;

    private static final int CENT_DIGITS = 2;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private LegacyBilling() {}

    static ObjectNode subscription(Balance balance, KeyRecord key) {
        Long total = balance.purse().total();
        BigDecimal limit = total == null ? NO_LIMIT_USD : NanoUsd.toUsd(total);
        return NODES.objectNode()
                .put("object", "billing_subscription")
                .put("has_payment_method", true)
                .put("soft_limit_usd", limit)
                .put("hard_limit_usd", limit)
                .put("system_hard_limit_usd", limit)
                .put("access_until", accessUntil(key));
    }

    /** Costs in cents, as the field has always been, to the last nano-dollar. */
    static ObjectNode usage(List<DayCost> costs) {
        ObjectNode root = NODES.objectNode().put("object", "list");
        ArrayNode days = root.putArray("daily_costs");
        LocalDate open = LocalDate.MIN;
        ArrayNode items = NODES.arrayNode();
        long total = 0;
        for (DayCost cost : costs) {
            if (!cost.day().equals(open)) {
                open = cost.day();
                items = days.addObject()
                        .put("timestamp", open.atStartOfDay(ZoneOffset.UTC).toEpochSecond())
                        .putArray("line_items");
            }
            items.addObject().put("name", cost.model()).put("cost", cents(cost.costNano()));
            total = Math.addExact(total, cost.costNano());
        }
        return root.put("total_usage", cents(total));
    }

    private static long accessUntil(KeyRecord key) {
        Instant end = key.expiresAt();
        SubscriptionRecord subscription = key.subscription();
        Instant last = subscription == null ? null : subscription.endsAt();
        if (end == null || (last != null && last.isBefore(end))) {
            end = last;
        }
        return end == null ? NO_END : end.getEpochSecond();
    }

    private static BigDecimal cents(long nano) {
        BigDecimal cents = NanoUsd.toUsd(nano).movePointRight(CENT_DIGITS).stripTrailingZeros();
        return cents.scale() < 0 ? cents.setScale(0) : cents;
    }
}
