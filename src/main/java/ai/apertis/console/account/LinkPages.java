package ai.apertis.console.account;

import ai.apertis.console.Pages;
import ai.apertis.console.Refusals;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.ingress.Mount;
import ai.apertis.people.MailedLinks;
import ai.apertis.people.MailedLinks.Link;
import ai.apertis.people.Refusal;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asking for a link to a new password, and what the links lead to that are sent by e-mail. Links are used by a form and not by
 * being visited: what looks through somebody's mail visits links, too.
 */
public final class LinkPages implements Mount {
    private static final Logger LOG = LoggerFactory.getLogger(LinkPages.class);

    private final Pages pages;
    private final Gate gate;
    private final MailedLinks links;
    private final Optional<Letters> letters;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param gate bounds how often
     * @param links what they make and use
     * @param letters sends links, where mail is sent
     */
    public LinkPages(Pages pages, Gate gate, MailedLinks links, Optional<Letters> letters) {
        this.pages = pages;
        this.gate = gate;
        this.links = links;
        this.letters = letters;
    }

    @Override
    public void mount(Router router) {
        pages.getAtOnce(router, "/forgotten", Section.OTHER, visit -> forgotten(false));
        pages.post(router, "/forgotten", Section.OTHER, this::ask);
        pages.get(
                router,
                "/reset/:token",
                Section.OTHER,
                visit -> links.findReset(visit.inPath("token"))
                        .map(found -> reset(
                                200,
                                new LinkView(
                                        visit.inPath("token"),
                                        there(found).person().name(),
                                        "",
                                        ""))));
        pages.post(router, "/reset/:token", Section.OTHER, this::reset);
        pages.get(router, "/address/:token", Section.OTHER, this::address);
        pages.post(router, "/address/:token", Section.OTHER, this::confirm);
    }

    private Reply forgotten(boolean sent) {
        return Reply.page(
                "account/forgotten",
                "Forgotten password",
                "Get a link to choose a new password.",
                new ForgottenView(letters.isPresent(), sent));
    }

    /** The answer waits for nothing that depends on whether there is such a person. */
    private Future<Reply> ask(Visit visit) {
        String login = visit.field("login").orElse("");
        if (letters.isEmpty() || login.isEmpty()) {
            return Future.succeededFuture(forgotten(false));
        }
        return gate.come(visit).compose(in -> gate.write(login)).map(in -> {
            links.reset(login)
                    .onSuccess(made -> made.ifPresent(letters.get()::reset))
                    .onFailure(e -> LOG.warn("a link to a new password was not made: {}", e.getMessage()));
            return forgotten(true);
        });
    }

    private static Reply reset(int status, LinkView view) {
        return new Reply.Shown(status, "account/reset", "New password", "Choose a new password.", view);
    }

    private Future<Reply> reset(Visit visit) {
        String token = visit.inPath("token");
        return gate.come(visit)
                .compose(in -> links.useReset(token, visit.secret("password")))
                .map(person -> {
                    letters.ifPresent(writer -> writer.passwordWasReset(person.name(), person.email()));
                    return Reply.to("/login?reset=1&name=" + person.name());
                })
                .recover(e -> switch (e) {
                    case Refusal.Invalid invalid ->
                        links.findReset(token)
                                .map(found -> reset(
                                        Refusals.status(invalid),
                                        new LinkView(
                                                token,
                                                there(found).person().name(),
                                                "",
                                                String.valueOf(invalid.getMessage()))));
                    case Refusal.Absent absent -> Future.failedFuture(gone());
                    default -> Future.failedFuture(e);
                });
    }

    private Future<Reply> address(Visit visit) {
        String token = visit.inPath("token");
        return links.findAddress(token).map(found -> {
            Link link = there(found);
            return Reply.page(
                    "account/address",
                    "New address",
                    "Confirm a new e-mail address.",
                    new LinkView(token, link.person().name(), link.email(), ""));
        });
    }

    private Future<Reply> confirm(Visit visit) {
        return gate.come(visit)
                .compose(in -> links.useAddress(visit.inPath("token")))
                .map(changed -> {
                    letters.ifPresent(writer -> writer.addressChanged(changed));
                    return Reply.to("/console/settings");
                })
                .recover(e -> Future.failedFuture(e instanceof Refusal.Absent ? gone() : e));
    }

    private static Link there(Optional<Link> found) {
        return found.orElseThrow(LinkPages::gone);
    }

    private static Refused gone() {
        return Refused.notFound("This link was used, is too old, or another one has taken its place.");
    }
}
