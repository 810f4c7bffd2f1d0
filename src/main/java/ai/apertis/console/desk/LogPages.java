package ai.apertis.console.desk;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.console.Ids;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Visit;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.KeyUses;
import ai.apertis.ledger.UsageRow;
import ai.apertis.ledger.UsageRows;
import ai.apertis.people.Action;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What was asked, by whom and for how much: in pages, one by one, as it comes, and as a file. */
public final class LogPages implements Mount {
    private static final String LIST = "/console/logs";
    private static final int PAGE = 50;

    /** How often a page that looks on may ask, three seconds apart: for half an hour. */
    private static final int LOOKS = 600;

    /** The most rows that a look sees; the address of the next look names those among them that were there. */
    private static final int LOOKED_AT = 100;

    /** How much later than one of a later time a row may be committed and still be seen by who looks on. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private final Pages pages;
    private final UsageRows usage;
    private final KeyUses keys;
    private final LiveCatalog catalog;

    /** The people for whom a file is being written: one at a time for each. */
    private final Set<Long> writing = ConcurrentHashMap.newKeySet();

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param usage what was asked
     * @param keys names keys
     * @param catalog names models
     */
    public LogPages(Pages pages, UsageRows usage, KeyUses keys, LiveCatalog catalog) {
        this.pages = pages;
        this.usage = usage;
        this.keys = keys;
        this.catalog = catalog;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, LIST, Action.VIEW_USAGE, this::list);
        pages.getSignedIn(router, LIST + ".csv", Action.VIEW_USAGE, this::file);
        pages.getSignedIn(router, LIST + "/newer", Action.VIEW_USAGE, this::newer);
        pages.getSignedIn(router, LIST + "/:id", Action.VIEW_USAGE, this::one);
    }

    private Future<Reply> list(Visit visit) {
        LogFilter filter = LogFilter.of(visit, visit.signedIn().accountId());
        String cursor = visit.query("cursor").orElse(null);
        boolean live = cursor == null && visit.query("live").isPresent();
        return keys.names(visit.signedIn().accountId())
                .compose(names -> usage.page(filter.rows(), filter.outcome(), cursor, live ? LOOKED_AT : PAGE)
                        .map(page -> Reply.page(
                                "desk/logs",
                                "Logs",
                                "The requests of this organization.",
                                view(filter, page, names, cursor == null, live))));
    }

    private LogsView view(
            LogFilter filter, UsageRows.Page page, List<KeyUses.Name> names, boolean first, boolean live) {
        Map<Long, String> named = KeyUses.byId(names);
        String next = page.next();
        return new LogsView(
                filter,
                page.rows().stream().map(row -> line(row, named)).toList(),
                next == null ? null : filter.link(LIST, "cursor", next),
                first,
                live ? tail(filter, since(page.rows()), seen(page.rows()), 1, List.of()) : null,
                names,
                catalog.current().models().stream().map(Model::id).toList());
    }

    private static String since(List<UsageRow> rows) {
        return UsageRows.cursor(rows.isEmpty() ? null : rows.getFirst());
    }

    /** Those that the next look would see again. */
    private static String seen(List<UsageRow> rows) {
        return rows.stream()
                .filter(row -> !row.at().isBefore(rows.getFirst().at().minus(LATE)))
                .map(row -> Long.toString(row.requestId(), Character.MAX_RADIX))
                .collect(Collectors.joining("."));
    }

    private static LogsView.Tail tail(
            LogFilter filter, String since, String seen, int look, List<LogsView.Line> lines) {
        return new LogsView.Tail(
                look > LOOKS ? null : filter.link(LIST + "/newer", "since", since) + "&look=" + look + "&seen=" + seen,
                lines);
    }

    private static LogsView.Line line(UsageRow row, Map<Long, String> named) {
        return LogsView.Line.of(row, named.getOrDefault(row.keyId(), "key " + row.keyId()));
    }

    private Future<Reply> newer(Visit visit) {
        LogFilter filter = LogFilter.of(visit, visit.signedIn().accountId());
        String since = visit.query("since").orElseThrow(() -> Refused.bad("'since' is needed."));
        int look = look(visit.query("look").orElse("1"));
        Set<String> seen = new HashSet<>(List.of(visit.query("seen").orElse("").split("\\.")));
        return keys.names(visit.signedIn().accountId())
                .compose(names -> usage.newer(filter.rows(), filter.outcome(), since, LATE, LOOKED_AT)
                        .map(rows -> {
                            Map<Long, String> named = KeyUses.byId(names);
                            return Reply.page(
                                    "desk/logs-newer",
                                    "Logs",
                                    "New requests.",
                                    tail(
                                            filter,
                                            rows.isEmpty() ? since : since(rows),
                                            seen(rows),
                                            look + 1,
                                            rows.stream()
                                                    .filter(row -> !seen.contains(
                                                            Long.toString(row.requestId(), Character.MAX_RADIX)))
                                                    .map(row -> line(row, named))
                                                    .toList()));
                        }));
    }

    private static int look(String told) {
        try {
            return Integer.parseInt(told);
        } catch (NumberFormatException e) {
            throw Refused.bad("'look' must be a whole number.");
        }
    }

    private Future<Reply> one(Visit visit) {
        return keys.names(visit.signedIn().accountId())
                .compose(names -> found(visit)
                        .map(row -> Reply.page(
                                "desk/log",
                                "Request " + row.requestId(),
                                "One request in full.",
                                new LogsView.One(line(row, KeyUses.byId(names)), row))));
    }

    private Future<UsageRow> found(Visit visit) {
        return usage.get(visit.signedIn().accountId(), Ids.of(visit, "request"))
                .map(row -> row.orElseThrow(() -> Refused.notFound("There is no such request.")));
    }

    private Future<Reply> file(Visit visit) {
        LogFilter filter = LogFilter.of(visit, visit.signedIn().accountId());
        long person = visit.signedIn().session().person().id();
        return keys.names(visit.signedIn().accountId()).map(names -> {
            if (!writing.add(person)) {
                throw Refused.bad("Another file is being written for you; this one can come after it.");
            }
            return new Reply.Stream(
                    "text/csv; charset=utf-8",
                    Map.of("Content-Disposition", "attachment; filename=\"apertis-logs.csv\""),
                    response -> new LogCsv(usage, filter, KeyUses.byId(names))
                            .write(response)
                            .eventually(() -> {
                                writing.remove(person);
                                return Future.succeededFuture();
                            }));
        });
    }
}
