package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request, or the key that it comes with, wants of the choice of providers: the body's {@code provider}, in
 * OpenRouter's form. A member that is null was not said.
 *
 * @param order names of providers to be asked first, in order
 * @param only names of the only providers to be asked
 * @param ignore names of providers not to be asked
 * @param allowFallbacks whether others may be asked than those of {@code order}, or than the first one
 * @param sort by what to put providers in order
 * @param maxPrice what they may cost at most
 * @param denyCollection whether those that keep or train on prompts are left out
 * @param requireParameters whether those that refuse one of the request's parameters are left out
 * @param zeroRetention whether those that keep anything are left out
 */
public record ProviderWishes(
        @Nullable List<String> order,
        @Nullable List<String> only,
        @Nullable List<String> ignore,
        @Nullable Boolean allowFallbacks,
        @Nullable Sort sort,
        @Nullable MaxPrice maxPrice,
        @Nullable Boolean denyCollection,
        @Nullable Boolean requireParameters,
        @Nullable Boolean zeroRetention) {
    /** Nothing said. */
    public static final ProviderWishes NONE = new ProviderWishes(null, null, null, null, null, null, null, null, null);

    /** Nobody who keeps prompts. */
    public static final ProviderWishes DENY_COLLECTION =
            new ProviderWishes(null, null, null, null, null, null, true, null, null);

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_NAMES = 100;
    /** A dollar per million tokens is a million pico-USD per token. */
    private static final int PICO_DECIMALS = 6;

    private static final int NANO_DECIMALS = 9;

    /** By what providers are put in order. */
    public enum Sort {
        /** The cheapest first. */
        PRICE,
        /** The fastest to generate first. */
        THROUGHPUT,
        /** The first to begin first. */
        LATENCY
    }

    /**
     * What a provider may cost at most; null members were not said.
     *
     * @param promptPico pico-USD per prompt token
     * @param completionPico pico-USD per generated token
     * @param requestNano nano-USD per request
     * @param imageNano nano-USD per generated image
     */
    public record MaxPrice(
            @Nullable Long promptPico,
            @Nullable Long completionPico,
            @Nullable Long requestNano,
            @Nullable Long imageNano) {}

    /**
     * These wishes, and another's where these say nothing.
     *
     * @param defaults of a key, for instance
     * @return what holds
     */
    public ProviderWishes or(ProviderWishes defaults) {
        return new ProviderWishes(
                order != null ? order : defaults.order,
                only != null ? only : defaults.only,
                ignore != null ? ignore : defaults.ignore,
                allowFallbacks != null ? allowFallbacks : defaults.allowFallbacks,
                sort != null ? sort : defaults.sort,
                maxPrice != null ? maxPrice : defaults.maxPrice,
                denyCollection != null ? denyCollection : defaults.denyCollection,
                requireParameters != null ? requireParameters : defaults.requireParameters,
                zeroRetention != null ? zeroRetention : defaults.zeroRetention);
    }

    /**
     * Reads the value of {@code provider}.
     *
     * @param json on its first token; left on its last
     * @return the wishes
     * @throws IOException on malformed JSON
     * @throws ApiException a 400 that names the member at fault, also one that is not known: a wish is not passed over
     */
    public static ProviderWishes read(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return NONE;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw Params.wrongType("provider", "an object", json);
        }
        ProviderWishes wishes = NONE;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            wishes = one("provider." + name, name, json).or(wishes);
        }
        return wishes;
    }

    /**
     * Reads what a body says, where that was not done while it was read.
     *
     * @param body the body
     * @return the wishes in its member {@code provider}
     * @throws ApiException a 400 that names the member at fault
     */
    public static ProviderWishes in(JsonBody body) {
        JsonBody.Member member = body.find("provider");
        if (member == null) {
            return NONE;
        }
        return read(Arrays.copyOfRange(body.bytes(), member.valueFrom(), member.to()));
    }

    /**
     * Reads an object that stands alone.
     *
     * @param object JSON, known to be well-formed
     * @return the wishes
     * @throws ApiException a 400 that names the member at fault
     */
    public static ProviderWishes read(byte[] object) {
        try (JsonParser json = JSON.createParser(object)) {
            json.nextToken();
            return read(json);
        } catch (IOException e) {
            throw ApiError.invalidParameter("provider", "'provider' is not valid JSON.")
                    .exception();
        }
    }

    private static ProviderWishes one(String at, String name, JsonParser json) throws IOException {
        return switch (name) {
            case "order" -> new ProviderWishes(names(at, json), null, null, null, null, null, null, null, null);
            case "only" -> new ProviderWishes(null, names(at, json), null, null, null, null, null, null, null);
            case "ignore" -> new ProviderWishes(null, null, names(at, json), null, null, null, null, null, null);
            case "allow_fallbacks" ->
                new ProviderWishes(null, null, null, flag(at, json), null, null, null, null, null);
            case "sort" -> new ProviderWishes(null, null, null, null, sort(at, json), null, null, null, null);
            case "max_price" -> new ProviderWishes(null, null, null, null, null, maxPrice(at, json), null, null, null);
            case "data_collection" ->
                new ProviderWishes(null, null, null, null, null, null, isDenied(at, json), null, null);
            case "require_parameters" ->
                new ProviderWishes(null, null, null, null, null, null, null, flag(at, json), null);
            case "zdr" -> new ProviderWishes(null, null, null, null, null, null, null, null, flag(at, json));
            default ->
                throw ApiError.invalidParameter(at, "'" + at + "' is not known here. Leave it out.")
                        .exception();
        };
    }

    private static @Nullable List<String> names(String at, JsonParser json) throws IOException {
        return Params.strings(at, json, MOST_NAMES);
    }

    private static @Nullable Boolean flag(String at, JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : Params.bool(at, json);
    }

    private static @Nullable Boolean isDenied(String at, JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (Params.string(at, json)) {
            case "allow" -> false;
            case "deny" -> true;
            default ->
                throw ApiError.invalidParameter(at, "'" + at + "' must be 'allow' or 'deny'.")
                        .exception();
        };
    }

    private static @Nullable Sort sort(String at, JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (Params.string(at, json)) {
            case "price" -> Sort.PRICE;
            case "throughput" -> Sort.THROUGHPUT;
            case "latency" -> Sort.LATENCY;
            default ->
                throw ApiError.invalidParameter(at, "'" + at + "' must be 'price', 'throughput' or 'latency'.")
                        .exception();
        };
    }

    private static @Nullable MaxPrice maxPrice(String at, JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw Params.wrongType(at, "an object", json);
        }
        Long prompt = null;
        Long completion = null;
        Long request = null;
        Long image = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            String where = at + "." + name;
            json.nextToken();
            switch (name) {
                case "prompt" -> prompt = price(where, json, PICO_DECIMALS);
                case "completion" -> completion = price(where, json, PICO_DECIMALS);
                case "request" -> request = price(where, json, NANO_DECIMALS);
                case "image" -> image = price(where, json, NANO_DECIMALS);
                default ->
                    throw ApiError.invalidParameter(where, "'" + where + "' is not known here. Leave it out.")
                            .exception();
            }
        }
        return new MaxPrice(prompt, completion, request, image);
    }

    /** Dollars as a number, or as a string that holds one; more decimals than prices have are cut off. */
    private static long price(String at, JsonParser json, int decimals) throws IOException {
        try {
            BigDecimal dollars = json.currentToken() == JsonToken.VALUE_STRING
                    ? new BigDecimal(json.getText())
                    : json.currentToken().isNumeric() ? json.getDecimalValue() : new BigDecimal(-1);
            if (dollars.signum() >= 0 && dollars.precision() - dollars.scale() < 10 && dollars.scale() < 100) {
                return dollars.movePointRight(decimals).longValue();
            }
        } catch (NumberFormatException notANumber) {
            // Told below.
        }
        throw ApiError.invalidParameter(at, "'" + at + "' must be a number of dollars.")
                .exception();
    }
}
