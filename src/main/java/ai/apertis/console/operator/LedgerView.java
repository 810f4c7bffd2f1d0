package ai.apertis.console.operator;

import ai.apertis.ledger.Audit;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the page of the ledger's promises shows.
 *
 * @param running since when it is being looked at, empty when it is not
 * @param at when it was last looked at, empty for never since the process started
 * @param took how long that took
 * @param failed why there is no outcome, empty when there is one
 * @param findings what was found, what is broken first
 */
public record LedgerView(String running, String at, String took, String failed, List<Line> findings) {
    /** Copies the list. */
    public LedgerView {
        findings = List.copyOf(findings);
    }

    /**
     * How many promises are broken.
     *
     * @return 0 when all are kept
     */
    public long broken() {
        return findings.stream().filter(line -> !line.kept()).count();
    }

    /**
     * A promise.
     *
     * @param name its name
     * @param promise what it says
     * @param kept whether it is kept
     * @param words how many rows break it, and some of them; empty when it is kept
     */
    public record Line(String name, String promise, boolean kept, String words) {
        static Line of(Audit.Finding found) {
            String words = found.kept()
                    ? ""
                    : "Not so for " + found.broken() + ", among them "
                            + found.examples().stream().map(String::valueOf).collect(Collectors.joining(", ")) + ".";
            return new Line(found.name(), found.promise(), found.kept(), words);
        }
    }
}
