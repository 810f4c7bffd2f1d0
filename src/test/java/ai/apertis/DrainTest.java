package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.TricklingUpstream;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a process leaves its clients when it is told to stop. */
@Timeout(60)
class DrainTest {
    @Test
    void leavesInGoodOrder() throws IOException {
        int management = freePort();
        Vertx vertx = Vertx.vertx();
        TricklingUpstream upstream = new TricklingUpstream(vertx);
        RunningGateway gateway = RunningGateway.configured(
                yaml(upstream.baseUrl()), Map.of("APERTIS_MANAGEMENT_PORT", Integer.toString(management)));
        Wallet wallet = gateway.wallet(1_000_000_000);
        assertThat(readiness(gateway, management)).isEqualTo(200);

        CompletableFuture<HttpResponse<String>> finishing =
                CompletableFuture.supplyAsync(() -> gateway.chat(wallet.key(), chat(150)));
        CompletableFuture<HttpResponse<String>> tooLong =
                CompletableFuture.supplyAsync(() -> gateway.post("/messages", wallet.key(), messages(2_000)));
        await().until(() -> upstream.asked("m") == 2);
        try (Socket kept = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            assertThat(models(kept, wallet)).startsWith("HTTP/1.1 200 ").doesNotContain("connection: close");

            CompletableFuture<Void> leaving = CompletableFuture.runAsync(gateway::drain);
            await().until(() -> readiness(gateway, management) == 503);
            String during = fresh(gateway, wallet);
            if (!leaving.isDone() && !during.startsWith("HTTP/1.1 503 ")) {
                assertThat(during).startsWith("HTTP/1.1 200 ").containsIgnoringCase("connection: close");
            }
            await().until(() -> fresh(gateway, wallet).startsWith("HTTP/1.1 503 "));
            assertThat(models(kept, wallet))
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("retry-after: 1")
                    .containsIgnoringCase("connection: close")
                    .contains("service_unavailable");
            assertThat(kept.getInputStream().read()).isEqualTo(-1);
            leaving.join();
        }
        CompletableFuture<Void> closed = CompletableFuture.runAsync(gateway::close);

        HttpResponse<String> finished = finishing.join();
        assertThat(finished.statusCode()).isEqualTo(200);
        assertThat(finished.body()).endsWith("data: [DONE]\n\n");
        HttpResponse<String> cut = tooLong.join();
        assertThat(cut.statusCode()).isEqualTo(200);
        assertThat(cut.body())
                .contains("event: message_start")
                .contains("event: error")
                .doesNotContain("message_stop");
        closed.join();
        long account = wallet.account();
        assertThat(TestDatabase.number(gateway.database(), "SELECT count(*) FROM charge WHERE account_id = " + account))
                .isEqualTo(2);
        assertThat(TestDatabase.number(
                        gateway.database(),
                        "SELECT count(*) FROM charge WHERE ending = 'UPSTREAM_CUT' AND cost_nano > 0 AND account_id = "
                                + account))
                .isEqualTo(1);
        assertThat(TestDatabase.number(gateway.database(), "SELECT count(*) FROM hold"))
                .isZero();
        upstream.close();
        RunningGateway.await(vertx.close());
    }

    private static int readiness(RunningGateway gateway, int management) {
        return gateway.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/health/ready"))
                        .build())
                .statusCode();
    }

    private static String fresh(RunningGateway gateway, Wallet wallet) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            return models(socket, wallet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String models(Socket socket, Wallet wallet) throws IOException {
        socket.getOutputStream()
                .write(("GET /v1/models/m HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer " + wallet.key() + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        byte[] buffer = new byte[8_192];
        // The body is a JSON object on one line, told apart from the head by the empty line.
        while (!(answer.indexOf("\r\n\r\n") >= 0 && answer.toString().endsWith("}"))) {
            int n = in.read(buffer);
            if (n < 0) {
                break;
            }
            answer.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        }
        return answer.toString();
    }

    private static String chat(int gap) {
        return """
            {"model": "m", "stream": true, "messages": [{"role": "user", "content": "gap %d"}]}
            """.formatted(gap);
    }

    private static String messages(int gap) {
        return """
            {"model": "m", "stream": true, "max_tokens": 100, "messages": [{"role": "user", "content": "gap %d"}]}
            """.formatted(gap);
    }

    private static String yaml(String upstream) {
        return """
            server: {max_lag_ms: 0, drain_lead_ms: 300, drain_timeout_ms: 2000}
            providers:
              - {name: upstream, dialect: openai, base_url: "%s/v1", keys: [key], stops_billing_on_cancel: true}
            models:
              - id: m
                price: {input: 1, output: 2}
                endpoints: [{provider: upstream, model: m}]
            """.formatted(upstream);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
