package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers of the Responses API that their clients come back to, from providers of their own dialect and of another. */
class StoredResponsesTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String ID = "resp_[0-9a-f]{48}";

    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.whole(UsageFault.NONE));
        gateway = RunningGateway.configured("""
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            responses: {retention_days: 7}
            providers:
              - {name: own, dialect: openai-responses, base_url: '%1$s/v1', keys: [secret-of-own-1234567890]}
              - {name: chat, dialect: openai, base_url: '%1$s/v1', keys: [secret-of-chat-1234567890]}
            models:
              - {id: own, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 endpoints: [{provider: own, model: own-upstream}]}
              - {id: thinker, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 capabilities: [reasoning], endpoints: [{provider: own, model: thinker-upstream}]}
              - {id: chat, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 endpoints: [{provider: chat, model: chat-upstream}]}
            """.formatted(upstream.baseUrl()));
        wallet = gateway.wallet(1_000_000_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void anAnswerIsFoundUnderItsIdAndIsGoneOnceDeleted() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        JsonNode made = ok(post("{\"model\":\"chat\",\"input\":\"Hello\",\"metadata\":{\"a\":\"b\"}}"));
        String id = made.get("id").textValue();
        assertThat(id).matches(ID);
        assertThat(made.get("store").booleanValue()).isTrue();
        assertThat(ok(get("/responses/" + id))).isEqualTo(made);

        HttpResponse<String> deleted = send("DELETE", "/responses/" + id, wallet.key());
        assertThat(RunningGateway.json(deleted.body()))
                .isEqualTo(RunningGateway.json("{\"id\":\"" + id + "\",\"object\":\"response\",\"deleted\":true}"));
        assertThat(get("/responses/" + id).statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/responses/" + id, wallet.key()).statusCode())
                .isEqualTo(404);
        assertThat(TestDatabase.number(gateway.database(), "SELECT count(*) FROM response WHERE id = '" + id + "'"))
                .isZero();
    }

    @Test
    void anAnswerOfItsOwnDialectKeepsItsBytesButForWhatIsOurs() {
        upstream.answer(Reply.json(200, whole("Hi", "")));
        JsonNode made = ok(post("{\"model\":\"own\",\"input\":\"Hello\"}"));
        assertThat(made.get("id").textValue()).matches(ID);
        assertThat(made.get("of_tomorrow").intValue()).isEqualTo(7);
        assertThat(made.at("/output/0/id").textValue()).isEqualTo("msg_up");
        assertThat(upstream.received().getLast().body()).isEqualTo("{\"model\":\"own-upstream\",\"input\":\"Hello\"}");
    }

    @Test
    void aConversationGoesOnAtAProviderOfAnotherDialect() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        String first = id(post("{\"model\":\"chat\",\"instructions\":\"Be brief.\",\"input\":\"First\"}"));
        String second = id(post(continued("chat", first, "\"Second\"")));
        JsonNode third = ok(post(continued("chat", second, "\"Third\"")));

        assertThat(third.get("previous_response_id").textValue()).isEqualTo(second);
        assertThat(third.get("instructions").isNull()).isTrue();
        JsonNode messages =
                RunningGateway.json(upstream.received().getLast().body()).get("messages");
        assertThat(texts(messages, "content"))
                .containsExactly("First", "one two three", "Second", "one two three", "Third");
    }

    @Test
    void aConversationGoesOnAtAProviderOfItsOwnDialectWithoutIdsOfOthers() {
        upstream.answer(Reply.json(200, whole("Hi", "")));
        String first = id(post("{\"model\":\"own\",\"input\":[{\"role\":\"user\",\"content\":\"First\"}]}"));
        ok(post(continued("own", first, "[{\"role\":\"user\",\"content\":\"Second\"}]")));

        JsonNode sent = RunningGateway.json(upstream.received().getLast().body());
        assertThat(sent.has("previous_response_id")).isFalse();
        assertThat(sent.get("store").booleanValue()).isFalse();
        assertThat(sent.get("input")).hasSize(3);
        assertThat(sent.at("/input/0/content/0/text").textValue()).isEqualTo("First");
        assertThat(sent.at("/input/1/role").textValue()).isEqualTo("assistant");
        assertThat(sent.at("/input/1").has("id")).isFalse();
        assertThat(sent.at("/input/2/content").textValue()).isEqualTo("Second");
    }

    @Test
    void reasoningIsAskedForSealedAndGivenBack() {
        upstream.answer(Reply.json(200, whole("Hi", """
            {"id":"rs_up","type":"reasoning","summary":[],"encrypted_content":"sealed"},
            {"id":"rs_bare","type":"reasoning","summary":[]},
            """)));
        String first =
                id(post("{\"model\":\"thinker\",\"input\":\"First\",\"include\":[\"file_search_call.results\"]}"));
        JsonNode sent = RunningGateway.json(upstream.received().getLast().body());
        assertThat(sent.get("include").toString())
                .isEqualTo("[\"file_search_call.results\",\"reasoning.encrypted_content\"]");
        assertThat(sent.get("store").booleanValue()).isFalse();

        ok(post(continued("thinker", first, "\"Second\"")));
        JsonNode input =
                RunningGateway.json(upstream.received().getLast().body()).get("input");
        assertThat(texts(input, "encrypted_content")).containsOnlyOnce("sealed");
        assertThat(input.toString()).doesNotContain("rs_bare");
    }

    @Test
    void aStreamIsKeptBeforeItsLastEvent() {
        for (String model : List.of("chat", "own")) {
            upstream.answer(model.equals("chat") ? ChatReplies.stream(UsageFault.NONE) : Reply.events(stream()));
            String body = ok(post("{\"model\":\"" + model + "\",\"input\":\"Hello\",\"stream\":true}"), "text");
            List<String> ids = Pattern.compile(ID)
                    .matcher(body)
                    .results()
                    .map(match -> match.group())
                    .distinct()
                    .toList();
            assertThat(ids).as(body).hasSize(1);
            assertThat(body).doesNotContain("resp_up").contains("event: response.completed");
            JsonNode last = RunningGateway.json(body.substring(body.lastIndexOf("data: ") + 6));
            assertThat(ok(get("/responses/" + ids.getFirst()))).isEqualTo(last.get("response"));
        }
    }

    @Test
    void aSlowDatabaseHoldsTheLastEventBackForASecondOnly() throws Exception {
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        String id;
        try (Connection connection = TestDatabase.connect(gateway.database())) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("LOCK TABLE apertis.response IN ACCESS EXCLUSIVE MODE");
            long since = System.nanoTime();
            String body = ok(post("{\"model\":\"chat\",\"input\":\"Hello\",\"stream\":true}"), "text");
            assertThat(System.nanoTime() - since).isBetween(900_000_000L, 5_000_000_000L);
            assertThat(body).contains("event: response.completed");
            Matcher found = Pattern.compile(ID).matcher(body);
            assertThat(found.find()).isTrue();
            id = found.group();
            connection.rollback();
        }
        await().until(() -> get("/responses/" + id).statusCode() == 200);
    }

    @Test
    void whatTheClientDoesNotWantKeptIsNotKept() {
        long before = TestDatabase.number(gateway.database(), "SELECT count(*) FROM response");
        upstream.answer(Reply.json(200, whole("Hi", "")));
        JsonNode made = ok(post("{\"model\":\"own\",\"input\":\"Hello\",\"store\":false}"));
        assertThat(made.get("id").textValue()).isEqualTo("resp_up");
        assertThat(get("/responses/resp_up").statusCode()).isEqualTo(404);
        assertThat(TestDatabase.number(gateway.database(), "SELECT count(*) FROM response"))
                .isEqualTo(before);
    }

    @Test
    void aConversationIsCountedWhole() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        String id = id(post("{\"model\":\"chat\",\"input\":\"" + "word ".repeat(500) + "\"}"));
        HttpResponse<String> counted =
                gateway.post("/responses/input_tokens", wallet.key(), continued("chat", id, "\"More\""));
        assertThat(ok(counted).get("input_tokens").intValue()).isBetween(500, 560);
        assertThat(gateway.post("/responses/input_tokens", gateway.wallet(0).key(), continued("chat", id, "\"More\""))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void anotherAccountFindsNothing() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        String id = id(post("{\"model\":\"chat\",\"input\":\"Secret\"}"));
        Wallet other = gateway.wallet(1_000_000_000);
        String unknown = "resp_" + "0".repeat(48);
        for (String path : List.of("", "/input_items")) {
            assertThat(send("GET", "/responses/" + id + path, other.key()).statusCode())
                    .isEqualTo(404);
        }
        assertThat(send("DELETE", "/responses/" + id, other.key()).body().replace(id, "x"))
                .isEqualTo(send("DELETE", "/responses/" + unknown, other.key())
                        .body()
                        .replace(unknown, "x"));
        assertThat(send("POST", "/responses/" + id + "/cancel", other.key()).statusCode())
                .isEqualTo(404);
        HttpResponse<String> stolen = gateway.post("/responses", other.key(), continued("chat", id, "\"Tell me\""));
        assertThat(stolen.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(stolen.body()).at("/error/code").textValue())
                .isEqualTo("previous_response_not_found");
        assertThat(RunningGateway.json(stolen.body()).at("/error/param").textValue())
                .isEqualTo("previous_response_id");
        assertThat(gateway.post("/responses", other.key(), reference("chat", itemOf(id)))
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/responses/" + id).statusCode()).isEqualTo(200);
    }

    @Test
    void itemsMayBeReferredToByTheirIds() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        String id = id(post("{\"model\":\"chat\",\"input\":\"Hello\"}"));
        ok(post(reference("chat", itemOf(id))));
        assertThat(texts(
                        RunningGateway.json(upstream.received().getLast().body())
                                .get("messages"),
                        "content"))
                .containsExactly("one two three", "And now?");
    }

    @Test
    void theItemsOfAWholeConversationAreListedInPages() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        String first = id(post("{\"model\":\"chat\",\"input\":\"First\"}"));
        String second = id(post(continued("chat", first, "[{\"role\":\"user\",\"content\":\"Second\"}]")));

        JsonNode all = ok(get("/responses/" + second + "/input_items?order=asc"));
        assertThat(all.get("object").textValue()).isEqualTo("list");
        assertThat(StreamSupport.stream(all.get("data").spliterator(), false)
                        .map(item -> item.at("/content/0/text").textValue()))
                .containsExactly("First", "one two three", "Second");
        assertThat(all.get("data"))
                .allSatisfy(item -> assertThat(item.get("id").textValue()).startsWith("msg_"));
        assertThat(all.get("has_more").booleanValue()).isFalse();

        JsonNode newest = ok(get("/responses/" + second + "/input_items?limit=1"));
        assertThat(newest.at("/data/0")).isEqualTo(all.at("/data/2"));
        assertThat(newest.get("has_more").booleanValue()).isTrue();
        JsonNode rest = ok(get("/responses/" + second + "/input_items?limit=5&after="
                + newest.get("last_id").textValue()));
        assertThat(rest.get("data")).hasSize(2);
        assertThat(rest.get("first_id")).isEqualTo(all.at("/data/1/id"));
        assertThat(get("/responses/" + second + "/input_items?limit=0").statusCode())
                .isEqualTo(400);
        assertThat(get("/responses/" + second + "/input_items?after=none").body())
                .contains("after");
    }

    @Test
    void aConversationThatLostATurnIsRefusedAndNotCutShort() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        String first = id(post("{\"model\":\"chat\",\"input\":\"First\"}"));
        String second = id(post(continued("chat", first, "\"Second\"")));
        send("DELETE", "/responses/" + first, wallet.key());
        HttpResponse<String> third = post(continued("chat", second, "\"Third\""));
        assertThat(third.statusCode()).isEqualTo(400);
        assertThat(third.body()).contains("previous_response_id");
    }

    @Test
    void whatIsNotSupportedIsNamed() {
        for (String field : List.of("\"conversation\":\"conv_1\"", "\"background\":true,\"stream\":true")) {
            HttpResponse<String> refused = post("{\"model\":\"own\",\"input\":\"x\"," + field + "}");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(RunningGateway.json(refused.body()).at("/error/param").textValue())
                    .isEqualTo(field.substring(1, field.indexOf('"', 1)));
        }
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        String id = id(post("{\"model\":\"chat\",\"input\":\"x\"}"));
        assertThat(send("POST", "/responses/" + id + "/cancel", wallet.key()).statusCode())
                .isEqualTo(400);
        assertThat(get("/responses/" + id + "?stream=true").body()).contains("stream");
    }

    @Test
    void otherDialectsAreNeverKept() {
        long before = TestDatabase.number(gateway.database(), "SELECT count(*) FROM response");
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        gateway.chat(
                wallet.key(),
                "{\"model\":\"chat\",\"store\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(TestDatabase.number(gateway.database(), "SELECT count(*) FROM response"))
                .isEqualTo(before);
    }

    private static HttpResponse<String> post(String body) {
        return gateway.post("/responses", wallet.key(), body);
    }

    private static HttpResponse<String> get(String path) {
        return send("GET", path, wallet.key());
    }

    private static HttpResponse<String> send(String method, String path, String key) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + path))
                .header("Authorization", "Bearer " + key)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private static JsonNode ok(HttpResponse<String> response) {
        return RunningGateway.json(ok(response, "json"));
    }

    private static String ok(HttpResponse<String> response, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElseThrow()).contains(type);
        return response.body();
    }

    private static String id(HttpResponse<String> response) {
        return ok(response).get("id").textValue();
    }

    private static String itemOf(String id) {
        Matcher item =
                Pattern.compile("msg_\\w+").matcher(get("/responses/" + id).body());
        assertThat(item.find()).isTrue();
        return item.group();
    }

    private static String continued(String model, String previous, String input) {
        return "{\"previous_response_id\":\"" + previous + "\",\"model\":\"" + model + "\",\"input\":" + input + "}";
    }

    private static String reference(String model, String item) {
        return "{\"model\":\"" + model + "\",\"input\":[{\"type\":\"item_reference\",\"id\":\"" + item
                + "\"},{\"role\":\"user\",\"content\":\"And now?\"}]}";
    }

    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .filter(node -> node.has(field))
                .map(node -> node.get(field).asText())
                .toList();
    }

    /** A response object with a message, and other items before it. */
    private static String whole(String text, String items) {
        return """
            {"id":"resp_up","object":"response","created_at":1760000000,"status":"completed","background":false,
             "error":null,"incomplete_details":null,"instructions":null,"model":"own-upstream","of_tomorrow":7,
             "output":[%s{"id":"msg_up","type":"message","status":"completed","role":"assistant",
             "content":[{"type":"output_text","text":"%s","annotations":[],"logprobs":[]}]}],
             "parallel_tool_calls":true,"previous_response_id":null,"store":true,"temperature":1,"tool_choice":"auto",
             "tools":[],"top_p":1,"usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":0},
             "output_tokens":3,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":6},"metadata":{}}\
            """.formatted(items, text).replace("\n", " ");
    }

    private static String stream() {
        String begun = whole("", "").replace("\"completed\",\"back", "\"in_progress\",\"back");
        return event("response.created", "\"response\":" + begun)
                + event("response.in_progress", "\"response\":" + begun)
                + event(
                        "response.output_text.delta",
                        "\"item_id\":\"msg_up\",\"output_index\":0,\"content_index\":0," + "\"delta\":\"Hi\"")
                + event("response.completed", "\"response\":" + whole("Hi", ""));
    }

    private static String event(String type, String rest) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\",\"sequence_number\":0," + rest + "}\n\n";
    }
}
