package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ReplayUpstream;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Clients that send slowly, or open too much, cost a socket for a bounded time and nobody else anything. */
@Timeout(20)
@Isolated
class SlowClientsTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.longStream(60_000));
        gateway = RunningGateway.configured("""
            server:
              max_lag_ms: 0
              write_timeout_ms: 300
              header_timeout_ms: 300
              body_timeout_ms: 300
              keep_alive_timeout_ms: 600
              connections_per_address: 20
            providers:
              - {name: upstream, dialect: openai, base_url: "%s", keys: [k]}
            models:
              - {id: free, price: {input: 0, output: 0}, tier: free, endpoints: [{provider: upstream, model: m}]}
            """.formatted(upstream.baseUrl()));
        wallet = gateway.wallet(0);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void aClientThatReadsNothingOfItsAnswerIsCutOff() throws IOException {
        String body = "{\"model\":\"free\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        try (Socket deaf = new Socket()) {
            deaf.setReceiveBufferSize(4096);
            URI base = URI.create(gateway.baseUrl());
            deaf.connect(new InetSocketAddress(base.getHost(), base.getPort()));
            send(
                    deaf,
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer " + wallet.key()
                            + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(TestDatabase.number(
                                    gateway.database(), "SELECT count(*) FROM charge WHERE ending = 'CLIENT_GONE'"))
                            .isEqualTo(1));
        }
    }

    @Test
    void aConnectionThatSendsNoRequestIsClosed() throws IOException {
        try (Socket silent = connect()) {
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void headersThatDoNotEndAreNotWaitedFor() throws IOException {
        try (Socket slow = connect()) {
            send(slow, "GET /v1/models HTTP/1.1\r\nHost: here\r\nX-Slow: ");
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aBodyThatStandsStillIsToldSoAndTheConnectionCloses() throws IOException {
        try (Socket slow = connect()) {
            send(slow, """
                    POST /v1/messages HTTP/1.1\r
                    Host: here\r
                    x-api-key: %s\r
                    Content-Length: 1000\r
                    \r
                    {"model":""".formatted(wallet.key()));
            String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 408 ")
                    .contains("\"type\":\"error\"")
                    .contains("stopped arriving");
        }
    }

    @Test
    void aConnectionMayRestBetweenRequestsButNotForEver() throws IOException {
        try (Socket client = connect()) {
            send(client, "GET /v1/models HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer " + wallet.key() + "\r\n\r\n");
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"object\":\"list\"");
        }
    }

    /** From an address of its own: the closing of these may still be under way when the next test begins. */
    @Test
    void anAddressMayNotHoldConnectionsWithoutEnd() {
        // Idle connections are closed in time, so on a machine that is slow to open all of them more find a place.
        await().untilAsserted(() -> assertThat(answered("127.0.0.2", 40)).isEqualTo(20));
    }

    /** How many of some connections that are open at once get an answer. */
    private static int answered(String from, int connections) throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                open.add(connect(from));
            }
            int answered = 0;
            for (Socket socket : open) {
                answered += isAnswered(socket) ? 1 : 0;
            }
            return answered;
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static boolean isAnswered(Socket socket) {
        try {
            send(socket, "GET /v1/models HTTP/1.1\r\nHost: here\r\n\r\n");
            return socket.getInputStream().read() == 'H';
        } catch (IOException closed) {
            return false;
        }
    }

    private static Socket connect() throws IOException {
        return connect("127.0.0.1");
    }

    private static Socket connect(String from) throws IOException {
        URI base = URI.create(gateway.baseUrl());
        return new Socket(base.getHost(), base.getPort(), InetAddress.ofLiteral(from), 0);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }
}
