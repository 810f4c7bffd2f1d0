package ai.apertis.dialect;

import org.jspecify.annotations.Nullable;

/**
 * One client request on its way to one provider and back: what is sent there, and what its answers become for the client.
 * Where both speak the same dialect nothing is translated.
 */
public interface Bridge {
    /**
     * The path below the provider's base URL, query included.
     *
     * @return begins with a slash
     */
    String path();

    /**
     * What is sent.
     *
     * @return JSON in the provider's dialect
     */
    byte[] body();

    /**
     * How an answer of plain bytes is metered, which then passes as it comes, with its content type.
     *
     * @return null when answers are JSON, text or events
     */
    default @Nullable ByteMeter meter() {
        return null;
    }

    /**
     * Whether a provider that was asked for a stream may answer with the whole, as older models do.
     *
     * @return false when that is a failure
     */
    default boolean mayAnswerWhole() {
        return false;
    }

    /**
     * The provider's whole answer, for the client.
     *
     * @param body the provider's bytes
     * @return what the client gets, and what it says for the bill
     */
    WholeAnswer answer(byte[] body);

    /**
     * The provider's stream, for the client.
     *
     * @return a new passage
     */
    Passage passage();

    /**
     * The same where the last usage is to say what the answer cost, and so has to wait for the bill.
     *
     * @return a new passage
     */
    default Passage pricedPassage() {
        return passage();
    }

    /**
     * The provider's refusal, for the client.
     *
     * @param status its HTTP status, 200 when an error came in the place of a stream
     * @param body the provider's bytes
     * @return what the client is told
     */
    ApiError error(int status, byte[] body);
}
