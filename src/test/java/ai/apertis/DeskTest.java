package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** People at the pages about their keys and requests. */
class DeskTest {
    private static final Pattern KEY = Pattern.compile("<code id=\"new-key\">(sk-[A-Za-z0-9]+)</code>");
    private static final Pattern EDIT = Pattern.compile("/console/keys/(\\d+)\"");
    private static final Pattern REQUEST = Pattern.compile("/console/logs/(\\d+)\"");
    private static final String CHAT = "/console/playground/chat";
    private static final Pattern NEWER = Pattern.compile("hx-get=\"(/console/logs/newer[^\"]+)\"");
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.configured("""
            console: {sign_up_credit_usd: 5, log_ins_per_address_per_hour: 0}
            providers:
              - {name: sim, dialect: openai, base_url: builtin, keys: [sim]}
            models:
              - id: sim/echo
                price: {input: 0.2, output: 0.8}
                endpoints: [{provider: sim, model: sim/echo}]
              - id: sim/brief
                price: {input: 0.2, output: 0.8}
                endpoints: [{provider: sim, model: sim/brief}]
            """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static Browser person(String name) {
        return new Browser(gateway.port()).as(name);
    }

    private static String first(Pattern pattern, HttpResponse<String> page) {
        Matcher matcher = pattern.matcher(page.body());
        assertThat(matcher.find()).as(page.body()).isTrue();
        return matcher.group(1);
    }

    private static int ask(String key) {
        return gateway.chat(key, """
                {"model": "sim/echo", "messages": [{"role": "user", "content": "hello"}]}
                """).statusCode();
    }

    @Test
    void aKeyIsMadeShownOnceUsedFoundInTheLogsAndTakenAway() {
        Browser ann = person("ann");
        assertThat(ann.get("/console/keys").body()).contains("There is no key yet");
        HttpResponse<String> made =
                ann.post("/console/keys", "name", "=1+<b>", "quota_usd", "1.5", "monthly_reset_day", "3");
        String key = first(KEY, made);
        assertThat(made.headers().firstValue("cache-control").orElseThrow()).contains("no-");
        HttpResponse<String> list = ann.get("/console/keys");
        assertThat(list.body()).contains("=1+&lt;b&gt;", "of $1.50", "ann").doesNotContain(key, "<b>");
        String id = first(EDIT, list);
        assertThat(ask(key)).isEqualTo(200);

        HttpResponse<String> logs = ann.get("/console/logs?status=answered&key=" + id);
        assertThat(logs.body()).contains("sim/echo", "=1+&lt;b&gt;");
        String request = first(REQUEST, logs);
        assertThat(ann.get("/console/logs/" + request).body()).contains("Model that answered", "sim/echo");
        assertThat(ann.get("/console/logs?status=failed").body()).contains("No request here");
        assertThat(ann.get("/console/logs?live=1").body()).contains("hx-trigger=\"every 3s\"");
        assertThat(ann.get("/console/logs/newer?since=MDow").body())
                .contains(request)
                .doesNotContain("<html");
        HttpResponse<String> csv = ann.get("/console/logs.csv");
        assertThat(csv.headers().firstValue("content-type")).contains("text/csv; charset=utf-8");
        assertThat(csv.body()).startsWith("request_id,").contains(request + ",", ",'=1+<b>,");
        assertThat(person("bob").get("/console/logs/" + request).statusCode()).isEqualTo(404);

        ann.post("/console/keys/" + id + "/switch", "enabled", "false");
        assertThat(ask(key)).isIn(401, 403);
        ann.post("/console/keys/" + id + "/switch", "enabled", "true");
        assertThat(ask(key)).isEqualTo(200);
        ann.post("/console/keys/" + id + "/revoke");
        assertThat(ask(key)).isEqualTo(401);
        assertThat(ann.get("/console/keys/" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void everyRestrictionIsKeptByTheFormAndWhatIsWrongIsSaidAtItsField() {
        Browser cem = person("cem");
        HttpResponse<String> wrong =
                cem.post("/console/keys", "name", "k", "quota_usd", "a lot", "models", "sim/echo\nsim/brief");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("This must be a number of dollars", "value=\"a lot\"", "sim/brief");
        assertThat(cem.post("/console/keys", "name", "k", "allowed_ips", "nowhere")
                        .body())
                .contains("no address or subnet");
        cem.post(
                "/console/keys",
                "name",
                "k",
                "monthly_limit_usd",
                "2.25",
                "monthly_reset_day",
                "28",
                "models",
                "sim/echo, sim/brief",
                "allowed_ips",
                "10.0.0.0/8",
                "expires_at",
                "2199-01-31T08:30",
                "fallback_models",
                "sim/brief",
                "fallback_timeout",
                "6000",
                "fallback_enabled",
                "true",
                "compression",
                "aggressive",
                "compression_threshold",
                "9000",
                "data_policy",
                "deny",
                "cache",
                "true",
                "include_cost",
                "true",
                "hedge",
                "true");
        String id = first(EDIT, cem.get("/console/keys"));
        String form = cem.get("/console/keys/" + id).body();
        assertThat(form)
                .contains(
                        "value=\"2.25\"",
                        "value=\"28\"",
                        "sim/echo\nsim/brief",
                        "10.0.0.0/8",
                        "value=\"2199-01-31T08:30\"",
                        "value=\"6000\"",
                        "value=\"9000\"",
                        "<option value=\"aggressive\" selected",
                        "<option value=\"deny\" selected",
                        "name=\"include_cost\" value=\"true\" checked",
                        "name=\"hedge\" value=\"true\" checked");
        assertThat(form).doesNotContain("name=\"continue_on_cut\" value=\"true\" checked");
        assertThat(person("dee").get("/console/keys/" + id).statusCode()).isEqualTo(404);
        assertThat(person("eli").post("/console/keys/" + id + "/revoke").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatIsLeftAndWhereItWentIsShownWithFirstStepsUntilThereIsAKey() {
        Browser fay = person("fay");
        assertThat(fay.get("/console").body()).contains("First steps", "No request in these days");
        String key = first(KEY, fay.post("/console/keys", "name", "fay-key"));
        assertThat(ask(key)).isEqualTo(200);
        assertThat(fay.get("/console").body())
                .contains("sim/echo", "data-chart=\"{", "charts.js", "Both as a table")
                .doesNotContain("First steps");
        String credits = fay.get("/console/credits").body();
        Matcher month =
                Pattern.compile("/console/credits/statements/(\\d{4}-\\d{2})").matcher(credits);
        assertThat(month.find()).isTrue();
        assertThat(fay.get(month.group()).body()).contains("sim/echo", "fay-key", "1 requests");
        assertThat(fay.get("/console/credits/statements/9999-99").statusCode()).isEqualTo(404);
    }

    @Test
    void thePlaygroundAsksByTheOrdinaryWayWithAKeyThatNobodyKnows() {
        Browser gus = person("gus");
        assertThat(gus.get("/console/playground").body())
                .contains("sim/echo", "$5.00 left", "playground.js")
                .doesNotContainPattern("\\bsk-");
        HttpResponse<String> answer = gus.script(CHAT, asking("<b>hi</b> you", ", \"stream\": true"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
        assertThat(answer.body()).contains("<b>hi</b>", "data: [DONE]");
        Matcher cost = Pattern.compile("\"cost\":([0-9.]+)").matcher(answer.body());
        assertThat(cost.find()).isTrue();

        JsonObject row =
                new JsonObject(gus.get("/console/playground/last?within=60000").body());
        assertThat(row.getString("cost")).isEqualTo("$" + cost.group(1));
        assertThat(gus.get("/console/logs/" + row.getString("id")).body())
                .contains("sim/echo", ">Playground<", "$" + cost.group(1));
        assertThat(new JsonObject(gus.get("/console/playground/last?within=0").body()))
                .isEmpty();

        HttpResponse<String> keys = gus.get("/console/keys");
        assertThat(keys.body()).contains("the playground's").doesNotContainPattern("\\bsk-");
        assertThat(gus.get("/console").body()).contains("First steps");
        gus.script(CHAT, asking("again", ""));
        String id = first(EDIT, keys);
        assertThat(EDIT.matcher(gus.get("/console/keys").body()).results()).hasSize(1);

        gus.post("/console/keys/" + id, "name", "Playground", "models", "sim/brief", "monthly_reset_day", "1");
        HttpResponse<String> restricted = gus.script(CHAT, asking("no", ""));
        assertThat(restricted.statusCode()).isIn(403, 404);
        assertThat(restricted.body()).contains("\"error\"");
        gus.post("/console/keys/" + id, "name", "Playground", "quota_usd", "0.000001", "monthly_reset_day", "1");
        assertThat(gus.script(CHAT, asking("no", "")).statusCode()).isEqualTo(402);
        gus.post("/console/keys/" + id + "/switch", "enabled", "false");
        assertThat(gus.script(CHAT, asking("no", "")).statusCode()).isIn(401, 403);
        gus.post("/console/keys/" + id + "/revoke");
        assertThat(gus.script(CHAT, asking("yes", "")).statusCode()).isEqualTo(200);
    }

    @Test
    void thePlaygroundAnswersNobodyElse() {
        Browser hal = person("hal");
        assertThat(new Browser(gateway.port())
                        .scriptBare(CHAT, "", asking("no", ""))
                        .statusCode())
                .isEqualTo(303);
        assertThat(hal.scriptBare(CHAT, "none", asking("no", "")).statusCode()).isEqualTo(403);
        assertThat(hal.scriptBare(CHAT, person("ivo").csrf(), asking("no", "")).statusCode())
                .isEqualTo(403);
        HttpResponse<String> unknown = hal.script(CHAT, "{\"model\": \"nope\", \"messages\": []}");
        assertThat(unknown.statusCode()).isIn(400, 404);
        assertThat(new JsonObject(unknown.body()).getJsonObject("error").getString("message"))
                .isNotEmpty();
    }

    private static String asking(String text, String more) {
        return "{\"model\": \"sim/echo\", \"messages\": [{\"role\": \"user\", \"content\": \"" + text + "\"}]" + more
                + "}";
    }

    @Test
    void whoLooksOnSeesARequestThatWasCommittedLateWithAnEarlierTime() {
        Browser gil = person("gil");
        String key = first(KEY, gil.post("/console/keys", "name", "k"));
        assertThat(ask(key)).isEqualTo(200);
        HttpResponse<String> logs = gil.get("/console/logs?live=1");
        String shown = first(REQUEST, logs);
        assertThat(ask(key)).isEqualTo(200);
        TestDatabase.execute(
                gateway.database(),
                "UPDATE charge SET at = (SELECT at FROM charge WHERE request_id = " + shown
                        + ") - interval '3 s' WHERE account_id = (SELECT account_id FROM charge WHERE request_id = "
                        + shown + ") AND request_id <> " + shown);
        HttpResponse<String> newer = gil.get(unescaped(first(NEWER, logs)));
        assertThat(first(REQUEST, newer)).isNotEqualTo(shown);
        assertThat(newer.body()).doesNotContain("/console/logs/" + shown + "\"");
        assertThat(gil.get(unescaped(first(NEWER, newer))).body())
                .contains("hx-get")
                .doesNotContainPattern(REQUEST);
    }

    private static String unescaped(String attribute) {
        return attribute.replace("&amp;", "&");
    }

    @Test
    void aMemberWhoMayManageTheirOwnKeysSeesAndChangesNoOthers() {
        Browser owner = person("hana");
        String path = "/console/organization";
        owner.post(path + "/teams", "name", "Herbs");
        owner.post(path + "/roles", "name", "Clerk", "actions", "manage_own_keys");
        HttpResponse<String> team = owner.get(path);
        String clerk = first(Pattern.compile("name=\"roles\" value=\"(\\d+)\"[^>]*> Clerk"), team);
        String id = first(Pattern.compile("<option value=\"(\\d+)\"[^>]*>Herbs"), team);
        String token = first(
                Pattern.compile("/invitations/([A-Za-z0-9_-]+)<"),
                owner.post(path + "/invitations", "email", "ike@example.org", "roles", clerk));
        owner.post("/console/keys", "name", "key-of-hana");
        String hers = first(EDIT, owner.get("/console/keys"));

        Browser ike = new Browser(gateway.port());
        ike.post(
                "/signup",
                "email",
                "ike@example.org",
                "name",
                "ike",
                "password",
                "correct horse ike",
                "invitation",
                token);
        ike.in("ike").post(path + "/switch", "organization", id);
        assertThat(ike.get("/console/keys").body())
                .contains("There is no key yet")
                .doesNotContain("key-of-hana");
        first(KEY, ike.post("/console/keys", "name", "key-of-ike"));
        HttpResponse<String> keys = ike.get("/console/keys");
        assertThat(keys.body()).contains("key-of-ike").doesNotContain("key-of-hana");
        String his = first(EDIT, keys);
        assertThat(ike.get("/console/keys/" + his).statusCode()).isEqualTo(200);
        for (String act : new String[] {"", "/switch", "/revoke"}) {
            assertThat(ike.post("/console/keys/" + hers + act, "name", "mine", "enabled", "false")
                            .statusCode())
                    .as(act)
                    .isEqualTo(404);
        }
        assertThat(ike.get("/console/keys/" + hers).statusCode()).isEqualTo(404);
        for (String other : new String[] {"/console", "/console/logs", "/console/logs.csv", "/console/credits"}) {
            assertThat(ike.get(other).statusCode()).as(other).isEqualTo(403);
        }
        assertThat(owner.get("/console/keys").body()).contains("key-of-hana", "key-of-ike");
        assertThat(ike.post("/console/keys/" + his + "/revoke").statusCode()).isEqualTo(303);
        assertThat(owner.get("/console/keys").body()).contains("key-of-hana");
    }
}
