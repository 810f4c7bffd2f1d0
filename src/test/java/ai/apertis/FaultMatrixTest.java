package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The table of faults in docs/routing.md, row by row: what the client sees, how often the provider is asked and what is
 * charged, for streams and whole answers, in every client dialect, with and without a fallback. A dozen requests are made at
 * once, each to a model of its own.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("load")
class FaultMatrixTest {
    private static final List<String> DIALECTS = List.of("chat", "responses", "messages", "gemini");
    /** Ten prompt tokens at 10 and three generated at 20 dollars a million. */
    private static final long FALLBACK_NANO = 160_000;
    /** How many streams are cut before the one that counts, in rows that ask for it. */
    private static final int CUT_BEFORE = 3;

    private static final Vertx VERTX = Vertx.vertx();
    private static final Map<String, ReplayUpstream> UPSTREAMS = new HashMap<>();
    private static final Map<Case, Future<Outcome>> OUTCOMES = new HashMap<>();
    private static final ExecutorService CLIENTS = Executors.newFixedThreadPool(12);
    private static RunningGateway gateway;

    private record Row(String fault, String request, String without, String with, int calls) {
        boolean asks(boolean stream) {
            return request.equals("both") || request.equals(stream ? "stream" : "whole");
        }

        int cutBefore() {
            return fault.endsWith(", again") ? CUT_BEFORE : 0;
        }

        /** The code of the first failure, also where it is hidden by a fallback only. */
        String reason() {
            return without.equals("cut") ? "bad_gateway" : without.substring(without.indexOf(' ') + 1);
        }
    }

    private record Case(Row row, boolean stream, String dialect, boolean fallback) {
        String model() {
            return (row.fault + (stream ? " stream " : " whole ") + dialect + (fallback ? " fallback" : ""))
                    .replace(",", "")
                    .replace(' ', '-');
        }

        String expected() {
            return fallback ? row.with : row.without;
        }
    }

    private record Outcome(Wallet wallet, HttpResponse<String> response) {}

    @BeforeAll
    static void askEverything() throws IOException {
        StringBuilder providers = new StringBuilder("""
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
            """);
        StringBuilder models = new StringBuilder("models:\n");
        for (boolean stream : new boolean[] {true, false}) {
            ReplayUpstream well = new ReplayUpstream(
                    VERTX, stream ? ChatReplies.stream(UsageFault.NONE) : ChatReplies.whole(UsageFault.NONE));
            String name = spare(stream);
            UPSTREAMS.put(name, well);
            providers.append(provider(name, well.baseUrl().toString()));
            models.append(model(name, name, 10));
        }
        List<Case> cases = cases();
        for (Case each : cases) {
            providers.append(provider(each.model(), url(each)));
            models.append(model(each.model(), each.model(), 1));
        }
        gateway = RunningGateway.configured(providers.toString() + models);
        for (Case each : cases) {
            Wallet wallet = gateway.wallet(10_000_000_000L);
            OUTCOMES.put(each, CLIENTS.submit(() -> {
                for (int i = 0; i < each.row.cutBefore(); i++) {
                    gateway.send(request(each, gateway.wallet(10_000_000_000L), ""));
                }
                return new Outcome(wallet, gateway.send(request(each, wallet, fallback(each))));
            }));
        }
    }

    @AfterAll
    static void stop() {
        CLIENTS.close();
        gateway.close();
        UPSTREAMS.values().forEach(ReplayUpstream::close);
        RunningGateway.await(VERTX.close());
    }

    @TestFactory
    Stream<DynamicContainer> everyFaultComesToWhatTheTableSays() throws IOException {
        List<Case> cases = cases();
        return table().stream()
                .map(row -> DynamicContainer.dynamicContainer(
                        row.fault,
                        cases.stream()
                                .filter(each -> each.row.equals(row))
                                .map(each -> DynamicTest.dynamicTest(each.model(), () -> check(each)))));
    }

