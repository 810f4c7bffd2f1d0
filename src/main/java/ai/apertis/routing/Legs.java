package ai.apertis.routing;

import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.routing.Chooser.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one request has left to try: the endpoints of the model asked for, then those of each fallback. */
final class Legs {
    private final Steering steering;
    private final Itinerary itinerary;
    private final boolean stream;
    private final Chooser chooser;
    private final List<List<Option>> legs = new ArrayList<>();
    private boolean passedOver;

    Legs(Steering steering, Itinerary itinerary, boolean stream) {
        this.steering = steering;
        this.itinerary = itinerary;
        this.stream = stream;
        this.chooser = new Chooser(steering.chance());
        String model = "";
        for (Candidate each : itinerary.candidates()) {
            if (!each.model().id().equals(model)) {
                model = each.model().id();
                legs.add(new ArrayList<>());
            }
            legs.getLast().add(new Option(each, steering.health()));
        }
    }

    /** Who comes next among the models that are left. Where nobody is well, a request in need is as good a probe as any. */
    @Nullable
    Choice onward() {
        Choice well = first(this::usable);
        return well == null ? first(chooser::inNeed) : well;
    }

    /** Another endpoint or key of the same model, null when none may be used. */
    @Nullable
    Choice here() {
        return usable(legs.getFirst());
    }

    /** Another endpoint of the same model beside one that is under way, else the same one once more. */
    @Nullable
    Choice beside(Choice first) {
        List<Option> others = new ArrayList<>(legs.getFirst());
        others.remove(first.option());
        Choice other = chooser.next(others, null, stream);
        boolean again =
                !first.option().health().isOpen() && !first.option().health().isFull();
        return other != null || !again ? other : first;
    }

    /** Whether another attempt could follow one that is made now. */
    boolean othersFollow() {
        return legs.size() > 1 || legs.getFirst().size() > 1;
    }

    /** Whether a model was left without having been tried, because none of its endpoints may be used now. */
    boolean passedOver() {
        return passedOver;
    }

    /** An attempt failed: its endpoint is not tried again, unless another key may do better. */
    void failed(Option option, AttemptFailure failure) {
        if (option.isSpent(failure)) {
            legs.forEach(leg -> leg.remove(option));
        }
    }

    /**
     * Who may go on with a stream that broke off: an endpoint of the same model, then of the fallbacks.
     *
     * @param prefills whether it must be able to go on from a text
     */
    @Nullable
    Choice goingOn(boolean prefills) {
        for (List<Option> leg : legs) {
            List<Option> able = leg.stream()
                    .filter(option -> !prefills || option.candidate().prefills())
                    .toList();
            Choice choice = chooser.next(able, null, stream);
            if (choice != null) {
                return choice;
            }
        }
        return null;
    }

    /** Goes on to the next model. */
    boolean fallBack() {
        if (legs.size() == 1) {
            return false;
        }
        legs.removeFirst();
        return true;
    }

    private @Nullable Choice usable(List<Option> leg) {
        String model = leg.isEmpty() ? "" : leg.getFirst().candidate().model().id();
        Served last = itinerary.ordered() ? null : steering.affinity().last(itinerary.conversation(), model);
        return chooser.next(leg, last, stream);
    }

    /** The first choice there is; models that have none are left behind. */
    private @Nullable Choice first(Function<List<Option>, @Nullable Choice> choosing) {
        for (int leg = 0; leg < legs.size(); leg++) {
            Choice choice = choosing.apply(legs.get(leg));
            if (choice != null) {
                passedOver |= leg > 0;
                legs.subList(0, leg).clear();
                return choice;
            }
        }
        return null;
    }
}
