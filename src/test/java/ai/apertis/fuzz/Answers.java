package ai.apertis.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.StreamDecoder;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import ai.apertis.money.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What providers send. Documented: decoders throw {@link ApiException}, what stands between a provider and a client nothing;
 * a framer {@link IllegalStateException} for an event that is too long.
 */
final class Answers {
    private static final int LONGEST_EVENT = 16 << 20;
    private static final List<DialectName> DIALECTS = List.of(DialectName.values());
    private static final List<Integer> STATUSES = List.of(200, 400, 401, 404, 429, 500, 529);
    private static final ApiError BROKEN = ApiError.server(502, "bad_gateway", "broken");

    private Answers() {}

    /** A whole answer becomes JSON for a client of any dialect, or an error. */
    static void answer(byte[] body, Mutator mutator) {
        DialectName client = mutator.one(DIALECTS);
        DialectName provider = mutator.one(DIALECTS);
        WholeAnswer answer = bridge(client, provider, mutator.random()).answer(body);
        if (answer.error() != null) {
            assertThat(answer.error().status()).isBetween(400, 599);
            return;
        }
        byte[] told = answer.body(receipt(answer.usage(), mutator.random()));
        if (client != provider || isJson(body)) {
            assertThat(isJson(told)).as(text(told)).isTrue();
        }
    }

    /** Whatever came in the place of an answer is told as an error. */
    static void error(byte[] body, Mutator mutator) {
        DialectName client = mutator.one(DIALECTS);
        ApiError error = bridge(client, mutator.one(DIALECTS), mutator.random()).error(mutator.one(STATUSES), body);
        assertThat(error.status()).isBetween(400, 599);
        assertThat(isJson(ClientRequests.DIALECTS.of(client).errors().encode(error, "id")))
                .isTrue();
    }

    /** The same names and data come out, wherever the network cut the stream. */
    static void framing(byte[] stream, Mutator mutator) {
        List<String> whole = new ArrayList<>();
        List<String> cut = new ArrayList<>();
        SseEvent view = new SseEvent();
        feed(stream, stream.length, null, (buf, from, to, copied) -> note(view.read(buf, from, to), whole));
        feed(stream, 8, mutator.random(), (buf, from, to, copied) -> note(view.read(buf, from, to), cut));
        assertThat(cut).isEqualTo(whole);
    }

    private static void note(SseEvent event, List<String> events) {
        if (event.hasData()) {
            events.add(event.name() + ":" + new String(data(event), StandardCharsets.ISO_8859_1));
        }
    }

    /** A stream ends once for whoever hears it, well or not. */
    static void decoder(byte[] stream, Mutator mutator) {
        StreamDecoder decoder = ClientRequests.DIALECTS
                .of(mutator.one(DIALECTS))
                .streamDecoder()
                .get();
        List<ChatEvent> events = new ArrayList<>();
        SseEvent view = new SseEvent();
        try {
            feed(stream, 1 << 10, mutator.random(), (buf, from, to, copied) -> {
                view.read(buf, from, to);
                if (view.hasData()) {
                    decoder.event(view.name(), view.buffer(), view.dataFrom(), view.dataTo(), events::add);
                }
            });
        } catch (ApiException unreadable) {
            assertThat(unreadable.error().status()).isBetween(400, 599);
            return;
        }
        decoder.closed(events::add);
        assertThat(events.stream()
                        .filter(event -> event instanceof ChatEvent.End || event instanceof ChatEvent.Failure)
                        .count())
                .isEqualTo(1);
    }

    /** A stream on its whole way, as the relay drives it, to a client of any dialect. */
    static void passage(byte[] stream, Mutator mutator) {
        Random random = mutator.random();
        DialectName client = mutator.one(DIALECTS);
        DialectName provider = mutator.one(DIALECTS);
        Bridge bridge = bridge(client, provider, random);
        Passage passage = random.nextBoolean() ? bridge.passage() : bridge.pricedPassage();
        Way way = new Way(passage, client == provider, random.nextInt(40));
        feed(stream, random.nextBoolean() ? 64 : 1 << 16, random, way::event);
        way.over(receipt(passage.usage(), random));
    }

