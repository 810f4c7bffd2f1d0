package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A node that is asked for more than it takes on: who is let in is served, the others are told so at once. */
@Isolated
class OverloadTest {
    private static final int MOST = 20;
    private static final long ANSWER_MILLIS = 1_000;
    private static final Reply WELL = ChatReplies.whole(UsageFault.NONE);

    private static final Vertx VERTX = Vertx.vertx();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Wallet wallet;

    private record Outcome(int status, HttpResponse<String> response, long millis) {}

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, WELL.late(ANSWER_MILLIS));
        gateway = RunningGateway.configured("""
            server: {max_lag_ms: 0, max_requests: %d, max_body_bytes: 400000, max_buffered_bytes: 1048576}
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers: [{name: p, dialect: openai, base_url: "%s", keys: [k]}]
            models: [{id: m, price: {input: 1, output: 2}, max_output: 1000, endpoints: [{provider: p}]}]
            """.formatted(MOST, upstream.baseUrl()));
        wallet = gateway.wallet(1_000_000_000_000L);
        upstream.answer(WELL);
        assertThat(gateway.chat(wallet.key(), body("warm")).statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        HTTP.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void whoIsLetInIsServedAndTheOthersAreToldAtOnceInTheirDialect() {
        upstream.answer(WELL.late(ANSWER_MILLIS));
        int before = upstream.received().size();
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            asked.add(send(chat(body("hello"))));
        }
        await().until(() -> upstream.received().size() == before + MOST);

        Map<HttpRequest, String> refused = Map.of(
                chat(body("hello")),
                "\"code\":\"service_unavailable\"",
                post(
                        "/messages",
                        "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"),
                "\"type\":\"overloaded_error\"",
                post("/responses", "{\"model\":\"m\",\"input\":\"a\"}"),
                "\"code\":\"service_unavailable\"",
                post("/../v1beta/models/m:generateContent", "{\"contents\":[{\"parts\":[{\"text\":\"a\"}]}]}"),
                "\"status\":\"UNAVAILABLE\"");
        refused.forEach((request, form) -> {
            Outcome outcome = send(request).join();
            assertThat(outcome.status()).as(outcome.response().body()).isEqualTo(503);
            assertThat(outcome.response().headers().firstValue("Retry-After")).hasValue("1");
            assertThat(outcome.response().body()).contains(form);
        });
        List<CompletableFuture<Outcome>> more = new ArrayList<>();
        for (int i = 0; i < 10 * MOST; i++) {
            more.add(send(chat(body("hello"))));
        }
        List<Outcome> told = more.stream().map(CompletableFuture::join).toList();
        long shed = told.stream().filter(each -> each.status() == 503).count();
        assertThat(shed).isGreaterThanOrEqualTo(8 * MOST);
        assertThat(told.stream()
                        .filter(each -> each.status() == 503)
                        .mapToLong(Outcome::millis)
                        .sorted()
                        .skip(shed / 2)
                        .findFirst()
                        .orElseThrow())
                .as("half of the refusals, milliseconds")
                .isLessThan(ANSWER_MILLIS / 2);
        assertThat(asked.stream().map(CompletableFuture::join)).allSatisfy(each -> {
            assertThat(each.status()).isEqualTo(200);
            assertThat(each.millis()).isLessThan(5 * ANSWER_MILLIS);
        });
        assertThat(gateway.fetch("/models", wallet.key()).statusCode()).isEqualTo(200);
        upstream.answer(WELL);
        await().until(() -> gateway.chat(wallet.key(), body("again")).statusCode() == 200);
    }

    @Test
    void bodiesTakeNoMoreMemoryTogetherThanThereIsFor() throws IOException {
        upstream.answer(WELL);
        String large = body("x".repeat(290_000));
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            slow.add(halfSent(large));
        }
        await().untilAsserted(() -> {
            // One that came while this was served was refused itself.
            slow.add(halfSent(large));
            Outcome outcome = send(chat(large)).join();
            assertThat(outcome.status()).isEqualTo(503);
            assertThat(outcome.response().headers().firstValue("Retry-After")).hasValue("1");
        });
        assertThat(gateway.chat(wallet.key(), body("small")).statusCode()).isEqualTo(200);
        for (Socket each : slow) {
            each.close();
        }
        await().until(() -> send(chat(large)).join().status() == 200);
    }

    /** A request whose body stops just before its end. */
    private static Socket halfSent(String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + wallet.key()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + body.substring(0, body.length() - 10)).getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String body(String words) {
        return "{\"model\":\"m\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"" + words + "\"}]}";
    }

    private static HttpRequest chat(String body) {
        return post("/chat/completions", body);
    }

    private static HttpRequest post(String path, String body) {
        return HttpRequest.newBuilder(URI.create(gateway.baseUrl() + path).normalize())
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + wallet.key())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static CompletableFuture<Outcome> send(HttpRequest request) {
        long since = System.nanoTime();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> new Outcome(
                        response.statusCode(), response, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since)));
    }
}
