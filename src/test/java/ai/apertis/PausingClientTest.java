package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream that leaves the short way because its client reads slower than the provider writes loses nothing and stays in order. */
@Timeout(60)
class PausingClientTest {
    private static final int WORDS = 30_000;
    private static final Vertx VERTX = Vertx.vertx();
    private static final Reply REPLY = ChatReplies.countingStream(WORDS);
    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, REPLY.chopped(700));
        gateway = RunningGateway.configured("""
            providers:
              - {name: upstream, dialect: openai, base_url: "%s", keys: [k]}
            models:
              - {id: free, price: {input: 0, output: 0}, tier: free, max_output: 100000, endpoints: [{provider: upstream, model: m}]}
            """.formatted(upstream.baseUrl()));
        wallet = gateway.wallet(0);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @ParameterizedTest
    @ValueSource(ints = {2_048, 262_144})
    void everyByteComesInItsPlace(int receiveBuffer) throws IOException {
        String body = "{\"model\":\"free\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(receiveBuffer);
            URI base = URI.create(gateway.baseUrl());
            client.connect(new InetSocketAddress(base.getHost(), base.getPort()));
            client.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer " + wallet.key()
                                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(client.getInputStream(), 1_024);
            while (!line(in).isEmpty()) {
                // The head.
            }
            String got = chunks(in);
            // The block of usage was not asked for.
            String told = REPLY.body().toString().replaceFirst("data: [^\n]+\"choices\":\\[][^\n]+\n\n", "");
            // Not compared as a whole: some megabytes make no readable message.
            int differs = Arrays.mismatch(got.toCharArray(), told.toCharArray());
            assertThat(differs < 0 ? "" : around(differs, got)).isEqualTo(differs < 0 ? "" : around(differs, told));
        }
    }

    private static String around(int at, String text) {
        return at + ": " + text.substring(Math.max(0, at - 100), Math.min(text.length(), at + 100));
    }

    /** The content of a chunked body (RFC 9112, 7.1). */
    private static String chunks(InputStream in) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int length = length(in); length > 0; length = length(in)) {
            content.write(in.readNBytes(length));
            assertThat(line(in)).isEmpty();
        }
        return content.toString(StandardCharsets.UTF_8);
    }

    private static int length(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
