package ai.apertis.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedProviderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ASK = "\"messages\": [{\"role\": \"user\", \"content\": \"one two three four\"}]";
    private static final String TOOLS = """
        "tools": [
          {"type": "function", "function": {"name": "weather", "parameters":
            {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}},
          {"type": "function", "function": {"name": "time"}}]
        """;

    private static Vertx vertx;
    private static HttpClient client;
    private static SimulatedProvider provider;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        client = HttpClient.newHttpClient();
        provider = SimulatedProvider.start(vertx, 2)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void echoesTheLastMessageOfTheUserAndCountsTokens() throws Exception {
        JsonNode answer = whole("{\"model\": \"sim/echo\", " + ASK + "}");

        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("one two three four");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertUsage(answer, 5, 4);
    }

    @Test
    void streamsWordByWordAndTellsNoUsageUnlessAsked() throws Exception {
        List<JsonNode> chunks = stream("{\"model\": \"sim/echo\", \"stream\": true, " + ASK + "}");

        assertThat(contents(chunks)).containsExactly("", "one", " two", " three", " four");
        assertThat(chunks.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(chunks).noneMatch(chunk -> chunk.has("usage"));
    }

    @Test
    void includesUsageAsOpenAiDoes() throws Exception {
        List<JsonNode> chunks = stream("{\"model\": \"sim/echo\", \"stream\": true, \"stream_options\":"
                + " {\"include_usage\": true}, " + ASK + "}");

        assertThat(chunks.subList(0, chunks.size() - 1))
                .allMatch(chunk -> chunk.has("usage") && chunk.get("usage").isNull());
        assertThat(chunks.getLast().get("choices")).isEmpty();
        assertUsage(chunks.getLast(), 5, 4);
    }

    @ParameterizedTest
    @CsvSource({
        "max_tokens, 2, one two, length, 2",
        "max_completion_tokens, 3, one two three, length, 3",
        "max_tokens, 4, one two three four, stop, 4",
        "stop, '\" three\"', one two, stop, 2",
        "stop, '[\"four\", \"two\"]', 'one ', stop, 2",
    })
    void endsWhereTheRequestSays(String field, String value, String text, String finish, int tokens) throws Exception {
        String body = "{\"model\": \"sim/echo\", \"" + field + "\": " + value + ", " + ASK;
        JsonNode answer = whole(body + "}");
        List<JsonNode> chunks = stream(body + ", \"stream\": true}");

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(text);
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo(finish);
        assertUsage(answer, 5, tokens);
        assertThat(String.join("", contents(chunks))).isEqualTo(text);
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo(finish);
    }

    @Test
    void answersSeveralChoices() throws Exception {
        String body = "{\"model\": \"sim/echo\", \"n\": 3, " + ASK;
        JsonNode answer = whole(body + "}");
        List<JsonNode> chunks = stream(body + ", \"stream\": true}");

        assertThat(answer.get("choices")).hasSize(3);
        assertUsage(answer, 5, 12);
        for (int choice = 0; choice < 3; choice++) {
            int index = choice;
            List<JsonNode> own = chunks.stream()
                    .filter(chunk -> chunk.at("/choices/0/index").asInt() == index)
                    .toList();
            assertThat(String.join("", contents(own))).isEqualTo("one two three four");
            assertThat(own.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        }
    }

    @Test
    void callsTheFirstDeclaredTool() throws Exception {
        JsonNode answer = whole("{\"model\": \"sim/tools\", " + ASK + ", " + TOOLS + "}");

        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(answer.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(answer.at("/choices/0/message/tool_calls")).hasSize(1);
        JsonNode function = answer.at("/choices/0/message/tool_calls/0/function");
        assertThat(function.path("name").asText()).isEqualTo("weather");
        assertThat(JSON.readTree(function.path("arguments").asText()))
                .isEqualTo(JSON.readTree("{\"city\":\"example\"}"));
    }

    @Test
    void streamsParallelToolCalls() throws Exception {
        List<JsonNode> chunks = stream("{\"model\": \"sim/tools\", \"stream\": true, \"parallel_tool_calls\": true, "
                + ASK + ", " + TOOLS + "}");

        List<String> names = new ArrayList<>();
        StringBuilder first = new StringBuilder();
        StringBuilder second = new StringBuilder();
        for (JsonNode chunk : chunks) {
            JsonNode call = chunk.at("/choices/0/delta/tool_calls/0");
            if (call.has("id")) {
                names.add(call.at("/function/name").asText());
            }
            (call.path("index").asInt() == 0 ? first : second)
                    .append(call.at("/function/arguments").asText());
        }
        assertThat(names).containsExactly("weather", "time");
        assertThat(first).hasToString("{\"city\":\"example\"}");
        assertThat(second).hasToString("{}");
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void callsTheToolThatWasChosenOrNone() throws Exception {
        String body = "{\"model\": \"sim/tools\", " + ASK + ", " + TOOLS + ", \"tool_choice\": ";

        assertThat(whole(body + "{\"type\": \"function\", \"function\": {\"name\": \"time\"}}}")
                        .at("/choices/0/message/tool_calls/0/function/name")
                        .asText())
                .isEqualTo("time");
        assertThat(whole(body + "\"none\"}").at("/choices/0/message/content").asText())
                .isEqualTo("one two three four");
        assertThat(post(body + "{\"type\": \"function\", \"function\": {\"name\": \"gone\"}}}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void answersWithTheResultsOfItsTools() throws Exception {
        JsonNode answer = whole("{\"model\": \"sim/tools\", " + TOOLS + """
            , "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "tool_calls": []},
              {"role": "tool", "tool_call_id": "a", "content": "rain"},
              {"role": "tool", "tool_call_id": "b", "content": [{"type": "text", "text": "noon"}]}]}
            """);

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("The tool answered: rain noon");
    }

    @Test
    void answersWithTheResultsThoughWordsOfTheUserFollowThem() throws Exception {
        JsonNode answer = whole("{\"model\": \"sim/tools\", " + TOOLS + """
            , "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "tool_calls": []},
              {"role": "tool", "tool_call_id": "a", "content": "rain"}, {"role": "user", "content": "and now?"}]}
            """);

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("The tool answered: rain");
    }

    @Test
    void isAsSlowAsTheRequestSays() throws Exception {
        String body = "{\"model\": \"sim/slow\", \"stream\": true, "
                + "\"sim\": {\"ttft_ms\": 150, \"tokens_per_second\": 50, \"tokens\": 10}, " + ASK + "}";
        long start = System.nanoTime();
        HttpResponse<InputStream> response = client.send(request(body), BodyHandlers.ofInputStream());
        response.body().read();
        long first = (System.nanoTime() - start) / 1_000_000;
        String rest = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        long all = (System.nanoTime() - start) / 1_000_000;

        assertThat(first).isGreaterThanOrEqualTo(150);
        assertThat(all).isGreaterThanOrEqualTo(150 + 9 * 20);
        assertThat(rest.split("\"content\":", -1)).hasSize(1 + 1 + 10);
    }

    @Test
    void refusesWithTooManyRequests() throws Exception {
        HttpResponse<String> response =
                post("{\"model\": \"sim/flaky-429\", \"sim\": {\"retry_after\": 7}, " + ASK + "}");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(JSON.readTree(response.body()).at("/error/code").asText()).isEqualTo("rate_limit_exceeded");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\": \"sim/flaky-500\", \"messages\": [{}]} | 500 | null",
                "{\"model\": \"sim/none\", \"messages\": [{}]} | 404 | null",
                "{\"messages\": [{}]} | 400 | model",
                "{\"model\": \"sim/echo\"} | 400 | messages",
                "{\"model\": \"sim/echo\", \"messages\": [{}], \"n\": 0} | 400 | n",
                "{\"model\": \"sim/echo\", \"messages\": [{}], \"max_tokens\": \"x\"} | 400 | max_tokens",
                "{ | 400 | null",
            })
    void failsWithAnErrorBodyInTheOpenAiForm(String body, int status, String param) throws Exception {
        HttpResponse<String> response = post(body);

        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = JSON.readTree(response.body()).get("error");
        assertThat(error.fieldNames()).toIterable().containsExactly("message", "type", "param", "code");
        assertThat(error.get("param").asText()).isEqualTo(param);
    }

    @Test
    void resetsTheConnectionInTheMiddleOfAStream() throws Exception {
        try (Socket socket =
                send("{\"model\": \"sim/flaky-reset\", \"stream\": true, \"sim\": {\"chunks\": 2}, " + ASK + "}")) {
            StringBuilder got = new StringBuilder();
            assertThatThrownBy(() -> readInto(got, socket))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");

            assertThat(got).contains("\"one\"", "\" two\"").doesNotContain("three");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "true, 100", "false, 3"})
    void resetsHoweverShortTheAnswer(boolean stream, int chunks) throws Exception {
        try (Socket socket = send("{\"model\": \"sim/flaky-reset\", \"stream\": " + stream + ", \"sim\": {\"chunks\": "
                + chunks + "}, " + ASK + "}")) {
            assertThatThrownBy(() -> readInto(new StringBuilder(), socket)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void acceptsAndNeverAnswers() throws Exception {
        long before = provider.served().totals().requestsByModel().getOrDefault("sim/flaky-hang", 0L);
        try (Socket socket = send("{\"model\": \"sim/flaky-hang\", " + ASK + "}")) {
            Awaitility.await()
                    .until(
                            () -> provider.served().totals().requestsByModel().get("sim/flaky-hang"),
                            now -> now != null && now == before + 1);
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void countsWhatItServed() throws Exception {
        String id = whole("{\"model\": \"sim/echo\", " + ASK + "}").get("id").asText();

        assertThat(provider.served().request(id)).hasValue(new Served.Request(id, "sim/echo", 5, 4, true));
        JsonNode served = JSON.readTree(
                client.send(HttpRequest.newBuilder(at("/sim/served")).build(), BodyHandlers.ofString())
                        .body());
        Served.Totals totals = provider.served().totals();
        assertThat(served.get("requests").asLong()).isEqualTo(totals.requests());
        assertThat(served.get("completion_tokens").asLong()).isEqualTo(totals.completionTokens());
        assertThat(served.at("/requests_by_model/sim~1echo").asLong()).isPositive();
        assertThat(served.get("recent"))
                .anyMatch(request -> request.get("id").asText().equals(id));
    }

    @Test
    void stopsCountingWhenTheReaderLeaves() throws Exception {
        try (Socket socket = send("{\"model\": \"sim/slow\", \"stream\": true, "
                + "\"sim\": {\"ttft_ms\": 0, \"tokens_per_second\": 200, \"tokens\": 5000}, " + ASK + "}")) {
            socket.getInputStream().read(new byte[512]);
        }

        Served.Request left = Awaitility.await()
                .until(
                        () -> provider.served().recent().stream()
                                .filter(request -> request.model().equals("sim/slow"))
                                .reduce((older, newer) -> newer)
                                .orElseThrow(),
                        new StoppedCounting());
        assertThat(left.completionTokens()).isBetween(1L, 1_000L);
        assertThat(left.finished()).isFalse();
    }

    @Test
    void waitsForASlowReader() throws Exception {
        try (Socket socket = send("{\"model\": \"sim/slow\", \"stream\": true, "
                + "\"n\": 8, \"sim\": {\"ttft_ms\": 0, \"tokens_per_second\": 1000000, \"tokens\": 16000}, " + ASK
                + "}")) {
            Served.Request waiting = Awaitility.await()
                    .until(
                            () -> provider.served().recent().stream()
                                    .filter(request -> request.model().equals("sim/slow"))
                                    .reduce((older, newer) -> newer)
                                    .orElseThrow(),
                            new StoppedCounting());

            assertThat(waiting.completionTokens()).isBetween(1L, 127_999L);
            readUntilDone(socket);
            assertThat(provider.served().request(waiting.id()).orElseThrow().completionTokens())
                    .isEqualTo(128_000);
        }
    }

    @Test
    void listsItsModels() throws Exception {
        JsonNode list = JSON.readTree(
                client.send(HttpRequest.newBuilder(at("/v1/models")).build(), BodyHandlers.ofString())
                        .body());

        assertThat(list.path("object").asText()).isEqualTo("list");
        assertThat(list.get("data"))
                .hasSizeGreaterThanOrEqualTo(10)
                .allMatch(model -> model.get("id").asText().startsWith("sim/"));
        assertThat(client.send(HttpRequest.newBuilder(at("/v1/nothing")).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(404);
    }

    /** Accepts a count once it is above zero and has not changed for ten looks. */
    private static final class StoppedCounting implements Predicate<Served.Request> {
        private long last;
        private int same;

        @Override
        public boolean test(Served.Request request) {
            same = request.completionTokens() == last ? same + 1 : 0;
            last = request.completionTokens();
            return last > 0 && same >= 10;
        }
    }

    private static void assertUsage(JsonNode answer, int prompt, int completion) {
        JsonNode usage = answer.get("usage");
        assertThat(usage.get("prompt_tokens").asInt()).isEqualTo(prompt);
        assertThat(usage.get("completion_tokens").asInt()).isEqualTo(completion);
        assertThat(usage.get("total_tokens").asInt()).isEqualTo(prompt + completion);
    }

    private static JsonNode whole(String body) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static List<JsonNode> stream(String body) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(response.body()).endsWith("data: [DONE]\n\n");
        List<JsonNode> chunks = new ArrayList<>();
        for (String event : response.body().split("\n\n", 0)) {
            if (!event.equals("data: [DONE]")) {
                chunks.add(JSON.readTree(event.substring("data: ".length())));
            }
        }
        assertThat(chunks)
                .allMatch(chunk -> chunk.has("id")
                        && chunk.path("object").asText().equals("chat.completion.chunk")
                        && chunk.has("choices"));
        return chunks;
    }

    private static List<String> contents(List<JsonNode> chunks) {
        return chunks.stream()
                .map(chunk -> chunk.at("/choices/0/delta/content"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .toList();
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return client.send(request(body), BodyHandlers.ofString());
    }

    private static HttpRequest request(String body) {
        return HttpRequest.newBuilder(at("/v1/chat/completions"))
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static URI at(String path) {
        return provider.baseUrl().resolve(path);
    }

    private static Socket send(String body) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), provider.baseUrl().getPort());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static void readInto(StringBuilder got, Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            got.append((char) c);
        }
    }

    private static void readUntilDone(Socket socket) throws IOException {
        byte[] buffer = new byte[65_536];
        String tail = "";
        while (!tail.contains("[DONE]")) {
            int length = socket.getInputStream().read(buffer);
            assertThat(length).isPositive();
            String all = tail + new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
            tail = all.substring(Math.max(0, all.length() - 16));
        }
    }
}
