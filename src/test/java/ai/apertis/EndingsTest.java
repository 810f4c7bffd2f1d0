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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a request ends, it is settled once: what the documentation says of it, and no open hold is left. */
class EndingsTest {
    private static final String ASK = "{\"model\":\"priced\",\"max_tokens\":50,\"stream\":%b,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"tell me three words\"}]}";

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
    void aStreamThatTheProviderBreaksOffIsChargedOnceAndEndsWithAnError() {
        for (Reply reply : new Reply[] {
            ChatReplies.streamThatStops(),
            ChatReplies.streamWithAnError(),
            ChatReplies.stream(UsageFault.NONE).cutAfter(400, Reply.Ending.RESET),
            ChatReplies.stream(UsageFault.NONE).cutAfter(400, Reply.Ending.CLOSE)
        }) {
            upstream.answer(reply.chopped(100).withPauses(5));
            Wallet wallet = gateway.wallet(1_000_000_000);
            HttpResponse<String> response = gateway.chat(wallet.key(), ASK.formatted(true));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("\"error\"").endsWith("data: [DONE]\n\n");
            assertThat(charges(wallet, "estimated")).isEqualTo(1);
            expectSettled(wallet);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatServedNothingCostsNothingAndTellsNothingOfTheProvider(boolean stream) {
        for (Reply reply : new Reply[] {
            ChatReplies.errorInsideSuccess(),
            ChatReplies.html(),
            ChatReplies.brokenJson(),
            ChatReplies.failure(500, "stack at 10.0.0.7 with provider-secret-1234567890"),
            ChatReplies.failure(401, "wrong key provider-secret-1234567890"),
            ChatReplies.failure(404, "no such deployment"),
        }) {
            upstream.answer(reply);
            Wallet wallet = gateway.wallet(1_000_000_000);
            HttpResponse<String> response = gateway.chat(wallet.key(), ASK.formatted(stream));
            assertThat(response.statusCode()).isGreaterThanOrEqualTo(400);
            assertThat(response.body()).contains("\"error\"").doesNotContain("10.0.0.7", "provider-secret");
            expectSettled(wallet);
            assertThat(cost(wallet)).isZero();
        }
    }

    @Test
    void aClientThatLeavesAtTheThirdTokenPaysForWhatItGot() throws IOException, InterruptedException {
        try (RunningGateway shipped = RunningGateway.shipped()) {
            Wallet wallet = shipped.wallet(1_000_000_000);
            HttpRequest request = HttpRequest.newBuilder(URI.create(shipped.baseUrl() + "/chat/completions"))
                    .header("x-api-key", wallet.key())
                    .POST(
                            HttpRequest.BodyPublishers.ofString(
                                    "{\"model\":\"sim/slow\",\"stream\":true,\"max_tokens\":500,\"sim\":{\"ttft_ms\":10,"
                                            + "\"tokens_per_second\":20,\"tokens\":400},\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}"))
                    .build();
            HttpResponse<InputStream> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                int chunks = 0;
                while (chunks < 4) {
                    chunks += String.valueOf(lines.readLine()).startsWith("data: ") ? 1 : 0;
                }
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> TestDatabase.number(
                                    shipped.database(),
                                    "SELECT count(*) FROM charge WHERE account_id = " + wallet.account())
                            == 1);
            assertThat(TestDatabase.number(
                            shipped.database(),
                            "SELECT output_tokens FROM charge WHERE account_id = " + wallet.account()))
                    .isBetween(1L, 40L);
            assertThat(TestDatabase.number(shipped.database(), "SELECT count(*) FROM hold"))
                    .isZero();
        }
    }

    private static void expectSettled(Wallet wallet) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> TestDatabase.number(
                                gateway.database(), "SELECT count(*) FROM hold WHERE account_id = " + wallet.account())
                        == 0);
        assertThat(gateway.balance(wallet).account().held()).isZero();
        assertThat(gateway.balance(wallet).account().used()).isEqualTo(cost(wallet));
    }

    private static long charges(Wallet wallet, String which) {
        return TestDatabase.number(
                gateway.database(),
                "SELECT count(*) FROM charge WHERE " + which + " AND account_id = " + wallet.account());
    }

    private static long cost(Wallet wallet) {
        return TestDatabase.number(
                gateway.database(), "SELECT sum(cost_nano) FROM charge WHERE account_id = " + wallet.account());
    }
}
