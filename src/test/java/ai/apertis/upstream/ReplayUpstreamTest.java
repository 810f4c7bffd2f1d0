package ai.apertis.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.Reply.Ending;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplayUpstreamTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Vertx vertx;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void replaysRecordingsByteForByteHoweverTheyAreChopped() throws Exception {
        Recordings recordings = Recordings.open();
        var streams = recordings.list(entry -> entry.dialect().equals("openai-chat") && entry.stream());
        assertThat(streams).isNotEmpty();
        for (Recordings.Entry entry : streams.subList(0, 3)) {
            Recordings.Recording recording = recordings.load(entry);
            try (var upstream = new ReplayUpstream(vertx, Reply.of(recording).chopped(1))) {
                HttpResponse<String> response = post(upstream, "{}");

                assertThat(response.statusCode()).isEqualTo(entry.status());
                assertThat(response.body()).isEqualTo(recording.body());
                assertThat(response.headers().firstValue("content-type").orElseThrow())
                        .startsWith("text/event-stream");
            }
        }
    }

    @Test
    void theIndexOfTheRecordingsAgreesWithItsFiles() {
        Recordings recordings = Recordings.open();
        assertThat(recordings.list(entry -> true)).hasSizeGreaterThan(400).allSatisfy(entry -> {
            Recordings.Recording recording = recordings.load(entry);
            assertThat(recording.request().isNull()).isEqualTo(entry.features().contains("response-only"));
            assertThat(recording.body()).isNotEmpty();
        });
    }

    @Test
    void remembersWhatItWasAsked() throws Exception {
        try (var upstream = new ReplayUpstream(vertx, ChatReplies.whole(UsageFault.NONE))) {
            post(upstream, "{\"model\":\"m\"}");

            ReplayUpstream.Received received = upstream.received().getFirst();
            assertThat(received.method()).isEqualTo("POST");
            assertThat(received.path()).isEqualTo("/v1/chat/completions");
            assertThat(received.query()).isEqualTo("a=b");
            assertThat(received.headers()).containsEntry("authorization", "Bearer sk-test");
            assertThat(received.body()).isEqualTo("{\"model\":\"m\"}");
        }
    }

    @Test
    void answersInOrderAndRepeatsTheLast() throws Exception {
        try (var upstream = new ReplayUpstream(vertx, ChatReplies.failure(429, "slow down"), ChatReplies.html())) {
            assertThat(post(upstream, "").statusCode()).isEqualTo(429);
            assertThat(post(upstream, "").statusCode()).isEqualTo(200);
            assertThat(post(upstream, "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void compressesAndEndsLinesWithCrLf() throws Exception {
        Reply reply = ChatReplies.stream(UsageFault.NONE);
        try (var upstream = new ReplayUpstream(vertx, reply.withCrLf().gzipped())) {
            HttpResponse<byte[]> response = client.send(request(upstream, ""), BodyHandlers.ofByteArray());

            assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(reply.body().toString().replace("\n", "\r\n"));
            }
        }
    }

    @Test
    void cutsAStreamByAnEarlyCloseAndByAReset() throws Exception {
        try (var upstream = new ReplayUpstream(vertx)) {
            upstream.answer(ChatReplies.stream(UsageFault.NONE).cutAfter(50, Ending.CLOSE));
            try (Socket socket = ask(upstream)) {
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200")
                        .doesNotEndWith("0\r\n\r\n");
            }
            upstream.answer(ChatReplies.stream(UsageFault.NONE).cutAfter(50, Ending.RESET));
            try (Socket socket = ask(upstream)) {
                assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void hangsBeforeTheHeadAndInTheMiddle() throws Exception {
        try (var upstream = new ReplayUpstream(vertx)) {
            for (Reply reply :
                    List.of(Reply.hanging(), ChatReplies.stream(UsageFault.NONE).cutAfter(50, Ending.SILENCE))) {
                upstream.answer(reply);
                try (Socket socket = ask(upstream)) {
                    socket.setSoTimeout(200);
                    assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                            .isInstanceOf(SocketTimeoutException.class);
                }
            }
        }
    }

    @Test
    void waitsBetweenWritesAndNoticesAReaderThatLeaves() throws Exception {
        try (var upstream = new ReplayUpstream(
                vertx, ChatReplies.stream(UsageFault.NONE).chopped(40).withPauses(20))) {
            long start = System.nanoTime();
            int writes = ChatReplies.stream(UsageFault.NONE).body().length() / 40;
            post(upstream, "");
            assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThanOrEqualTo(20L * (writes - 1));
            assertThat(upstream.cancelled()).isZero();

            try (Socket socket = ask(upstream)) {
                socket.getInputStream().read(new byte[20]);
            }
            Awaitility.await().until(() -> upstream.cancelled() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(UsageFault.class)
    void faultsOfUsageAreStillAnswersInJson(UsageFault fault) throws Exception {
        String whole = ChatReplies.whole(fault).body().toString();
        assertThat(JSON.readTree(whole).at("/choices/0/message/content").asText())
                .isEqualTo("one two three");
        for (String event : ChatReplies.stream(fault).body().toString().split("\n\n", 0)) {
            String data = event.substring("data: ".length());
            assertThat(data.equals("[DONE]") || JSON.readTree(data).has("choices"))
                    .isTrue();
        }
    }

    private static HttpResponse<String> post(ReplayUpstream upstream, String body) throws Exception {
        return client.send(request(upstream, body), BodyHandlers.ofString());
    }

    private static HttpRequest request(ReplayUpstream upstream, String body) {
        return HttpRequest.newBuilder(upstream.baseUrl().resolve("/v1/chat/completions?a=b"))
                .header("Authorization", "Bearer sk-test")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static Socket ask(ReplayUpstream upstream) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), upstream.baseUrl().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        return socket;
    }
}
