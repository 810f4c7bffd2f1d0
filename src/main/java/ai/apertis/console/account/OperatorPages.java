package ai.apertis.console.account;

import ai.apertis.console.Pages;
import ai.apertis.console.Reply;
import ai.apertis.console.Shown;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitor;
import ai.apertis.console.Visitors;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.AdminToken;
import ai.apertis.ledger.Writes;
import ai.apertis.people.Action;
import ai.apertis.people.AuditLog;
import ai.apertis.people.MailedLinks;
import ai.apertis.people.Session;
import ai.apertis.people.Sessions;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;

/** Where a signed-in person shows the admin token, and has the operator's rights in this session for twelve hours. */
public final class OperatorPages implements Mount {
    private static final String PATH = "/operator";

    private final Pages pages;
    private final Gate gate;
    private final AdminToken token;
    private final Sessions sessions;
    private final Writes writes;
    private final AuditLog log;
    private final MailedLinks links;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param gate bounds how often the token may be guessed
     * @param token what is to be shown
     * @param sessions where the rights are noted
     * @param writes runs what is noted
     * @param log where it is noted, too
     * @param links what an operator can make for somebody who has forgotten their password
     */
    public OperatorPages(
            Pages pages,
            Gate gate,
            AdminToken token,
            Sessions sessions,
            Writes writes,
            AuditLog log,
            MailedLinks links) {
        this.pages = pages;
        this.gate = gate;
        this.token = token;
        this.sessions = sessions;
        this.writes = writes;
        this.log = log;
        this.links = links;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, PATH, null, visit -> Future.succeededFuture(show(200, visit, Said.NOTHING)));
        pages.postSignedIn(router, PATH, null, this::enter);
        pages.postSignedIn(router, PATH + "/leave", null, this::leave);
        pages.postSignedIn(router, PATH + "/reset", Action.OPERATE, this::reset);
    }

    private static Reply show(int status, Visit visit, Said said) {
        var until = visit.signedIn().session().operatorUntil();
        return new Reply.Shown(
                status,
                "account/operator",
                "Operator",
                "The operator of this installation.",
                new OperatorView(visit.signedIn().isOperator() && until != null ? Shown.minute(until) : "", said));
    }

    private Future<Reply> enter(Visit visit) {
        Visitor visitor = visit.signedIn();
        String shown = visit.secret("token").strip();
        return gate.come(visit)
                .compose(in -> gate.guess(
                        visit,
                        "operator " + visitor.session().person().name(),
                        () -> Future.succeededFuture(token.matches(shown) ? Optional.of(visitor) : Optional.empty())))
                .compose(right -> right.isEmpty()
                        ? Future.succeededFuture(show(400, visit, Said.wrong("This is not the admin token.")))
                        : note(visitor, "operator.entered")
                                .compose(noted -> sessions.becomeOperator(visitor.session()))
                                .compose(done -> rotated(visit, visitor.session())));
    }

    private Future<Reply> leave(Visit visit) {
        Visitor visitor = visit.signedIn();
        return note(visitor, "operator.left")
                .compose(noted -> sessions.ceaseOperator(visitor.session()))
                .compose(done -> rotated(visit, visitor.session()));
    }

    /** For people who do not get mail from here. Whoever holds the admin token holds the database as well. */
    private Future<Reply> reset(Visit visit) {
        String login = visit.field("login").orElse("");
        return links.reset(login)
                .compose(made -> made.isEmpty()
                        ? Future.succeededFuture(
                                show(404, visit, Said.wrong("There is nobody of this name or address.")))
                        : note(
                                        visit.signedIn(),
                                        "operator.made_reset_link",
                                        made.get().person().name())
                                .map(noted -> show(
                                        200,
                                        visit,
                                        Said.once(
                                                "Hand this link to "
                                                        + made.get().person().name()
                                                        + ", and make sure that it is them. It is shown this once, and is valid"
                                                        + " for one hour.",
                                                visit.origin() + "/reset/"
                                                        + made.get().token()))));
    }

    private Future<Void> note(Visitor visitor, String event) {
        return note(visitor, event, visitor.session().person().name());
    }

    private Future<Void> note(Visitor visitor, String event, String target) {
        return writes.run((tables, transaction) -> log.write(transaction, visitor.member(), event, target));
    }

    private Future<Reply> rotated(Visit visit, Session session) {
        return sessions.rotate(session)
                .map(started -> new Reply.Elsewhere(PATH, List.of(Visitors.cookie(visit, started.token()))));
    }
}
