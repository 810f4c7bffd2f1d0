package ai.apertis.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of fallback models; null members are for the key's or the system's default.
 *
 * @param models the models to fall back to, in order, at most five
 * @param timeoutMillis the time one attempt may take, milliseconds
 * @param enabled whether to fall back at all
 */
public record Fallbacks(
        @Nullable List<String> models,
        @Nullable Long timeoutMillis,
        @Nullable Boolean enabled) {
    /** Nothing said. */
    public static final Fallbacks UNSAID = new Fallbacks(null, null, null);
}
