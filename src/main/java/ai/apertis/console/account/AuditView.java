package ai.apertis.console.account;

import java.util.List;

/**
 * What a page of the audit log shows.
 *
 * @param lines newest first
 * @param older what the next page begins before, empty on the last one
 * @param further whether it is not the first page
 */
public record AuditView(List<Line> lines, String older, boolean further) {
    /** Copies the list. */
    public AuditView {
        lines = List.copyOf(lines);
    }

    /**
     * One entry.
     *
     * @param at when
     * @param who did it
     * @param kind what they are, empty for a member
     * @param event what
     * @param target to whom or what
     */
    public record Line(String at, String who, String kind, String event, String target) {}
}
