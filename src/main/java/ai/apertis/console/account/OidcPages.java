package ai.apertis.console.account;

import ai.apertis.config.ConsoleConfig;
import ai.apertis.config.OidcConfig;
import ai.apertis.console.Pages;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.dialect.ApiException;
import ai.apertis.ingress.Mount;
import ai.apertis.people.Identities;
import ai.apertis.people.Refusal;
import ai.apertis.people.Tokens;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logging in and signing up with an OpenID provider. The way there is a link and not a form, since the pages' policy lets no form
 * lead away from this site. A short-lived cookie keeps the secret of the way: whoever comes back without it has not begun here.
 */
public final class OidcPages implements Mount {
    static final String PATH = "/login/oidc";

    private static final String BACK = PATH + "/callback";
    private static final String COOKIE = "oidc";
    private static final int LIFE_SECONDS = 600;
    private static final Logger LOG = LoggerFactory.getLogger(OidcPages.class);

    private final Pages pages;
    private final Gate gate;
    private final Entrance entrance;
    private final Identities identities;
    private final OidcConfig config;
    private final OpenId provider;
    private final ConsoleConfig console;

    /**
     * The pages.
     *
     * @param vertx asks the provider
     * @param pages where they are put
     * @param gate bounds how often
     * @param entrance signs people in
     * @param identities knows whom the provider means
     * @param console with a provider and a public address
     */
    public OidcPages(
            Vertx vertx, Pages pages, Gate gate, Entrance entrance, Identities identities, ConsoleConfig console) {
        this.pages = pages;
        this.gate = gate;
        this.entrance = entrance;
        this.identities = identities;
        this.console = console;
        this.config = console.oidc().orElseThrow();
        URI back = URI.create(console.publicUrl().orElseThrow() + BACK);
        this.provider = new OpenId(vertx, config, back, InstantSource.system());
    }

    /**
     * What the browser keeps while it is at the provider.
     *
     * @param secret state, nonce and PKCE's verifier come from it
     * @param to where to go then
     * @param invitation the token of an invitation, empty for none
     */
    private record Kept(String secret, String to, String invitation) {
        String cookie(Visit visit) {
            return COOKIE + "=" + secret + "." + invitation + "." + URLEncoder.encode(to, StandardCharsets.UTF_8)
                    + "; Path=" + PATH + "; HttpOnly; SameSite=Lax; Max-Age=" + LIFE_SECONDS
                    + (visit.isSecure() ? "; Secure" : "");
        }

        static Optional<Kept> of(Visit visit) {
            return visit.cookie(COOKIE)
                    .map(value -> value.split("\\.", 3))
                    .filter(parts -> parts.length == 3 && Tokens.plausible(parts[0]))
                    .map(parts -> new Kept(parts[0], Entrance.local(Optional.of(decoded(parts[2]))), parts[1]));
        }

        private static String decoded(String text) {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException notOurs) {
                return "";
            }
        }

        static String none() {
            return COOKIE + "=; Path=" + PATH + "; HttpOnly; SameSite=Lax; Max-Age=0";
        }
    }

    @Override
    public void mount(Router router) {
        pages.get(router, PATH, Section.OTHER, this::go);
        pages.get(router, BACK, Section.OTHER, this::back);
    }

    private Future<Reply> go(Visit visit) {
        Kept kept = new Kept(
                Tokens.make(),
                Entrance.local(visit.query("to")),
                visit.query("invitation").filter(Tokens::plausible).orElse(""));
        return provider.begin(kept.secret())
                .map(url -> (Reply) new Reply.Provider(url, List.of(kept.cookie(visit))))
                .recover(e -> {
                    LOG.warn("the OpenID provider {} could not be asked: {}", config.issuer(), e.getMessage());
                    return Future.succeededFuture(
                            again(502, kept.to(), config.name() + " does not answer. Please try again in a moment."));
                });
    }

    private Future<Reply> back(Visit visit) {
        Optional<Kept> found = Kept.of(visit);
        String state = visit.query("state").orElse("");
        if (found.isEmpty() || !OpenId.ours(found.get().secret(), state)) {
            return Future.succeededFuture(again(
                    400,
                    Entrance.local(Optional.empty()),
                    "This log-in was not begun in this browser, or is too old."));
        }
        Kept kept = found.get();
        Optional<String> code = visit.query("code");
        if (code.isEmpty()) {
            return Future.succeededFuture(again(401, kept.to(), config.name() + " did not let you in."));
        }
        return gate.come(visit)
                .compose(in -> provider.finish(kept.secret(), code.get()))
                .compose(who -> identities.enter(who, kept.invitation().isEmpty() ? null : kept.invitation()))
                .compose(person -> entrance.start(visit, person, kept.to(), Kept.none()))
                .recover(e -> failed(kept, e));
    }

    private Future<Reply> failed(Kept kept, Throwable e) {
        return switch (e) {
            case Refusal refusal -> Future.succeededFuture(again(403, kept.to(), String.valueOf(refusal.getMessage())));
            case ApiException limited -> Future.failedFuture(limited);
            default -> {
                LOG.warn("a log-in with {} was not accepted: {}", config.issuer(), e.getMessage());
                yield Future.succeededFuture(
                        again(401, kept.to(), "Logging in with " + config.name() + " did not work. Please try again."));
            }
        };
    }

    private Reply again(int status, String to, String wrong) {
        return SignInPages.login(status, new LoginView("", to, "", wrong, Provider.of(console, to, "")));
    }
}
