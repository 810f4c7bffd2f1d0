package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A second attempt while the first is slow: who wins, who is cancelled, who pays. */
@Isolated
class HedgingTest {
    private static final Reply WELL = ChatReplies.stream(UsageFault.NONE);
    private static final Reply LATE = WELL.late(3_000);
    /** Ten prompt tokens at 1 and three generated at 2 dollars a million. */
    private static final long TOLD_NANO = 16_000;

    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream one;
    private static ReplayUpstream two;
    private static RunningGateway gateway;
    private static RunningGateway charging;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        one = new ReplayUpstream(VERTX, WELL);
        two = new ReplayUpstream(VERTX, WELL);
        gateway = RunningGateway.configured(yaml("operator", "0.5"));
        charging = RunningGateway.configured(yaml("user", "0.5"));
        wallet = gateway.wallet(1_000_000_000);
    }

    private static String yaml(String payer, String share) {
        StringBuilder yaml = new StringBuilder("""
            routing: {hedge_payer: %s, hedge_share: %s}
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
              - {name: one, dialect: openai, base_url: "%s", keys: [k]}
              - {name: two, dialect: openai, base_url: "%s", keys: [k]}
            models:
            """.formatted(payer, share, one.baseUrl(), two.baseUrl()));
        for (String model : List.of("won", "unasked", "failing", "both", "billed", "held", "tail")) {
            yaml.append("  - {id: %1$s, price: {input: 1, output: 2}, max_output: 1000,".formatted(model));
            yaml.append(" endpoints: [{provider: one, model: %1$s}, {provider: two, model: %1$s}]}%n".formatted(model));
        }
        return yaml.toString();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        charging.close();
        one.close();
        two.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void theSecondAnswersWhileTheFirstIsSlowAndTheFirstIsCancelledAndOnceIsPaid() {
        Wallet mine = gateway.wallet(1_000_000_000);
        learn(gateway, "won");
        one.answer(LATE);
        two.answer(WELL);
        int cancelled = one.cancelled();
        HttpResponse<String> response = ask(gateway, mine, "won", true);
        assertThat(response.body()).contains("three").endsWith("data: [DONE]\n\n");
        assertThat(response.headers().firstValue("x-apertis-hedged")).hasValue("true");
        assertThat(response.headers().firstValue("x-apertis-hedge-payer")).hasValue("operator");
        assertThat(response.headers().firstValue("X-Fallback-Used")).isEmpty();
        await().atMost(Duration.ofSeconds(20)).until(() -> one.cancelled() > cancelled);
        expectOnce(gateway, mine, TOLD_NANO);
    }

    @Test
    void nobodyIsHedgedWhoDidNotAsk() {
        learn(gateway, "unasked");
        one.answer(WELL.late(400));
        int before = two.received().size();
        HttpResponse<String> response = ask(gateway, wallet, "unasked", false);
        assertThat(response.body()).contains("three");
        assertThat(response.headers().firstValue("x-apertis-hedged")).isEmpty();
        assertThat(two.received()).hasSize(before);
    }

    @Test
    void anErrorNeverWinsWhileTheOtherMayStillAnswer() {
        learn(gateway, "failing");
        Wallet mine = gateway.wallet(1_000_000_000);
        one.answer(WELL.late(1_000));
        two.answer(ChatReplies.failure(500, "broken"));
        int before = two.received().size();
        HttpResponse<String> response = ask(gateway, mine, "failing", true);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("three");
        assertThat(two.received()).hasSize(before + 1);
        expectOnce(gateway, mine, TOLD_NANO);
    }

    @Test
    void whenBothFailTheClientIsToldOnce() {
        learn(gateway, "both");
        Wallet mine = gateway.wallet(1_000_000_000);
        one.answer(ChatReplies.failure(503, "overloaded").late(600));
        two.answer(ChatReplies.failure(500, "broken"));
        HttpResponse<String> response = ask(gateway, mine, "both", true);
        assertThat(response.statusCode()).isEqualTo(503);
        expectOnce(gateway, mine, 0);
    }

    @Test
    void aHoldThatTakesLongerThanAFirstTokenDelaysTheSecondAttemptAndDoesNotPreventIt() throws Exception {
        Wallet mine = gateway.wallet(1_000_000_000);
        learn(gateway, "held");
        // Who is known to have plenty is served beside their hold.
        assertThat(ask(gateway, mine, "held", false).statusCode()).isEqualTo(200);
        one.answer(LATE);
        two.answer(WELL);
        int before = two.received().size();
        int asked = one.received().size();
        CompletableFuture<HttpResponse<String>> answer;
        try (Connection other = TestDatabase.connect(gateway.database());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM apertis.bucket WHERE owner_id = " + mine.account() + " FOR UPDATE");
            answer = CompletableFuture.supplyAsync(() -> ask(gateway, mine, "held", true));
            await().until(() -> one.received().size() > asked);
            await().during(Duration.ofMillis(300)).until(() -> two.received().size() == before);
            other.rollback();
        }
        HttpResponse<String> response = answer.get(20, TimeUnit.SECONDS);
        assertThat(response.body()).contains("three");
        assertThat(response.headers().firstValue("x-apertis-hedged")).hasValue("true");
        assertThat(two.received()).hasSize(before + 1);
        await().untilAsserted(
                        () -> assertThat(gateway.balance(mine).account().used()).isEqualTo(2 * TOLD_NANO));
    }

    @Test
    void theUserPaysForTheOutrunPromptWhereThatIsTheRule() {
        learn(charging, "billed");
        Wallet mine = charging.wallet(1_000_000_000);
        one.answer(LATE);
        two.answer(WELL);
        HttpResponse<String> response = ask(charging, mine, "billed", true);
        long beside = response.headers()
                .firstValue("x-apertis-hedge-cost-usd")
                .map(usd -> new BigDecimal(usd).movePointRight(9).longValueExact())
                .orElseThrow();
        assertThat(beside).isPositive();
        assertThat(response.headers().firstValue("x-apertis-hedge-payer")).hasValue("user");
        expectOnce(charging, mine, TOLD_NANO + beside);
    }

    @Test
    void aTailOfFivePercentIsCutOffWithinTheBudget() {
        int requests = 200;
        learn(gateway, "tail");
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            replies.add(i % 20 == 19 ? WELL.late(10_000) : WELL.late(10));
        }
        one.answer(replies.toArray(Reply[]::new));
        two.answer(WELL.late(10));
        int before = one.received().size() + two.received().size();
        int cancelled = one.cancelled();
        int hedged = 0;
        for (int i = 0; i < requests; i++) {
            HttpResponse<String> response = ask(gateway, wallet, "tail", true);
            assertThat(response.body()).contains("three");
            hedged += response.headers().firstValue("x-apertis-hedged").isPresent() ? 1 : 0;
        }
        int extra = one.received().size() + two.received().size() - before - requests;
        assertThat(hedged).as("within the budget").isLessThanOrEqualTo(requests / 2 + 10);
        // A second attempt whose first wins meanwhile may be let go before the provider hears of it.
        assertThat(extra).isBetween(requests / 20, hedged);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(one.cancelled() - cancelled)
                        .as("every late one was outrun")
                        .isGreaterThanOrEqualTo(requests / 20));
    }

    /** Lets the gateway learn how long first tokens take there. */
    private static void learn(RunningGateway at, String model) {
        one.answer(WELL.late(10));
        Wallet any = at.wallet(1_000_000_000);
        for (int i = 0; i < 24; i++) {
            assertThat(ask(at, any, model, false).statusCode()).isEqualTo(200);
        }
    }

    private static HttpResponse<String> ask(RunningGateway at, Wallet payer, String model, boolean hedge) {
        return at.chat(
                payer.key(),
                "{\"model\":\"" + model + "\",\"stream\":true,\"max_tokens\":50,\"hedge\":" + hedge
                        + ",\"provider\":{\"order\":[\"one\"]},\"messages\":[{\"role\":\"user\",\"content\":\"three words\"}]}");
    }

    private static void expectOnce(RunningGateway at, Wallet payer, long costNano) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> TestDatabase.number(
                                at.database(), "SELECT count(*) FROM hold WHERE account_id = " + payer.account())
                        == 0);
        assertThat(TestDatabase.number(
                        at.database(), "SELECT count(*) FROM charge WHERE account_id = " + payer.account()))
                .isEqualTo(1);
        assertThat(at.balance(payer).account().used()).isEqualTo(costNano);
    }
}
