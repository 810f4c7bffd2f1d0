package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.Balances;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.MadeKey;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Tuple;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People at their pages: coming in, and what they may see and do there. */
class SignInTest {
    private static final Map<String, String> HERE = Map.of("Sec-Fetch-Site", "same-origin");
    private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'&";

    /**
     * Every route for signed-in people and what it needs; a hyphen for what is one's own affair, or depends on whose the key is. Of the roles, the owner has
     * all but {@code operate}, the reader what begins with {@code view}.
     */
    private static final Map<String, String> GUARDS = new TreeMap<>(Map.ofEntries(
            Map.entry("POST /logout", "-"),
            Map.entry("POST /invitations/:token", "-"),
            Map.entry("GET /console/settings", "-"),
            Map.entry("POST /console/settings/name", "-"),
            Map.entry("POST /console/settings/password", "-"),
            Map.entry("POST /console/settings/address", "-"),
            Map.entry("POST /console/settings/sessions/:id/end", "-"),
            Map.entry("POST /console/settings/sessions/end-others", "-"),
            Map.entry("POST /console/settings/alerts", "manage_settings"),
            Map.entry("POST /console/settings/alerts/secret", "manage_settings"),
            Map.entry("GET /console/organization", "-"),
            Map.entry("POST /console/organization/switch", "-"),
            Map.entry("POST /console/organization/teams", "-"),
            Map.entry("POST /console/organization/rename", "manage_settings"),
            Map.entry("POST /console/organization/leave", "-"),
            Map.entry("POST /console/organization/members/:id/roles", "manage_roles"),
            Map.entry("POST /console/organization/members/:id/remove", "manage_members"),
            Map.entry("POST /console/organization/invitations", "manage_members"),
            Map.entry("POST /console/organization/invitations/:id/withdraw", "manage_members"),
            Map.entry("POST /console/organization/roles", "manage_roles"),
            Map.entry("POST /console/organization/roles/:id", "manage_roles"),
            Map.entry("POST /console/organization/roles/:id/delete", "manage_roles"),
            Map.entry("POST /console/organization/groups", "manage_roles"),
            Map.entry("POST /console/organization/groups/:id", "manage_roles"),
            Map.entry("POST /console/organization/groups/:id/delete", "manage_roles"),
            Map.entry("POST /console/organization/projects", "manage_projects"),
            Map.entry("POST /console/organization/projects/:id", "manage_projects"),
            Map.entry("POST /console/organization/admin-keys", "manage_admin_keys"),
            Map.entry("POST /console/organization/admin-keys/:id/revoke", "manage_admin_keys"),
            Map.entry("GET /console/audit", "view_audit_log"),
            Map.entry("GET /console", "view_overview"),
            Map.entry("GET /console/credits", "view_billing"),
            Map.entry("GET /console/credits/statements/:month", "view_billing"),
            Map.entry("GET /console/playground", "use_playground"),
            Map.entry("POST /console/playground/chat", "use_playground"),
            Map.entry("GET /console/playground/last", "use_playground"),
            Map.entry("GET /console/subscription", "view_billing"),
            Map.entry("POST /console/subscription", "manage_billing"),
            Map.entry("POST /console/subscription/fallback", "manage_billing"),
            Map.entry("POST /console/subscription/cancel", "manage_billing"),
            Map.entry("POST /console/subscription/resume", "manage_billing"),
            Map.entry("POST /console/credits/checkout", "manage_billing"),
            Map.entry("GET /console/credits/paid", "manage_billing"),
            Map.entry("POST /console/credits/auto", "manage_billing"),
            Map.entry("POST /console/credits/topup", "manage_billing"),
            Map.entry("GET /console/keys", "-"),
            Map.entry("GET /console/keys/new", "-"),
            Map.entry("POST /console/keys", "-"),
            Map.entry("GET /console/keys/:id", "-"),
            Map.entry("POST /console/keys/:id", "-"),
            Map.entry("POST /console/keys/:id/switch", "-"),
            Map.entry("POST /console/keys/:id/revoke", "-"),
            Map.entry("GET /console/logs", "view_usage"),
            Map.entry("GET /console/logs.csv", "view_usage"),
            Map.entry("GET /console/logs/newer", "view_usage"),
            Map.entry("GET /console/logs/:id", "view_usage"),
            Map.entry("GET /operator", "-"),
            Map.entry("POST /operator", "-"),
            Map.entry("POST /operator/reset", "operate"),
            Map.entry("POST /operator/leave", "-"),
            Map.entry("GET /operator/accounts", "operate"),
            Map.entry("GET /operator/accounts/:id", "operate"),
            Map.entry("POST /operator/accounts/:id", "operate"),
            Map.entry("POST /operator/accounts/:id/status", "operate"),
            Map.entry("POST /operator/accounts/:id/credits", "operate"),
            Map.entry("GET /operator/providers", "operate"),
            Map.entry("GET /operator/catalogue", "operate"),
            Map.entry("POST /operator/catalogue/reload", "operate"),
            Map.entry("GET /operator/ledger", "operate"),
            Map.entry("POST /operator/ledger", "operate")));

