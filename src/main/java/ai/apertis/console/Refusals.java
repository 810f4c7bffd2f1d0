package ai.apertis.console;

import ai.apertis.people.Refusal;

/** What a refusal is in HTTP. */
public final class Refusals {
    private Refusals() {}

    /**
     * Its status.
     *
     * @param refusal why something was not done
     * @return 400 to 503
     */
    public static int status(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Invalid invalid -> 400;
            case Refusal.Forbidden forbidden -> 403;
            case Refusal.Absent absent -> 404;
            case Refusal.Taken taken -> 409;
            case Refusal.Impossible impossible -> 409;
            case Refusal.Busy busy -> 503;
        };
    }
}
