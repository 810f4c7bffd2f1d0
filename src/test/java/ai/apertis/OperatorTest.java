package ai.apertis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever runs the installation, at their pages. That nobody else sees them is {@link SignInTest}'s. */
class OperatorTest {
    private static final Pattern ONCE = Pattern.compile("name=\"once\" value=\"([^\"]+)\"");
    private static final String YAML = """
        server: {max_lag_ms: 0, trusted_proxies: [127.0.0.0/8, "::1/128"]}
        console: {sign_up_credit_usd: 5}
        providers:
          - {name: sim, dialect: openai, base_url: builtin, keys: [secret-of-the-provider]}
          - {name: dark, dialect: openai, base_url: "http://127.0.0.1:1", keys: ["${NO_SUCH_KEY:}"]}
        models:
          - id: sim/echo
            price: {input: 0.2, output: 0.8}
            multipliers: {pro: 1.5}
            endpoints: [{provider: sim, model: sim/echo}]
          - id: unlit
            price: {input: 1, output: 2}
            endpoints: [{provider: dark, model: unlit}]
        """;

    private static RunningGateway gateway;
    private static Browser operator;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.configured(YAML);
        operator = new Browser(gateway.port()).as("olga");
        operator.post("/operator", "token", RunningGateway.ADMIN_TOKEN);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static int ask(String key) {
        return gateway.chat(key, """
                {"model": "sim/echo", "messages": [{"role": "user", "content": "hello"}]}
                """).statusCode();
    }

    private static long audited(String event, long account) {
        return TestDatabase.number(
                gateway.database(),
                "SELECT count(*) FROM audit_log WHERE event = '" + event
                        + "' AND actor_kind = 'operator' AND target LIKE 'account " + account + "%'");
    }

