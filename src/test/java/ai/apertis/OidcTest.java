package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.Database;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Coming in through an OpenID provider, which here is a small server that signs with a real key. */
class OidcTest {
    private static final OpenIdServer PROVIDER = new OpenIdServer();

    private static RunningGateway gateway;
    private static Vertx vertx;
    private static Database database;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.configured(yaml("trust_email: false"));
        vertx = Vertx.vertx();
        database = Database.open(vertx, gateway.database(), 1);
    }

    private static String yaml(String more) {
        return """
            server: {max_lag_ms: 0, trusted_proxies: [127.0.0.0/8, "::1/128"]}
            console:
              public_url: https://gateway.example/
              oidc: {name: Acme, issuer: "%s", client_id: %s, client_secret: %s, %s}
            providers: []
            models: []
            """.formatted(PROVIDER.issuer(), OpenIdServer.CLIENT, OpenIdServer.SECRET, more);
    }

    @AfterAll
    static void stop() {
        RunningGateway.await(database.close());
        RunningGateway.await(vertx.close());
        gateway.close();
        PROVIDER.close();
    }

    @AfterEach
    void honest() {
        PROVIDER.saying(UnaryOperator.identity());
        PROVIDER.algorithm("RS256");
        PROVIDER.away(false);
    }

    private static Browser browser() {
        return new Browser(gateway.port());
    }

    private static JsonObject person(String name) {
        return new JsonObject()
                .put("sub", "subject-" + name)
                .put("email", name + "@Example.org")
                .put("email_verified", true)
                .put("preferred_username", name);
    }

    private static String leave(Browser browser, String path) {
        HttpResponse<String> sent = browser.get(path);
        assertThat(sent.statusCode()).isEqualTo(303);
        return location(sent);
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("location").orElse("");
    }

    private static HttpResponse<String> logIn(Browser browser, JsonObject person) {
        return browser.get(PROVIDER.letIn(leave(browser, "/login/oidc"), person));
    }

    private static long count(String sql, Object... values) {
        return RunningGateway.await(database.pool().preparedQuery(sql).execute(Tuple.from(values)))
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void whoeverTheProviderVouchesForGetsAnAccountAndComesBackToIt() {
        Browser ann = browser();
        assertThat(ann.get("/login?to=/changelog").body())
                .contains("Log in with Acme", "/login/oidc?to=%2Fchangelog")
                .doesNotContain("action=\"" + PROVIDER.issuer());
        String url = leave(ann, "/login/oidc?to=%2Fconsole%2Forganization");
        assertThat(url).startsWith(PROVIDER.issuer() + "/authorize?");
        Map<String, String> asked = OpenIdServer.form(url.substring(url.indexOf('?') + 1));
        assertThat(asked)
                .containsEntry("client_id", OpenIdServer.CLIENT)
                .containsEntry("response_type", "code")
                .containsEntry("scope", "openid email profile")
                .containsEntry("redirect_uri", "https://gateway.example/login/oidc/callback")
                .containsEntry("code_challenge_method", "S256");
        assertThat(url).doesNotContain(ann.cookie("oidc").substring(0, 43));

        HttpResponse<String> in = ann.get(PROVIDER.letIn(url, person("ann")));
        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(location(in)).isEqualTo("/console/organization");
        assertThat(ann.cookie("oidc")).isEmpty();
        assertThat(ann.get("/console/settings").body()).contains("ann@example.org", "value=\"ann\"");

        String first = ann.session();
        ann.get(PROVIDER.letIn(leave(ann, "/login/oidc"), person("ann").put("email", "other@example.org")));
        assertThat(ann.session()).isNotEqualTo(first);
        assertThat(count("SELECT count(*) FROM person WHERE name LIKE 'ann%'")).isEqualTo(1);
        assertThat(browser().post("/login", "login", "ann", "password", "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aNameThatIsTakenOrNoneBecomesAnother() {
        browser().as("bob");
        Browser bob = browser();
        logIn(bob, person("bob").put("email", "bob@elsewhere.example"));
        assertThat(bob.get("/console/settings").body()).contains("value=\"bob-2\"");
        Browser odd = browser();
        logIn(odd, person("odd").put("preferred_username", "<Ö>"));
        assertThat(odd.get("/console/settings").body()).contains("value=\"user\"");
    }

    static Stream<Arguments> lies() {
        long past = Instant.now().getEpochSecond() - 120;
        return Stream.of(
                lie("nonce", said -> said.put("nonce", "another")),
                lie("no nonce", said -> without(said, "nonce")),
                lie("audience", said -> said.put("aud", "somebody-else")),
                lie("audiences", said -> said.put("aud", new JsonArray().add("somebody-else"))),
                lie("no audience", said -> without(said, "aud")),
                lie("empty audience", said -> said.put("aud", new JsonArray())),
                lie(
                        "several audiences",
                        said -> said.put("aud", new JsonArray().add("other").add(OpenIdServer.CLIENT))),
                lie("party", said -> said.put("azp", "somebody-else")),
                lie("issuer", said -> said.put("iss", "https://evil.example")),
                lie("no issuer", said -> without(said, "iss")),
                lie("expired", said -> said.put("exp", past)),
                lie("no expiry", said -> without(said, "exp")),
                lie("future", said -> said.put("iat", past + 1_000)),
                lie("no subject", said -> without(said, "sub")),
                lie("types", said -> said.put("sub", new JsonObject())));
    }

    private static Arguments lie(String name, UnaryOperator<JsonObject> change) {
        return Arguments.of(name, change);
    }

    private static JsonObject without(JsonObject said, String claim) {
        said.remove(claim);
        return said;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void aTokenThatIsNotAsItMustBeLetsNobodyIn(String name, UnaryOperator<JsonObject> change) {
        PROVIDER.saying(change);
        refused(browser(), person("liar-" + name), 401);
    }

    private static void refused(Browser browser, JsonObject person, int status) {
        HttpResponse<String> answer = logIn(browser, person);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(browser.session()).isEmpty();
        assertThat(count("SELECT count(*) FROM person_identity WHERE subject = $1", person.getString("sub")))
                .isZero();
    }

    @Test
    void aTokenThatIsNotSignedByTheProviderLetsNobodyIn() {
        PROVIDER.algorithm("none");
        refused(browser(), person("eve"), 401);
        PROVIDER.algorithm("HS256");
        refused(browser(), person("eve"), 401);
        PROVIDER.algorithm("RS256");
        logIn(browser(), person("before"));
        // Under the name of the key that is known: a signature of another one.
        PROVIDER.newKey("first");
        refused(browser(), person("eve"), 401);
        // And a key of a new name is looked up: whoever comes next is let in.
        PROVIDER.newKey("second");
        assertThat(logIn(browser(), person("finn")).statusCode()).isEqualTo(401);
        assertThat(browser().get("/login").statusCode()).isEqualTo(200);
        Awaitility.await()
                .until(() -> location(logIn(browser(), person("finn"))).equals("/console"));
    }

    @Test
    void onlyTheBrowserThatBeganComesIn() {
        Browser gus = browser();
        String back = PROVIDER.letIn(leave(gus, "/login/oidc"), person("gus"));
        assertThat(browser().get(back).statusCode()).as("another browser").isEqualTo(400);
        Browser mallory = browser();
        leave(mallory, "/login/oidc");
        assertThat(mallory.get(back).statusCode()).as("another's state").isEqualTo(400);
        assertThat(gus.get(back.replaceAll("state=.*", "state=x")).statusCode()).isEqualTo(400);
        assertThat(gus.get(back.replaceAll("&state=.*", "")).statusCode()).isEqualTo(400);
        assertThat(gus.session()).isEmpty();

        String kept = gus.cookie("oidc");
        assertThat(gus.get(back).statusCode()).isEqualTo(303);
        assertThat(gus.get(back).statusCode()).as("again").isEqualTo(400);
        Browser thief = browser();
        thief.cookie("oidc", kept);
        assertThat(thief.get(back).statusCode()).as("a code is taken once").isEqualTo(401);
        assertThat(thief.session()).isEmpty();
        assertThat(gus.get("/login/oidc?to=https://evil.example").statusCode()).isEqualTo(303);
        assertThat(location(gus.get(PROVIDER.letIn(leave(gus, "/login/oidc?to=//evil.example"), person("gus")))))
                .isEqualTo("/console");
        assertThat(gus.get("/login/oidc/callback?error=access_denied&state=" + stateOf(gus))
                        .statusCode())
                .isEqualTo(401);
    }

    private static String stateOf(Browser browser) {
        String url = leave(browser, "/login/oidc");
        return OpenIdServer.form(url.substring(url.indexOf('?') + 1)).getOrDefault("state", "");
    }

    @Test
    void anAddressThatIsNotConfirmedOrHasAnAccountIsNotTakenOver() {
        refused(browser(), person("hal").put("email_verified", false), 403);
        refused(browser(), without(person("hal"), "email_verified"), 403);
        refused(browser(), without(person("hal"), "email"), 403);
        browser().as("ida");
        Browser other = browser();
        assertThat(logIn(other, person("ida")).body())
                .contains("There is an account with your e-mail address already.");
        assertThat(other.session()).isEmpty();
        assertThat(browser().in("ida").session()).isNotEmpty();
    }

    @Test
    void whereTheProviderIsTrustedAnAccountIsTakenFromWhoeverMadeIt() {
        Browser squatter = browser().as("jo");
        try (RunningGateway trusting = RunningGateway.configured(
                yaml("trust_email: true, allowed_domains: [example.org]"), gateway.database(), Map.of())) {
            Browser jo = new Browser(trusting.port());
            logIn(jo, person("jo"));
            assertThat(jo.get("/console/settings").body()).contains("jo@example.org");
            assertThat(squatter.get("/console/settings").statusCode()).isEqualTo(303);
            assertThat(browser().in("jo").session()).isEmpty();
            Browser stranger = new Browser(trusting.port());
            assertThat(logIn(stranger, person("kim").put("email", "kim@elsewhere.example"))
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void aProviderThatIsAwayKeepsNothingFromWorking() {
        PROVIDER.away(true);
        try (RunningGateway closed = RunningGateway.configured(
                yaml("trust_email: false").replace("console:", "console:\n  sign_up: oidc"))) {
            Browser lea = new Browser(closed.port());
            assertThat(lea.get("/login/oidc").statusCode()).isEqualTo(502);
            assertThat(lea.get("/login/oidc").body()).contains("Acme does not answer");
            assertThat(lea.get("/signup").body()).contains("Sign up with Acme").doesNotContain("name=\"password\"");
            assertThat(lea.post("/signup", "email", "l@example.org", "name", "lea", "password", "long enough")
                            .statusCode())
                    .isEqualTo(409);
            PROVIDER.away(false);
            assertThat(logIn(lea, person("lea")).statusCode()).isEqualTo(303);
        }
    }
}
