package ai.apertis.console;

/**
 * A page that is not shown, with the reason that the visitor is told. Thrown or failed with by handlers; anything else that
 * they fail with is an error of ours.
 */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    private Refused(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /**
     * There is no such page.
     *
     * @param what what was looked for, for the visitor
     * @return answered with 404
     */
    public static Refused notFound(String what) {
        return new Refused(404, what);
    }

    /**
     * A form or a query that is none of ours.
     *
     * @param why names the field, for the visitor
     * @return answered with 400
     */
    public static Refused bad(String why) {
        return new Refused(400, why);
    }

    /**
     * Something the visitor may not do.
     *
     * @param why for the visitor
     * @return answered with 403
     */
    public static Refused forbidden(String why) {
        return new Refused(403, why);
    }

    /**
     * The HTTP status.
     *
     * @return 400 to 499
     */
    public int status() {
        return status;
    }
}
