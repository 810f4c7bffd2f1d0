package ai.apertis.console.account;

import ai.apertis.console.Ids;
import ai.apertis.console.Pages;
import ai.apertis.console.Refusals;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitor;
import ai.apertis.ingress.Mount;
import ai.apertis.people.Action;
import ai.apertis.people.Invitations;
import ai.apertis.people.Organizations;
import ai.apertis.people.Principal;
import ai.apertis.people.Refusal;
import ai.apertis.people.Sessions;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An organization: who belongs to it and may do what there, its projects and admin keys; and going to another one. */
public final class OrganizationPages implements Mount {
    private static final String PATH = "/console/organization";

    private final Pages pages;
    private final Organizations organizations;
    private final Sessions sessions;
    private final Gate gate;
    private final Optional<Letters> letters;
    private final OrganizationReader reader;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param organizations what they change
     * @param sessions where it is noted which organization is looked at
     * @param gate bounds how many letters are written
     * @param letters sends invitations, where mail is sent
     */
    public OrganizationPages(
            Pages pages, Organizations organizations, Sessions sessions, Gate gate, Optional<Letters> letters) {
        this.pages = pages;
        this.organizations = organizations;
        this.sessions = sessions;
        this.gate = gate;
        this.letters = letters;
        this.reader = new OrganizationReader(organizations);
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, PATH, null, visit -> show(200, visit, Said.NOTHING));
        change(router, "/switch", null, this::switchTo);
        change(router, "/teams", null, this::makeTeam);
        change(router, "/rename", Action.MANAGE_SETTINGS, visit -> organizations.rename(by(visit), name(visit)));
        change(router, "/leave", null, visit -> organizations.members().leave(by(visit)));
        members(router);
        rolesAndGroups(router);
        programs(router);
    }

    private void members(Router router) {
        change(
                router,
                "/members/:id/roles",
                Action.MANAGE_ROLES,
                visit -> organizations.members().setRoles(by(visit), Ids.of(visit, "member"), Ids.all(visit, "roles")));
        change(
                router,
                "/members/:id/remove",
                Action.MANAGE_MEMBERS,
                visit -> organizations.members().remove(by(visit), Ids.of(visit, "member")));
        tell(
                router,
                "/invitations",
                Action.MANAGE_MEMBERS,
                visit -> organizations
                        .invitations()
                        .invite(by(visit), visit.field("email").orElse(""), Ids.all(visit, "roles"))
                        .compose(made -> posted(visit, made)
                                .map(sent -> Said.once(
                                        (sent
                                                        ? "A letter is on its way. You can also send this link to "
                                                        : "Send this link to ")
                                                + made.invitation().email()
                                                + ". It is shown this once, and is valid for seven days and for that address.",
                                        visit.origin() + "/invitations/" + made.token()))));
        change(
                router,
                "/invitations/:id/withdraw",
                Action.MANAGE_MEMBERS,
                visit -> organizations.invitations().withdraw(by(visit), Ids.of(visit, "invitation")));
    }

    /** Sends it, unless they have invited so many that it might be no invitation: what they wrote goes to strangers. */
    private Future<Boolean> posted(Visit visit, Invitations.Made made) {
        return letters.isEmpty()
                ? Future.succeededFuture(false)
                : gate.write("invitations by " + by(visit).person().name())
                        .map(in -> {
                            letters.get().invitation(made);
                            return true;
                        })
                        .otherwise(false);
    }

    private void rolesAndGroups(Router router) {
        change(
                router,
                "/roles",
                Action.MANAGE_ROLES,
                visit -> organizations.roles().create(by(visit), name(visit), actions(visit)));
        change(
                router,
                "/roles/:id",
                Action.MANAGE_ROLES,
                visit -> organizations.roles().change(by(visit), Ids.of(visit, "role"), name(visit), actions(visit)));
        change(
                router,
                "/roles/:id/delete",
                Action.MANAGE_ROLES,
                visit -> organizations.roles().delete(by(visit), Ids.of(visit, "role")));
        change(
                router,
                "/groups",
                Action.MANAGE_ROLES,
                visit -> organizations.groups().create(by(visit), name(visit)));
        change(
                router,
                "/groups/:id",
                Action.MANAGE_ROLES,
                visit -> organizations
                        .groups()
                        .change(
                                by(visit),
                                Ids.of(visit, "group"),
                                name(visit),
                                Ids.all(visit, "members"),
                                Ids.all(visit, "roles")));
        change(
                router,
                "/groups/:id/delete",
                Action.MANAGE_ROLES,
                visit -> organizations.groups().delete(by(visit), Ids.of(visit, "group")));
    }

    private void programs(Router router) {
        change(
                router,
                "/projects",
                Action.MANAGE_PROJECTS,
                visit -> organizations.projects().create(by(visit), name(visit)));
        change(
                router,
                "/projects/:id",
                Action.MANAGE_PROJECTS,
                visit -> organizations
                        .projects()
                        .change(
                                by(visit),
                                Ids.of(visit, "project"),
                                name(visit),
                                visit.field("archived").isPresent()));
        tell(
                router,
                "/admin-keys",
                Action.MANAGE_ADMIN_KEYS,
                visit -> organizations
                        .adminKeys()
                        .create(by(visit), name(visit))
                        .map(made -> Said.once("The admin key, shown this once:", made.key())));
        change(
                router,
                "/admin-keys/:id/revoke",
                Action.MANAGE_ADMIN_KEYS,
                visit -> organizations.adminKeys().revoke(by(visit), Ids.of(visit, "admin key")));
    }

    /** A form that leads back to the page. */
    private void change(Router router, String path, @Nullable Action action, Function<Visit, Future<?>> work) {
        pages.postSignedIn(
                router,
                PATH + path,
                action,
                visit -> tried(visit, work).map(done -> Reply.to(PATH)).recover(e -> refused(visit, e)));
    }

    /** A form whose outcome is shown once, and so on its own answer. */
    private void tell(Router router, String path, Action action, Function<Visit, Future<Said>> work) {
        pages.postSignedIn(
                router,
                PATH + path,
                action,
                visit -> tried(visit, work::apply)
                        .compose(done -> show(200, visit, done instanceof Said said ? said : Said.NOTHING))
                        .recover(e -> refused(visit, e)));
    }

    private static Future<?> tried(Visit visit, Function<Visit, Future<?>> work) {
        return Future.succeededFuture(visit).compose(work::apply);
    }

    private Future<Reply> refused(Visit visit, Throwable e) {
        return switch (e) {
            // These have no page of their own.
            case Refusal.Absent absent -> Future.failedFuture(absent);
            case Refusal.Forbidden forbidden -> Future.failedFuture(forbidden);
            case Refusal refusal ->
                show(Refusals.status(refusal), visit, Said.wrong(String.valueOf(refusal.getMessage())));
            default -> Future.failedFuture(e);
        };
    }

    private Future<Reply> show(int status, Visit visit, Said said) {
        Visitor visitor = visit.signedIn();
        return reader.read(visitor, said)
                .map(view -> new Reply.Shown(
                        status,
                        "account/organization",
                        visitor.organization().name(),
                        "Members, roles, projects and admin keys.",
                        view));
    }

    private Future<Void> switchTo(Visit visit) {
        long id = Ids.all(visit, "organization").stream().findFirst().orElse(-1L);
        return sessions.switchTo(visit.signedIn().session(), id);
    }

    private Future<Void> makeTeam(Visit visit) {
        Visitor visitor = visit.signedIn();
        return organizations
                .createTeam(visitor.session().person(), name(visit))
                .compose(made -> sessions.switchTo(visitor.session(), made.id()));
    }

    private static Principal.Member by(Visit visit) {
        return visit.signedIn().member();
    }

    private static String name(Visit visit) {
        return visit.field("name").orElse("");
    }

    private static Set<Action> actions(Visit visit) {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (String word : visit.fields("actions")) {
            actions.add(Action.of(word).orElseThrow(() -> Refused.bad("There is no action of this name.")));
        }
        return actions;
    }
}