    @Test
    void accountsAreFoundAndReadInPages() {
        Browser paul = new Browser(gateway.port()).as("paul");
        assertThat(paul.get("/operator/accounts").statusCode()).isEqualTo(403);
        Wallet wallet = gateway.wallet(2_500_000_000L);
        assertThat(operator.get("/operator/accounts?q=PAUL@example").body())
                .contains("paul@example.org", "$5.00")
                .doesNotContain("olga@example.org");
        assertThat(operator.get("/operator/accounts?q=" + wallet.account()).body())
                .contains("/operator/accounts/" + wallet.account() + "\"", "$2.50");
        assertThat(operator.get("/operator/accounts?q=%3Cb%3Enobody").body())
                .contains("No account fits", "&lt;b>nobody")
                .doesNotContain("<b>nobody");
        assertThat(operator.get("/operator/accounts?before=x").statusCode()).isEqualTo(400);
        TestDatabase.execute(
                gateway.database(), "INSERT INTO account (name) SELECT 'crowd ' || n FROM generate_series(1, 51) n");
        String first = operator.get("/operator/accounts?q=crowd").body();
        assertThat(first).contains(">crowd 51</a>", ">crowd 2</a>").doesNotContain(">crowd 1</a>");
        Matcher older = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"").matcher(first);
        assertThat(older.find()).isTrue();
        assertThat(operator.get(older.group(1).replace("&amp;", "&")).body())
                .contains(">crowd 1</a>", "Newest")
                .doesNotContain("rel=\"next\"", ">crowd 2</a>");
        assertThat(operator.get("/operator/accounts/999999").statusCode()).isEqualTo(404);
    }

    @Test
    void anAccountIsSuspendedLimitedAndGivenCreditOnceForEachForm() {
        Wallet wallet = gateway.wallet(1_000_000_000);
        String path = "/operator/accounts/" + wallet.account();
        assertThat(operator.get(path).body()).contains("$1.00", "none: made by the admin API", "active");
        assertThat(ask(wallet.key())).isEqualTo(200);

        operator.post(path + "/status", "status", "suspended");
        assertThat(operator.get(path).body()).contains("Let it work again");
        assertThat(ask(wallet.key())).isIn(401, 402, 403);
        operator.post(path + "/status", "status", "active");
        assertThat(ask(wallet.key())).isEqualTo(200);
        assertThat(operator.post(path + "/status", "status", "gone").body()).contains("must be active or suspended");
        assertThat(audited("account.suspended", wallet.account())).isEqualTo(1);
        assertThat(audited("account.activated", wallet.account())).isEqualTo(1);

        Matcher once = ONCE.matcher(operator.get(path).body());
        assertThat(once.find()).isTrue();
        for (String done : new String[] {"given", "before"}) {
            assertThat(operator.post(path + "/credits", "amount_usd", "12.5", "once", once.group(1))
                            .headers()
                            .firstValue("location"))
                    .contains(path + "?done=" + done);
        }
        assertThat(gateway.balance(wallet).account().total()).isEqualTo(13_500_000_000L);
        assertThat(audited("account.credited", wallet.account())).isEqualTo(1);
        assertThat(operator.post(path + "/credits", "amount_usd", "1", "reference", once.group(1))
                        .body())
                .contains("This reference was applied before, with 12.5");
        HttpResponse<String> wrong = operator.post(path + "/credits", "amount_usd", "much", "once", "x");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("This must be a number of dollars", "value=\"much\"");
        assertThat(operator.post(path + "/credits", "amount_usd", "-100", "once", "y")
                        .statusCode())
                .isEqualTo(409);

        assertThat(operator.post(path, "monthly_limit_usd", "2.25", "monthly_reset_day", "40")
                        .body())
                .contains("This must be a whole number from 1 to 28", "value=\"40\"");
        operator.post(path, "unlimited", "true", "monthly_limit_usd", "2.25", "monthly_reset_day", "7");
        assertThat(operator.get(path).body()).contains("unlimited", "of $2.25", "value=\"2.25\"", "value=\"7\"");
        assertThat(requireNonNull(gateway.balance(wallet).accountMonth()).limit())
                .isEqualTo(2_250_000_000L);
        operator.post(path, "monthly_reset_day", "7");
        assertThat(gateway.balance(wallet).accountMonth()).isNull();
        assertThat(audited("account.changed", wallet.account())).isEqualTo(2);
    }

    @Test
    void whatIsDoneToAnOrganizationsAccountIsInItsOwnLog() {
        Browser quin = new Browser(gateway.port()).as("quin");
        long account =
                TestDatabase.number(gateway.database(), "SELECT account_id FROM organization WHERE name = 'quin'");
        operator.post("/operator/accounts/" + account + "/credits", "amount_usd", "3", "reference", "for <b>quin");
        assertThat(quin.get("/console/audit").body())
                .contains("account.credited", "olga", "for &lt;b&gt;quin")
                .doesNotContain("<b>quin");
        assertThat(operator.get("/console/audit").body()).doesNotContain("&lt;b&gt;quin");
    }

    @Test
    void providersAndTheCatalogueAreShownWithoutSecretsAndReadAgain() {
        assertThat(operator.get("/operator/providers").body())
                .contains("sim/echo", "closed", "key 1 may be used", "no key of theirs: dark")
                .doesNotContain("secret-of-the-provider");
        assertThat(operator.get("/operator/catalogue").body())
                .contains("off here", "$0.20", "pro 1.5", "Providers without a key: dark")
                .doesNotContain("secret-of-the-provider");
        gateway.rewrite(YAML.replace("input: 0.2", "input: 0.3"));
        assertThat(operator.post("/operator/catalogue/reload").body())
                .contains("holds on this node", "Models changed: sim/echo", "$0.30");
        assertThat(operator.post("/operator/catalogue/reload").body()).contains("Nothing is different.");
        gateway.rewrite(YAML.replace("price: {input: 1, output: 2}", "price: {input: -1}"));
        HttpResponse<String> refused = operator.post("/operator/catalogue/reload");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("nothing was changed", "$0.30");
    }

    @Test
    void theLedgersPromisesAreProvedAndWhatIsBrokenIsSaid() {
        Wallet wallet = gateway.wallet(1_000_000_000);
        assertThat(operator.get("/operator/ledger").body())
                .contains("Look through it")
                .doesNotContain("kept");
        operator.post("/operator/ledger");
        assertThat(operator.get("/operator/ledger").body())
                .containsPattern("All \\d+ promises are kept")
                .contains("charged_once");
        String bucket = "bucket WHERE kind = 'balance' AND owner_id = " + wallet.account();
        TestDatabase.execute(gateway.database(), "UPDATE " + bucket.replace(" WHERE", " SET lim = lim + 7 WHERE"));
        operator.post("/operator/ledger");
        assertThat(operator.get("/operator/ledger").body())
                .contains("1 of ", "promises are broken", "Not so for 1, among them " + wallet.account());
        TestDatabase.execute(gateway.database(), "UPDATE " + bucket.replace(" WHERE", " SET lim = lim - 7 WHERE"));
    }
}
