package ai.apertis.routing;

import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.dispatch.AttemptFailure.Kind;
import ai.apertis.dispatch.Unfinished;
import ai.apertis.routing.Chooser.Choice;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Who goes on with the stream of one request after it broke off, and what becomes of that. */
final class Continuation {
    /** How often another attempt goes on with one answer: providers that all break off are not worth more. */
    private static final int MOST = 2;

    private static final AttemptFailure BROKE_OFF = new AttemptFailure(Kind.RESET, Calls.UNCONTINUABLE);

    private final Steering steering;
    private final Legs legs;
    private final BiConsumer<Choice, Unfinished> attempts;
    private int made;
    private @Nullable Candidate by;

    /**
     * Nothing has broken off yet.
     *
     * @param steering what all journeys share
     * @param legs what is left to try
     * @param attempts makes an attempt to go on
     */
    Continuation(Steering steering, Legs legs, BiConsumer<Choice, Unfinished> attempts) {
        this.steering = steering;
        this.legs = legs;
        this.attempts = attempts;
    }

    /**
     * The stream broke off in its midst: another endpoint goes on with it, if one can and a retry is granted.
     *
     * @param cut the stream
     * @param option who broke it off
     * @return whether an attempt is made
     */
    boolean follows(Unfinished cut, Option option) {
        legs.failed(option, BROKE_OFF);
        Choice choice = made < MOST ? next(cut) : null;
        if (choice == null) {
            return false;
        }
        made++;
        goOn(choice, cut);
        return true;
    }

    /** Who was to go on could not, and of it nothing has reached the client. */
    void failed(Unfinished cut, Option option, AttemptFailure failure) {
        legs.failed(option, failure);
        if (failure.kind() == Kind.CLIENT_GONE) {
            cut.leave();
            return;
        }
        Choice choice = failure.kind() == Kind.HOLD_LOST ? null : next(cut);
        if (choice == null) {
            steering.metrics().continued("failed");
            cut.giveUp();
        } else {
            goOn(choice, cut);
        }
    }

    /** Text of one that goes on has reached the client. */
    void isBy(Candidate candidate) {
        by = candidate;
    }

    /** The last one that went on and whose text has reached the client, null when nobody had to. */
    @Nullable
    Candidate by() {
        return by;
    }

    private @Nullable Choice next(Unfinished cut) {
        Choice choice = legs.goingOn(!cut.soFar().isBlank());
        return choice != null && steering.retries().take() ? choice : null;
    }

    private void goOn(Choice choice, Unfinished cut) {
        steering.metrics().retried("continuation");
        attempts.accept(choice, cut);
    }
}
