package ai.apertis.console.account;

import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Shown;
import ai.apertis.console.Visit;
import ai.apertis.ingress.Mount;
import ai.apertis.people.Action;
import ai.apertis.people.AuditLog;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.List;

/** Who did what in an organization, newest first, 50 a page. */
public final class AuditPages implements Mount {
    private static final int PAGE = 50;

    private final Pages pages;
    private final AuditLog log;

    /**
     * The page.
     *
     * @param pages where it is put
     * @param log what it shows
     */
    public AuditPages(Pages pages, AuditLog log) {
        this.pages = pages;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, "/console/audit", Action.VIEW_AUDIT_LOG, this::page);
    }

    private Future<Reply> page(Visit visit) {
        Long before = visit.query("before").map(AuditPages::id).orElse(null);
        return log.page(visit.signedIn().member(), before, PAGE + 1).map(found -> {
            List<AuditLog.Entry> shown = found.subList(0, Math.min(PAGE, found.size()));
            String older = found.size() > PAGE ? Long.toString(shown.getLast().id()) : "";
            return Reply.page(
                    "account/audit",
                    "Audit log",
                    "Who did what.",
                    new AuditView(shown.stream().map(AuditPages::line).toList(), older, before != null));
        });
    }

    private static AuditView.Line line(AuditLog.Entry entry) {
        String kind = switch (entry.actorKind()) {
            case "admin_key" -> "admin key";
            case "operator" -> "operator";
            default -> "";
        };
        return new AuditView.Line(Shown.minute(entry.at()), entry.actorName(), kind, entry.event(), entry.target());
    }

    private static Long id(String told) {
        try {
            return Long.valueOf(told);
        } catch (NumberFormatException e) {
            throw Refused.bad("'before' must be a number.");
        }
    }
}
