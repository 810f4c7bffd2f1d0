package ai.apertis.console.open;

import ai.apertis.console.Refused;

/** Reads which page of a list is wanted. */
final class PageNumber {
    private PageNumber() {}

    static int of(String told, int last) {
        try {
            int page = Integer.parseInt(told);
            if (page >= 1 && page <= last) {
                return page;
            }
        } catch (NumberFormatException e) {
            throw Refused.bad("'page' must be a whole number.");
        }
        throw Refused.notFound("There is no such page of this list.");
    }
}
