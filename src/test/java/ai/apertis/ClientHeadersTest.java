package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.ReplayUpstream.Received;
import ai.apertis.upstream.Reply;
import ai.apertis.upstream.Voice;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which headers of a client reach a provider, and which of a provider's the client: a list, and nothing else. */
class ClientHeadersTest {
    private static final String SECRET = "provider-secret-1234567890";
    private static final Voice.Count COUNT = Voice.Count.of(10, 2);

    /** What a client may send beside its key: none of it is any business of a provider of another dialect. */
    private static final Map<String, String> SENT = Map.ofEntries(
            Map.entry("anthropic-version", "2026-10-21"),
            Map.entry("anthropic-beta", "of-tomorrow-2027-01-01,context-1m"),
            Map.entry("openai-beta", "responses=v9"),
            Map.entry("openai-organization", "org-of-the-client"),
            Map.entry("openai-project", "proj-of-the-client"),
            Map.entry("x-goog-user-project", "project-of-the-client"),
            Map.entry("x-goog-api-client", "genai-sdk"),
            Map.entry("x-stainless-lang", "js"),
            Map.entry("x-request-id", "id-of-the-client"),
            Map.entry("x-forwarded-for", "203.0.113.7"),
            Map.entry("forwarded", "for=203.0.113.7"),
            Map.entry("via", "1.1 somebody"),
            Map.entry("cookie", "session=of-the-client"),
            Map.entry("proxy-authorization", "Basic b2YtdGhlLWNsaWVudA=="),
            Map.entry("te", "trailers"),
            Map.entry("keep-alive", "timeout=5"),
            Map.entry("user-agent", "agent-of-the-client"),
            Map.entry("accept-language", "nb"),
            Map.entry("origin", "https://app.example"),
            Map.entry("referer", "https://app.example/chat"),
            Map.entry("x-title", "title-of-the-client"));

    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, Reply.hanging());
        StringBuilder yaml =
                new StringBuilder("limits: {requests_per_address: 0, requests_per_key_per_minute: 0}\nproviders:\n");
        for (Voice voice : Voice.values()) {
            yaml.append(provider(voice.dialect(), voice, ""));
        }
        yaml.append(provider(
                "fixed", Voice.ANTHROPIC, ", headers: {anthropic-beta: only-this, Anthropic-Version: '2024'}"));
        yaml.append("models:\n");
        Stream<String> dialects = Stream.of(Voice.values()).map(Voice::dialect);
        Stream.concat(dialects, Stream.of("fixed")).forEach(name -> yaml.append("""
              - {id: by-%1$s, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 endpoints: [{provider: %1$s, model: m}]}
            """.formatted(name)));
        gateway = RunningGateway.configured(yaml.toString());
        wallet = gateway.wallet(1_000_000_000);
    }

    private static String provider(String name, Voice voice, String more) {
        return "  - {name: %s, dialect: %s, base_url: '%s%s', keys: [%s]%s}%n"
                .formatted(name, voice.dialect(), upstream.baseUrl(), voice.version(), SECRET, more);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void aProviderOfTheClientsDialectIsSentWhatIsOnTheListAndNothingElse() {
        for (Voice voice : Voice.values()) {
            for (boolean stream : new boolean[] {false, true}) {
                Map<String, String> expected = bare(voice, stream);
                switch (voice) {
                    case OPENAI, RESPONSES -> expected.put("openai-beta", SENT.get("openai-beta"));
                    case ANTHROPIC -> {
                        expected.put("anthropic-version", SENT.get("anthropic-version"));
                        expected.put("anthropic-beta", SENT.get("anthropic-beta"));
                    }
                    case GEMINI -> {}
                }
                assertThat(headers(voice, voice, stream, SENT))
                        .as(voice.dialect())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aProviderOfAnotherDialectIsSentNothingOfThem() {
        for (Voice client : Voice.values()) {
            for (Voice provider : Voice.values()) {
                if (client != provider) {
                    assertThat(headers(client, provider, false, SENT))
                            .as("%s to %s", client, provider)
                            .isEqualTo(bare(provider, false));
                }
            }
        }
    }

    @Test
    void aClientThatNamesNoVersionGetsTheOneThatTheGatewaySpeaks() {
        assertThat(headers(Voice.ANTHROPIC, Voice.ANTHROPIC, false, Map.of())).isEqualTo(bare(Voice.ANTHROPIC, false));
        assertThat(headers(Voice.ANTHROPIC, Voice.ANTHROPIC, false, Map.of("anthropic-version", "")))
                .isEqualTo(bare(Voice.ANTHROPIC, false));
    }

    @Test
    void whatTheOperatorSetsIsFixed() {
        upstream.answer(Reply.json(200, Voice.ANTHROPIC.whole("Hi", COUNT)));
        assertThat(post(Voice.ANTHROPIC, "by-fixed", false, SENT).statusCode()).isEqualTo(200);
        assertThat(upstream.received().getLast().headers())
                .containsEntry("anthropic-beta", "only-this")
                .containsEntry("anthropic-version", "2024");
    }

    @Test
    void countsOfTokensAreAskedForWithTheSameBetas() {
        upstream.answer(Reply.json(200, "{\"input_tokens\":7}"));
        HttpResponse<String> counted = gateway.send(request(
                "/v1/messages/count_tokens",
                "{\"model\":\"by-anthropic\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                SENT));
        assertThat(counted.body()).isEqualTo("{\"input_tokens\":7}");
        Map<String, String> expected = bare(Voice.ANTHROPIC, false);
        expected.put("anthropic-version", SENT.get("anthropic-version"));
        expected.put("anthropic-beta", SENT.get("anthropic-beta"));
        assertThat(without(upstream.received().getLast())).isEqualTo(expected);
    }

    @Test
    void severalLinesOfAHeaderAreOneList() {
        upstream.answer(Reply.json(200, Voice.ANTHROPIC.whole("Hi", COUNT)));
        HttpRequest.Builder twice = HttpRequest.newBuilder(
                        request("/v1/messages", Voice.ANTHROPIC.ask("by-anthropic", "Hi", 10, false), Map.of()),
                        (n, v) -> true)
                .header("anthropic-beta", "a")
                .header("anthropic-beta", "b");
        assertThat(gateway.send(twice.build()).statusCode()).isEqualTo(200);
        assertThat(upstream.received().getLast().headers()).containsEntry("anthropic-beta", "a,b");
    }

    @Test
    void whatIsTooLongOrNotPrintableIsRefusedByName() {
        for (String bad : List.of("b".repeat(2_049), "tab\tinside")) {
            int before = upstream.received().size();
            HttpResponse<String> refused = post(Voice.ANTHROPIC, "by-anthropic", false, Map.of("anthropic-beta", bad));
            assertThat(refused.statusCode()).as(bad).isEqualTo(400);
            assertThat(refused.body()).contains("\"type\":\"error\"", "invalid_request_error", "anthropic-beta");
            assertThat(upstream.received()).hasSize(before);
        }
    }

    @Test
    void headersOfAProvidersAnswerStayHereButForWhenToComeBack() {
        Reply told = Reply.json(
                        429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow\"}}")
                .withHeader("request-id", "req_of_the_provider")
                .withHeader("x-request-id", "req_of_the_provider")
                .withHeader("anthropic-organization-id", "org_of_the_operator")
                .withHeader("anthropic-ratelimit-requests-remaining", "99")
                .withHeader("openai-organization", "org_of_the_operator")
                .withHeader("x-ratelimit-remaining-tokens", "99")
                .withHeader("set-cookie", "a=b")
                .withHeader("server", "provider")
                .withHeader("retry-after", "17");
        for (Voice voice : Voice.values()) {
            upstream.answer(told);
            HttpResponse<String> refused = post(voice, "by-" + voice.dialect(), false, Map.of("x-request-id", "id-1"));
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("retry-after")).contains("17");
            assertThat(refused.headers().allValues("x-request-id")).containsExactly("id-1");
            assertThat(refused.headers().allValues("request-id"))
                    .isEqualTo(voice == Voice.ANTHROPIC ? List.of("id-1") : List.of());
            assertThat(refused.headers().map().toString())
                    .doesNotContain("provider", "org_of", "anthropic-ratelimit", "set-cookie", "remaining-tokens");
        }
    }

    private static Map<String, String> headers(Voice client, Voice provider, boolean stream, Map<String, String> sent) {
        upstream.answer(stream ? provider.stream(COUNT, "Hi") : Reply.json(200, provider.whole("Hi", COUNT)));
        HttpResponse<String> answer = post(client, "by-" + provider.dialect(), stream, sent);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return without(upstream.received().getLast());
    }

    private static Map<String, String> without(Received received) {
        Map<String, String> headers = new TreeMap<>(received.headers());
        assertThat(headers.remove("content-length"))
                .isEqualTo(Integer.toString(received.body().length()));
        return headers;
    }

    /** What a provider is sent whatever the client sends. */
    private static Map<String, String> bare(Voice provider, boolean stream) {
        Map<String, String> headers = new HashMap<>(Map.of(
                "host",
                upstream.baseUrl().getAuthority(),
                "content-type",
                "application/json",
                "accept",
                stream ? "text/event-stream" : "application/json",
                "accept-encoding",
                "identity",
                "user-agent",
                "apertis"));
        switch (provider) {
            case OPENAI, RESPONSES -> headers.put("authorization", "Bearer " + SECRET);
            case ANTHROPIC -> headers.putAll(Map.of("x-api-key", SECRET, "anthropic-version", "2023-06-01"));
            case GEMINI -> headers.put("x-goog-api-key", SECRET);
        }
        return new TreeMap<>(headers);
    }

    private static HttpResponse<String> post(Voice client, String model, boolean stream, Map<String, String> headers) {
        return gateway.send(request(client.path(model, stream), client.ask(model, "Hi", 10, stream), headers));
    }

    private static HttpRequest request(String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .header("Authorization", "Bearer " + wallet.key())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return request.build();
    }
}
