package ai.apertis.console.account;

import ai.apertis.config.ConsoleConfig;
import ai.apertis.console.Pages;
import ai.apertis.console.Refusals;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitors;
import ai.apertis.ingress.Mount;
import ai.apertis.people.Invitations;
import ai.apertis.people.Invitations.Invitation;
import ai.apertis.people.Organizations;
import ai.apertis.people.People;
import ai.apertis.people.Refusal;
import ai.apertis.people.Session;
import ai.apertis.people.Sessions;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Signing up, in and out, and invitations. Neither form tells whether an address has an account: a log-in fails in one way, and
 * a sign-up with a known address ends like any other, on the page to log in.
 */
public final class SignInPages implements Mount {
    private static final String WRONG = "This name or address and this password do not belong together.";
    private static final String SIGNED_UP =
            "Thank you. Now log in with the user name and password that you chose. If that does not work, there was an"
                    + " account of your address already: log in with its password.";
    private static final String RESET = "Your new password is set. Log in with it.";

    private final Pages pages;
    private final Gate gate;
    private final People people;
    private final Entrance entrance;
    private final Sessions sessions;
    private final Invitations invitations;
    private final ConsoleConfig config;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param gate bounds how often
     * @param people who can sign in
     * @param entrance signs them in
     * @param sessions where it is noted which organization is looked at
     * @param organizations where people are invited to
     * @param config who may sign up
     */
    public SignInPages(
            Pages pages,
            Gate gate,
            People people,
            Entrance entrance,
            Sessions sessions,
            Organizations organizations,
            ConsoleConfig config) {
        this.pages = pages;
        this.gate = gate;
        this.people = people;
        this.entrance = entrance;
        this.sessions = sessions;
        this.invitations = organizations.invitations();
        this.config = config;
    }

    @Override
    public void mount(Router router) {
        pages.get(router, "/login", Section.OTHER, this::login);
        pages.post(router, "/login", Section.OTHER, this::logIn);
        pages.postSignedIn(router, "/logout", null, this::logOut);
        pages.get(router, "/signup", Section.OTHER, this::signup);
        pages.post(router, "/signup", Section.OTHER, this::signUp);
        pages.get(router, "/invitations/:token", Section.OTHER, this::invitation);
        pages.postSignedIn(router, "/invitations/:token", null, this::accept);
    }

    private Future<Reply> login(Visit visit) {
        String to = Entrance.local(visit.query("to"));
        if (visit.visitor().isPresent()) {
            return Future.succeededFuture(Reply.to(to));
        }
        String told = visit.query("new").isPresent()
                ? SIGNED_UP
                : visit.query("reset").isPresent() ? RESET : "";
        return Future.succeededFuture(login(200, view(visit.query("name").orElse(""), to, told, "")));
    }

    static Reply login(int status, LoginView view) {
        return new Reply.Shown(status, "account/login", "Log in", "Log in to Apertis.", view);
    }

    private LoginView view(String login, String to, String told, String wrong) {
        return new LoginView(login, to, told, wrong, Provider.of(config, to, ""));
    }

    private Future<Reply> logIn(Visit visit) {
        String login = visit.field("login").orElse("");
        String to = Entrance.local(visit.field("to"));
        return gate.come(visit)
                .compose(in -> gate.guess(visit, login, () -> people.verify(login, visit.secret("password"))))
                .compose(found -> found.isPresent()
                        ? entrance.start(visit, found.get(), to)
                        : Future.succeededFuture(login(401, view(login, to, "", WRONG))))
                .recover(e -> e instanceof Refusal refusal
                        ? Future.succeededFuture(login(
                                Refusals.status(refusal), view(login, to, "", String.valueOf(refusal.getMessage()))))
                        : Future.failedFuture(e));
    }

    private Future<Reply> logOut(Visit visit) {
        return entrance.end(Optional.of(visit.signedIn().session()))
                .map(done -> new Reply.Elsewhere("/", List.of(Visitors.noCookie())));
    }

