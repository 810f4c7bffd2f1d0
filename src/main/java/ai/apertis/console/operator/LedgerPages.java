package ai.apertis.console.operator;

import ai.apertis.console.Pages;
import ai.apertis.console.Reply;
import ai.apertis.console.Shown;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Audit;
import ai.apertis.ledger.Audit.Finding;
import ai.apertis.people.Action;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger's promises, proved from its rows: what the {@code audit} command and the admin API tell, for people. The rows are read by
 * the database; one look at a time in a process, and whoever asks meanwhile sees the same one.
 */
public final class LedgerPages implements Mount {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerPages.class);
    private static final String PATH = "/operator/ledger";
    /** Most ledgers are looked through by then; for others the page says that it goes on. */
    private static final long PATIENCE_SECONDS = 5;

    private final Pages pages;
    private final Audit audit;
    private final AtomicReference<@Nullable Look> look = new AtomicReference<>();

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param audit looks
     */
    public LedgerPages(Pages pages, Audit audit) {
        this.pages = pages;
        this.audit = audit;
    }

    /** One look. Its outcome never fails. */
    private record Look(Instant since, Future<Outcome> outcome) {}

    private record Outcome(Instant at, String failed, List<Finding> findings) {}

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, PATH, Action.OPERATE, visit -> Future.succeededFuture(shown(look.get())));
        pages.postSignedIn(router, PATH, Action.OPERATE, visit -> {
            Look begun = begin();
            return begun.outcome()
                    .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .map(done -> Reply.to(PATH))
                    .recover(cause -> cause instanceof TimeoutException
                            ? Future.succeededFuture(Reply.to(PATH))
                            : Future.failedFuture(cause));
        });
    }

    private synchronized Look begin() {
        Look last = look.get();
        if (last != null && !last.outcome().isComplete()) {
            return last;
        }
        Look next = new Look(Instant.now(), audit.run().map(LedgerPages::found).otherwise(LedgerPages::failed));
        look.set(next);
        return next;
    }

    private static Outcome found(List<Finding> findings) {
        return new Outcome(Instant.now(), "", findings);
    }

    private static Outcome failed(Throwable cause) {
        LOG.warn("the ledger could not be looked through: {}", cause.getMessage());
        return new Outcome(Instant.now(), "The rows could not be read.", List.of());
    }

    private static Reply shown(@Nullable Look last) {
        return Reply.page("operator/ledger", "Ledger", "Whether the ledger keeps its promises.", view(last));
    }

    private static LedgerView view(@Nullable Look last) {
        if (last == null) {
            return new LedgerView("", "", "", "", List.of());
        }
        if (!last.outcome().isComplete()) {
            return new LedgerView(Shown.second(last.since()), "", "", "", List.of());
        }
        Outcome outcome = last.outcome().result();
        return new LedgerView(
                "",
                Shown.second(outcome.at()),
                Shown.duration(Duration.between(last.since(), outcome.at()).toMillis()),
                outcome.failed(),
                outcome.findings().stream()
                        .sorted(Comparator.comparing(Finding::kept))
                        .map(LedgerView.Line::of)
                        .toList());
    }
}
