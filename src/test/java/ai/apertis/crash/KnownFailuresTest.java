package ai.apertis.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway;
import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import ai.apertis.upstream.Voice;
import ai.apertis.upstream.Voice.Count;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Failures that other gateways are known for and that no other test here is named after; docs/money.md lists all of them.
 */
class KnownFailuresTest {
    private final Vertx vertx = Vertx.vertx();
    private final ReplayUpstream upstream = new ReplayUpstream(vertx, Reply.hanging());

    @AfterEach
    void stop() {
        upstream.close();
        vertx.close().await();
    }

    /** A gateway before a provider that speaks so, with tenths and hundredths of dollars that no float can hold. */
    private RunningGateway before(Voice voice) {
        return RunningGateway.configured("""
                providers: [{name: p, dialect: %s, base_url: '%s%s', keys: [provider-key]}]
                models:
                  - id: m
                    price: {input: 1.1, output: 2.3, cache_read: 0.1}
                    context_length: 100000
                    max_output: 10000
                    endpoints: [{provider: p}]
                """.formatted(voice.dialect(), upstream.baseUrl(), voice.version()), Map.of());
    }

    @ParameterizedTest
    @EnumSource
    void cachedTokensAreChargedOnceAndAtTheirOwnPrice(Voice voice) {
        Count count = new Count("100", "3", "60");
        try (RunningGateway gateway = before(voice)) {
            for (Reply reply : new Reply[] {
                voice.stream(count, "one", " two", " three"), Reply.json(200, voice.whole("one", count))
            }) {
                upstream.answer(reply);
                boolean stream = reply.body().toString().contains("data:");
                Wallet wallet = gateway.wallet(House.USD);
                new Caller(gateway.port(), wallet.key())
                        .ask(voice.path("m", stream), voice.ask("m", "tell me a word", 50, stream));
                // Anthropic's 60 cached tokens are beside its 100, everybody else's are inside.
                long fresh = voice == Voice.ANTHROPIC ? 100 : 40;
                Pause.until(() -> charged(gateway, wallet, "count(*)") == 1);
                assertThat(charged(gateway, wallet, "sum(cost_nano)"))
                        .as("%s, streamed: %s", voice, stream)
                        .isEqualTo(fresh * 1_100 + 60 * 100 + 3 * 2_300);
            }
        }
    }

    @Test
    void aRequestIdThatTheClientChoseDecidesNothingAboutMoney() {
        upstream.answer(Reply.json(200, Voice.OPENAI.whole("one", Count.of(10, 3))));
        try (RunningGateway gateway = before(Voice.OPENAI)) {
            Wallet wallet = gateway.wallet(House.USD);
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(
                                URI.create(gateway.baseUrl() + "/chat/completions"))
                        .header("Authorization", "Bearer " + wallet.key())
                        .header("x-request-id", "always-the-same")
                        .header("Idempotency-Key", "always-the-same")
                        .POST(HttpRequest.BodyPublishers.ofString(Voice.OPENAI.ask("m", "tell me a word", 50, false)))
                        .build());
                assertThat(answer.statusCode()).isEqualTo(200);
            }
            assertThat(upstream.received()).hasSize(3);
            assertThat(charged(gateway, wallet, "count(*)")).isEqualTo(3);
            assertThat(charged(gateway, wallet, "sum(cost_nano)")).isEqualTo(3 * (10 * 1_100 + 3 * 2_300));
        }
    }

    @Test
    void manySmallAmountsAddUpToTheLastDigit() {
        upstream.answer(Reply.json(200, Voice.OPENAI.whole("one", Count.of(1, 1))));
        try (RunningGateway gateway = before(Voice.OPENAI)) {
            // Ten cents, of which a float holds neither the whole nor any part.
            Wallet wallet = gateway.wallet(100_000_000);
            for (int i = 0; i < 100; i++) {
                gateway.chat(wallet.key(), Voice.OPENAI.ask("m", "tell me a word", 5, false));
            }
            HttpResponse<String> credits =
                    gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/dashboard/billing/credits"))
                            .header("Authorization", "Bearer " + wallet.key())
                            .build());
            BigDecimal spent = new BigDecimal("0.0000034").multiply(BigDecimal.valueOf(100));
            assertThat(charged(gateway, wallet, "sum(cost_nano)")).isEqualTo(340_000);
            assertThat(credits.body())
                    .contains("\"used_usd\":" + spent.stripTrailingZeros().toPlainString())
                    .contains("\"remaining_usd\":"
                            + new BigDecimal("0.1")
                                    .subtract(spent)
                                    .stripTrailingZeros()
                                    .toPlainString());
        }
    }

    private static long charged(RunningGateway gateway, Wallet wallet, String what) {
        return TestDatabase.number(
                gateway.database(), "SELECT " + what + " FROM charge WHERE account_id = " + wallet.account());
    }
}
