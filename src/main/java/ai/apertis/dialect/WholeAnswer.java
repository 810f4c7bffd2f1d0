package ai.apertis.dialect;

import ai.apertis.money.Usage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A provider's answer that is not streamed, as the client gets it, and what it says for the bill. */
public final class WholeAnswer {
    private static final String JSON = "application/json";

    private final Function<Receipt, byte[]> body;
    private final @Nullable Usage usage;
    private final TextSample text;
    private final @Nullable ApiError error;
    private final String contentType;

    private WholeAnswer(
            Function<Receipt, byte[]> body,
            @Nullable Usage usage,
            TextSample text,
            @Nullable ApiError error,
            String contentType) {
        this.contentType = contentType;
        this.body = body;
        this.usage = usage;
        this.text = text;
        this.error = error;
    }

    /**
     * An answer.
     *
     * @param body what the client gets, given what was charged
     * @param usage what the provider says was used, null when it does not or cannot be believed
     * @param text the generated text, for counting
     * @return the answer
     */
    public static WholeAnswer of(Function<Receipt, byte[]> body, @Nullable Usage usage, TextSample text) {
        return new WholeAnswer(body, usage, text, null, JSON);
    }

    /**
     * An answer whose body says nothing of its cost.
     *
     * @param body what the client gets
     * @param usage what the provider says was used, null when it does not or cannot be believed
     * @param text the generated text, for counting
     * @return the answer
     */
    public static WholeAnswer of(byte[] body, @Nullable Usage usage, TextSample text) {
        return of(receipt -> body, usage, text);
    }

    /**
     * No answer, though the status said so.
     *
     * @param error what the client is told
     * @return the failure
     */
    public static WholeAnswer failed(ApiError error) {
        return new WholeAnswer(receipt -> new byte[0], null, new TextSample(), error, JSON);
    }

    /**
     * What the client gets.
     *
     * @param receipt what was charged
     * @return in the client's dialect
     */
    public byte[] body(Receipt receipt) {
        return body.apply(receipt);
    }

    /**
     * The same answer, which is no JSON.
     *
     * @param type its content type
     * @return a copy
     */
    public WholeAnswer as(String type) {
        return new WholeAnswer(body, usage, text, error, type);
    }

    /**
     * What the body is.
     *
     * @return a content type
     */
    public String contentType() {
        return contentType;
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
