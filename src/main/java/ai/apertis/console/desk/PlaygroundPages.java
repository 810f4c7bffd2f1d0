package ai.apertis.console.desk;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.config.ModelKind;
import ai.apertis.console.Numbers;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Shown;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitor;
import ai.apertis.ingress.ChatOnBehalf;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageRow;
import ai.apertis.ledger.UsageRows;
import ai.apertis.people.Action;
import ai.apertis.people.PlaygroundKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place to try models: what is asked here goes the way of any request, paid by a key of the person's own that has no
 * secret. The browser holds the conversation; nothing of it is kept here.
 */
public final class PlaygroundPages implements Mount {
    private static final String PATH = "/console/playground";

    /** The longest that a row is looked for after its request, in milliseconds: an hour. */
    private static final long LONGEST_MILLIS = 3_600_000;

    private final Pages pages;
    private final ChatOnBehalf chat;
    private final PlaygroundKeys keys;
    private final UsageRows usage;
    private final Balances balances;
    private final LiveCatalog catalog;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param chat answers
     * @param keys finds who pays
     * @param usage tells what an answer cost that was not heard to its end
     * @param balances what is left
     * @param catalog the models
     */
    public PlaygroundPages(
            Pages pages,
            ChatOnBehalf chat,
            PlaygroundKeys keys,
            UsageRows usage,
            Balances balances,
            LiveCatalog catalog) {
        this.pages = pages;
        this.chat = chat;
        this.keys = keys;
        this.usage = usage;
        this.balances = balances;
        this.catalog = catalog;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, PATH, Action.USE_PLAYGROUND, this::place);
        pages.postSignedIn(router, PATH + "/chat", Action.USE_PLAYGROUND, this::ask);
        pages.getSignedIn(router, PATH + "/last", Action.USE_PLAYGROUND, this::last);
    }

    private Future<Reply> place(Visit visit) {
        Visitor visitor = visit.signedIn();
        List<Model> models = catalog.current().models().stream()
                .filter(model -> model.kinds().contains(ModelKind.CHAT)
                        && !model.endpoints().isEmpty())
                .sorted(Comparator.comparing(Model::isSimulated))
                .toList();
        String first = models.isEmpty() ? "" : models.getFirst().id();
        String chosen = visit.query("model")
                .flatMap(catalog.current()::resolve)
                .map(found -> found.model().id())
                .orElse(first);
        return left(visitor)
                .map(left -> Reply.page(
                        "desk/playground",
                        "Playground",
                        "Try a model.",
                        new PlaygroundView(
                                models.stream().map(PlaygroundView.Choice::of).toList(),
                                chosen,
                                visitor.organization().name(),
                                left,
                                visitor.may(Action.VIEW_USAGE))));
    }

    private Future<@Nullable String> left(Visitor visitor) {
        if (!visitor.may(Action.VIEW_OVERVIEW)) {
            return Future.succeededFuture(null);
        }
        return balances.ofAccount(visitor.accountId())
                .map(found -> found.map(
                                balance -> OverviewView.Purse.of(balance).left())
                        .orElseThrow(() -> Refused.notFound("There is no such account.")));
    }

    private Future<Reply> ask(Visit visit) {
        byte[] body = visit.body();
        return keys.of(visit.signedIn().member())
                .map(key -> new Reply.Handed(exchange -> chat.answer(exchange, key, body)));
    }

    /** What the visitor's newest request came to, of those that were settled within the milliseconds that they name. */
    private Future<Reply> last(Visit visit) {
        Instant since = Instant.now().minusMillis(Math.clamp(millis(visit), 0, LONGEST_MILLIS));
        return keys.find(visit.signedIn().member())
                .compose(key -> key.isEmpty()
                        ? Future.succeededFuture(Optional.<UsageRow>empty())
                        : usage.page(
                                        new UsageFilter(visit.signedIn().accountId(), key.get(), null, since, null),
                                        null,
                                        1)
                                .map(page -> page.rows().stream().findFirst()))
                .map(row -> new Reply.Data(
                        "application/json",
                        Map.of(),
                        row.map(PlaygroundPages::told)
                                .orElseGet(JsonObject::new)
                                .toBuffer()));
    }

    private static long millis(Visit visit) {
        try {
            return Long.parseLong(visit.query("within").orElse("0"));
        } catch (NumberFormatException e) {
            throw Refused.bad("'within' must be milliseconds.");
        }
    }

    private static JsonObject told(UsageRow row) {
        return new JsonObject()
                .put("id", Long.toString(row.requestId()))
                .put("input", Numbers.grouped(LogsView.input(row)))
                .put("output", Numbers.grouped(LogsView.output(row)))
                .put("cost", Numbers.usd(row.costNano()))
                .put("nano", row.costNano())
                .put("first_token", row.ttftMillis() <= 0 ? "" : Shown.duration(row.ttftMillis()))
                .put("duration", Shown.duration(row.durationMillis()));
    }
}