    private static void check(Case each) throws Exception {
        Outcome outcome = Objects.requireNonNull(OUTCOMES.get(each)).get();
        HttpResponse<String> response = outcome.response();
        String expected = each.expected();
        assertThat(response.body()).doesNotContain("secret", "127.0.0.1", "10.0.0.7");
        long charged = charged(outcome.wallet());
        switch (expected) {
            case "fallback" -> {
                assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                assertThat(response.body()).contains("three");
                assertThat(response.headers().firstValue("X-Fallback-Used")).hasValue("true");
                assertThat(response.headers().firstValue("X-Fallback-From")).hasValue(each.model());
                assertThat(response.headers().firstValue("X-Actual-Model")).hasValue(spare(each.stream));
                assertThat(response.headers().firstValue("X-Fallback-Reason")).hasValue(each.row.reason());
                assertThat(charged).isEqualTo(FALLBACK_NANO);
            }
            case "cut" -> {
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).contains("one", "error");
                assertThat(charged).isPositive();
            }
            default -> {
                assertThat(response.statusCode()).isEqualTo(Integer.parseInt(expected.substring(0, 3)));
                assertThat(response.body()).contains("\"error\"");
                if (each.dialect.equals("chat")) {
                    assertThat(RunningGateway.json(response.body())
                                    .at("/error/code")
                                    .textValue())
                            .isEqualTo(expected.substring(4));
                }
                assertThat(charged).isZero();
            }
        }
        ReplayUpstream faulty = UPSTREAMS.get(upstream(each.row.fault, each.stream));
        long calls = faulty == null
                ? 0
                : faulty.received().stream()
                        .filter(request -> request.body().contains('"' + each.model() + '"'))
                        .count();
        assertThat(calls - each.row.cutBefore()).isEqualTo(each.row.calls);
    }

    private static long charged(Wallet wallet) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> TestDatabase.number(
                                gateway.database(), "SELECT count(*) FROM hold WHERE account_id = " + wallet.account())
                        == 0);
        return gateway.balance(wallet).account().used();
    }

    private static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (Row row : table()) {
            for (boolean stream : new boolean[] {true, false}) {
                for (String dialect : row.asks(stream) ? DIALECTS : List.<String>of()) {
                    cases.add(new Case(row, stream, dialect, true));
                    cases.add(new Case(row, stream, dialect, false));
                }
            }
        }
        return cases;
    }

    private static List<Row> table() throws IOException {
        String doc = Files.readString(Path.of("docs/routing.md"));
        String section = doc.substring(doc.indexOf("## What comes of a fault"));
        List<Row> rows = section.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| fault |"))
                .map(line -> line.split("\\s*\\|\\s*"))
                .map(cell -> new Row(cell[1], cell[2], cell[3], cell[4], Integer.parseInt(cell[5])))
                .toList();
        assertThat(rows).hasSizeGreaterThan(20);
        return rows;
    }

    private static String url(Case each) {
        if (each.row.fault.equals("nobody listens")) {
            return "http://127.0.0.1:1";
        }
        return UPSTREAMS
                .computeIfAbsent(
                        upstream(each.row.fault, each.stream),
                        made -> new ReplayUpstream(VERTX, reply(each.row.fault, each.stream)))
                .baseUrl()
                .toString();
    }

    private static String upstream(String fault, boolean stream) {
        return fault + (stream ? " stream" : " whole");
    }

    private static String spare(boolean stream) {
        return stream ? "spare-stream" : "spare-whole";
    }

    private static Reply reply(String fault, boolean stream) {
        Reply well = stream ? ChatReplies.stream(UsageFault.NONE) : ChatReplies.whole(UsageFault.NONE);
        return switch (fault) {
            case "reset before the head" -> well.cutAfter(0, Reply.Ending.RESET);
            case "closed before the head" -> well.cutAfter(0, Reply.Ending.CLOSE);
            case "silence" -> Reply.hanging();
            case "silence after the head" -> well.cutAfter(20, Reply.Ending.SILENCE);
            case "a page of HTML" -> ChatReplies.html();
            case "an error in a success" -> ChatReplies.errorInsideSuccess();
            case "broken JSON" -> ChatReplies.brokenJson();
            case "cut in the body" -> well.cutAfter(60, Reply.Ending.RESET);
            case "cut before the first event" -> well.cutAfter(60, Reply.Ending.RESET);
            case "ends without an end" ->
                ChatReplies.streamThatStops().chopped(100).withPauses(5);
            case "an error after two words" ->
                ChatReplies.streamWithAnError().chopped(100).withPauses(5);
            case "reset after two words", "reset after two words, again" -> well.cutAfter(500, Reply.Ending.RESET);
            case "silence after two words" -> well.cutAfter(500, Reply.Ending.SILENCE);
            default ->
                ChatReplies.failure(
                        Integer.parseInt(fault.substring("status ".length())),
                        "stack at 10.0.0.7 with sk-secret1234567890");
        };
    }

    private static String provider(String name, String url) {
        return """
              - {name: "%s", dialect: openai, base_url: "%s", keys: [sk-secret1234567890], stops_billing_on_cancel: true,
                 first_byte_timeout_ms: %d, idle_timeout_ms: 4000}
            """.formatted(name, url, isSilentFromTheBeginning(name) ? 1_500 : 20_000);
    }

    /** Where it is silent later, a short time to begin would only say how busy this machine is. */
    private static boolean isSilentFromTheBeginning(String name) {
        return name.startsWith("silence") && !name.startsWith("silence-after-two-words");
    }

    private static String model(String id, String provider, int price) {
        return """
              - {id: "%s", price: {input: %d, output: %d}, endpoints: [{provider: "%s"}]}
            """.formatted(id, price, 2 * price, provider);
    }

    private static String fallback(Case each) {
        return each.fallback ? ",\"fallback_enabled\":true,\"fallback_models\":[\"" + spare(each.stream) + "\"]" : "";
    }

    private static HttpRequest request(Case each, Wallet wallet, String more) {
        String base = gateway.baseUrl();
        String common = "{\"model\":\"" + each.model() + "\",\"stream\":" + each.stream + more;
        String words = "\"content\":\"tell me three words\"";
        String messages = ",\"max_tokens\":50,\"messages\":[{\"role\":\"user\"," + words + "}]}";
        return switch (each.dialect) {
            case "chat" -> post(base + "/chat/completions", wallet, common + messages);
            case "messages" -> post(base + "/messages", wallet, common + messages);
            case "responses" ->
                post(
                        base + "/responses",
                        wallet,
                        common + ",\"max_output_tokens\":50,\"input\":[{\"role\":\"user\"," + words + "}]}");
            default ->
                post(
                        base.replace("/v1", "/v1beta") + "/models/" + each.model()
                                + (each.stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
                        wallet,
                        "{\"generationConfig\":{\"maxOutputTokens\":50},\"contents\":[{\"role\":\"user\","
                                + "\"parts\":[{\"text\":\"tell me three words\"}]}]" + more + "}");
        };
    }

    private static HttpRequest post(String url, Wallet wallet, String body) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + wallet.key())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
