package ai.apertis.dialect;

import ai.apertis.money.Usage;
import org.jspecify.annotations.Nullable;

/** A provider's answer that is not streamed, as the client gets it, and what it says for the bill. */
public final class WholeAnswer {
    private final byte[] body;
    private final @Nullable Usage usage;
    private final TextSample text;
    private final @Nullable ApiError error;

    private WholeAnswer(byte[] body, @Nullable Usage usage, TextSample text, @Nullable ApiError error) {
        this.body = body;
        this.usage = usage;
        this.text = text;
        this.error = error;
    }

    /**
     * An answer.
     *
     * @param body what the client gets
     * @param usage what the provider says was used, null when it does not or cannot be believed
     * @param text the generated text, for counting
     * @return the answer
     */
    public static WholeAnswer of(byte[] body, @Nullable Usage usage, TextSample text) {
        return new WholeAnswer(body, usage, text, null);
    }

    /**
     * No answer, though the status said so.
     *
     * @param error what the client is told
     * @return the failure
     */
    public static WholeAnswer failed(ApiError error) {
        return new WholeAnswer(new byte[0], null, new TextSample(), error);
    }

    /**
     * What the client gets.
     *
     * @return JSON in the client's dialect
     */
    public byte[] body() {
        return body;
    }

    /**
     * What the provider says was used.
     *
     * @return null when it does not say, or what it says cannot be believed
     */
    public @Nullable Usage usage() {
        return usage;
    }

    /**
     * The generated text.
     *
     * @return for counting what the provider did not count
     */
    public TextSample text() {
        return text;
    }

    /**
     * What is wrong with it.
     *
     * @return null when it is an answer
     */
    public @Nullable ApiError error() {
        return error;
    }
}
