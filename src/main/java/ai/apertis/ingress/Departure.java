package ai.apertis.ingress;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How a process leaves its clients: told first, so that balancers and clients go elsewhere while it still serves; then it takes
 * nothing more on; and what has not come to its end in time is cut with an error. One for the process, safe for any thread.
 */
public final class Departure {
    private enum Phase {
        STAYS,
        TOLD,
        REFUSES,
        CUTS
    }

    private final Set<Conversation> underWay = ConcurrentHashMap.newKeySet();
    private volatile Phase phase = Phase.STAYS;

    /** Stays until it is told. */
    public Departure() {}

    /** From now on answers end their connections. */
    public void tell() {
        reach(Phase.TOLD);
    }

    /** From now on nothing more is begun. */
    public void refuse() {
        reach(Phase.REFUSES);
    }

    /** What is still under way ends now, with an error and what it has cost until here. */
    public void cut() {
        reach(Phase.CUTS);
        List.copyOf(underWay).forEach(Conversation::stop);
    }

    private synchronized void reach(Phase next) {
        if (next.compareTo(phase) > 0) {
            phase = next;
        }
    }

    /**
     * Whether it has been told.
     *
     * @return true from then on
     */
    public boolean isTold() {
        return phase != Phase.STAYS;
    }

    /** Whether nothing more is begun. */
    boolean refuses() {
        return phase.compareTo(Phase.REFUSES) >= 0;
    }

    /** A request is to be answered, until it {@link #leaves}. */
    void enters(Conversation conversation) {
        underWay.add(conversation);
        if (phase == Phase.CUTS) {
            conversation.stop();
        }
    }

    void leaves(Conversation conversation) {
        underWay.remove(conversation);
    }
}
