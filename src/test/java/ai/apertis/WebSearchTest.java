package ai.apertis;

import static ai.apertis.Streamed.events;
import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.ReplayUpstream.Received;
import ai.apertis.upstream.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models named with {@code :web} are told what a search engine found, and the client is told which pages. */
class WebSearchTest {
    private static final long MONEY = 1_000_000_000;
    /** A cent a search, and what the scripted answer costs: 10 prompt tokens at 1 and 3 of output at 2 dollars a million. */
    private static final long PRICE = 10_000_000 + 16_000;

    private static final String FOUND = """
            {"web": {"results": [
              {"title": "On <strong>tea</strong>", "url": "https://tea.example/a", "description": "Tea is \\"brewed\\".",
               "extra_snippets": ["In water."]},
              {"title": "Inside", "url": "file:///etc/passwd", "description": "no page"},
              {"title": "Coffee", "url": "http://coffee.example/b?c=1", "description": "Not tea."}]}}
            """;

    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream upstream;
    private static ReplayUpstream engine;
    private static RunningGateway gateway;
    private Wallet wallet;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.whole(UsageFault.NONE));
        engine = new ReplayUpstream(VERTX, Reply.json(200, FOUND));
        gateway = RunningGateway.configured("""
                web_search:
                  url: "%s/find?q={query}&n={count}"
                  key: engine-secret-1234567890
                  price_usd: 0.01
                  timeout_ms: 1500
                providers:
                  - {name: sim, dialect: openai, base_url: builtin, keys: [sim]}
                  - {name: upstream, dialect: openai, base_url: "%s", keys: [provider-secret-1234567890]}
                models:
                  - id: sim/echo
                    price: {input: 1, output: 2}
                    endpoints: [{provider: sim, model: sim/echo}]
                  - id: priced
                    price: {input: 1, output: 2}
                    context_length: 100000
                    max_output: 1000
                    endpoints: [{provider: upstream, model: upstream-priced}]
                  - id: gift
                    price: {input: 0, output: 0}
                    endpoints: [{provider: upstream, model: upstream-gift}]
                """.formatted(engine.baseUrl(), upstream.baseUrl()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        engine.close();
        RunningGateway.await(VERTX.close());
    }

    @BeforeEach
    void anew() {
        wallet = gateway.wallet(MONEY);
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        engine.answer(Reply.json(200, FOUND));
    }

    @Test
    void tellsTheModelWhatWasFoundAndTheClientWhere() {
        HttpResponse<String> response = ask("priced:web", "\"web_results_count\":4,\"web_content_length\":\"full\",");

        JsonNode answer = RunningGateway.json(response.body());
        assertThat(answer.path("web_sources")).hasSize(2);
        assertThat(answer.at("/web_sources/0/title").textValue()).isEqualTo("On tea");
        assertThat(answer.at("/web_sources/0/url").textValue()).isEqualTo("https://tea.example/a");
        assertThat(answer.at("/web_sources/0/snippet").textValue()).isEqualTo("Tea is \"brewed\". In water.");
        assertThat(answer.at("/web_sources/1/url").textValue()).isEqualTo("http://coffee.example/b?c=1");
        told(response, "true", "2", "success");
        Received search = engine.received().getLast();
        assertThat(search.query()).isEqualTo("q=What+is+%22tea%22%3F&n=4");
        assertThat(search.headers()).containsEntry("x-subscription-token", "engine-secret-1234567890");
        assertThat(search.headers()).doesNotContainKey("authorization");
        String sent = upstream.received().getLast().body();
        assertThat(sent).contains("upstream-priced").doesNotContain("web_results_count", "web_content_length");
        assertThat(RunningGateway.json(sent).at("/messages/0/content").textValue())
                .startsWith("What is \"tea\"?\n\n[Results of a web search")
                .contains("[1] On tea\nhttps://tea.example/a\nTea is \"brewed\". In water.\n");
        assertThat(gateway.balance(wallet).account().used()).isEqualTo(PRICE);
    }

    @Test
    void streamsItsSourcesWithTheReasonForStopping() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        List<JsonNode> chunks = events(ask("priced:web", "\"stream\":true,"));
        List<JsonNode> naming =
                chunks.stream().filter(chunk -> chunk.has("web_sources")).toList();
        assertThat(naming).hasSize(1);
        assertThat(naming.getFirst().at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
        assertThat(naming.getFirst().path("web_sources")).hasSize(2);
        assertThat(gateway.balance(wallet).account().used()).isEqualTo(PRICE);
    }

    @Test
    void worksForMessagesAndSimulatedModelsWithoutAnEngine() {
        int before = engine.received().size();
        String body = """
                {"model": "sim/echo:web", "max_tokens": 4000, %s "web_results_count": 1, "web_content_length": "short", "messages": [
                  {"role": "user", "content": [{"type": "text", "text": "tea"}]}]}
                """;
        HttpResponse<String> whole = gateway.post("/messages", wallet.key(), body.formatted(""));
        JsonNode answer = RunningGateway.json(whole.body());
        assertThat(answer.at("/web_sources/0/url").textValue()).isEqualTo("https://example.com/simulated/1");
        assertThat(answer.at("/content/0/text").textValue()).contains("tea", "[1] Simulated page 1");
        told(whole, "true", "1", "success");

        List<JsonNode> events = events(gateway.post("/messages", wallet.key(), body.formatted("\"stream\": true,")));
        assertThat(events.stream().filter(event -> event.has("web_sources")))
                .singleElement()
                .satisfies(event -> assertThat(event.path("type").textValue()).isEqualTo("message_delta"));
        assertThat(engine.received()).hasSize(before);
    }

    @Test
    void costsNothingAndFailsNothingWhereTheEngineFails() {
        engine.answer(Reply.json(500, "{}"));
        HttpResponse<String> failed = ask("priced:web", "");
        told(failed, "false", "0", "failed");
        assertThat(RunningGateway.json(failed.body()).path("web_sources").isEmpty())
                .isTrue();
        assertThat(RunningGateway.json(failed.body())
                        .at("/choices/0/message/content")
                        .textValue())
                .isNotEmpty();
        engine.answer(Reply.json(200, "no json"));
        told(ask("priced:web", ""), "false", "0", "failed");
        assertThat(RunningGateway.json(upstream.received().getLast().body())
                        .at("/messages/0/content")
                        .textValue())
                .isEqualTo("What is \"tea\"?");
        assertThat(gateway.balance(wallet).account().used()).isEqualTo(2 * (PRICE - 10_000_000));

        engine.answer(Reply.hanging());
        told(ask("priced:web", ""), "false", "0", "timeout");
        engine.answer(Reply.json(200, "{}"));
        told(ask("priced:web", ""), "false", "0", "no_results");
    }

    @Test
    void asksNoEngineWithoutMoneyForIt() {
        Wallet poor = gateway.wallet(9_000_000);
        int before = engine.received().size();
        String body =
                "{\"model\":\"priced:web\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"tea\"}]}";
        assertThat(gateway.chat(poor.key(), body).statusCode()).isEqualTo(402);
        assertThat(engine.received()).hasSize(before);
        assertThat(gateway.balance(poor).account().used()).isZero();
    }

    @Test
    void chargesForTheSearchOfAFreeModelButNotOnTheFreeTier() {
        assertThat(ask("gift:web", "")
                        .headers()
                        .firstValue("x-apertis-cost-usd")
                        .map(BigDecimal::new))
                .hasValueSatisfying(cost -> assertThat(cost).isEqualByComparingTo("0.01"));
        for (String name : List.of("gift:free:web", "gift:web:free")) {
            HttpResponse<String> refused = ask(name, "");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
            assertThat(RunningGateway.json(refused.body()).at("/error/param").textValue())
                    .isEqualTo("model");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"web_results_count\":0",
                "\"web_results_count\":11",
                "\"web_results_count\":\"5\"",
                "\"web_content_length\":\"huge\"",
                "\"web_content_length\":1"
            })
    void namesWhatIsWrong(String field) {
        HttpResponse<String> refused = ask("priced:web", field + ",");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(refused.body()).at("/error/param").textValue())
                .isEqualTo(field.substring(1, field.indexOf('"', 1)));
    }

    @Test
    void isRefusedWhereItDoesNotWork() {
        HttpResponse<String> refused =
                gateway.post("/responses", wallet.key(), "{\"model\":\"priced:web\",\"input\":\"tea\"}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains(":web");
        assertThat(gateway.post("/responses", wallet.key(), "{\"model\":\"gift:free:web\",\"input\":\"tea\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    private HttpResponse<String> ask(String model, String fields) {
        return gateway.chat(
                wallet.key(),
                "{\"model\":\"" + model + "\",\"max_tokens\":50," + fields
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"What is \\\"tea\\\"?\"}]}");
    }

    private static void told(HttpResponse<String> response, String used, String count, String status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Web-Search-Used")).hasValue(used);
        assertThat(response.headers().firstValue("X-Web-Search-Count")).hasValue(count);
        assertThat(response.headers().firstValue("X-Web-Search-Status")).hasValue(status);
    }
}
