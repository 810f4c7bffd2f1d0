package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.config.DialectName;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.LongReplies;
import ai.apertis.upstream.ReplayUpstream;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a request may cost is held as tightly as is safe, and what it did cost is told. */
class CostTest {
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"tell me three words\"}]}";
    /** Ten prompt tokens at 1 and three generated at 2 dollars a million. */
    private static final String COST = "0.000016";

    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.stream(UsageFault.NONE));
        gateway = RunningGateway.before(upstream.baseUrl());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void aStreamTellsWhatItCostWhenAsked() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        String body = gateway.chat(
                        gateway.wallet(1_000_000_000).key(),
                        "{\"model\":\"priced\",\"stream\":true,\"usage\":{\"include\":true}," + MESSAGES)
                .body();
        assertThat(body).contains("\"cost\":" + COST).endsWith("data: [DONE]\n\n");
        assertThat(upstream.received().getLast().body()).doesNotContain("\"usage\":");
    }

    @Test
    void aStreamWithoutUsageTellsWhatWasCounted() {
        upstream.answer(ChatReplies.stream(UsageFault.ABSENT));
        Wallet wallet = gateway.wallet(1_000_000_000);
        String body = gateway.chat(
                        wallet.key(), "{\"model\":\"priced\",\"stream\":true,\"usage\":{\"include\":true}," + MESSAGES)
                .body();
        long charged = TestDatabase.number(
                gateway.database(), "SELECT cost_nano FROM charge WHERE account_id = " + wallet.account());
        assertThat(body)
                .contains("\"cost\":"
                        + java.math.BigDecimal.valueOf(charged, 9)
                                .stripTrailingZeros()
                                .toPlainString());
    }

    @Test
    void aWholeAnswerTellsWhatItCostWhenTheKeySaysSo() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        Wallet wallet = gateway.wallet(1_000_000_000);
        String request = "{\"model\":\"priced\",\"max_tokens\":9," + MESSAGES;
        assertThat(gateway.chat(wallet.key(), request).body()).doesNotContain("\"cost\"");
        RunningGateway.await(gateway.keys().change(wallet.keyId(), was -> was.withIncludeCost(true)));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode answer =
                    RunningGateway.json(gateway.chat(wallet.key(), request).body());
            assertThat(answer.at("/usage/cost").decimalValue().toPlainString()).isEqualTo(COST);
        });
    }

    @Test
    void aStreamEndsWithItsCostInTrailers() throws IOException {
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        Wallet wallet = gateway.wallet(1_000_000_000);
        String body = "{\"model\":\"priced\",\"stream\":true," + MESSAGES;
        URI address = URI.create(gateway.baseUrl());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                            + wallet.key() + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.UTF_8));
            String all = String.join(
                    "\n",
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                            .lines()
                            .toList());
            assertThat(all)
                    .containsIgnoringCase("trailer: x-apertis-cost-usd, x-apertis-remaining-usd")
                    .contains("x-apertis-cost-usd: " + COST, "x-apertis-remaining-usd: 0.999984");
            assertThat(all.indexOf("x-apertis-cost-usd: ")).isGreaterThan(all.indexOf("[DONE]"));
        }
    }

    @Test
    void aStreamWithoutABoundIsHeldStepByStep() {
        // Slow enough for each step to be seen.
        upstream.answer(LongReplies.of(DialectName.OPENAI, 6_000).withPauses(3));
        Wallet wallet = gateway.wallet(100_000_000_000L);
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(
                () -> gateway.chat(wallet.key(), "{\"model\":\"output-only\",\"stream\":true," + MESSAGES));
        await().atMost(Duration.ofSeconds(20)).until(() -> held(wallet) == 4_096_000_000L);
        await().atMost(Duration.ofSeconds(20)).until(() -> held(wallet) > 4_096_000_000L);
        assertThat(answer.join().body()).endsWith("data: [DONE]\n\n").doesNotContain("cut_off");
        assertThat(gateway.balance(wallet).account().used()).isEqualTo(6_000_000_000L);
        assertThat(held(wallet)).isZero();
    }

    @Test
    void whatARequestMayCostIsItsOwnWord() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        Wallet wallet = gateway.wallet(100_000_000_000L);
        HttpResponse<String> capped =
                gateway.chat(wallet.key(), "{\"model\":\"output-only\",\"max_cost_usd\":0.05," + MESSAGES);
        assertThat(capped.headers().firstValue("x-apertis-max-tokens-capped")).contains("50");
        assertThat(upstream.received().getLast().body())
                .contains("\"max_tokens\":50")
                .doesNotContain("max_cost_usd");
        for (String wrong : new String[] {"0.0000001", "0", "-1", "\"1\"", "0.0000000001", "1e999"}) {
            HttpResponse<String> refused =
                    gateway.chat(wallet.key(), "{\"model\":\"output-only\",\"max_cost_usd\":" + wrong + "," + MESSAGES);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
            assertThat(RunningGateway.json(refused.body()).at("/error/param").textValue())
                    .isEqualTo("max_cost_usd");
        }
    }

    @Test
    void whoHasTooLittleIsToldBothNumbers() {
        HttpResponse<String> refused = gateway.chat(
                gateway.wallet(30_000_000).key(), "{\"model\":\"output-only\",\"max_tokens\":50," + MESSAGES);
        assertThat(refused.statusCode()).isEqualTo(402);
        assertThat(refused.body())
                .contains("insufficient_balance", "$0.05", "$0.03", "at least $0.02", "at most 30 tokens");
    }

    @Test
    void theBoundOnPromptsIsLearntFromUsage() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        Wallet wallet = gateway.wallet(10_000_000_000L);
        String request = "{\"model\":\"priced\",\"max_tokens\":1,\"pad\":\"" + "x".repeat(3_000) + "\"," + MESSAGES;
        for (int i = 0; i < 50; i++) {
            assertThat(gateway.chat(wallet.key(), request).statusCode()).isEqualTo(200);
        }
        assertThat(TestDatabase.number(
                        gateway.database(),
                        "SELECT min(prompt_bytes) FROM charge WHERE attachments = 0 AND account_id = "
                                + wallet.account()))
                .isEqualTo(request.length());
        long before = refusedAt(gateway, request);
        try (RunningGateway later = RunningGateway.before(upstream.baseUrl(), gateway.database())) {
            assertThat(refusedAt(later, request)).isBetween(before / 4, before / 2);
        }
    }

    /** What a request may cost at most, as told to somebody who has nothing, in nano-USD. */
    private static long refusedAt(RunningGateway node, String request) {
        String body = node.chat(node.wallet(0).key(), request).body();
        String amount = body.substring(body.indexOf("up to $") + 7, body.indexOf(", but"));
        return new java.math.BigDecimal(amount).movePointRight(9).longValueExact();
    }

    private static long held(Wallet wallet) {
        return gateway.balance(wallet).account().held();
    }
}
