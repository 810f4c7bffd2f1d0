package ai.apertis.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway;
import ai.apertis.RunningGateway.Wallet;
import ai.apertis.crash.Caller.Got;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.Recordings;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import ai.apertis.upstream.Reply.Ending;
import ai.apertis.upstream.Voice;
import ai.apertis.upstream.Voice.Count;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Providers of every dialect that do what they should not, streamed or not, to clients of their own dialect and of another:
 * nothing hangs, nothing stays held, and each answer is charged once, what is believable and else what is counted.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("load")
class ProviderFaultsTest {
    private static final String[] WORDS = {"one", " two", " three"};
    private static final long TOLD_INPUT = 10;
    private static final long TOLD_OUTPUT = 3;

    private static final Vertx VERTX = Vertx.vertx();
    private static final Map<Voice, ReplayUpstream> UPSTREAMS = new EnumMap<>(Voice.class);
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        StringBuilder providers = new StringBuilder();
        StringBuilder models = new StringBuilder();
        for (Voice voice : Voice.values()) {
            ReplayUpstream upstream = new ReplayUpstream(VERTX, Reply.hanging());
            UPSTREAMS.put(voice, upstream);
            for (boolean silent : new boolean[] {true, false}) {
                String model = model(voice, silent);
                providers.append("""
                      - name: %1$s
                        dialect: %2$s
                        base_url: %3$s%4$s
                        keys: [provider-secret-1234567890]
                        stops_billing_on_cancel: true
                        first_byte_timeout_ms: %5$d
                        idle_timeout_ms: %6$d
                    """.formatted(
                                model,
                                voice.dialect(),
                                upstream.baseUrl(),
                                voice.version(),
                                silent ? 1_500 : 20_000,
                                silent ? 500 : 10_000));
                models.append(House.priced(model));
            }
        }
        gateway = RunningGateway.configured(
                "limits: {requests_per_address: 0, requests_per_key_per_minute: 0}\nproviders:\n" + providers
                        + "models:\n" + models,
                Map.of());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        UPSTREAMS.values().forEach(ReplayUpstream::close);
        VERTX.close().await();
    }

    /** One request and what came of it. */
    private record Case(Voice client, Voice at, boolean stream, Wallet wallet, Got got) {
        long number(String what) {
            return TestDatabase.number(
                    gateway.database(), "SELECT " + what + " FROM charge WHERE account_id = " + wallet.account());
        }

        boolean finished() {
            return got.finished(client, stream);
        }

        void expectSettled() {
            Pause.until(() -> TestDatabase.number(
                            gateway.database(), "SELECT count(*) FROM hold WHERE account_id = " + wallet.account())
                    == 0);
            assertThat(number("count(*)")).as("%s", this).isEqualTo(1);
            assertThat(gateway.balance(wallet).account().used()).isEqualTo(number("sum(cost_nano)"));
        }

        void expectNothingCharged() {
            assertThat(got.status()).as("%s", this).isGreaterThanOrEqualTo(400);
            assertThat(got.body()).contains("error").doesNotContain("10.0.0.7", "provider-secret");
            expectSettled();
            assertThat(number("cost_nano")).as("%s", this).isZero();
        }
    }

    /** The same provider twice: one who falls silent is not waited for long, all others as long as a busy machine takes. */
    private static String model(Voice voice, boolean silent) {
        return House.model(voice) + (silent ? "-silent" : "");
    }

    private static Case ask(Voice client, Voice at, boolean stream, Reply reply) {
        UPSTREAMS.get(at).answer(reply);
        Wallet wallet = gateway.wallet(House.USD);
        String model = model(at, reply.cutAfter() >= 0 && reply.ending() == Ending.SILENCE);
        Got got = new Caller(gateway.port(), wallet.key())
                .ask(client.path(model, stream), client.ask(model, "tell me three words", 50, stream));
        return new Case(client, at, stream, wallet, got);
    }

    static Stream<Arguments> usages() {
        List<Arguments> all = new ArrayList<>();
        for (Voice at : Voice.values()) {
            for (UsageFault fault : UsageFault.values()) {
                all.add(Arguments.of(at, fault));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("usages")
    void usageIsChargedWhenItCanBeBelievedAndElseCounted(Voice at, UsageFault fault) {
        for (Voice client : at == Voice.OPENAI ? List.of(at, Voice.ANTHROPIC) : List.of(at, Voice.OPENAI)) {
            expectUsage(ask(client, at, true, stream(at, fault)), fault);
            expectUsage(ask(client, at, false, whole(at, fault)), fault);
        }
    }

    private static void expectUsage(Case asked, UsageFault fault) {
        assertThat(asked.finished()).as("%s", asked).isTrue();
        assertThat(asked.got().body()).contains("three");
        asked.expectSettled();
        if (fault == UsageFault.AFTER_END && asked.stream()) {
            // Where the end has been seen, what comes after it may be heard or not: it is told or counted.
            assertThat(asked.number("output_tokens")).as("%s", asked).isEqualTo(TOLD_OUTPUT);
            return;
        }
        boolean told = switch (fault) {
            case NONE, TWICE, CACHED_ABOVE_INPUT, AFTER_END -> true;
            case ABSENT, ZERO, NULL, STRING, NEGATIVE, HUGE -> false;
        };
        assertThat(asked.number("count(*) FILTER (WHERE estimated)"))
                .as("%s", asked)
                .isEqualTo(told ? 0 : 1);
        if (told) {
            // Anthropic counts cached tokens beside the input, the others inside; there 50 of 10 is 10 of 10.
            boolean beside = fault == UsageFault.CACHED_ABOVE_INPUT && asked.at() == Voice.ANTHROPIC;
            assertThat(asked.number("cost_nano"))
                    .as("%s", asked)
                    .isEqualTo(Script.cost(beside ? TOLD_INPUT + 50 : TOLD_INPUT, TOLD_OUTPUT));
        } else {
            assertThat(asked.number("output_tokens")).as("%s", asked).isEqualTo(TOLD_OUTPUT);
            assertThat(asked.number("input_tokens")).as("%s", asked).isBetween(1L, 40L);
        }
    }

    private static @Nullable Count count(UsageFault fault) {
        return switch (fault) {
            case NONE, TWICE, AFTER_END -> Count.of(TOLD_INPUT, TOLD_OUTPUT);
            case ABSENT -> null;
            case ZERO -> Count.of(0, 0);
            case NULL -> new Count("null", "null", "null");
            case STRING -> new Count("\"10\"", "\"3\"", "\"0\"");
            case NEGATIVE -> Count.of(-10, -3);
            case HUGE -> new Count("1e18", "1000000000000000000", "0");
            case CACHED_ABOVE_INPUT -> new Count("10", "3", "50");
        };
    }

    private static Reply whole(Voice voice, UsageFault fault) {
        return Reply.json(200, voice.whole(String.join("", WORDS), count(fault)));
    }

    private static Reply stream(Voice voice, UsageFault fault) {
        Count count = count(fault);
        if (fault != UsageFault.TWICE && fault != UsageFault.AFTER_END) {
            return voice.stream(count, WORDS);
        }
        String text = String.join("", WORDS);
        List<String> closing = new ArrayList<>(voice.closing(text, count));
        String usage = closing.stream()
                .filter(event -> event.contains(voice.usage(count)))
                .findFirst()
                .orElseThrow();
        if (fault == UsageFault.TWICE) {
            closing.add(closing.indexOf(usage), usage);
        } else {
            closing = new ArrayList<>(voice.closing(text, null));
            closing.add(usage);
        }
        return Reply.events(beginning(voice) + String.join("", closing));
    }

    /** A stream without its end. */
    private static String beginning(Voice voice) {
        StringBuilder events = new StringBuilder();
        voice.opening(Count.of(TOLD_INPUT, TOLD_OUTPUT)).forEach(events::append);
        Stream.of(WORDS).map(voice::word).forEach(events::append);
        return events.toString();
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatBreaksOffIsChargedOnceForWhatItServedAndEndsWithAnError(Voice at) {
        Reply stops = Reply.events(beginning(at));
        String last = at.word(" three");
        int inside = beginning(at).length() - last.length() / 2;
        for (Reply reply : List.of(
                stops,
                Reply.events(beginning(at) + error(at)),
                stops.cutAfter(inside, Ending.RESET),
                stops.cutAfter(inside, Ending.CLOSE),
                stops.cutAfter(inside, Ending.SILENCE))) {
            for (Voice client : at == Voice.OPENAI ? List.of(at, Voice.GEMINI) : List.of(at, Voice.OPENAI)) {
                Case asked = ask(client, at, true, reply.chopped(100).withPauses(5));
                assertThat(asked.got().status()).as("%s", asked).isEqualTo(200);
                assertThat(asked.got().complete()).as("%s", asked).isTrue();
                assertThat(asked.finished()).as("%s", asked).isFalse();
                assertThat(asked.got().body()).contains(" two", "error");
                asked.expectSettled();
                assertThat(asked.number("output_tokens")).as("%s", asked).isBetween(2L, 3L);
                assertThat(asked.number("count(*) FILTER (WHERE estimated)")).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatServedNothingCostsNothing(Voice at) {
        for (boolean stream : new boolean[] {true, false}) {
            List<Reply> replies = new ArrayList<>(List.of(
                    Reply.json(200, errorBody(at)),
                    ChatReplies.html(),
                    Reply.json(200, "{\"id\":\"x\",\"choices\":[{"),
                    Reply.json(200, ""),
                    Reply.json(500, errorBody(at)),
                    Reply.json(529, errorBody(at)),
                    whole(at, UsageFault.NONE).cutAfter(40, Ending.RESET)));
            if (stream) {
                replies.add(Reply.events(error(at)));
                replies.add(Reply.events(""));
            }
            for (Reply reply : replies) {
                ask(at, at, stream, reply).expectNothingCharged();
            }
        }
    }

    @Test
    void aProviderThatHangsIsGivenUp() {
        for (boolean stream : new boolean[] {true, false}) {
            List<Case> cases = Stream.of(Voice.values())
                    .parallel()
                    .map(at -> ask(at, at, stream, Reply.hanging()))
                    .toList();
            cases.forEach(Case::expectNothingCharged);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSoundAnswerInOddClothesIsChargedAsTold(Voice at) {
        Reply stream = stream(at, UsageFault.NONE);
        Reply whole = whole(at, UsageFault.NONE);
        for (Case asked : List.of(
                ask(at, at, true, stream.gzipped()),
                ask(at, at, true, stream.withHeader("content-type", "text/plain")),
                ask(at, at, true, stream.withCrLf()),
                ask(at, at, true, stream.chopped(7)),
                ask(at, at, false, whole.gzipped()),
                ask(at, at, false, whole.withHeader("content-type", "text/plain")))) {
            assertThat(asked.finished()).as("%s", asked).isTrue();
            asked.expectSettled();
            assertThat(asked.number("cost_nano")).as("%s", asked).isEqualTo(Script.cost(TOLD_INPUT, TOLD_OUTPUT));
        }
    }

    /** Recorded streams of all dialects, cut in their middle: charged once, and not more than was told for the whole. */
    @Test
    void aRecordedStreamThatIsCutIsChargedOnce() {
        Recordings recordings = Recordings.open();
        for (Voice at : Voice.values()) {
            String dialect = switch (at) {
                case OPENAI -> "openai-chat";
                case RESPONSES -> "openai-responses";
                case ANTHROPIC -> "anthropic";
                case GEMINI -> "gemini";
            };
            List<Recordings.Entry> streams = recordings.list(
                    entry -> entry.dialect().equals(dialect) && entry.stream() && entry.status() == 200);
            assertThat(streams).as(dialect).isNotEmpty();
            for (Recordings.Entry entry : streams.subList(0, Math.min(12, streams.size()))) {
                Reply whole = Reply.of(recordings.load(entry));
                Buffer body = whole.body();
                Case asked = ask(
                        at,
                        at,
                        true,
                        whole.cutAfter(body.length() / 2, Ending.RESET).chopped(500));
                asked.expectSettled();
                assertThat(asked.finished()).as(entry.file()).isFalse();
            }
        }
    }

    private static String errorBody(Voice voice) {
        return switch (voice) {
            case OPENAI, RESPONSES ->
                "{\"error\":{\"message\":\"overloaded at 10.0.0.7\",\"type\":\"server_error\",\"code\":null}}";
            case ANTHROPIC ->
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"overloaded at 10.0.0.7\"}}";
            case GEMINI ->
                "{\"error\":{\"code\":503,\"message\":\"overloaded at 10.0.0.7\",\"status\":\"UNAVAILABLE\"}}";
        };
    }

    private static String error(Voice voice) {
        return switch (voice) {
            case OPENAI, GEMINI -> "data: " + errorBody(voice) + "\n\n";
            case RESPONSES ->
                "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"overloaded at 10.0.0.7\"}\n\n";
            case ANTHROPIC -> "event: error\ndata: " + errorBody(voice) + "\n\n";
        };
    }
}
