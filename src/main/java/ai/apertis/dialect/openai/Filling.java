package ai.apertis.dialect.openai;

import ai.apertis.dialect.Splice;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Puts into an answer or a chunk what strict clients look for and lesser providers leave out. */
final class Filling {
    private final Splice edits;
    private final ChunkScan scan;
    private final StringJoiner missing = new StringJoiner(",");

    /**
     * Nothing put in yet.
     *
     * @param edits takes the edits
     * @param scan has walked over what is edited
     */
    Filling(Splice edits, ChunkScan scan) {
        this.edits = edits;
        this.scan = scan;
    }

    /** Gives a member its value where it is missing or empty. */
    Filling put(String name, ChunkScan.Slot slot, String value) {
        if (!slot.present()) {
            missing.add('"' + name + "\":" + value);
        } else if (!slot.filled()) {
            edits.replace(slot.from(), slot.to(), value.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    /** Puts in what is missing, all at once: only the last before another member needs a comma. */
    void fill() {
        if (missing.length() > 0) {
            String members = scan.hasMembers() ? missing + "," : missing.toString();
            edits.replace(scan.firstMember(), scan.firstMember(), members.getBytes(StandardCharsets.UTF_8));
        }
    }
}
