package ai.apertis;

import static ai.apertis.Streamed.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.config.DialectName;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import ai.apertis.upstream.Voice;
import ai.apertis.upstream.Voice.Count;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams that break off and with which another provider goes on: one answer, one bill, or a clean end as before. */
class ContinuationTest {
    private static final String OPT_IN = "\"continue_on_cut\":true,\"stream_options\":{\"include_usage\":true}";
    private static final List<String> BEGUN = List.of("one", " two ");

    private static final Vertx VERTX = Vertx.vertx();
    private static final Map<Voice, ReplayUpstream> DYING = Map.of(
            Voice.OPENAI, new ReplayUpstream(VERTX, dying(Voice.OPENAI)),
            Voice.ANTHROPIC, new ReplayUpstream(VERTX, dying(Voice.ANTHROPIC)),
            Voice.GEMINI, new ReplayUpstream(VERTX, dying(Voice.GEMINI)));
    private static final ReplayUpstream MESSAGE = new ReplayUpstream(VERTX, Reply.hanging());
    private static final ReplayUpstream REPEATING = new ReplayUpstream(VERTX, Reply.hanging());
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        StringBuilder yaml =
                new StringBuilder("""
            routing: {retries_per_second: 1000}
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
              - {name: message, dialect: anthropic, base_url: "%s", keys: [k], quirks: {prefill: message}}
              - {name: repeating, dialect: openai, base_url: "%s", keys: [k], quirks: {prefill: repeated_prefix}}
              - {name: unable, dialect: openai, base_url: "%s", keys: [k]}
            """.formatted(MESSAGE.baseUrl(), REPEATING.baseUrl(), REPEATING.baseUrl()));
        DYING.forEach((voice, upstream) -> yaml.append(
                "  - {name: dying-%s, dialect: %s, base_url: \"%s\", keys: [k], stops_billing_on_cancel: true}%n"
                        .formatted(voice.dialect(), voice.dialect(), upstream.baseUrl())));
        yaml.append("models:\n");
        for (Voice first : DYING.keySet()) {
            for (String second : List.of("message", "repeating", "unable")) {
                // Each test has endpoints of its own, so that what befell others does not matter.
                for (int i = 0; i < 8; i++) {
                    yaml.append("""
                          - {id: %1$s-%2$s-%3$d, price: {input: 1, output: 2}, max_output: 1000, capabilities: [prefill],
                             endpoints: [{provider: dying-%1$s, model: m%2$s%3$d}, {provider: %2$s, model: m%1$s%3$d}]}
                        """.formatted(first.dialect(), second, i)
                            .indent(-20)
                            .indent(2));
                }
            }
        }
        yaml.append("""
              - {id: cheap, price: {input: 1, output: 2}, max_output: 1000, endpoints: [{provider: dying-openai}]}
              - {id: dear, price: {input: 10, output: 20}, max_output: 1000, capabilities: [prefill],
                 endpoints: [{provider: message}]}
            """);
        gateway = RunningGateway.configured(yaml.toString());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        DYING.values().forEach(ReplayUpstream::close);
        MESSAGE.close();
        REPEATING.close();
        RunningGateway.await(VERTX.close());
    }

    @BeforeEach
    void answerAsUsual() {
        DYING.forEach((voice, upstream) -> upstream.answer(dying(voice)));
        MESSAGE.answer(stream(Voice.ANTHROPIC, Count.of(12, 1), " three"));
        REPEATING.answer(stream(Voice.OPENAI, Count.of(12, 1), "one", " two", " three"));
    }

    static Stream<Arguments> ways() {
        return Stream.of(Voice.values()).flatMap(client -> {
            // A provider of the Responses API is not gone on from, so its clients begin at another.
            Voice first = client == Voice.RESPONSES ? Voice.OPENAI : client;
            return Stream.of("message", "repeating").map(second -> Arguments.of(client, first, second));
        });
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anotherProviderGoesOnInTheClientsDialect(Voice client, Voice first, String second) {
        Wallet wallet = gateway.wallet(1_000_000_000);
        ReplayUpstream going = second.equals("message") ? MESSAGE : REPEATING;
        int before = going.received().size();

        HttpResponse<String> response =
                ask(client, wallet, first.dialect() + "-" + second + "-" + (client == Voice.RESPONSES ? 1 : 0), OPT_IN);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<JsonNode> events = events(response);
        assertThat(text(client, events)).as(response.body()).isEqualTo("one two three");
        assertThat(response.body()).containsOnlyOnce(": continued by ").doesNotContain("\"error\":{");
        expectOneAnswer(client, events, response.body());
        assertThat(going.received()).hasSize(before + 1);
        JsonNode asked = RunningGateway.json(going.received().getLast().body());
        JsonNode last = asked.get("messages").get(asked.get("messages").size() - 1);
        assertThat(last.path("role").asText()).isEqualTo("assistant");
        assertThat(
                        second.equals("message")
                                ? last.at("/content/0/text").asText()
                                : last.path("content").asText())
                .isEqualTo("one two");
        assertThat(last.path("prefix").asBoolean()).isEqualTo(second.equals("repeating"));
        assertThat(asked.path("max_tokens").asLong()).isBetween(90L, 99L);
        assertThat(going.received().getLast().body()).doesNotContain("continue_on_cut");
        JsonNode usage = usage(client, events);
        long prompt = usage.get(0).asLong();
        long output = usage.get(1).asLong();
        assertThat(prompt).isPositive();
        expectOneBill(wallet, 1_000 * prompt + 2_000 * output, "COMPLETED");
    }

    @Test
    void thePromptIsPaidOnceAndEachPartAtThePricesOfWhoWroteIt() {
        Wallet wallet = gateway.wallet(1_000_000_000);
        HttpResponse<String> response = ask(
                Voice.OPENAI, wallet, "cheap", OPT_IN + ",\"fallback_enabled\":true,\"fallback_models\":[\"dear\"]");
        List<JsonNode> events = events(response);
        assertThat(text(Voice.OPENAI, events)).as(response.body()).isEqualTo("one two three");
        assertThat(response.body()).contains(": continued by dear\n");
        JsonNode usage = usage(Voice.OPENAI, events);
        long first = usage.get(1).asLong() - 1;
        expectOneBill(wallet, 1_000 * usage.get(0).asLong() + 2_000 * first + 20_000, "COMPLETED");
    }

    @Test
    void aKeyMayAskForIt() {
        Wallet wallet = gateway.wallet(1_000_000_000);
        HttpResponse<String> changed = gateway.send(HttpRequest.newBuilder(
                        URI.create(gateway.baseUrl().replace("/v1", "/api/admin/keys/") + wallet.keyId()))
                .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"continue_on_cut\":true}"))
                .build());
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        assertThat(changed.body()).contains("\"continue_on_cut\":true");
        await().untilAsserted(() -> assertThat(
                        text(Voice.OPENAI, events(ask(Voice.OPENAI, wallet, "openai-message-5", "\"seed\":1"))))
                .isEqualTo("one two three"));
        HttpResponse<String> against = ask(Voice.OPENAI, wallet, "openai-message-6", "\"continue_on_cut\":false");
        assertThat(against.body()).contains("\"error\"").doesNotContain("three");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "openai-message-7; \"seed\":1",
                "openai-repeating-6; " + OPT_IN + ",\"response_format\":{\"type\":\"json_object\"}",
                "openai-repeating-7; " + OPT_IN + ",\"n\":2"
            })
    void itEndsAsBeforeWhereNobodyAskedOrNobodyCould(String model, String more) {
        Wallet wallet = gateway.wallet(1_000_000_000);
        expectCut(wallet, ask(Voice.OPENAI, wallet, model, more));
    }

    @Test
    void aModelThatCannotGoOnIsNotAsked() {
        Wallet wallet = gateway.wallet(1_000_000_000);
        int before = REPEATING.received().size();
        expectCut(wallet, ask(Voice.OPENAI, wallet, "openai-unable-0", OPT_IN));
        assertThat(REPEATING.received()).hasSize(before);
    }

    @ParameterizedTest
    @EnumSource(
            value = Voice.class,
            names = {"OPENAI", "ANTHROPIC"})
    void aCallIsNeverGoneOnWith(Voice client) {
        String call = client == Voice.OPENAI
                ? "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"f\",\"arguments\":\"{\"}}]},\"finish_reason\":null}]}\n\n"
                : "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":"
                        + "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{}}}\n\n";
        String body = dying(client).body().toString();
        String until = body.substring(0, dying(client).cutAfter()) + call;
        Objects.requireNonNull(DYING.get(client))
                .answer(Reply.events(until + "data: {}").cutAfter(until.length(), Reply.Ending.RESET));
        Wallet wallet = gateway.wallet(1_000_000_000);
        expectCut(wallet, ask(client, wallet, client.dialect() + "-message-4", OPT_IN));
    }

    @Test
    void whenTheOtherFailsTooTheStreamEndsAndCostsWhatWasServed() {
        MESSAGE.answer(ChatReplies.failure(500, "broken"));
        Wallet wallet = gateway.wallet(1_000_000_000);
        expectCut(wallet, ask(Voice.OPENAI, wallet, "openai-message-3", OPT_IN));
    }

    @Test
    void whenTheOtherBreaksOffTooAllThatWasServedIsChargedOnce() {
        MESSAGE.answer(dying(Voice.ANTHROPIC));
        Wallet wallet = gateway.wallet(1_000_000_000);
        HttpResponse<String> response = ask(Voice.OPENAI, wallet, "openai-message-2", OPT_IN);
        assertThat(text(Voice.OPENAI, events(response))).isEqualTo("one two one two ");
        expectCut(wallet, response);
    }

    private static String text(Voice client, List<JsonNode> events) {
        DialectName dialect =
                client == Voice.RESPONSES ? DialectName.OPENAI_RESPONSES : DialectName.valueOf(client.name());
        return Streamed.text(dialect, events);
    }

    private static void expectCut(Wallet wallet, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body())
                .contains("one")
                .containsOnlyOnce("\"error\":")
                .doesNotContain("three");
        await().atMost(Duration.ofSeconds(20)).until(() -> number(wallet, "count(*)") == 1);
        assertThat(number(wallet, "count(*) FILTER (WHERE ending = 'UPSTREAM_CUT')"))
                .isEqualTo(1);
        assertThat(number(wallet, "sum(cost_nano)")).isPositive();
        assertThat(gateway.balance(wallet).account().held()).isZero();
    }

    private static void expectOneBill(Wallet wallet, long nano, String ending) {
        await().atMost(Duration.ofSeconds(20)).until(() -> number(wallet, "count(*)") == 1);
        assertThat(number(wallet, "sum(cost_nano)")).isEqualTo(nano);
        assertThat(number(wallet, "sum(shortfall_nano)")).isZero();
        assertThat(number(wallet, "count(*) FILTER (WHERE ending = '" + ending + "')"))
                .isEqualTo(1);
        assertThat(gateway.balance(wallet).account().used()).isEqualTo(nano);
        assertThat(gateway.balance(wallet).account().held()).isZero();
    }

    private static long number(Wallet wallet, String what) {
        return TestDatabase.number(
                gateway.database(), "SELECT " + what + " FROM charge WHERE account_id = " + wallet.account());
    }

    /** One beginning, one end, one id, and numbers in order. */
    private static void expectOneAnswer(Voice client, List<JsonNode> events, String body) {
        switch (client) {
            case OPENAI -> {
                assertThat(body).containsOnlyOnce("data: [DONE]").containsOnlyOnce("\"finish_reason\":\"stop\"");
                assertThat(events.stream().map(event -> event.get("id")).distinct())
                        .hasSize(1);
            }
            case RESPONSES -> {
                assertThat(body)
                        .containsOnlyOnce("event: response.created")
                        .containsOnlyOnce("event: response.completed")
                        .containsOnlyOnce("event: response.output_item.added");
                for (int i = 0; i < events.size(); i++) {
                    assertThat(events.get(i).get("sequence_number").intValue()).isEqualTo(i);
                }
                assertThat(events.getLast()
                                .at("/response/output/0/content/0/text")
                                .textValue())
                        .isEqualTo("one two three");
            }
            case ANTHROPIC ->
                assertThat(body)
                        .containsOnlyOnce("event: message_start")
                        .containsOnlyOnce("event: message_stop")
                        .containsOnlyOnce("event: content_block_start")
                        .containsOnlyOnce("event: content_block_stop");
            case GEMINI -> {
                assertThat(body).containsOnlyOnce("\"finishReason\":\"STOP\"");
                assertThat(events.stream()
                                .map(event -> event.path("responseId"))
                                .distinct())
                        .hasSize(1);
            }
        }
    }

    /** What the client was told: the prompt's tokens and the output's. */
    private static JsonNode usage(Voice client, List<JsonNode> events) {
        String input = client == Voice.OPENAI ? "prompt_tokens" : "input_tokens";
        String output = client == Voice.OPENAI ? "completion_tokens" : "output_tokens";
        JsonNode usage = events.reversed().stream()
                .map(event -> switch (client) {
                    case OPENAI, ANTHROPIC -> event.path("usage");
                    case RESPONSES -> event.at("/response/usage");
                    case GEMINI -> event.path("usageMetadata");
                })
                .filter(JsonNode::isObject)
                .findFirst()
                .orElseThrow();
        return client == Voice.GEMINI
                ? RunningGateway.json(
                        "[" + usage.get("promptTokenCount") + "," + usage.get("candidatesTokenCount") + "]")
                : RunningGateway.json("[" + usage.get(input) + "," + usage.get(output) + "]");
    }

    private static HttpResponse<String> ask(Voice client, Wallet wallet, String model, String more) {
        String field = client == Voice.OPENAI ? more : more.replaceAll(",\"stream_options\".*", "");
        String body = client.ask(model, "tell me three words", 100, true);
        String url = gateway.baseUrl().replace("/v1", "") + client.path(model, true);
        return gateway.send(HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + wallet.key())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{" + field + "," + body.substring(1)))
                .build());
    }

    /** Two words, and then the connection is reset. */
    private static Reply dying(Voice voice) {
        StringBuilder events = new StringBuilder();
        voice.opening(null).forEach(events::append);
        BEGUN.forEach(word -> events.append(voice.word(word)));
        int length = events.length();
        return Reply.events(events + voice.word("never")).cutAfter(length, Reply.Ending.RESET);
    }

    private static Reply stream(Voice voice, Count count, String... words) {
        StringBuilder events = new StringBuilder();
        voice.opening(count).forEach(events::append);
        for (String word : words) {
            events.append(voice.word(word));
        }
        voice.closing(String.join("", words), count).forEach(events::append);
        return Reply.events(events.toString());
    }
}
