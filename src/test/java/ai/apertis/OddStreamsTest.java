package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import ai.apertis.upstream.Voice;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams of every dialect that are sound but for their clothes, and some that are not, to a client of their own dialect and
 * of another: nothing hangs, words arrive, and the answer is charged once, as told.
 */
class OddStreamsTest {
    private static final Voice.Count COUNT = Voice.Count.of(10, 3);
    /** At 1 and 2 dollars per million tokens, nano-USD. */
    private static final long TOLD_COST = 10 * 1_000 + 3 * 2_000;

    private static final String WORD = "hearken";
    private static final int TEN_MEGABYTES = 10 << 20;

    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, Reply.hanging());
        StringBuilder providers = new StringBuilder();
        StringBuilder models = new StringBuilder();
        for (Voice voice : Voice.values()) {
            providers.append(
                    "  - {name: %1$s, dialect: %1$s, base_url: '%2$s%3$s', keys: [provider-secret-1234567890]}%n"
                            .formatted(voice.dialect(), upstream.baseUrl(), voice.version()));
            models.append("""
                  - {id: by-%1$s, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                     endpoints: [{provider: %1$s, model: m}]}
                """.formatted(voice.dialect()));
        }
        gateway = RunningGateway.configured(
                "limits: {requests_per_address: 0, requests_per_key_per_minute: 0}\nproviders:\n" + providers
                        + "models:\n" + models);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    /** The same answer, though it does not look so. Bytes are written as Latin-1, so that they may be no UTF-8. */
    record Clothes(String name, UnaryOperator<String> put) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Clothes CUT_AT_EVERY_BYTE = new Clothes("cut at every byte", stream -> stream);

    private static final List<Clothes> CLOTHES = List.of(
            CUT_AT_EVERY_BYTE,
            new Clothes("CR LF", stream -> stream.replace("\n", "\r\n")),
            new Clothes("CR", stream -> stream.replace('\n', '\r')),
            new Clothes("comments", stream -> ": ready\n\n" + stream.replace("data: {", ": here\ndata: {")),
            new Clothes("no space after the colon", stream -> stream.replace("data: ", "data:")),
            new Clothes(
                    "data over several lines",
                    stream -> stream.replaceAll("data: \\{([^,\n]+),", "data: {$1,\ndata: \ndata: ")),
            new Clothes("no last blank line", String::stripTrailing),
            new Clothes("byte order mark", stream -> "\u00EF\u00BB\u00BF" + stream),
            new Clothes(
                    "event of ten megabytes",
                    stream -> stream.replaceFirst("data: \\{", "data: {" + " ".repeat(TEN_MEGABYTES))),
            new Clothes("broken UTF-8", stream -> stream.replace(WORD, WORD + "\u00FF\u00C3")),
            new Clothes("events of tomorrow", OddStreamsTest::withNews));

    private static String withNews(String stream) {
        int second = stream.indexOf("\n\n") + 2;
        String news = "event: of.tomorrow\nid: 7\nretry: 9\ndata: {\"type\":\"of.tomorrow\",\"object\":\"new\"}\n\n";
        return stream.substring(0, second) + news + stream.substring(second);
    }

    static Stream<Arguments> clothes() {
        return Stream.of(Voice.values()).flatMap(at -> CLOTHES.stream().map(clothes -> Arguments.of(at, clothes)));
    }

    @ParameterizedTest
    @MethodSource("clothes")
    void aSoundStreamInOddClothesArrivesAndIsChargedAsTold(Voice at, Clothes clothes) {
        Reply odd = reply(clothes.put().apply(sound(at)));
        for (Voice client : List.of(at, other(at))) {
            Asked asked = ask(client, at, clothes.equals(CUT_AT_EVERY_BYTE) ? odd.chopped(1) : odd);
            asked.expectWhole();
        }
    }

    /** What is no JSON may still be for a client that speaks the provider's dialect; of another it can be made nothing. */
    @ParameterizedTest
    @MethodSource("voices")
    void oneEventThatIsNoJsonPassesInItsDialectAndEndsATranslation(Voice at) {
        String sound = sound(at);
        int word = sound.indexOf(at.word(WORD)) + at.word(WORD).length();
        Reply broken = reply(sound.substring(0, word) + "data: {\"broken\n\n" + sound.substring(word));
        Asked same = ask(at, at, broken);
        same.expectWhole();
        assertThat(same.body()).contains("data: {\"broken\n\n");
        Asked translated = ask(other(at), at, broken);
        assertThat(translated.body()).contains(WORD, "error").doesNotContain("broken");
        translated.expectChargedOnce();
    }

    @ParameterizedTest
    @MethodSource("voices")
    void anEndThatComesTwiceIsToldOnce(Voice at) {
        List<String> closing = at.closing(WORD, COUNT);
        Reply twice = reply(sound(at) + closing.getLast() + String.join("", closing));
        for (Voice client : List.of(at, other(at))) {
            Asked asked = ask(client, at, twice);
            asked.expectWhole();
            assertThat(ends(asked)).as("%s", asked).isEqualTo(ends(ask(client, at, reply(sound(at)))));
        }
    }

    /** Where the reason to stop has been told before the last event, the answer is whole without it. */
    @ParameterizedTest
    @MethodSource("voices")
    void anEndThatIsMissingIsMadeUpOrToldAsAnError(Voice at) {
        List<String> closing = new ArrayList<>(at.closing(WORD, COUNT));
        String last = closing.getLast();
        String sound = sound(at);
        Reply missing = reply(sound.substring(0, sound.length() - last.length()));
        for (Voice client : List.of(at, other(at))) {
            Asked asked = ask(client, at, missing);
            switch (at) {
                case OPENAI, ANTHROPIC -> asked.expectWhole();
                case RESPONSES, GEMINI -> {
                    assertThat(asked.body()).as("%s", asked).contains("error");
                    asked.expectChargedOnce();
                }
            }
        }
    }

    static Stream<Voice> voices() {
        return Stream.of(Voice.values());
    }

    private static int ends(Asked asked) {
        return asked.body().split(Pattern.quote(asked.client().end()), -1).length;
    }

    private static String sound(Voice voice) {
        return voice.stream(COUNT, WORD).body().toString();
    }

    private static Voice other(Voice at) {
        return at == Voice.OPENAI ? Voice.ANTHROPIC : Voice.OPENAI;
    }

    private static Reply reply(String latin1) {
        Buffer body = Buffer.buffer(latin1.getBytes(StandardCharsets.ISO_8859_1));
        return new Reply(200, Map.of("content-type", "text/event-stream"), body, 0, 0, 0, -1, Reply.Ending.CLOSE);
    }

    /** One request and what came of it. */
    private record Asked(Voice client, Voice at, Wallet wallet, String body) {
        void expectWhole() {
            String told = body.substring(0, Math.min(body.length(), 2_000));
            assertThat(body.contains(WORD) && body.contains(client.end()) && !body.contains("\"error\":{"))
                    .as("%s at %s: %s", client, at, told)
                    .isTrue();
            expectChargedOnce();
            assertThat(charge("cost_nano")).as("%s at %s", client, at).isEqualTo(TOLD_COST);
        }

        void expectChargedOnce() {
            assertThat(charge("count(*)")).isEqualTo(1);
            assertThat(gateway.balance(wallet).account().used()).isEqualTo(charge("sum(cost_nano)"));
        }

        private long charge(String what) {
            return TestDatabase.number(
                    gateway.database(), "SELECT " + what + " FROM charge WHERE account_id = " + wallet.account());
        }
    }

    private static Asked ask(Voice client, Voice at, Reply reply) {
        upstream.answer(reply);
        Wallet wallet = gateway.wallet(1_000_000_000);
        String model = "by-" + at.dialect();
        HttpResponse<String> answer = gateway.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + client.path(model, true)))
                        .header("Authorization", "Bearer " + wallet.key())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(client.ask(model, "speak", 50, true)))
                        .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new Asked(client, at, wallet, answer.body());
    }
}
