package ai.apertis.search;

import java.io.Serial;

/** A search engine did not answer as it should. The message names no address and no key. */
public final class SearchFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    SearchFailure(String why) {
        super(why);
    }
}
