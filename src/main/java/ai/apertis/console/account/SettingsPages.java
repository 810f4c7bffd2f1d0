package ai.apertis.console.account;

import ai.apertis.console.Ids;
import ai.apertis.console.Pages;
import ai.apertis.console.Refusals;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Shown;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitor;
import ai.apertis.console.Visitors;
import ai.apertis.console.account.SettingsView.AlertsForm;
import ai.apertis.http.OutboundUrls;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Alerts;
import ai.apertis.ledger.Conflict;
import ai.apertis.ledger.Writes;
import ai.apertis.people.Action;
import ai.apertis.people.AuditLog;
import ai.apertis.people.Entries;
import ai.apertis.people.MailedLinks;
import ai.apertis.people.People;
import ai.apertis.people.Person;
import ai.apertis.people.Refusal;
import ai.apertis.people.Session;
import ai.apertis.people.Sessions;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people set for themselves: password and sessions; and what their organization wants to be told. */
public final class SettingsPages implements Mount {
    private static final String PATH = "/console/settings";
    private static final Logger LOG = LoggerFactory.getLogger(SettingsPages.class);

    private final Pages pages;
    private final Gate gate;
    private final People people;
    private final MailedLinks links;
    private final Optional<Letters> letters;
    private final Sessions sessions;
    private final Alerts alerts;
    private final AlertsEntry entry;
    private final Writes writes;
    private final AuditLog log;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param gate bounds how often a password may be guessed
     * @param people their passwords
     * @param links confirm a new address
     * @param letters sends them, where mail is sent
     * @param sessions where they are signed in
     * @param alerts what organizations want to be told
     * @param urls says where webhooks may go
     * @param writes changes it
     * @param log where that is noted
     */
    public SettingsPages(
            Pages pages,
            Gate gate,
            People people,
            MailedLinks links,
            Optional<Letters> letters,
            Sessions sessions,
            Alerts alerts,
            OutboundUrls urls,
            Writes writes,
            AuditLog log) {
        this.pages = pages;
        this.gate = gate;
        this.people = people;
        this.links = links;
        this.letters = letters;
        this.sessions = sessions;
        this.alerts = alerts;
        this.entry = new AlertsEntry(urls);
        this.writes = writes;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, PATH, null, visit -> show(200, visit, Said.NOTHING, null));
        pages.postSignedIn(router, PATH + "/name", null, this::rename);
        pages.postSignedIn(router, PATH + "/password", null, this::password);
        pages.postSignedIn(router, PATH + "/address", null, this::address);
        pages.postSignedIn(router, PATH + "/sessions/:id/end", null, this::end);
        pages.postSignedIn(router, PATH + "/sessions/end-others", null, this::endOthers);
        pages.postSignedIn(router, PATH + "/alerts", Action.MANAGE_SETTINGS, this::change);
        pages.postSignedIn(router, PATH + "/alerts/secret", Action.MANAGE_SETTINGS, this::rotate);
    }

    private Future<Reply> show(int status, Visit visit, Said said, @Nullable AlertsForm entered) {
        Visitor visitor = visit.signedIn();
        Session here = visitor.session();
        Person person = here.person();
        return sessions.list(person.id())
                .compose(found -> shown(visitor, entered)
                        .map(form -> new Reply.Shown(
                                status,
                                "account/settings",
                                "Settings",
                                "Password, sessions and alerts.",
                                new SettingsView(
                                        person.name(),
                                        person.email(),
                                        letters.isPresent(),
                                        found.stream()
                                                .map(session -> line(session, here))
                                                .toList(),
                                        form.orElse(null),
                                        said))));
    }

    private static SettingsView.Line line(Session session, Session here) {
        return new SettingsView.Line(
                session.id(),
                session.agent(),
                session.address(),
                Shown.minute(session.createdAt()),
                Shown.minute(session.usedAt()),
                session.id() == here.id());
    }

    private Future<Optional<AlertsForm>> shown(Visitor visitor, @Nullable AlertsForm entered) {
        if (!visitor.may(Action.MANAGE_SETTINGS)) {
            return Future.succeededFuture(Optional.empty());
        }
        return entered != null
                ? Future.succeededFuture(Optional.of(entered))
                : alerts.settings(visitor.accountId()).map(settings -> settings.map(AlertsEntry::shown));
    }

    private Future<Reply> rename(Visit visit) {
        return people.rename(
                        visit.signedIn().session().person(), visit.field("name").orElse(""))
                .map(renamed -> Reply.to(PATH))
                .recover(e -> told(visit, e));
    }

    private Future<Reply> told(Visit visit, Throwable e) {
        return e instanceof Refusal refusal
                ? show(Refusals.status(refusal), visit, Said.wrong(String.valueOf(refusal.getMessage())), null)
                : Future.failedFuture(e);
    }

    private Future<Reply> password(Visit visit) {
        Session session = visit.signedIn().session();
        String wanted = visit.secret("password");
        return gate.guess(
                        visit,
                        session.person().name(),
                        () -> people.changePassword(session, visit.secret("current"), wanted)
                                .map(changed -> Optional.of("changed"))
                                .recover(SettingsPages::guessedWrong))
                .compose(changed -> changed.isEmpty()
                        ? show(400, visit, Said.wrong("This is not your password."), null)
                        : sessions.rotate(session)
                                .map(started ->
                                        new Reply.Elsewhere(PATH, List.of(Visitors.cookie(visit, started.token())))))
                .recover(e -> told(visit, e));
    }

    /** Says the same whether the address is somebody's or not, and does not wait to know. */
    private Future<Reply> address(Visit visit) {
        Person person = visit.signedIn().session().person();
        String wanted = visit.field("email").orElse("");
        if (letters.isEmpty()) {
            return show(409, visit, Said.wrong("This installation sends no e-mail."), null);
        }
        return gate.guess(visit, person.name(), () -> people.verify(person.name(), visit.secret("current")))
                .compose(right -> right.isEmpty()
                        ? show(400, visit, Said.wrong("This is not your password."), null)
                        : gate.write("address of " + person.name())
                                .map(in -> Entries.email(wanted))
                                .compose(email -> {
                                    links.address(person, email)
                                            .onSuccess(made -> made.ifPresent(letters.get()::address))
                                            .onFailure(e -> LOG.warn("a link was not made: {}", e.getMessage()));
                                    return show(
                                            200,
                                            visit,
                                            Said.done("A link was sent to " + email
                                                    + ". Your address changes when you have followed it."),
                                            null);
                                }))
                .recover(e -> told(visit, e));
    }

    private static Future<Optional<String>> guessedWrong(Throwable e) {
        return e instanceof Refusal.Invalid invalid && invalid.field().equals("current")
                ? Future.succeededFuture(Optional.empty())
                : Future.failedFuture(e);
    }

    private Future<Reply> end(Visit visit) {
        Session here = visit.signedIn().session();
        long id = Ids.of(visit, "session");
        return sessions.end(here.person().id(), id).map(ended -> {
            if (!ended) {
                throw Refused.notFound("There is no such session.");
            }
            return id == here.id() ? new Reply.Elsewhere("/login", List.of(Visitors.noCookie())) : Reply.to(PATH);
        });
    }

    private Future<Reply> endOthers(Visit visit) {
        return sessions.endOthers(visit.signedIn().session()).map(ended -> Reply.to(PATH));
    }

    private Future<Reply> change(Visit visit) {
        Visitor visitor = visit.signedIn();
        AlertsForm form = AlertsEntry.entered(visit);
        try {
            var wanted = entry.settings(form);
            return writes.run((tables, transaction) -> tables.alerts()
                            .change(visitor.accountId(), old -> wanted)
                            .compose(changed -> log.write(
                                            transaction,
                                            visitor.member(),
                                            "alerts.changed",
                                            visitor.organization().name())
                                    .map(changed)))
                    .compose(changed -> changed.madeSecret() == null
                            ? show(200, visit, Said.done("The alerts are set."), null)
                            : show(
                                    200,
                                    visit,
                                    Said.once(
                                            "The alerts are set. The webhook's secret, shown this once:",
                                            changed.madeSecret()),
                                    null));
        } catch (AlertsEntry.Wrong wrong) {
            return show(400, visit, Said.wrong(String.valueOf(wrong.getMessage())), form);
        }
    }

    private Future<Reply> rotate(Visit visit) {
        Visitor visitor = visit.signedIn();
        return writes.run((tables, transaction) -> tables.alerts()
                        .rotateSecret(visitor.accountId())
                        .compose(secret -> log.write(
                                        transaction,
                                        visitor.member(),
                                        "webhook_secret.made",
                                        visitor.organization().name())
                                .map(secret)))
                .compose(secret -> show(
                        200,
                        visit,
                        Said.once(
                                "The webhook's new secret, shown this once. The old one is valid for another day.",
                                secret),
                        null))
                .recover(e -> e instanceof Conflict
                        ? show(409, visit, Said.wrong("There is no webhook yet."), null)
                        : Future.failedFuture(e));
    }
}
