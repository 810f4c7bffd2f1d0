package ai.apertis.billing;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that take nothing and went ahead while the ledger was away. Their holds of zero are asked for all the same and,
 * once it is back, taken late and settled, so that every request leaves its row and a key that was switched off meanwhile
 * ends its streams. Should the process die before, rows are lost, and no money.
 */
final class Ahead {
    private static final Logger LOG = LoggerFactory.getLogger(Ahead.class);
    private static final Settlement NOTHING = new Settlement(0, 0, -1, 0);

    private final Map<Long, Went> open = new HashMap<>();
    private final ArrayDeque<Operation.Take> waiting = new ArrayDeque<>();
    private int ended;

    /** One that went ahead, and how it ended when it already has. */
    private static final class Went {
        private Operation.@Nullable Settle end;
    }

    /** Lets a request go; its hold is to be asked for when the ledger answers again, or is under way already. */
    void go(Operation.Take take, boolean underWay) {
        open.put(take.hold().requestId(), new Went());
        if (!underWay) {
            waiting.add(take);
        }
        take.reply.keep(new HoldOutcome.Held());
    }

    boolean went(Operation.Take take) {
        return open.containsKey(take.hold().requestId());
    }

    /** Keeps the end of a request whose hold the ledger does not know yet; nobody waits for it, since it costs nothing. */
    boolean ends(Operation.Settle settle) {
        Went went = open.get(settle.hold().requestId());
        if (went == null) {
            return false;
        }
        if (went.end == null) {
            ended++;
        }
        went.end = settle;
        settle.reply().keep(NOTHING);
        return true;
    }

    /** The ledger has caught up: returns the end that is still to be written, null when the request goes on. */
    Operation.@Nullable Settle held(Operation.Take take) {
        Went went = remove(take);
        return went == null ? null : went.end;
    }

    /** The ledger would not have let it go. */
    void refused(Operation.Take take, HoldOutcome outcome) {
        Went went = remove(take);
        LOG.warn(
                "request {} went ahead of the ledger, which says {}",
                take.hold().requestId(),
                outcome);
        if (went != null && went.end == null) {
            take.hold().lose();
        }
    }

    private @Nullable Went remove(Operation.Take take) {
        Went went = open.remove(take.hold().requestId());
        if (went != null && went.end != null) {
            ended--;
        }
        return went;
    }

    /** How many of them are over, and their ends not yet written. */
    int ended() {
        return ended;
    }

    ArrayDeque<Operation.Take> waiting() {
        return waiting;
    }
}
