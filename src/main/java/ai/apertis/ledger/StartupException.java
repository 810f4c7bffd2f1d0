package ai.apertis.ledger;

import java.io.Serial;

/** The ledger cannot be opened. The message is one line for the operator; there is no stack trace to show. */
public final class StartupException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what is wrong and where, in one line, without secrets
     */
    public StartupException(String message) {
        super(message.lines().findFirst().orElse(message), null, false, false);
    }
}