    /** What the relay does with a passage, without its sockets. */
    private static final class Way implements EventSink {
        private final Passage passage;
        private final boolean sameDialect;
        private final SseEvent view = new SseEvent();
        private int eventsBeforeCut;
        private boolean allJson = true;
        private @Nullable Seen last;

        Way(Passage passage, boolean sameDialect, int eventsBeforeCut) {
            this.passage = passage;
            this.sameDialect = sameDialect;
            this.eventsBeforeCut = eventsBeforeCut;
        }

        void event(byte[] buf, int from, int to, boolean copied) {
            if (last == Seen.END || last == Seen.ERROR || --eventsBeforeCut < 0) {
                return;
            }
            view.read(buf, from, to);
            if (view.hasData()) {
                byte[] data = data(view);
                allJson &= isJson(data) || text(data).equals("[DONE]");
            }
            last = passage.pass(view, this);
        }

        void over(Receipt receipt) {
            ApiError error = passage.error();
            if (last == Seen.ERROR) {
                passage.fail(error == null ? BROKEN : error, this);
            } else if (last == Seen.END || passage.finished()) {
                passage.end(receipt, this);
            } else if (eventsBeforeCut < 0) {
                passage.cutOff("insufficient_balance", receipt, this);
            } else {
                passage.fail(BROKEN, this);
            }
            assertThat(passage.text()).isNotNull();
        }

        @Override
        public void same() {
            assertThat(sameDialect).isTrue();
        }

        /** What is written is JSON; what is passed on only as far as all that came was. */
        @Override
        public void event(byte[] bytes) {
            if (sameDialect && !allJson) {
                return;
            }
            SseEvent out = new SseEvent();
            new SseFramer(LONGEST_EVENT).feed(bytes, 0, bytes.length, (buf, from, to, copied) -> {
                out.read(buf, from, to);
                if (out.hasData()) {
                    byte[] data = data(out);
                    assertThat(isJson(data) || text(data).equals("[DONE]"))
                            .as(text(data))
                            .isTrue();
                }
            });
        }
    }

    /** In pieces of random length, or whole without a random. */
    private static void feed(byte[] stream, int longest, @Nullable Random random, SseFramer.Sink sink) {
        SseFramer framer = new SseFramer(LONGEST_EVENT);
        for (int at = 0; at < stream.length; ) {
            int end = random == null ? stream.length : Math.min(stream.length, at + 1 + random.nextInt(longest));
            framer.feed(stream, at, end, sink);
            at = end;
        }
        framer.finish(sink);
    }

    private static Bridge bridge(DialectName client, DialectName provider, Random random) {
        String asked = Requests.voice(client).ask("m", "Hello", 50, true);
        boolean severalKnown = provider == DialectName.OPENAI || provider == DialectName.GEMINI;
        if (client == DialectName.OPENAI && severalKnown && random.nextBoolean()) {
            asked = asked.replace("\"stream\"", "\"n\":3,\"stream_options\":{\"include_usage\":true},\"stream\"");
        }
        byte[] body = asked.getBytes(StandardCharsets.UTF_8);
        boolean apart = client == DialectName.OPENAI && random.nextInt(4) == 0;
        return (apart ? ClientRequests.chatWithUsageApart(body) : Requests.read(client, body))
                .bridge(Requests.target(provider, -1));
    }

    private static Receipt receipt(@Nullable Usage usage, Random random) {
        return new Receipt(usage == null ? Usage.NONE : usage, random.nextBoolean() ? 123_456_789L : null);
    }

    private static byte[] data(SseEvent event) {
        return Arrays.copyOfRange(event.buffer(), event.dataFrom(), event.dataTo());
    }

    private static boolean isJson(byte[] bytes) {
        try {
            return Requests.JSON.readTree(bytes).isObject();
        } catch (IOException broken) {
            return false;
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
