package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageSums;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/dashboard/billing/subscription} and {@code /usage}, as OpenAI once had them and chat clients still poll them,
 * older ones without {@code /v1}. Any valid key is answered, be there money left or not. Both speak of the same purse: the
 * key's own quota if it has one, else the account, so that the limit less what was used is what is left.
 */
public final class BillingMount implements Mount {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final Door door;
    private final Balances balances;
    private final UsageSums sums;
    private final ExchangeLog log;

    /**
     * The endpoints.
     *
     * @param door lets clients in
     * @param balances reads what there is to spend
     * @param sums reads what was spent
     * @param log told of each exchange
     */
    public BillingMount(Door door, Balances balances, UsageSums sums, ExchangeLog log) {
        this.door = door;
        this.balances = balances;
        this.sums = sums;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        for (String prefix : List.of("/v1", "")) {
            answer(router, prefix + "/dashboard/billing/subscription", this::subscription);
            answer(router, prefix + "/dashboard/billing/usage", this::usage);
        }
    }

    private void answer(Router router, String path, BiFunction<Exchange, KeyRecord, Future<ObjectNode>> handler) {
        router.get(path).handler(context -> {
            Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, path, log);
            door.enter(exchange)
                    .compose(key -> handler.apply(exchange, key))
                    .onSuccess(body -> send(exchange, body))
                    .onFailure(exchange::fail);
        });
    }

    private Future<ObjectNode> subscription(Exchange exchange, KeyRecord key) {
        return balance(key).map(balance -> LegacyBilling.subscription(balance, key));
    }

    private Future<ObjectNode> usage(Exchange exchange, KeyRecord key) {
        Instant from = day(exchange, "start_date", 0);
        Instant to = day(exchange, "end_date", 1);
        if (from != null && to != null && !from.isBefore(to)) {
            throw ApiError.invalidParameter("end_date", "'end_date' must not be before 'start_date'.")
                    .exception();
        }
        Long ofKey = key.settings().quotaNano() == null ? null : key.id();
        return sums.costs(new UsageFilter(key.accountId(), ofKey, null, from, to))
                .map(LegacyBilling::usage);
    }

    private Future<Balance> balance(KeyRecord key) {
        return balances.ofKey(key.accountId(), key.id()).map(found -> found.orElseThrow(Errors.INVALID_KEY::exception));
    }

    /** The start of a day that the query names, or of the day after it; null when it names none. */
    private static @Nullable Instant day(Exchange exchange, String name, int daysLater) {
        String text = exchange.request().getParam(name);
        if (text == null) {
            return null;
        }
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= 1970 && day.getYear() < 9999) {
                return day.plusDays(daysLater).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
        } catch (DateTimeParseException notADate) {
            // Told below, like a date out of range.
        }
        throw ApiError.invalidParameter(name, "'" + name + "' must be a date like 2026-03-16.")
                .exception();
    }

    private static void send(Exchange exchange, ObjectNode body) {
        try {
            exchange.json(200, JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            exchange.fail(e);
        }
    }
}