    private Future<Reply> signup(Visit visit) {
        return invited(visit.query("invitation")).map(invitation -> signup(200, empty(visit, invitation)));
    }

    private SignUpView empty(Visit visit, Optional<Invitation> invitation) {
        return new SignUpView(
                invitation.map(Invitation::email).orElse(""),
                "",
                invitation.flatMap(known -> visit.query("invitation")).orElse(""),
                invitation.map(Invitation::organizationName).orElse(""),
                "",
                "",
                !config.maySignUp(invitation.isPresent()),
                provider(invitation.flatMap(known -> visit.query("invitation")).orElse("")));
    }

    /** None for whom it could not sign up. */
    private Provider provider(String invitation) {
        return config.maySignUpByOidc(!invitation.isEmpty())
                ? Provider.of(config, invitation.isEmpty() ? "/console" : "/console/organization", invitation)
                : Provider.NONE;
    }

    private static Reply signup(int status, SignUpView view) {
        return new Reply.Shown(status, "account/signup", "Sign up", "Make an account of your own.", view);
    }

    private Future<Optional<Invitation>> invited(Optional<String> token) {
        return token.map(invitations::find).orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Future<Reply> signUp(Visit visit) {
        String email = visit.field("email").orElse("");
        String name = visit.field("name").orElse("");
        String password = visit.secret("password");
        return gate.come(visit)
                .compose(in -> invited(visit.field("invitation")))
                .compose(invitation -> {
                    String token = invitation
                            .flatMap(known -> visit.field("invitation"))
                            .orElse(null);
                    return people.signUp(new People.SignUp(email, name, password, token))
                            .map(made -> welcome(name, invitation.isPresent()))
                            .recover(e -> switch (e) {
                                case Refusal.Taken taken
                                when taken.field().equals("email") ->
                                    Future.succeededFuture(welcome(name, invitation.isPresent()));
                                case Refusal refusal ->
                                    Future.succeededFuture(refused(
                                            refusal,
                                            email,
                                            name,
                                            token == null ? "" : token,
                                            invitation
                                                    .map(Invitation::organizationName)
                                                    .orElse("")));
                                default -> Future.failedFuture(e);
                            });
                });
    }

    private Reply refused(Refusal refusal, String email, String name, String token, String organization) {
        String field = switch (refusal) {
            case Refusal.Invalid invalid -> invalid.field();
            case Refusal.Taken taken -> taken.field();
            default -> "";
        };
        return signup(
                Refusals.status(refusal),
                new SignUpView(
                        email,
                        name,
                        token,
                        organization,
                        field,
                        String.valueOf(refusal.getMessage()),
                        !config.maySignUp(!token.isEmpty()),
                        provider(token)));
    }

    private static Reply welcome(String name, boolean invited) {
        String to = invited ? "&to=%2Fconsole%2Forganization" : "";
        return Reply.to("/login?new=1&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8) + to);
    }

    private Future<Reply> invitation(Visit visit) {
        String token = visit.inPath("token");
        return invitations.find(token).map(found -> {
            Invitation invitation = found.orElseThrow(
                    () -> Refused.notFound("This invitation is used up, withdrawn, or older than seven days."));
            boolean mine = visit.visitor()
                    .filter(visitor -> visitor.session().person().email().equals(invitation.email()))
                    .isPresent();
            return Reply.page(
                    "account/invitation",
                    "Invitation",
                    "An invitation to an organization.",
                    new InvitationView(
                            token, invitation.organizationName(), invitation.invitedBy(), invitation.email(), mine));
        });
    }

    private Future<Reply> accept(Visit visit) {
        Session session = visit.signedIn().session();
        return invitations
                .accept(session.person(), visit.inPath("token"))
                .compose(joined -> sessions.switchTo(session, joined.id()))
                .map(switched -> Reply.to("/console/organization"))
                .recover(e -> Future.failedFuture(
                        e instanceof Refusal refusal ? Refused.notFound(String.valueOf(refusal.getMessage())) : e));
    }
}
