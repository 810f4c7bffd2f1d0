package ai.apertis.dialect;

import java.util.List;

/**
 * How free the model is in using tools.
 *
 * @param mode how free
 * @param names the tools it may use; empty for all
 */
public record ToolChoice(Mode mode, List<String> names) {
    /** How free the model is. */
    public enum Mode {
        /** It decides. */
        AUTO,
        /** It must not. */
        NONE,
        /** It must. */
        REQUIRED
    }

    /** Copies the names. */
    public ToolChoice {
        names = List.copyOf(names);
    }

    /** All tools. */
    public ToolChoice(Mode mode) {
        this(mode, List.of());
    }
}
