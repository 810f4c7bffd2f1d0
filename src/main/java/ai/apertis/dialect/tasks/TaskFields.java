package ai.apertis.dialect.tasks;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Params;
import ai.apertis.dialect.Spending;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every task's body says: its model and its fallbacks. A task adds the members that are its own. */
abstract class TaskFields implements JsonBody.Members {
    private static final int MOST_FALLBACKS = 5;
    private static final long LEAST_MILLIS = 5_000;
    private static final long MOST_MILLIS = 300_000;

    private @Nullable String model;
    private @Nullable List<String> fallbackModels;
    private @Nullable Long fallbackTimeout;
    private @Nullable Boolean fallbackEnabled;
    private final Spending.Reader spending = new Spending.Reader();

    @Override
    public final void member(String name, JsonParser json) throws IOException {
        switch (name) {
            case "model" -> model = Params.string(name, json);
            case "fallback_models" -> fallbackModels = Params.strings(name, json, MOST_FALLBACKS);
            case "fallback_timeout" -> fallbackTimeout = Params.integer(name, json, LEAST_MILLIS, MOST_MILLIS);
            case "fallback_enabled" -> fallbackEnabled = Params.bool(name, json);
            case "max_cost_usd" -> spending.member(name, json);
            default -> own(name, json);
        }
    }

    /** Reads a member that only this task has, or passes over it with {@link JsonParser#skipChildren}. */
    abstract void own(String name, JsonParser json) throws IOException;

    /** The model's name, which must be there. */
    final String model() {
        if (model == null || model.isBlank()) {
            throw ApiError.missingParameter("model").exception();
        }
        return model;
    }

    /** The model's name, empty when the client leaves it to the gateway. */
    final String modelOrNone() {
        return model == null ? "" : model;
    }

    final Spending spending() {
        return spending.read();
    }

    final Fallbacks fallbacks() {
        return new Fallbacks(fallbackModels, fallbackTimeout, fallbackEnabled);
    }

    /** Text that must not be empty. */
    static String text(String name, JsonParser json) throws IOException {
        String text = Params.string(name, json);
        if (text.isEmpty()) {
            throw ApiError.invalidParameter(name, "'" + name + "' must not be empty.")
                    .exception();
        }
        return text;
    }

    /** Text or null. */
    static @Nullable String optionalText(String name, JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : Params.string(name, json);
    }
}
