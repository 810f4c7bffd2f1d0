package ai.apertis.console;

import java.util.List;

/** Ids as addresses and forms carry them. */
public final class Ids {
    private Ids() {}

    /**
     * That of the address; what is no number is nothing of ours.
     *
     * @param visit with {@code :id} in its route
     * @param what it is the id of, for the visitor
     * @return the id; throws {@link Refused} with 404
     */
    public static long of(Visit visit, String what) {
        try {
            return Long.parseLong(visit.inPath("id"));
        } catch (NumberFormatException e) {
            throw Refused.notFound("There is no such " + what + ".");
        }
    }

    /**
     * Those of boxes that were checked.
     *
     * @param visit with a form
     * @param field the boxes' name
     * @return each once; throws {@link Refused} with 400
     */
    public static List<Long> all(Visit visit, String field) {
        try {
            return visit.fields(field).stream().map(Long::valueOf).distinct().toList();
        } catch (NumberFormatException e) {
            throw Refused.bad("'" + field + "' must be a number.");
        }
    }
}
