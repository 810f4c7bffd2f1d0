package ai.apertis.dialect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Edits to a body that leave every other byte where it was. */
public final class Splice {
    private static final class Edit {
        private final int from;
        private final int to;
        private final byte[] with;

        private Edit(int from, int to, byte[] with) {
            this.from = from;
            this.to = to;
            this.with = with;
        }
    }

    private final byte[] body;
    private final List<Edit> edits = new ArrayList<>(4);
    private int growth;

    /**
     * No edits yet.
     *
     * @param body what to edit; not changed
     */
    public Splice(byte[] body) {
        this.body = body;
    }

    /**
     * Puts bytes in the place of a range. Ranges must not overlap.
     *
     * @param from index of the first byte replaced
     * @param to index after the last byte replaced; {@code from} to insert
     * @param with the new bytes
     * @return this
     */
    public Splice replace(int from, int to, byte[] with) {
        edits.add(new Edit(from, to, with));
        growth += with.length - (to - from);
        return this;
    }

    /**
     * Applies the edits.
     *
     * @return the edited body
     */
    public byte[] apply() {
        // What is put in where something is taken out goes before it.
        edits.sort(Comparator.<Edit>comparingInt(edit -> edit.from).thenComparingInt(edit -> edit.to));
        byte[] result = new byte[body.length + growth];
        int read = 0;
        int written = 0;
        for (Edit edit : edits) {
            System.arraycopy(body, read, result, written, edit.from - read);
            written += edit.from - read;
            System.arraycopy(edit.with, 0, result, written, edit.with.length);
            written += edit.with.length;
            read = edit.to;
        }
        System.arraycopy(body, read, result, written, body.length - read);
        return result;
    }
}
