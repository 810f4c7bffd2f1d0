package ai.apertis.console.account;

import ai.apertis.console.Refused;
import ai.apertis.console.Visit;
import java.util.List;

/** Ids as addresses and forms carry them. */
final class Ids {
    private Ids() {}

    /** That of the address; what is no number is nothing of ours. */
    static long of(Visit visit, String what) {
        try {
            return Long.parseLong(visit.inPath("id"));
        } catch (NumberFormatException e) {
            throw Refused.notFound("There is no such " + what + ".");
        }
    }

    /** Those of boxes that were checked. */
    static List<Long> all(Visit visit, String field) {
        try {
            return visit.fields(field).stream().map(Long::valueOf).distinct().toList();
        } catch (NumberFormatException e) {
            throw Refused.bad("'" + field + "' must be a number.");
        }
    }
}
