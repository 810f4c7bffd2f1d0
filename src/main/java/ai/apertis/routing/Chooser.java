package ai.apertis.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the endpoints of one model. Of those that may be used, the lowest rank comes first; within a rank two are
 * drawn by their weights, and the second is taken when the first costs clearly more. That keeps to the weights while all are
 * alike, and spreads load without everybody running to the best (M. Mitzenmacher, <i>The power of two choices in randomized
 * load balancing</i>).
 */
final class Chooser {
    /** Costs that differ by less than this factor are taken for equal. */
    private static final double ALIKE = 1.5;

    private final RandomGenerator random;

    Chooser(RandomGenerator random) {
        this.random = random;
    }

    /** An endpoint and the key to use there. */
    record Choice(Option option, String key) {}

    /**
     * The next endpoint, among those that are neither failing nor full nor out of keys.
     *
     * @param options what is left to try of one model
     * @param last the endpoint and key that served the conversation last, null when unknown
     * @param stream whether a stream is asked for
     * @return null when there is none
     */
    @Nullable
    Choice next(List<Option> options, @Nullable Served last, boolean stream) {
        List<Choice> usable = new ArrayList<>(options.size());
        for (Option option : options) {
            String preferred = last != null && last.at(option.candidate().endpoint()) ? last.key() : null;
            String key = option.usableKey(preferred);
            if (key != null && preferred != null) {
                return new Choice(option, key);
            }
            if (key != null) {
                usable.add(new Choice(option, key));
            }
        }
        if (usable.size() < 2) {
            return usable.isEmpty() ? null : usable.getFirst();
        }
        int first = usable.stream()
                .mapToInt(choice -> choice.option().candidate().rank())
                .min()
                .getAsInt();
        usable.removeIf(choice -> choice.option().candidate().rank() != first);
        return ofTwo(usable, stream);
    }

    /** The endpoint and key nearest to being usable, for when none is; null when all are full. */
    @Nullable
    Choice inNeed(List<Option> options) {
        for (Option option : options) {
            String key = option.anyKey();
            if (key != null) {
                return new Choice(option, key);
            }
        }
        return null;
    }

    private Choice ofTwo(List<Choice> equals, boolean stream) {
        if (equals.size() == 1) {
            return equals.getFirst();
        }
        int all = equals.stream().mapToInt(Chooser::weight).sum();
        double mean = (double) all / equals.size();
        Choice one = drawn(equals, all);
        List<Choice> others = new ArrayList<>(equals);
        others.remove(one);
        Choice other = drawn(others, all - weight(one));
        return cost(one, stream, mean) > ALIKE * cost(other, stream, mean) ? other : one;
    }

    private Choice drawn(List<Choice> from, int weights) {
        int ticket = random.nextInt(weights);
        for (Choice choice : from) {
            ticket -= weight(choice);
            if (ticket < 0) {
                return choice;
            }
        }
        throw new IllegalStateException("weights are positive");
    }

    private static double cost(Choice choice, boolean stream, double meanWeight) {
        return choice.option().health().cost(stream, weight(choice) / meanWeight);
    }

    private static int weight(Choice choice) {
        return choice.option().candidate().endpoint().weight();
    }
}
