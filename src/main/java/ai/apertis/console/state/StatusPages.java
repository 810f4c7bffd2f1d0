package ai.apertis.console.state;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Provider;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.console.state.StatusView.DayLine;
import ai.apertis.console.state.StatusView.IncidentLine;
import ai.apertis.console.state.StatusView.ProviderLine;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.ProviderDays;
import ai.apertis.ledger.ProviderDays.Day;
import ai.apertis.routing.health.Health;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** How providers do, and how they did in the last ninety days, for everybody. Nothing secret: no address, no key. */
public final class StatusPages implements Mount {
    private final Pages pages;
    private final LiveCatalog catalog;
    private final Health health;
    private final BooleanSupplier ledgerAnswers;
    private final History.Reader reader;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param catalog what providers there are
     * @param health how they do, as this process sees it
     * @param ledgerAnswers whether the database is there
     * @param rows how they did, as all nodes counted it
     */
    public StatusPages(
            Pages pages, LiveCatalog catalog, Health health, BooleanSupplier ledgerAnswers, ProviderDays rows) {
        this.pages = pages;
        this.catalog = catalog;
        this.health = health;
        this.ledgerAnswers = ledgerAnswers;
        this.reader = new History.Reader(rows);
    }

    @Override
    public void mount(Router router) {
        pages.get(router, "/status", Section.STATUS, visit -> history().map(this::all));
        pages.get(router, "/status/:provider", Section.STATUS, this::one);
    }

    /** Nobody waits for rows that are known to be away. */
    private Future<History> history() {
        return ledgerAnswers.getAsBoolean() ? reader.read() : Future.succeededFuture(History.unknown(Instant.now()));
    }

    private Reply all(History history) {
        Instant now = Instant.now();
        Catalog catalogue = catalog.current();
        List<Provider> shown = shown(catalogue);
        Set<State> states = EnumSet.noneOf(State.class);
        List<ProviderLine> lines = shown.stream()
                .map(provider -> {
                    State state = state(catalogue, provider, history);
                    states.add(state);
                    return line(provider, state, history, now);
                })
                .toList();
        boolean answers = ledgerAnswers.getAsBoolean();
        return Reply.page(
                "state/status",
                "Status",
                "How the providers do now, and how they did in the last ninety days.",
                new StatusView(
                        answers ? look(states) : "bad",
                        answers
                                ? headline(states)
                                : "The database is out of reach: requests that cost money are refused.",
                        history.known(),
                        lines,
                        incidents(
                                history, now, shown.stream().map(Provider::name).toList())));
    }

    private Future<Reply> one(Visit visit) {
        Catalog catalogue = catalog.current();
        Provider provider = shown(catalogue).stream()
                .filter(each -> each.name().equals(visit.inPath("provider")))
                .findFirst()
                .orElseThrow(() -> Refused.notFound("There is no such provider here."));
        return history().map(history -> {
            Instant now = Instant.now();
            ProviderLine line = line(provider, state(catalogue, provider, history), history, now);
            List<DayLine> days = line.days().reversed().stream()
                    .filter(day -> !day.look().isEmpty())
                    .toList();
            return Reply.page(
                    "state/provider",
                    "Status of " + provider.name(),
                    "How " + provider.name() + " did in the last ninety days.",
                    new StatusView.Alone(line, days, incidents(history, now, List.of(provider.name()))));
        });
    }

    /** Simulated ones only where there are no others. */
    private static List<Provider> shown(Catalog now) {
        Set<String> real = now.models().stream()
                .filter(model -> !model.isSimulated())
                .flatMap((Model model) -> model.endpoints().stream())
                .map(endpoint -> endpoint.provider().name())
                .collect(Collectors.toSet());
        return now.providers().stream()
                .filter(provider -> real.isEmpty() || real.contains(provider.name()))
                .toList();
    }

    private State state(Catalog now, Provider provider, History history) {
        return State.of(now, provider, health, history.recentOf(provider.name()), history.known());
    }

    private static ProviderLine line(Provider provider, State state, History history, Instant now) {
        Map<LocalDate, Day> days = history.days().stream()
                .filter(day -> day.provider().equals(provider.name()))
                .collect(Collectors.toMap(Day::day, day -> day));
        return ProviderLine.of(
                provider.name(),
                state,
                days,
                history.firstTokenMillis().getOrDefault(provider.name(), -1L),
                LocalDate.ofInstant(now, ZoneOffset.UTC));
    }

    private static List<IncidentLine> incidents(History history, Instant now, List<String> providers) {
        return history.incidents().stream()
                .filter(incident -> providers.contains(incident.provider()))
                .sorted(Comparator.comparing(History.Incident::from).reversed())
                .map(incident -> IncidentLine.of(incident, now))
                .toList();
    }

    private static String look(Set<State> states) {
        if (states.contains(State.UNAVAILABLE) || states.contains(State.PARTLY)) {
            return states.contains(State.WORKING) || states.contains(State.PARTLY) ? "warn" : "bad";
        }
        return states.contains(State.WORKING) ? "good" : "";
    }

    private static String headline(Set<State> states) {
        if (states.contains(State.UNAVAILABLE)) {
            return states.contains(State.WORKING) || states.contains(State.PARTLY)
                    ? "Some providers are unavailable. Models that others serve too go on."
                    : "No provider that was asked lately is available.";
        }
        if (states.contains(State.PARTLY)) {
            return "Requests are answered, but some providers fail more often than usual.";
        }
        return states.contains(State.WORKING)
                ? "Everything works."
                : "The gateway is there. Nobody asked a provider in the last minutes.";
    }
}