    private static RunningGateway gateway;
    private static Vertx vertx;
    private static Database database;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.configured("""
            server: {max_lag_ms: 0, trusted_proxies: [127.0.0.0/8, "::1/128"]}
            console: {sign_up_credit_usd: 0.25, failed_log_ins_per_name: 2}
            providers: []
            models: []
            """);
        vertx = Vertx.vertx();
        database = Database.open(vertx, gateway.database(), 1);
    }

    @AfterAll
    static void stop() {
        RunningGateway.await(database.close());
        RunningGateway.await(vertx.close());
        gateway.close();
    }

    private static Browser browser() {
        return new Browser(gateway.port());
    }

    private static long one(String sql, Object... values) {
        return RunningGateway.await(database.pool().preparedQuery(sql).execute(Tuple.from(values)))
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void whoSignsUpHasASessionACreditAndAPage() {
        Browser ann = browser();
        HttpResponse<String> asked = ann.get("/console/organization?x=1");
        assertThat(asked.statusCode()).isEqualTo(303);
        assertThat(asked.headers().firstValue("location")).contains("/login?to=%2Fconsole%2Forganization%3Fx%3D1");

        HttpResponse<String> signedUp =
                ann.post("/signup", "email", "Ann@Example.org", "name", "ann", "password", "correct horse ann");
        assertThat(signedUp.statusCode()).isEqualTo(303);
        assertThat(signedUp.headers().firstValue("location")).contains("/login?new=1&name=ann");
        HttpResponse<String> in =
                ann.post("/login", "login", "ann@example.org", "password", "correct horse ann", "to", "/changelog");
        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(in.headers().firstValue("location")).contains("/changelog");
        assertThat(in.headers().firstValue("set-cookie").orElseThrow())
                .contains("; HttpOnly", "; SameSite=Lax", "; Path=/")
                .doesNotContain("Secure");
        assertThat(ann.get("/console/settings").body()).contains("ann@example.org", "this one");
        long account = one("SELECT account_id FROM organization WHERE name = $1", "ann");
        assertThat(RunningGateway.await(new Balances(database).ofAccount(account))
                        .orElseThrow()
                        .account()
                        .total())
                .isEqualTo(250_000_000);

        ann.post("/logout");
        assertThat(ann.session()).isEmpty();
        assertThat(ann.get("/console/settings").statusCode()).isEqualTo(303);
    }

    @Test
    void nothingTellsWhetherAnAddressIsKnown() {
        browser().as("bea");
        HttpResponse<String> again =
                browser().post("/signup", "email", "bea@example.org", "name", "bea2", "password", "correct horse 2");
        HttpResponse<String> fresh =
                browser().post("/signup", "email", "bea3@example.org", "name", "bea3", "password", "correct horse 3");
        assertThat(again.statusCode()).isEqualTo(fresh.statusCode());
        assertThat(again.headers().firstValue("location").orElseThrow().replace("bea2", "bea3"))
                .isEqualTo(fresh.headers().firstValue("location").orElseThrow());
        assertThat(again.headers().firstValue("set-cookie")).isEmpty();
        assertThat(fresh.headers().firstValue("set-cookie")).isEmpty();

        HttpResponse<String> wrong = browser().post("/login", "login", "bea@example.org", "password", "not this");
        HttpResponse<String> nobody = browser().post("/login", "login", "no@example.org", "password", "not this");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(wrong.body().replace("bea@example.org", ""))
                .isEqualTo(nobody.body().replace("no@example.org", ""));
        assertThat(browser()
                        .post("/signup", "email", "x@example.org", "name", "bea", "password", "long enough")
                        .statusCode())
                .isEqualTo(409);
        assertThat(browser()
                        .post("/signup", "email", "x", "name", "bea4", "password", "long enough")
                        .body())
                .contains("This is not an e-mail address.", "aria-invalid=\"true\"");
    }

    @Test
    void guessingIsLimitedPerNameAndComingPerAddress() {
        browser().as("cid");
        Browser guesser = browser();
        for (int i = 0; i < 2; i++) {
            assertThat(guesser.post("/login", "login", "cid", "password", "wrong " + i)
                            .statusCode())
                    .isEqualTo(401);
        }
        HttpResponse<String> limited = guesser.post("/login", "login", " CID", "password", "correct horse cid");
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(limited.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 900);
        assertThat(browser().in("cid").session()).as("from elsewhere").isNotEmpty();
        for (int i = 0; i < 38; i++) {
            browser().post("/login", "login", "cid", "password", "wrong");
        }
        assertThat(browser()
                        .post("/login", "login", "cid", "password", "correct horse cid")
                        .statusCode())
                .as("guessed from everywhere")
                .isEqualTo(429);

        Browser many = browser();
        for (int i = 0; i < 20; i++) {
            many.post("/signup", "email", "nobody", "name", "x", "password", "y");
        }
        assertThat(many.post("/login", "login", "dan", "password", "x").statusCode())
                .isEqualTo(429);
        assertThat(browser().post("/login", "login", "dan", "password", "x").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aPasswordIsTakenAsItIs() {
        browser().post("/signup", "email", "pia@example.org", "name", "pia", "password", "  blanks around  ");
        assertThat(browser()
                        .post("/login", "login", "pia", "password", "blanks around")
                        .statusCode())
                .isEqualTo(401);
        assertThat(browser()
                        .post("/login", "login", "pia", "password", "  blanks around  ")
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void formsNeedTheirSessionsTokenAndComeFromHere() {
        Browser eve = browser().as("eve");
        String path = "/console/organization/teams";
        assertThat(eve.postBare(path, HERE, "name", "T").statusCode()).isEqualTo(403);
        assertThat(eve.postBare(path, HERE, "name", "T", "csrf", "x").statusCode())
                .isEqualTo(403);
        String other = browser().as("eve2").csrf();
        assertThat(eve.postBare(path, HERE, "name", "T", "csrf", other).statusCode())
                .isEqualTo(403);
        String own = eve.csrf();
        assertThat(eve.postBare(path, Map.of("Sec-Fetch-Site", "cross-site"), "name", "T", "csrf", own)
                        .statusCode())
                .isEqualTo(403);
        assertThat(eve.postBare("/login", Map.of("Origin", "https://evil.example"), "login", "eve", "password", "x")
                        .statusCode())
                .isEqualTo(403);
        assertThat(eve.postBare(path, Map.of("Sec-Fetch-Site", "same-origin", "X-CSRF-Token", own), "name", "T")
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void aLogInIsANewSessionAndAChangedPasswordEndsTheOthers() {
        Browser fay = browser().as("fay");
        String first = fay.session();
        fay.in("fay");
        assertThat(fay.session()).isNotEqualTo(first);
        Browser old = browser();
        old.session(first);
        assertThat(old.get("/console/settings").statusCode()).isEqualTo(303);

        Browser elsewhere = browser().in("fay");
        assertThat(fay.post("/console/settings/password", "current", "no", "password", "correct horse new")
                        .body())
                .contains("This is not your password.");
        String before = fay.session();
        assertThat(fay.post("/console/settings/password", "current", "correct horse fay", "password", "correct new")
                        .statusCode())
                .isEqualTo(303);
        assertThat(fay.session()).isNotEqualTo(before);
        assertThat(fay.get("/console/settings").statusCode()).isEqualTo(200);
        assertThat(elsewhere.get("/console/settings").statusCode()).isEqualTo(303);
    }

    @Test
    void aNameIsChangedUnlessItIsTaken() {
        Browser hal = browser().as("hal");
        browser().as("hal2");
        assertThat(hal.post("/console/settings/name", "name", "hal2").body())
                .contains("There is one of this name already.");
        assertThat(hal.post("/console/settings/name", "name", "Hal-3").statusCode())
                .isEqualTo(303);
        assertThat(hal.get("/console/settings").body()).contains("value=\"hal-3\"");
        assertThat(browser()
                        .post("/login", "login", "hal-3", "password", "correct horse hal")
                        .statusCode())
                .isEqualTo(303);
        assertThat(hal.get("/console/audit").body()).contains("hal to hal-3");
    }

    @Test
    void whoeverIsNotInvitedFindsSignUpClosedWhereItIs() {
        try (RunningGateway closed = RunningGateway.configured("""
            console: {sign_up: invited}
            providers: []
            models: []
            """)) {
            Browser nobody = new Browser(closed.port());
            assertThat(nobody.get("/signup").body())
                    .contains("without an invitation")
                    .doesNotContain("name=\"password\"");
            assertThat(nobody.post("/signup", "email", "a@example.org", "name", "abc", "password", "long enough")
                            .statusCode())
                    .isEqualTo(409);
        }
    }

    @Test
    void aSessionIsEndedFromAnother() {
        Browser here = browser().as("gil");
        Browser there = browser().in("gil");
        Matcher ids = Pattern.compile("/sessions/(\\d+)/end")
                .matcher(there.get("/console/settings").body());
        assertThat(ids.find()).isTrue();
        Browser stranger = browser().as("gil2");
        long mine = one("SELECT max(s.id) FROM session s JOIN person p ON p.id = s.person_id WHERE p.name = $1", "gil");
        assertThat(stranger.post("/console/settings/sessions/" + mine + "/end").statusCode())
                .isEqualTo(404);
        assertThat(here.post("/console/settings/sessions/" + mine + "/end").statusCode())
                .isEqualTo(303);
        assertThat(there.get("/console/settings").statusCode()).isEqualTo(303);
        assertThat(here.get("/console/settings").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example", "https://evil.example", "/\\evil.example", "/\tx", "javascript:alert(1)"})
    void nobodyIsLedElsewhere(String to) {
        String name = "ida" + Integer.toHexString(to.hashCode());
        browser().as(name);
        assertThat(browser()
                        .post("/login", "login", name, "password", "correct horse " + name, "to", to)
                        .headers()
                        .firstValue("location"))
                .contains("/console");
    }

    @Test
    void aMemberComesByInvitationAndTheirKeysGoWithThem() {
        Browser owner = browser().as("jan");
        assertThat(owner.post("/console/organization/teams", "name", HOSTILE).statusCode())
                .isEqualTo(303);
        assertThat(owner.get("/console/organization").body())
                .doesNotContain("<img src=x")
                .contains("&lt;img src=x onerror=alert(1)>");
        long team = one("SELECT max(id) FROM organization WHERE name = $1", HOSTILE);
        String reader = role(team, "reader");
        assertThat(owner.post("/console/organization/invitations", "email", "kim@example.org")
                        .body())
                .contains("Choose at least one role.");
        String link = invitation(owner, "kim@example.org", reader);
        assertThat(browser().get(link).body()).doesNotContain("<img src=x").contains("kim@example.org");

        Browser kim = browser();
        String token = link.substring("/invitations/".length());
        assertThat(kim.get("/signup?invitation=" + token).body()).contains("kim@example.org", "readonly");
        kim.post(
                "/signup",
                "email",
                "kim@example.org",
                "name",
                "kim",
                "password",
                "correct horse kim",
                "invitation",
                token);
        kim.in("kim");
        assertThat(kim.post("/console/organization/switch", "organization", Long.toString(team))
                        .statusCode())
                .isEqualTo(303);
        assertThat(kim.get("/console/organization").body())
                .contains("jan@example.org")
                .doesNotContain("<img src=x");
        assertThat(browser().get(link).statusCode()).isEqualTo(404);

        long person = one("SELECT id FROM person WHERE name = $1", "kim");
        MadeKey key = RunningGateway.await(gateway.keys()
                .create(one("SELECT account_id FROM organization WHERE id = $1", team), KeySettings.named("kim's")));
        RunningGateway.await(database.pool()
                .preparedQuery("UPDATE api_key SET made_by = $1 WHERE id = $2")
                .execute(Tuple.of(person, key.record().id())));
        assertThat(gateway.fetch("/dashboard/billing/credits", key.key()).statusCode())
                .isEqualTo(200);
        assertThat(owner.post("/console/organization/members/" + person + "/remove")
                        .statusCode())
                .isEqualTo(303);
        assertThat(gateway.fetch("/dashboard/billing/credits", key.key()).statusCode())
                .isIn(401, 403);
        assertThat(kim.get("/console/organization").body()).doesNotContain("jan@example.org");
        assertThat(owner.get("/console/audit").body())
                .contains("member.invited", "member.joined", "member.removed")
                .doesNotContain("<img src=x");
    }

    @Test
    void anotherOrganizationIsNotThere() {
        Browser one = browser().as("lea");
        one.post("/console/organization/teams", "name", "Lea's");
        Browser other = browser().as("mia");
        other.post("/console/organization/teams", "name", "Mia's");
        long theirs = one("SELECT id FROM organization WHERE name = $1", "Lea's");
        one.post("/console/organization/projects", "name", "P");
        long project = one("SELECT id FROM project WHERE organization_id = $1", theirs);
        long person = one("SELECT id FROM person WHERE name = $1", "lea");
        for (String path : List.of(
                "/members/" + person + "/remove",
                "/members/" + person + "/roles",
                "/projects/" + project,
                "/roles/" + role(theirs, "owner") + "/delete")) {
            assertThat(other.post("/console/organization" + path, "name", "x").statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(other.post("/console/organization/switch", "organization", Long.toString(theirs))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void groupsRolesProjectsAndAdminKeysAreMadeAndChanged() {
        Browser owner = browser().as("ned");
        String path = "/console/organization";
        owner.post(path + "/teams", "name", "Ned's");
        long team = one("SELECT id FROM organization WHERE name = $1", "Ned's");
        owner.post(path + "/roles", "name", "Clerk", "actions", "manage_own_keys", "actions", "view_keys");
        String clerk = Long.toString(
                one("SELECT id FROM organization_role WHERE organization_id = $1 AND kind = 'custom'", team));
        assertThat(owner.post(path + "/roles", "name", "Clerk", "actions", "view_keys")
                        .statusCode())
                .isEqualTo(409);
        assertThat(owner.post(path + "/roles", "name", "None").statusCode()).isEqualTo(400);
        owner.post(path + "/groups", "name", "Desk");
        long group = one("SELECT id FROM member_group WHERE organization_id = $1", team);
        owner.post(path + "/groups/" + group, "name", "Desks", "roles", clerk);
        owner.post(path + "/projects", "name", "Site");
        assertThat(owner.post(path + "/admin-keys", "name", "ci").body())
                .containsPattern("org-admin-[A-Za-z0-9_-]{43}");
        owner.post(path + "/rename", "name", "Ned & Co");
        assertThat(owner.get(path).body())
                .contains("Clerk", "Desks", "Site", "org-admin-…", "Ned &amp; Co")
                .doesNotContainPattern("org-admin-[A-Za-z0-9_-]{43}");
        assertThat(owner.post(path + "/leave").body()).contains("keeps at least one owner");
    }

    @Test
    void alertsAreSetAndTheSecretIsShownOnce() {
        Browser owner = browser().as("oda");
        String path = "/console/settings/alerts";
        assertThat(owner.post(path, "left", "120").body()).contains("from 0 to 99 percent");
        assertThat(owner.post(path, "webhook", "http://169.254.169.254/").body())
                .contains("The webhook must be");
        assertThat(owner.post(path, "left", "50, 20", "webhook", "https://example.org/hook")
                        .body())
                .contains("shown this once", "id=\"secret\"", "value=\"50, 20\"");
        assertThat(owner.get("/console/settings").body()).doesNotContain("id=\"secret\"");
        assertThat(owner.post(path + "/secret").body()).contains("id=\"secret\"");
        assertThat(owner.get("/console/audit").body()).contains("alerts.changed", "webhook_secret.made");
    }

    @Test
    void theAdminTokenMakesAnOperatorOfThisSessionOnly() {
        Browser pat = browser().as("pat");
        assertThat(pat.post("/operator", "token", "wrong").statusCode()).isEqualTo(400);
        String before = pat.session();
        assertThat(pat.post("/operator", "token", RunningGateway.ADMIN_TOKEN).statusCode())
                .isEqualTo(303);
        assertThat(pat.session()).isNotEqualTo(before);
        assertThat(pat.get("/operator").body())
                .contains("You have the operator's rights until", "<span class=\"group\">Operator</span>");
        assertThat(browser().in("pat").get("/operator").body()).contains("Admin token");
        pat.post("/operator/leave");
        assertThat(pat.get("/operator").body()).contains("Admin token");
        for (int i = 0; i < 5; i++) {
            pat.post("/operator", "token", "wrong");
        }
        assertThat(pat.post("/operator", "token", RunningGateway.ADMIN_TOKEN).statusCode())
                .isEqualTo(429);
    }

    /** Nothing that one role may do is done by another: each route is asked for by each. */
    @Test
    void everyRouteIsGuarded() {
        assertThat(routes()).isEqualTo(GUARDS.keySet());
        Browser owner = browser().as("quin");
        owner.post("/console/organization/teams", "name", "Quin's");
        long team = one("SELECT id FROM organization WHERE name = $1", "Quin's");
        owner.post("/console/organization/roles", "name", "Auditor", "actions", "view_audit_log");
        String auditor = Long.toString(
                one("SELECT id FROM organization_role WHERE organization_id = $1 AND kind = 'custom'", team));
        Map<String, Browser> who = Map.of(
                "owner", owner,
                "reader", join(owner, "rob", role(team, "reader")),
                "custom", join(owner, "sue", auditor));
        Map<String, String> tokens = who.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().csrf()));
        GUARDS.forEach((route, action) -> {
            assertThat(asked(browser(), route, "")
                            .headers()
                            .firstValue("location")
                            .orElse(""))
                    .as("anybody: " + route)
                    .startsWith("/login");
            who.forEach((role, asking) -> {
                if (action.equals("-")) {
                    return;
                }
                boolean may = switch (role) {
                    case "owner" -> !action.equals("operate");
                    case "reader" -> action.startsWith("view_");
                    default -> action.equals("view_audit_log");
                };
                int status = asked(asking, route, tokens.getOrDefault(role, "")).statusCode();
                assertThat(status == 403).as(role + ": " + route + " " + status).isEqualTo(!may);
                assertThat(status).as(role + ": " + route).isLessThan(500);
            });
        });
    }

    private static HttpResponse<String> asked(Browser browser, String route, String csrf) {
        String path = route.substring(route.indexOf('/')).replaceAll(":[a-z]+", "999999");
        return route.startsWith("GET") ? browser.get(path) : browser.postBare(path, HERE, "csrf", csrf);
    }

    /** Those of signed-in people, as put on the server. */
    private static Set<String> routes() {
        Router router = Router.router(vertx);
        gateway.mounts().stream()
                .filter(mount -> mount.getClass().getName().startsWith("ai.apertis.console."))
                .forEach(mount -> mount.mount(router));
        return router.getRoutes().stream()
                .filter(route -> route.getPath() != null && route.methods() != null)
                .flatMap(route -> route.methods().stream().map(method -> method.name() + " " + plain(route)))
                .filter(name -> name.matches("[A-Z]+ /(console|operator).*|POST /(logout|invitations).*"))
                .collect(Collectors.toSet());
    }

    private static String plain(Route route) {
        return String.valueOf(route.getPath());
    }

    private static Browser join(Browser owner, String name, String role) {
        String link = invitation(owner, name + "@example.org", role);
        Browser guest = browser().as(name);
        assertThat(guest.post(link).statusCode()).isEqualTo(303);
        assertThat(guest.get("/console/organization").body()).contains("Quin&#39;s");
        return guest;
    }

    private static String invitation(Browser owner, String email, String role) {
        Matcher link = Pattern.compile("(/invitations/[A-Za-z0-9_-]{43})<")
                .matcher(owner.post("/console/organization/invitations", "email", email, "roles", role)
                        .body());
        assertThat(link.find()).isTrue();
        return link.group(1);
    }

    private static String role(long organization, String kind) {
        return Long.toString(
                one("SELECT id FROM organization_role WHERE organization_id = $1 AND kind = $2", organization, kind));
    }
}
