package ai.apertis;

import static ai.apertis.Streamed.events;
import static ai.apertis.Streamed.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.LongReplies;
import ai.apertis.upstream.ReplayUpstream;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseIncompleteEvent;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A stream that the money does not reach for ends cleanly in its dialect, says why, and costs what was served. */
class CutOffTest {
    /** A thousand dollars a million tokens. */
    private static final long TOKEN_NANO = 1_000_000;
    /** Money for two hundred tokens; the answer would have three thousand. */
    private static final long MONEY = 200 * TOKEN_NANO;

    private static final int WORDS = 3_000;
    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, LongReplies.of(DialectName.OPENAI, WORDS));
        StringBuilder yaml = new StringBuilder("billing: {output_step_tokens: 64}\nproviders:\n");
        for (DialectName dialect : DialectName.values()) {
            yaml.append("  - {name: ")
                    .append(dialect.configName())
                    .append(", dialect: ")
                    .append(dialect.configName())
                    .append(", base_url: \"")
                    .append(upstream.baseUrl())
                    .append("\", keys: [provider-secret-1234567890], stops_billing_on_cancel: true}\n");
        }
        yaml.append("models:\n");
        for (DialectName dialect : DialectName.values()) {
            yaml.append("  - {id: at-")
                    .append(dialect.configName())
                    .append(
                            ", price: {input: 0, output: 1000}, context_length: 100000, max_output: 20000, endpoints: [{provider: ")
                    .append(dialect.configName())
                    .append(", model: up}]}\n");
        }
        gateway = RunningGateway.configured(yaml.toString());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    static Stream<Arguments> ways() {
        return Arrays.stream(DialectName.values())
                .flatMap(client -> Arrays.stream(DialectName.values()).map(provider -> Arguments.of(client, provider)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theStreamEndsInItsDialectAndCostsWhatWasServed(DialectName client, DialectName provider) {
        upstream.answer(LongReplies.of(provider, WORDS));
        int cancelled = upstream.cancelled();
        Wallet wallet = gateway.wallet(MONEY);
        List<JsonNode> events = events(ask(wallet, client, provider, ""));

        expectEnd(client, events, "insufficient_balance");
        expectCharge(wallet, text(client, events), provider == DialectName.GEMINI);
        await().atMost(Duration.ofSeconds(20)).until(() -> upstream.cancelled() == cancelled + 1);
    }

    @Test
    void aKeysQuotaCutsAStreamToo() {
        upstream.answer(LongReplies.of(DialectName.OPENAI, WORDS));
        KeySettings open = KeySettings.named("test");
        Wallet wallet = gateway.wallet(
                100 * MONEY,
                new KeySettings(
                        "quota",
                        true,
                        MONEY,
                        null,
                        1,
                        List.of(),
                        List.of(),
                        null,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        open.includeCost()));
        List<JsonNode> events = events(ask(wallet, DialectName.OPENAI, DialectName.OPENAI, ""));
        expectEnd(DialectName.OPENAI, events, "quota_exceeded");
        expectCharge(wallet, text(DialectName.OPENAI, events), false);
    }

    @Test
    void theRequestsOwnLimitCutsAStreamToo() {
        upstream.answer(LongReplies.of(DialectName.OPENAI, WORDS));
        Wallet wallet = gateway.wallet(100 * MONEY);
        List<JsonNode> events = events(ask(wallet, DialectName.OPENAI, DialectName.OPENAI, "\"max_cost_usd\":0.2,"));
        expectEnd(DialectName.OPENAI, events, "max_cost_usd");
        expectCharge(wallet, text(DialectName.OPENAI, events), false);
        assertThat(upstream.received().getLast().body()).doesNotContain("max_cost_usd");
    }

    @Test
    void theSdkReadsAChatThatWasCutInTheMidstOfACall() {
        upstream.answer(LongReplies.toolCall(WORDS));
        Wallet wallet = gateway.wallet(MONEY);
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (var stream = sdk(wallet)
                .chat()
                .completions()
                .createStreaming(ChatCompletionCreateParams.builder()
                        .model("at-openai")
                        .addUserMessage("go")
                        .build())) {
            stream.stream().forEach(whole::accumulate);
        }
        ChatCompletion.Choice choice = whole.chatCompletion().choices().getFirst();
        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
        assertThat(choice.message()
                        .toolCalls()
                        .orElseThrow()
                        .getFirst()
                        .asFunction()
                        .function()
                        .arguments())
                .contains("word word");
    }

    @Test
    void theSdkReadsAResponseThatWasCut() {
        upstream.answer(LongReplies.of(DialectName.OPENAI_RESPONSES, WORDS));
        Wallet wallet = gateway.wallet(MONEY);
        ResponseAccumulator whole = ResponseAccumulator.create();
        List<ResponseStreamEvent> events;
        try (var stream = sdk(wallet)
                .responses()
                .createStreaming(ResponseCreateParams.builder()
                        .model("at-openai-responses")
                        .input("go")
                        .store(false)
                        .build())) {
            events = stream.stream().peek(whole::accumulate).toList();
        }
        ResponseIncompleteEvent last = events.getLast().incomplete().orElseThrow();
        Response response = last.response();
        assertThat(response.status()).contains(ResponseStatus.INCOMPLETE);
        assertThat(response.output()
                        .getFirst()
                        .message()
                        .orElseThrow()
                        .content()
                        .getFirst()
                        .asOutputText()
                        .text())
                .startsWith(" word word");
    }

    private static OpenAIClient sdk(Wallet wallet) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.baseUrl())
                .apiKey(wallet.key())
                .maxRetries(0)
                .build();
    }

    private static HttpResponse<String> ask(Wallet wallet, DialectName client, DialectName provider, String more) {
        String model = "at-" + provider.configName();
        return switch (client) {
            case OPENAI ->
                gateway.chat(
                        wallet.key(),
                        "{\"model\":\"" + model + "\"," + more
                                + "\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}");
            case OPENAI_RESPONSES ->
                gateway.post(
                        "/responses",
                        wallet.key(),
                        "{\"model\":\"" + model + "\"," + more + "\"stream\":true,\"store\":false,\"input\":\"go\"}");
            case ANTHROPIC ->
                gateway.post(
                        "/messages",
                        wallet.key(),
                        "{\"model\":\"" + model + "\"," + more
                                + "\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}");
            case GEMINI ->
                gateway.post(
                        "/models/" + model + ":streamGenerateContent?alt=sse",
                        wallet.key(),
                        "{" + more + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"go\"}]}]}");
        };
    }

    private static void expectEnd(DialectName client, List<JsonNode> events, String reason) {
        JsonNode last = events.getLast();
        switch (client) {
            case OPENAI -> {
                JsonNode finish = events.get(events.size() - 2);
                assertThat(finish.at("/choices/0/finish_reason").textValue()).isEqualTo("length");
                assertThat(finish.at("/apertis/cut_off").textValue()).isEqualTo(reason);
                assertThat(last.at("/choices")).isEmpty();
                assertThat(last.at("/usage/completion_tokens").asLong()).isPositive();
                assertThat(events)
                        .allSatisfy(event -> assertThat(event.get("id")).isEqualTo(last.get("id")));
            }
            case OPENAI_RESPONSES -> {
                assertThat(last.get("type").textValue()).isEqualTo("response.incomplete");
                assertThat(last.at("/response/incomplete_details/reason").textValue())
                        .isEqualTo("max_output_tokens");
                assertThat(last.at("/response/apertis/cut_off").textValue()).isEqualTo(reason);
                assertThat(last.at("/response/output/0/status").textValue()).isEqualTo("incomplete");
                assertThat(last.at("/response/output/0/content/0/text").textValue())
                        .isEqualTo(text(client, events));
                for (int i = 0; i < events.size(); i++) {
                    assertThat(events.get(i).get("sequence_number").intValue()).isEqualTo(i);
                }
            }
            case ANTHROPIC -> {
                assertThat(last.get("type").textValue()).isEqualTo("message_stop");
                JsonNode delta = events.get(events.size() - 2);
                assertThat(delta.at("/delta/stop_reason").textValue()).isEqualTo("max_tokens");
                assertThat(delta.at("/apertis/cut_off").textValue()).isEqualTo(reason);
                assertThat(delta.at("/usage/output_tokens").asLong()).isPositive();
                assertThat(events.get(events.size() - 3).get("type").textValue())
                        .isEqualTo("content_block_stop");
            }
            case GEMINI -> {
                assertThat(last.at("/candidates/0/finishReason").textValue()).isEqualTo("MAX_TOKENS");
                assertThat(last.at("/apertis/cut_off").textValue()).isEqualTo(reason);
                assertThat(last.at("/usageMetadata/candidatesTokenCount").asLong())
                        .isPositive();
            }
        }
    }

    /** One charge: what was served, to the token, and all of it within the money. */
    private static void expectCharge(Wallet wallet, String text, boolean toldAsItGoes) {
        await().atMost(Duration.ofSeconds(20)).until(() -> number(wallet, "count(*)") == 1);
        long served = new TokenCounter().count(text);
        assertThat(number(wallet, "sum(cost_nano)")).isEqualTo(served * TOKEN_NANO);
        assertThat(number(wallet, "sum(shortfall_nano)")).isZero();
        assertThat(number(wallet, "count(*) FILTER (WHERE ending = 'CUT_OFF')")).isEqualTo(1);
        assertThat(number(wallet, "count(*) FILTER (WHERE estimated)")).isEqualTo(toldAsItGoes ? 0 : 1);
        assertThat(served).isBetween(150L, 200L);
        assertThat(gateway.balance(wallet).account().held()).isZero();
    }

    private static long number(Wallet wallet, String what) {
        return TestDatabase.number(
                gateway.database(), "SELECT " + what + " FROM charge WHERE account_id = " + wallet.account());
    }
}
