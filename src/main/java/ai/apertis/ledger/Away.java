package ai.apertis.ledger;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/**
 * Tells failures that pass from those that do not. A server that cannot be reached is away, and so is one whose disk is full
 * or that only reads: neither can decide about money.
 */
public final class Away {
    private Away() {}

    /**
     * Whether the ledger is away.
     *
     * @param failure of a call to it
     * @return true when the same call may be answered later; false for a refusal, and for a fault of ours
     */
    public static boolean is(Throwable failure) {
        return failure instanceof PgException refused
                ? passes(refused)
                : failure instanceof VertxException
                        || failure instanceof IOException
                        || failure instanceof TimeoutException;
    }

    private static boolean passes(PgException refused) {
        String state = refused.getSqlState();
        return state == null
                || state.startsWith("08") // connection
                || state.startsWith("40") // deadlock, serialization
                || state.startsWith("53") // disk full, memory, connections
                || state.startsWith("57") // shut down, cancelled, starting
                || state.startsWith("58") // files
                || state.equals("25006") // read-only
                || state.equals("55P03"); // lock timeout
    }
}
