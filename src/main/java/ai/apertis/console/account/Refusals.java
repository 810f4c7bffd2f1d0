package ai.apertis.console.account;

import ai.apertis.people.Refusal;

/** What a refusal is in HTTP. */
final class Refusals {
    private Refusals() {}

    static int status(Refusal refusal) {
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
