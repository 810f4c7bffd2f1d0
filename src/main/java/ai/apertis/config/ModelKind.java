package ai.apertis.config;

import java.util.Locale;

/** What a model can be asked for, by the names used in the configuration. */
public enum ModelKind {
    /** A conversation: chat completions, responses, messages, generateContent. */
    CHAT,
    /** The continuation of a text, in OpenAI's legacy form. */
    COMPLETION,
    /** Vectors for texts. */
    EMBEDDING,
    /** Documents in the order of their relevance. */
    RERANK,
    /** A judgement whether a text is harmful. */
    MODERATION,
    /** Images, made or changed. */
    IMAGE,
    /** Spoken text. */
    SPEECH,
    /** The text of what was spoken, in its own language or in English. */
    TRANSCRIPTION,
    /** Videos. */
    VIDEO;

    /**
     * The name as written in the configuration.
     *
     * @return for instance {@code embedding}
     */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
