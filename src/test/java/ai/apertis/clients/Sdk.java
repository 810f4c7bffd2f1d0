package ai.apertis.clients;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.Facts;
import java.util.List;

/** A vendor's own SDK as the client of a gateway. What it cannot read it throws of itself. */
interface Sdk extends AutoCloseable {
    /**
     * What a refusal looks like to the SDK's user.
     *
     * @param type simple name of the exception
     * @param status the HTTP status it tells
     * @param message its words
     */
    record Refusal(String type, int status, String message) {}

    /** What it speaks. */
    DialectName dialect();

    /** Asks for a whole answer; its fields are validated by the SDK where {@code strictly}. */
    Facts ask(Prompt prompt, boolean strictly);

    /** Asks for a stream and puts it together as the SDK does. */
    Facts stream(Prompt prompt);

    /** Asks, sends the answer back as the SDK repeats it, with a result for each of its calls, and asks on. */
    Facts goOn(Prompt prompt, List<String> results);

    /** Reads the first event of a stream and leaves. */
    void leave(Prompt prompt);

    /** Asks what will be refused. */
    Refusal refused(Prompt prompt);

    @Override
    void close();
}
