package ai.apertis.routing;

import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.RoutePreference;
import ai.apertis.config.SamplingParameter;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ProviderWishes;
import ai.apertis.dialect.ProviderWishes.MaxPrice;
import ai.apertis.dialect.ProviderWishes.Sort;
import ai.apertis.routing.health.Health;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which of a model's endpoints a request accepts, and in which order it wants them. */
public final class Preferences {
    private static final int NOWHERE = Integer.MAX_VALUE;

    private final Set<String> parameters;
    private final ProviderWishes wishes;
    private final Health health;
    private @Nullable String unmet;

    /**
     * Preferences.
     *
     * @param parameters those that the request sets
     * @param wishes of the request and its key
     * @param health tells who is fast
     */
    public Preferences(Set<String> parameters, ProviderWishes wishes, Health health) {
        this.parameters = Set.copyOf(parameters);
        this.wishes = wishes;
        this.health = health;
    }

    /** The model's endpoints that are accepted, ranked. */
    List<Candidate> of(Model model, RoutePreference suffix) {
        List<Endpoint> accepted = accepted(model);
        Sort sort = wishes.sort() != null ? wishes.sort() : sort(suffix);
        Comparator<Endpoint> order = order(sort);
        accepted.sort(order);
        if (Boolean.FALSE.equals(wishes.allowFallbacks()) && !accepted.isEmpty()) {
            if (wishes.order() == null) {
                accepted.subList(1, accepted.size()).clear();
            } else {
                accepted.removeIf(endpoint -> place(endpoint) == NOWHERE);
                note("order", accepted);
            }
        }
        List<Candidate> candidates = new ArrayList<>(accepted.size());
        int rank = 0;
        for (int i = 0; i < accepted.size(); i++) {
            if (i > 0 && (sort != null || order.compare(accepted.get(i - 1), accepted.get(i)) != 0)) {
                rank++;
            }
            candidates.add(new Candidate(model, accepted.get(i), rank));
        }
        return candidates;
    }

    /**
     * Whether the order was asked for, so that nothing else may change it.
     *
     * @param suffix what the model's name asks for
     * @return true when it was
     */
    public boolean isOrdered(RoutePreference suffix) {
        return wishes.order() != null || wishes.sort() != null || suffix != RoutePreference.BALANCED;
    }

    /**
     * What to tell a client whose wishes left nobody.
     *
     * @param model the model asked for
     * @return null when it was not for them
     */
    public @Nullable ApiError unmet(String model) {
        return unmet == null
                ? null
                : new ApiError(
                        404,
                        "invalid_request_error",
                        "model_not_found",
                        "No provider of the model '" + model + "' meets '" + unmet + "'.",
                        unmet,
                        0);
    }

    private List<Endpoint> accepted(Model model) {
        List<Endpoint> left = new ArrayList<>(model.endpoints());
        List<String> only = wishes.only();
        if (only != null) {
            keep("only", left, endpoint -> names(only, endpoint));
        }
        List<String> ignore = wishes.ignore();
        if (ignore != null) {
            keep("ignore", left, endpoint -> !names(ignore, endpoint));
        }
        MaxPrice most = wishes.maxPrice();
        if (most != null) {
            keep("max_price", left, endpoint -> costsAtMost(endpoint, most));
        }
        if (Boolean.TRUE.equals(wishes.denyCollection())) {
            keep(
                    "data_collection",
                    left,
                    endpoint ->
                            model.dataPolicy() == null && endpoint.provider().dataPolicy() == null);
        }
        if (Boolean.TRUE.equals(wishes.zeroRetention())) {
            keep("zdr", left, endpoint -> endpoint.provider().zeroRetention());
        }
        if (Boolean.TRUE.equals(wishes.requireParameters())) {
            keep(
                    "require_parameters",
                    left,
                    endpoint -> takesAll(model)
                            && Collections.disjoint(endpoint.provider().quirks().refusedParameters(), parameters));
        }
        return left;
    }

    private boolean takesAll(Model model) {
        return model.refuses().always().stream()
                .map(SamplingParameter::configName)
                .noneMatch(parameters::contains);
    }

    private void keep(String wish, List<Endpoint> left, Predicate<Endpoint> meets) {
        if (!left.isEmpty()) {
            left.removeIf(meets.negate());
            note(wish, left);
        }
    }

    private void note(String wish, List<Endpoint> left) {
        if (left.isEmpty() && unmet == null) {
            unmet = "provider." + wish;
        }
    }

    private Comparator<Endpoint> order(@Nullable Sort sort) {
        Comparator<Endpoint> byWish = wishes.order() == null ? (_, _) -> 0 : Comparator.comparingInt(this::place);
        if (sort == null) {
            return byWish.thenComparingInt(Endpoint::priority);
        }
        // Of whom nothing is known yet is tried once, so that something is.
        Comparator<Endpoint> bySort = switch (sort) {
            case PRICE -> Comparator.comparingLong(Preferences::price);
            case LATENCY ->
                Comparator.comparingDouble(endpoint -> health.of(endpoint).firstTokenMillis());
            case THROUGHPUT ->
                Comparator.comparingDouble(endpoint -> {
                    double pace = health.of(endpoint).tokensPerSecond();
                    return pace == 0 ? Double.NEGATIVE_INFINITY : -pace;
                });
        };
        return byWish.thenComparing(bySort).thenComparingInt(Endpoint::priority);
    }

    private static @Nullable Sort sort(RoutePreference suffix) {
        return switch (suffix) {
            case BALANCED -> null;
            case PRICE -> Sort.PRICE;
            case THROUGHPUT -> Sort.THROUGHPUT;
        };
    }

    private int place(Endpoint endpoint) {
        List<String> order = wishes.order() == null ? List.of() : wishes.order();
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i).equalsIgnoreCase(endpoint.provider().name())) {
                return i;
            }
        }
        return NOWHERE;
    }

    private static boolean names(List<String> names, Endpoint endpoint) {
        String name = endpoint.provider().name().toLowerCase(Locale.ROOT);
        return names.stream().anyMatch(each -> each.toLowerCase(Locale.ROOT).equals(name));
    }

    private static boolean costsAtMost(Endpoint endpoint, MaxPrice most) {
        return within(endpoint.prices().inputPico(), most.promptPico())
                && within(endpoint.prices().outputPico(), most.completionPico())
                && within(endpoint.prices().requestNano(), most.requestNano())
                && within(endpoint.prices().imageNano(), most.imageNano());
    }

    private static boolean within(long price, @Nullable Long most) {
        return most == null || price <= most;
    }

    private static long price(Endpoint endpoint) {
        return endpoint.prices().inputPico() + endpoint.prices().outputPico();
    }
}
