package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.ledger.Database;
import ai.apertis.ledger.PaidPlans;
import ai.apertis.payments.FakeStripe;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** People at the pages about their money: adding to it, and plans that are paid from it. */
class BillingPagesTest {
    private static final Pattern KEY = Pattern.compile("<code id=\"new-key\">(sk-sub-[A-Za-z0-9]+)</code>");
    private static final Pattern PAY =
            Pattern.compile("href=\"https://checkout.stripe.example/c/pay/(cs_test_[a-z0-9]+)");
    private static final String PLAN = "/console/subscription";
    private static final String CREDITS = "/console/credits";
    private static final long DOLLAR = 1_000_000_000L;

    private static Vertx vertx;
    private static FakeStripe stripe;
    private static RunningGateway gateway;
    private static Database database;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        stripe = new FakeStripe(vertx);
        gateway = RunningGateway.configured("""
            payments: {stripe: {api_key: sk_test_fake, base_url: %s}}
            providers:
              - {name: sim, dialect: openai, base_url: builtin, keys: [sim]}
            models:
              - {id: echo, tier: lite, price: {input: 0.2, output: 0.8}, endpoints: [{provider: sim, model: sim/echo}]}
            """.formatted(stripe.baseUrl()));
        database = Database.open(vertx, gateway.database(), 1);
    }

    @AfterEach
    void theBooksBalance() {
        String audit = admin("GET", "/ledger/audit", "").body();
        assertThat(RunningGateway.json(audit).get("ok").booleanValue())
                .as(audit)
                .isTrue();
    }

    @AfterAll
    static void stop() {
        RunningGateway.await(database.close());
        gateway.close();
        stripe.close();
        RunningGateway.await(vertx.close());
    }

    private static Browser person(String name, long dollars) {
        Browser person = new Browser(gateway.port()).as(name);
        if (dollars > 0) {
            gateway.credit(name, dollars * DOLLAR);
        }
        return person;
    }

    private static String first(Pattern pattern, HttpResponse<String> page) {
        Matcher matcher = pattern.matcher(page.body());
        assertThat(matcher.find()).as(page.body()).isTrue();
        return matcher.group(1);
    }

    private static HttpResponse<String> admin(String method, String path, String body) {
        HttpResponse<String> answer =
                gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl().replace("/v1", "/api/admin") + path))
                        .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build());
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return answer;
    }

    private static int ask(String key) {
        return gateway.chat(key, "{\"model\": \"echo\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}")
                .statusCode();
    }

    private static void sql(String sql, Object... values) {
        RunningGateway.await(database.pool().preparedQuery(sql).execute(Tuple.from(values)));
    }

    private static String account(String name) {
        return Long.toString(RunningGateway.await(database.pool()
                        .preparedQuery("SELECT account_id FROM organization WHERE name = $1")
                        .execute(Tuple.of(name)))
                .iterator()
                .next()
                .getLong(0));
    }

    @Test
    void aPlanIsTakenPaidChangedCancelledAndResumed() {
        Browser amy = person("amy", 40);
        assertThat(amy.get(PLAN).body()).contains("There is no subscription", "Take lite", "$25", "1,000 units");
        assertThat(amy.post(PLAN, "plan", "max").body())
                .contains("The balance does not cover $200", "There is no subscription");
        assertThat(amy.post(PLAN, "plan", "nothing").statusCode()).isEqualTo(400);
        HttpResponse<String> taken = amy.post(PLAN, "plan", "lite");
        assertThat(taken.statusCode()).isEqualTo(200);
        String key = first(KEY, taken);
        assertThat(taken.body()).contains("$28.00", "600 of 600", "lite", "is paid from the balance: $12.00");
        assertThat(amy.get(PLAN).body()).doesNotContain(key);
        assertThat(ask(key)).isEqualTo(200);
        assertThat(amy.get(PLAN).body()).contains("599 of 600");

        assertThat(amy.post(PLAN, "plan", "pro").statusCode()).isEqualTo(303);
        assertThat(amy.get(CREDITS).body()).contains("$15.00", "-$13.00", "Plan");
        assertThat(amy.post(PLAN, "plan", "lite").statusCode()).isEqualTo(303);
        assertThat(amy.get(PLAN).body())
                .contains("The plan becomes lite", "is paid from the balance: $12.00", "Stay with pro");
        assertThat(amy.post(PLAN, "plan", "pro").statusCode()).isEqualTo(303);
        assertThat(amy.get(PLAN).body())
                .contains("is paid from the balance: $25.00")
                .doesNotContain("The plan becomes");

        assertThat(amy.post(PLAN + "/fallback", "enabled", "true", "limit", "2.50")
                        .statusCode())
                .isEqualTo(303);
        assertThat(amy.get(PLAN).body()).contains("value=\"2.5\"", "name=\"enabled\" value=\"true\" checked");
        assertThat(amy.post(PLAN + "/fallback", "limit", "much").body()).contains("'much' is no number");

        assertThat(amy.post(PLAN + "/cancel").statusCode()).isEqualTo(303);
        assertThat(amy.get(PLAN).body()).contains("It ends on", "Go on with it").doesNotContain("Change to");
        assertThat(ask(key)).isEqualTo(200);
        assertThat(amy.post(PLAN, "plan", "plus").statusCode()).isEqualTo(409);
        assertThat(amy.post(PLAN + "/resume").statusCode()).isEqualTo(303);
        assertThat(amy.post(PLAN + "/resume").body()).contains("The subscription is active.");
        assertThat(amy.get("/console/audit").body())
                .contains("subscription.taken", "subscription.changed", "subscription.cancelled");
    }

    @Test
    void aPlanIsRenewedWhileTheBalanceCoversItAndEndsElse() {
        Browser ben = person("ben", 24);
        String key = first(KEY, ben.post(PLAN, "plan", "lite"));
        PaidPlans plans = new PaidPlans(database.pool());
        String ago = "UPDATE subscription SET anchor = anchor - interval '%s', paid_until = paid_until - interval '%s'"
                + " WHERE account_id = " + account("ben");
        // Days more than a month, since a month is paid once for each date that it lasts to.
        sql(ago.replace("%s", "1 month 2 days"));
        RunningGateway.await(plans.renew());
        RunningGateway.await(plans.renew());
        assertThat(ben.get(PLAN).body()).contains("from the balance, $0.00 now", "is paid from the balance: $12.00");
        sql(ago.replace("%s", "1 month 3 days"));
        RunningGateway.await(plans.renew());
        assertThat(ben.get(PLAN).body()).contains("There is no subscription");
        assertThat(ask(key)).isEqualTo(402);
        gateway.credit("ben", DOLLAR);
        assertThat(ben.post(PLAN, "plan", "lite").body()).contains("does not cover");
    }

    @Test
    void whatTheOperatorSetUpIsTheOperatorsToChange() {
        Browser cat = person("cat", 300);
        admin("POST", "/accounts/" + account("cat") + "/subscription", "{\"plan\": \"lite\", \"interval\": \"year\"}");
        assertThat(cat.get(PLAN).body()).contains("as agreed with the operator").doesNotContain("Change to", "Take ");
        assertThat(cat.post(PLAN, "plan", "max").body()).contains("was set up by the operator");
        assertThat(cat.get(CREDITS).body()).contains("$300.00");
        admin("PATCH", "/accounts/" + account("cat") + "/subscription", "{\"status\": \"suspended\"}");
        assertThat(cat.post(PLAN + "/resume").statusCode()).isEqualTo(409);
    }

    @Test
    void whatIsPaidByCardIsThereOnceAndTheCardIsKept() {
        Browser dan = person("dan", 0);
        assertThat(dan.get(CREDITS).body()).contains("By card", "Pay once by card");
        assertThat(dan.post(CREDITS + "/checkout", "amount", "0.001").statusCode())
                .isEqualTo(400);
        assertThat(dan.post(CREDITS + "/checkout", "amount", "10001").statusCode())
                .isEqualTo(400);
        HttpResponse<String> begun = dan.post(CREDITS + "/checkout", "amount", "12.34", "keep", "true");
        assertThat(begun.body()).contains("Continue to payment").contains("rel=\"noreferrer\"");
        String session = first(PAY, begun);
        Map<String, String> asked = stripe.checkouts().get(session);
        assertThat(asked)
                .containsEntry("line_items[0][price_data][unit_amount]", "1234")
                .containsEntry("client_reference_id", account("dan"))
                .containsEntry("payment_intent_data[setup_future_usage]", "off_session")
                .containsEntry(
                        "success_url",
                        "http://localhost:" + gateway.port() + "/console/credits/paid?session={CHECKOUT_SESSION_ID}");

        String back = CREDITS + "/paid?session=" + session;
        assertThat(dan.get(back).headers().firstValue("location")).contains("/console/credits?done=waiting");
        assertThat(dan.get(PLAN).body()).contains("from the balance, $0.00 now");
        stripe.payAt(session);
        assertThat(person("eve", 0).get(back).statusCode()).isEqualTo(404);
        assertThat(dan.get(back).headers().firstValue("location")).contains("/console/credits?done=paid");
        assertThat(dan.get(back).statusCode()).isEqualTo(303);
        assertThat(dan.get(CREDITS).body()).contains("<dd>$12.34</dd>", "with the card that was kept");
        assertThat(dan.get(CREDITS + "/paid?session=../../x").statusCode()).isEqualTo(404);
        assertThat(dan.get(CREDITS + "/paid?session=cs_test_unknown").statusCode())
                .isEqualTo(404);

        assertThat(dan.post(CREDITS + "/auto", "enabled", "true", "threshold", "5", "amount", "20", "cap", "10")
                        .statusCode())
                .isEqualTo(400);
        assertThat(dan.post(CREDITS + "/auto", "threshold", "5", "amount", "20.50")
                        .statusCode())
                .isEqualTo(303);
        assertThat(dan.get(CREDITS).body()).contains("value=\"20.5\"");
        assertThat(dan.post(CREDITS + "/topup", "amount", "20.50").statusCode()).isEqualTo(303);
        await().untilAsserted(() -> assertThat(dan.get(CREDITS).body()).contains("<dd>$32.84</dd>"));
        assertThat(stripe.intents(Long.parseLong(account("dan"))))
                .singleElement()
                .satisfies(intent -> assertThat(intent.asked()).containsEntry("customer", "cus_" + session));
    }

    @Test
    void withoutAPayerNothingIsToppedUp() {
        Browser fay = person("fay", 1);
        assertThat(fay.post(CREDITS + "/auto", "threshold", "5", "amount", "20").statusCode())
                .isEqualTo(404);
        assertThat(fay.post(CREDITS + "/topup", "amount", "20").statusCode()).isEqualTo(409);
    }
}
