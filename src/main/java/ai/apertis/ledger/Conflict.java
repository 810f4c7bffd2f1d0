package ai.apertis.ledger;

import java.io.Serial;

/** What was asked contradicts what is in the rows; the message says how, for people. It has no stack trace. */
public final class Conflict extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    Conflict(String message) {
        super(message, null, false, false);
    }
}
