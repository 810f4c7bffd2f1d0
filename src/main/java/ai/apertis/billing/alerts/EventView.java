package ai.apertis.billing.alerts;

import ai.apertis.ledger.AccountEvent;
import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events as people and their programs are shown them: the same in every delivery and in the admin API. */
public final class EventView {
    private static final String ALERT = "alert.";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private EventView() {}

    /**
     * An event as JSON.
     *
     * @param event as in the ledger
     * @return {@code id}, {@code object}, {@code type}, {@code created_at}, {@code account_id} and {@code data}
     */
    public static ObjectNode json(AccountEvent event) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("id", id(event))
                .put("object", "event")
                .put("type", event.type())
                .put("created_at", event.at().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("account_id", event.accountId());
        node.set("data", event.type().startsWith(ALERT) ? crossing(event.data()) : money(event.data()));
        return node;
    }

    /** The body of a webhook. */
    static byte[] body(AccountEvent event) {
        try {
            return JSON.writeValueAsBytes(json(event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event could not be written", e);
        }
    }

    static String id(AccountEvent event) {
        return id(event.id());
    }

    /**
     * The id by which an event is known outside.
     *
     * @param id as in the ledger
     * @return {@code evt_} and 32 hexadecimal digits
     */
    public static String id(UUID id) {
        return "evt_" + id.toString().replace("-", "");
    }

    /** One line that says what happened. */
    static String headline(AccountEvent event) {
        ObjectNode data = (ObjectNode) json(event).get("data");
        return switch (event.type()) {
            case "topup.succeeded" -> "$" + plain(data, "amount_usd") + " was added to your balance";
            case "topup.failed" -> "Adding $" + plain(data, "amount_usd") + " to your balance failed";
            case "topup.stopped" -> "Automatic top-up has stopped";
            case "alert.balance" -> "$" + plain(data, "remaining_usd") + " is left of your balance";
            case "alert.cycle_quota" -> plain(data, "remaining") + " is left of your cycle's quota";
            case "alert.key_quota" -> "$" + plain(data, "remaining_usd") + " is left of a key's quota";
            case "alert.account_month", "alert.key_month", "alert.cycle_overflow" ->
                "$" + plain(data, "used_usd") + " of a limit of $" + plain(data, "limit_usd") + " is used";
            case "test" -> "This is a test";
            default -> event.type();
        };
    }

    /** The text of an e-mail. */
    static String text(AccountEvent event) {
        StringBuilder text = new StringBuilder(headline(event)).append(".\n\n");
        json(event).get("data").properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                text.append(field.getKey().replace('_', ' '))
                        .append(": ")
                        .append(field.getValue().isTextual() ? field.getValue().textValue() : field.getValue())
                        .append('\n');
            }
        });
        return text.append("\naccount: ")
                .append(event.accountId())
                .append("\nevent: ")
                .append(id(event))
                .append("\nat: ")
                .append(event.at())
                .append('\n')
                .toString();
    }

    private static String plain(ObjectNode data, String name) {
        return data.path(name).isMissingNode()
                ? "?"
                : data.get(name).decimalValue().toPlainString();
    }

    private static ObjectNode crossing(JsonObject data) {
        String kind = data.getString("kind");
        long limit = data.getLong("lim");
        long used = data.getLong("used");
        long left = Math.max(0, limit - used);
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("bucket", kind);
        if (kind.startsWith("key_")) {
            node.put("key_id", data.getLong("owner"));
        } else if (kind.startsWith("cycle_")) {
            node.put("subscription_id", data.getLong("owner"));
        }
        String measure = data.getString("measure");
        long threshold = data.getLong("threshold");
        node.putObject("threshold")
                .put(measure, measure.equals("left_usd") ? NanoUsd.toUsd(threshold) : BigDecimal.valueOf(threshold));
        if (kind.equals("cycle_quota")) {
            node.put("limit", quota(limit)).put("used", quota(used)).put("remaining", quota(left));
        } else {
            node.put("limit_usd", NanoUsd.toUsd(limit))
                    .put("used_usd", NanoUsd.toUsd(used))
                    .put("remaining_usd", NanoUsd.toUsd(left));
        }
        return node.put("period_start", data.getString("period_start"));
    }

    /** Other events are shown as they are, but for amounts. */
    private static ObjectNode money(JsonObject data) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (String name : data.fieldNames()) {
            Object value = data.getValue(name);
            if (name.endsWith("_nano")) {
                node.put(name.replace("_nano", "_usd"), usd((Number) value));
            } else {
                node.putPOJO(name, value);
            }
        }
        return node;
    }

    private static @Nullable BigDecimal usd(@Nullable Number nano) {
        return nano == null ? null : NanoUsd.toUsd(nano.longValue());
    }

    private static BigDecimal quota(long milli) {
        BigDecimal exact = BigDecimal.valueOf(milli, 3).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }
}
