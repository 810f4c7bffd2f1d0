package ai.apertis.console.operator;

import ai.apertis.console.Visit;
import ai.apertis.dialect.ApiException;
import ai.apertis.ledger.AccountRecord;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The forms on the page of an account. They are turned into bodies of the admin API and read by its rules.
 *
 * @param values what the fields say
 * @param wrongField the field that is not as it must be, empty when none
 * @param wrong what is wrong with it
 */
public record AccountForm(Map<String, String> values, String wrongField, String wrong) {
    private static final List<String> NAMES =
            List.of("unlimited", "monthly_limit_usd", "monthly_reset_day", "amount_usd", "reference");

    /** Copies the fields. */
    public AccountForm {
        values = Map.copyOf(values);
    }

    /** What an account's settings look like in the fields. */
    static AccountForm of(AccountRecord.Settings settings) {
        Map<String, String> values = new HashMap<>();
        if (settings.unlimited()) {
            values.put("unlimited", "true");
        }
        Long limit = settings.monthlyLimitNano();
        if (limit != null) {
            values.put(
                    "monthly_limit_usd",
                    BigDecimal.valueOf(limit, 9).stripTrailingZeros().toPlainString());
        }
        values.put("monthly_reset_day", Integer.toString(settings.monthlyResetDay()));
        return new AccountForm(values, "", "");
    }

    /** What was entered and is refused, over what the fields said before. */
    AccountForm refused(Visit visit, ApiException refusal) {
        Map<String, String> entered = new HashMap<>(values);
        NAMES.forEach(name -> visit.field(name).ifPresent(text -> entered.put(name, text)));
        String field = refusal.error().param() == null ? "" : refusal.error().param();
        String message = refusal.error().message().replaceFirst("^'[a-z_.]+' ", "This ");
        return new AccountForm(
                entered, field, message.startsWith("Missing required parameter") ? "This is needed." : message);
    }

    /** The body that suspends an account, or lets it work again. */
    static byte[] status(Visit visit) {
        return bytes(new JsonObject().put("status", visit.field("status").orElse("")));
    }

    /** The body that changes an account's limits. */
    static byte[] limits(Visit visit) {
        JsonObject body =
                new JsonObject().put("unlimited", visit.field("unlimited").isPresent());
        body.put("monthly_limit_usd", number(visit.field("monthly_limit_usd").orElse(null)));
        body.put("monthly_reset_day", number(visit.field("monthly_reset_day").orElse("1")));
        return bytes(body);
    }

    /** The body of a credit. Its reference is that of the form where none was entered: the ledger applies each once. */
    static byte[] credit(Visit visit) {
        JsonObject body = new JsonObject();
        visit.field("amount_usd").ifPresent(amount -> body.put("amount_usd", number(amount)));
        body.put(
                "reference",
                visit.field("reference").or(() -> visit.field("once")).orElse(null));
        return bytes(body);
    }

    /** What is no number stays text, so that the rules refuse it by its name. */
    private static @Nullable Object number(@Nullable String text) {
        try {
            return text == null
                    ? null
                    : text.matches("\\d{1,9}") ? (Object) Integer.valueOf(text) : (Object) new BigDecimal(text);
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private static byte[] bytes(JsonObject body) {
        return body.encode().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What a field says.
     *
     * @param name the field
     * @return empty when nothing
     */
    public String value(String name) {
        return values.getOrDefault(name, "");
    }

    /**
     * What is wrong with a field.
     *
     * @param name the field
     * @return empty when nothing
     */
    public String wrongAt(String name) {
        return name.equals(wrongField) ? wrong : "";
    }

    /**
     * What is wrong and belongs to none of the fields.
     *
     * @return empty when nothing
     */
    public String wrongElsewhere() {
        return NAMES.contains(wrongField) ? "" : wrong;
    }
}
