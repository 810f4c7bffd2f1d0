package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a request, or the key that it comes with, wants of a long conversation's older turns: the body's {@code compression}. A
 * member that is null was not said.
 *
 * @param enabled whether they are summarised
 * @param strategy how many turns stay as they are when nothing else is said
 * @param threshold from how many tokens of prompt on
 * @param keepTurns how many of the latest turns stay as they are
 * @param model who summarises; {@code auto} leaves the choice to the gateway
 */
public record CompressionWishes(
        @Nullable Boolean enabled,
        @Nullable Strategy strategy,
        @Nullable Long threshold,
        @Nullable Long keepTurns,
        @Nullable String model) {
    /** Nothing said. */
    public static final CompressionWishes NONE = new CompressionWishes(null, null, null, null, null);

    private static final JsonFactory JSON = new JsonFactory();
    private static final String AUTO = "auto";
    private static final long USUAL_THRESHOLD = 8_000;
    private static final long MOST_THRESHOLD = 100_000_000;
    private static final long MOST_TURNS = 1_000;

    /** How much is left as it is. */
    public enum Strategy {
        /** Six turns. */
        ON(6),
        /** Eight turns. */
        CONSERVATIVE(8),
        /** Three turns. */
        AGGRESSIVE(3);

        private final int keeps;

        Strategy(int keeps) {
            this.keeps = keeps;
        }
    }

    /**
     * These wishes, and another's where these say nothing.
     *
     * @param defaults of a key, for instance
     * @return what holds
     */
    public CompressionWishes or(CompressionWishes defaults) {
        return new CompressionWishes(
                enabled != null ? enabled : defaults.enabled,
                strategy != null ? strategy : defaults.strategy,
                threshold != null ? threshold : defaults.threshold,
                keepTurns != null ? keepTurns : defaults.keepTurns,
                model != null ? model : defaults.model);
    }

    /**
     * Whether older turns are to be summarised.
     *
     * @return what was said, else whether anything was said of how
     */
    public boolean isWanted() {
        return enabled != null ? enabled : !equals(NONE);
    }

    /**
     * The threshold that holds.
     *
     * @return tokens
     */
    public long tokens() {
        return threshold != null ? threshold : USUAL_THRESHOLD;
    }

    /**
     * The turns that stay.
     *
     * @return at least 1
     */
    public int turns() {
        return keepTurns != null ? keepTurns.intValue() : (strategy == null ? Strategy.ON : strategy).keeps;
    }

    /**
     * Who is to summarise.
     *
     * @return a model's name; null when the choice is the gateway's
     */
    public @Nullable String summariser() {
        return AUTO.equals(model) ? null : model;
    }

    /**
     * Reads what headers say, in which everything is text.
     *
     * @param mode {@code on}, {@code off}, {@code conservative}, {@code aggressive}, {@code true} or {@code false}; null when absent
     * @param threshold tokens, null when absent
     * @param keepTurns turns, null when absent
     * @param model a name, null when absent
     * @return the wishes
     * @throws ApiException a 400 that names the header at fault
     */
    public static CompressionWishes ofHeaders(
            @Nullable String mode, @Nullable String threshold, @Nullable String keepTurns, @Nullable String model) {
        CompressionWishes first = mode == null ? NONE : ofMode(mode.strip());
        return new CompressionWishes(
                first.enabled,
                first.strategy,
                number("X-Compression-Threshold", threshold, MOST_THRESHOLD),
                number("X-Compression-Keep-Turns", keepTurns, MOST_TURNS),
                model == null || model.isBlank() ? null : model.strip());
    }

    private static CompressionWishes ofMode(String mode) {
        return switch (mode) {
            case "off", "false" -> new CompressionWishes(false, null, null, null, null);
            case "true" -> new CompressionWishes(true, null, null, null, null);
            default -> new CompressionWishes(true, strategy("X-Context-Compression", mode), null, null, null);
        };
    }

    private static @Nullable Long number(String name, @Nullable String told, long most) {
        return told == null ? null : Long.valueOf(Params.whole(name, told.strip(), most));
    }

    private static Strategy strategy(String name, String told) {
        return switch (told) {
            case "on" -> Strategy.ON;
            case "conservative" -> Strategy.CONSERVATIVE;
            case "aggressive" -> Strategy.AGGRESSIVE;
            default ->
                throw ApiError.invalidParameter(name, "'" + name + "' must be 'on', 'conservative' or 'aggressive'.")
                        .exception();
        };
    }

    /**
     * Reads the value of {@code compression}.
     *
     * @param json on its first token; left on its last
     * @return the wishes
     * @throws IOException on malformed JSON
     * @throws ApiException a 400 that names the member at fault, also one that is not known
     */
    public static CompressionWishes read(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return NONE;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw Params.wrongType("compression", "an object", json);
        }
        CompressionWishes wishes = NONE;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            wishes = one("compression." + name, name, json).or(wishes);
        }
        return wishes;
    }

    /**
     * Reads an object that stands alone.
     *
     * @param object JSON, known to be well-formed
     * @return the wishes
     * @throws ApiException a 400 that names the member at fault
     */
    public static CompressionWishes read(byte[] object) {
        try (JsonParser json = JSON.createParser(object)) {
            json.nextToken();
            return read(json);
        } catch (IOException e) {
            throw ApiError.invalidParameter("compression", "'compression' is not valid JSON.")
                    .exception();
        }
    }

    private static CompressionWishes one(String at, String name, JsonParser json) throws IOException {
        boolean unsaid = json.currentToken() == JsonToken.VALUE_NULL;
        return switch (name) {
            case "enabled" -> new CompressionWishes(unsaid ? null : Params.bool(at, json), null, null, null, null);
            case "strategy" ->
                new CompressionWishes(null, unsaid ? null : strategy(at, Params.string(at, json)), null, null, null);
            case "threshold" ->
                new CompressionWishes(null, null, Params.integer(at, json, 1, MOST_THRESHOLD), null, null);
            case "keep_turns" -> new CompressionWishes(null, null, null, Params.integer(at, json, 1, MOST_TURNS), null);
            case "model" -> new CompressionWishes(null, null, null, null, unsaid ? null : Params.string(at, json));
            default ->
                throw ApiError.invalidParameter(at, "'" + at + "' is not known here. Leave it out.")
                        .exception();
        };
    }
}
