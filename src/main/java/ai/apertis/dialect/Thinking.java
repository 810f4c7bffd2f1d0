package ai.apertis.dialect;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much the model should reason before it answers. Null means not told.
 *
 * @param enabled whether at all; true without effort and budget lets the model decide
 * @param effort how much, in words
 * @param budgetTokens how much, in tokens
 * @param summary whether and how its reasoning is shown: {@code auto}, {@code concise}, {@code detailed}, {@code none}
 */
public record Thinking(
        @Nullable Boolean enabled,
        @Nullable Effort effort,
        @Nullable Long budgetTokens,
        @Nullable String summary) {
    /** Nothing told. */
    public static final Thinking UNTOLD = new Thinking(null, null, null, null);

    /** The words for effort, from OpenAI's and Anthropic's scales, ascending. */
    public enum Effort {
        /** No reasoning. */
        NONE(0),
        /** As little as the model can. */
        MINIMAL(512),
        /** Little. */
        LOW(1_024),
        /** Some. */
        MEDIUM(8_192),
        /** Much. */
        HIGH(24_576),
        /** More. */
        XHIGH(32_768),
        /** As much as the model can. */
        MAX(65_536);

        private final long tokens;

        Effort(long tokens) {
            this.tokens = tokens;
        }

        /**
         * The budget that stands for it where only budgets are known. Low, medium and high are those of Google's own
         * OpenAI-compatible endpoint.
         *
         * @return tokens
         */
        public long tokens() {
            return tokens;
        }

        /**
         * As written on the wire.
         *
         * @return lower case
         */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The effort that stands for a budget.
         *
         * @param tokens the budget
         * @return the least effort whose budget is not below it, at most {@link #HIGH}
         */
        public static Effort ofTokens(long tokens) {
            if (tokens == 0) {
                return NONE;
            }
            for (Effort effort : new Effort[] {LOW, MEDIUM}) {
                if (tokens <= effort.tokens) {
                    return effort;
                }
            }
            return HIGH;
        }

        /**
         * Reads a word.
         *
         * @param word in any case
         * @return null when unknown
         */
        public static @Nullable Effort ofWord(String word) {
            for (Effort effort : values()) {
                if (effort.word().equals(word.toLowerCase(Locale.ROOT))) {
                    return effort;
                }
            }
            return null;
        }
    }

    /**
     * Whether anything was told.
     *
     * @return false when every field is null
     */
    public boolean told() {
        return enabled != null || effort != null || budgetTokens != null || summary != null;
    }

    /**
     * Whether reasoning is wanted.
     *
     * @return true when asked for, and not asked off
     */
    public boolean wanted() {
        if (Boolean.FALSE.equals(enabled) || effort == Effort.NONE) {
            return false;
        }
        return budgetTokens != null ? budgetTokens != 0 : Boolean.TRUE.equals(enabled) || effort != null;
    }

    /**
     * Whether reasoning was asked off.
     *
     * @return true for an effort of none, a budget of zero, or disabled
     */
    public boolean refused() {
        return !wanted() && (enabled != null || effort != null || budgetTokens != null);
    }

    /**
     * The effort wanted, from the word or else the budget.
     *
     * @return null when neither was told
     */
    public @Nullable Effort effortOrBudget() {
        if (refused()) {
            return Effort.NONE;
        }
        if (effort != null) {
            return effort;
        }
        // -1 is Gemini's word for: the model decides.
        return budgetTokens != null && budgetTokens > 0 ? Effort.ofTokens(budgetTokens) : null;
    }
}
