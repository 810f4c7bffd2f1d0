package ai.apertis.routing;

import ai.apertis.dialect.ClientRequest;
import ai.apertis.money.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one request that are under way: one, or two while the second was made because the first is slow. The first
 * that has content wins, and the other is let go.
 */
final class Race {
    private static final int BYTES_PER_TOKEN = 4;

    private final ClientRequest client;
    private final boolean userPays;
    private final List<Attempt> live = new ArrayList<>(2);
    private @Nullable Attempt winner;
    private @Nullable Hedge hedge;

    /**
     * A race that nobody has entered.
     *
     * @param client what is asked of all of them
     * @param userPays whether what the loser costs is charged with the answer
     */
    Race(ClientRequest client, boolean userPays) {
        this.client = client;
        this.userPays = userPays;
    }

    void enters(Attempt attempt) {
        live.add(attempt);
    }

    void leaves(Attempt attempt) {
        live.remove(attempt);
    }

    /** Whether nothing is under way. */
    boolean isOver() {
        return live.isEmpty();
    }

    /** Whether one attempt is under way and has no content yet. */
    boolean waitsForOne() {
        return winner == null && live.size() == 1;
    }

    /** A second attempt is about to be made because the first is slow. */
    void hedged() {
        hedge = new Hedge(0, userPays);
    }

    /** The second attempt that was made because the first was slow, null when there was none. */
    @Nullable
    Hedge hedge() {
        return hedge;
    }

    /**
     * An attempt has content.
     *
     * @return whether it is the first that has, so that its answer goes to the client
     */
    boolean isWonBy(Attempt attempt) {
        if (winner == null) {
            winner = attempt;
            for (Attempt other : List.copyOf(live)) {
                if (other != attempt) {
                    outrun(other);
                }
            }
        }
        return winner == attempt;
    }

    private void outrun(Attempt other) {
        Usage prompt = Usage.ofTokens(client.input().textBytes() / BYTES_PER_TOKEN, 0);
        hedge = new Hedge(other.candidate().endpoint().prices().cost(prompt), userPays);
        other.outrun();
    }

    /** What the user is charged with the answer for an attempt that was outrun, nano-USD. */
    long besidesNano() {
        Hedge made = hedge;
        return made != null && made.userPays() ? made.costNano() : 0;
    }

    /** The client is gone. */
    void abandon() {
        List.copyOf(live).forEach(Attempt::abandon);
    }

    /** The process stops: what is under way ends with an error. */
    void stop() {
        List.copyOf(live).forEach(Attempt::stop);
    }
}
