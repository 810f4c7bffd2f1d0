package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.limits.TestRedis;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Equal requests of an account share one answer, and only the one that made it pays. */
class ResponseCacheTest {
    private static final long MONEY = 1_000_000_000;
    /** What the scripted answer costs: 10 prompt tokens at 1 and 3 of output at 2 dollars a million. */
    private static final long PRICE = 16_000;

    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private int callsBefore;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.whole(UsageFault.NONE));
        gateway = RunningGateway.before(upstream.baseUrl());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @BeforeEach
    void answerAsUsual() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        callsBefore = upstream.received().size();
    }

    @Test
    void theSecondAnswerIsFreeAndTheProviderIsNotAsked() {
        Wallet wallet = gateway.wallet(MONEY);
        HttpResponse<String> first = gateway.chat(wallet.key(), ask(0, false, "same"));
        HttpResponse<String> second = gateway.chat(wallet.key(), ask(0, false, "same"));

        assertThat(first.headers().firstValue("x-apertis-cache")).contains("miss");
        assertThat(first.headers().firstValue("X-Cache-Hit")).contains("false");
        assertThat(second.headers().firstValue("x-apertis-cache")).contains("hit");
        assertThat(second.headers().firstValue("X-Cache-Hit")).contains("true");
        assertThat(second.headers().firstValue("X-Cached-Tokens")).contains("13");
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(calls()).isEqualTo(1);
        assertSpent(wallet, PRICE);
    }

    @Test
    void theOrderOfMembersAndTheNameOfTheModelDoNotMatterButEverythingElseDoes() {
        Wallet wallet = gateway.wallet(MONEY);
        gateway.chat(wallet.key(), """
                {"model":"priced","temperature":0,"messages":[{"role":"user","content":"x"}]}""");

        assertThat(cacheOf(wallet, """
                { "messages": [{"content": "x", "role": "user"}], "temperature": 0, "model": "vendor/priced" }""")).isEqualTo("hit");
        assertThat(cacheOf(wallet, """
                {"model":"priced","temperature":0,"max_tokens":9,"messages":[{"role":"user","content":"x"}]}""")).isEqualTo("miss");
        assertThat(cacheOf(gateway.wallet(MONEY), """
                {"model":"priced","temperature":0,"messages":[{"role":"user","content":"x"}]}""")).as("another account").isEqualTo("miss");
    }

    @Test
    void aStreamIsGivenAgainAsAStream() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        Wallet wallet = gateway.wallet(MONEY);
        HttpResponse<String> first = gateway.chat(wallet.key(), ask(0, true, "stream"));
        HttpResponse<String> second = gateway.chat(wallet.key(), ask(0, true, "stream"));

        assertThat(second.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
        assertThat(second.headers().firstValue("x-apertis-cache")).contains("hit");
        assertThat(second.body()).isEqualTo(first.body()).endsWith("data: [DONE]\n\n");
        assertThat(calls()).isEqualTo(1);
        assertSpent(wallet, PRICE);
    }

    @Test
    void onlyWhereItIsAskedForOrTheTemperatureIsZero() {
        Wallet wallet = gateway.wallet(MONEY);
        String warm = ask(1, false, "warm");
        assertThat(cacheOf(wallet, warm)).isEqualTo("none");
        assertThat(cacheOf(wallet, warm, "on")).isEqualTo("miss");
        assertThat(cacheOf(wallet, warm, "on")).isEqualTo("hit");
        assertThat(cacheOf(wallet, ask(0, false, "off"), "off")).isEqualTo("none");
        assertThat(send(wallet, warm, "maybe").statusCode()).isEqualTo(400);
    }

    @Test
    void aKeyMayAskForIt() {
        KeySettings plain = KeySettings.named("cached");
        Wallet wallet = gateway.wallet(MONEY, plain);
        gateway.send(HttpRequest.newBuilder(
                        URI.create(gateway.baseUrl().replace("/v1", "/api/admin/keys/" + wallet.keyId())))
                .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"cache\":{\"enabled\":true}}"))
                .build());

        assertThat(cacheOf(wallet, ask(1, false, "key"))).isEqualTo("miss");
        assertThat(cacheOf(wallet, ask(1, false, "key"))).isEqualTo("hit");
    }

    @Test
    void anAnswerThatCallsAToolIsNotGivenTwice() {
        upstream.answer(Reply.json(200, """
                {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls",
                "message":{"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function",
                "function":{"name":"f","arguments":"{}"}}]}}],"usage":{"prompt_tokens":10,"completion_tokens":3,"total_tokens":13}}"""));
        Wallet wallet = gateway.wallet(MONEY);

        assertThat(cacheOf(wallet, ask(0, false, "tool"))).isEqualTo("miss");
        assertThat(cacheOf(wallet, ask(0, false, "tool"))).isEqualTo("miss");
    }

    @Test
    void aFailureIsNotRemembered() {
        upstream.answer(ChatReplies.failure(400, "no"));
        Wallet wallet = gateway.wallet(MONEY);
        assertThat(gateway.chat(wallet.key(), ask(0, false, "fails")).statusCode())
                .isEqualTo(400);

        upstream.answer(ChatReplies.whole(UsageFault.NONE));

        assertThat(gateway.chat(wallet.key(), ask(0, false, "fails")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aRevokedKeyGetsNothingFromTheCacheEither() {
        Wallet wallet = gateway.wallet(MONEY);
        gateway.chat(wallet.key(), ask(0, false, "revoked"));
        TestDatabase.execute(gateway.database(), "UPDATE api_key SET status = 'revoked' WHERE id = " + wallet.keyId());

        assertThat(gateway.chat(wallet.key(), ask(0, false, "revoked")).statusCode())
                .isEqualTo(401);
    }

    @Test
    void manyWhoAskTheSameAtOnceShareOneCallAndOneBill() {
        upstream.answer(
                ChatReplies.stream(UsageFault.NONE).late(1_500).chopped(100).withPauses(5));
        Wallet wallet = gateway.wallet(MONEY);
        gateway.get("/models", wallet.key());
        List<HttpResponse<String>> answers = atOnce(1_000, wallet, ask(0, true, "together"));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(answers.getFirst().body());
        });
        assertThat(answers)
                .extracting(
                        answer -> answer.headers().firstValue("x-apertis-cache").orElse("none"))
                .containsOnlyOnce("miss");
        assertThat(calls()).isEqualTo(1);
        assertSpent(wallet, PRICE);
    }

    @Test
    void anAnswerIsFinishedForTheOthersWhenItsOwnClientLeaves() throws IOException, InterruptedException {
        int words = 60_000;
        upstream.answer(ChatReplies.longStream(words).late(1_000));
        Wallet wallet = gateway.wallet(0);
        String body = ask(0, true, "leaves").replace("priced", "free");
        HttpClient others = HttpClient.newHttpClient();
        HttpResponse<InputStream> follower;
        try (Socket leader = new Socket()) {
            leader.setReceiveBufferSize(4096);
            URI base = URI.create(gateway.baseUrl());
            leader.connect(new InetSocketAddress(base.getHost(), base.getPort()));
            leader.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer " + wallet.key()
                                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(10)).until(() -> calls() == 1);
            follower = others.send(
                    HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/chat/completions"))
                            .header("Authorization", "Bearer " + wallet.key())
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(follower.headers().firstValue("x-apertis-cache")).contains("coalesced");
            leader.setSoLinger(true, 0);
        }

        String answer = new String(follower.body().readAllBytes(), StandardCharsets.UTF_8);
        others.shutdownNow();
        assertThat(answer.split("word", -1)).hasSize(words + 1);
        assertThat(answer).endsWith("data: [DONE]\n\n");
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void whoWaitsForACallThatFailsAsksAlone() {
        upstream.answer(ChatReplies.failure(500, "down").late(300), ChatReplies.whole(UsageFault.NONE));
        Wallet wallet = gateway.wallet(MONEY);

        List<HttpResponse<String>> answers = atOnce(5, wallet, ask(0, false, "fails first"));

        assertThat(answers)
                .as("only the one that made the call is told of its failure")
                .filteredOn(answer -> answer.statusCode() != 200)
                .hasSize(1);
    }

    @Test
    void nodesShareAnswersThroughRedis() {
        Map<String, String> shared = Map.of("APERTIS_REDIS_URL", TestRedis.url());
        try (RunningGateway one = RunningGateway.before(upstream.baseUrl(), TestDatabase.migrated(), shared);
                RunningGateway other = RunningGateway.before(upstream.baseUrl(), one.database(), shared)) {
            Wallet wallet = one.wallet(MONEY);
            String body = ask(0, false, "shared");
            HttpResponse<String> first = one.chat(wallet.key(), body);

            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                HttpResponse<String> second = other.chat(wallet.key(), body);
                assertThat(second.headers().firstValue("x-apertis-cache")).contains("hit");
                assertThat(second.body()).isEqualTo(first.body());
            });
        }
    }

    private static List<HttpResponse<String>> atOnce(int many, Wallet wallet, String body) {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<HttpResponse<String>>> asked = IntStream.range(0, many)
                    .mapToObj(n -> CompletableFuture.supplyAsync(() -> gateway.chat(wallet.key(), body), clients))
                    .toList();
            return asked.stream().map(CompletableFuture::join).toList();
        }
    }

    private int calls() {
        return upstream.received().size() - callsBefore;
    }

    private static void assertSpent(Wallet wallet, long nano) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(gateway.balance(wallet).account().used()).isEqualTo(nano));
        assertThat(gateway.balance(wallet).account().held()).isZero();
    }

    private static String cacheOf(Wallet wallet, String body) {
        return gateway.chat(wallet.key(), body)
                .headers()
                .firstValue("x-apertis-cache")
                .orElse("none");
    }

    private static String cacheOf(Wallet wallet, String body, String wish) {
        return send(wallet, body, wish).headers().firstValue("x-apertis-cache").orElse("none");
    }

    private static HttpResponse<String> send(Wallet wallet, String body, String wish) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/chat/completions"))
                .header("Authorization", "Bearer " + wallet.key())
                .header("x-apertis-cache", wish)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static String ask(int temperature, boolean stream, String content) {
        return "{\"model\":\"priced\",\"max_tokens\":50,\"temperature\":%d,\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(temperature, stream, content);
    }
}
