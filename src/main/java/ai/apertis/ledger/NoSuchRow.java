package ai.apertis.ledger;

import java.io.Serial;

/** What was to be changed is not there. An answer, not a bug: it has no stack trace. */
public final class NoSuchRow extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    NoSuchRow(String what) {
        super("There is no such " + what + ".", null, false, false);
    }
}
