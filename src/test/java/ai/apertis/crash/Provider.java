package ai.apertis.crash;

import ai.apertis.ledger.Await;
import ai.apertis.upstream.Voice;
import ai.apertis.upstream.Voice.Count;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A provider of every dialect that does as the script in the prompt says, notes what it served, and can be held at a step. */
final class Provider implements AutoCloseable {
    /** Where an answer can be held. An answer that is not streamed has half of its body out at all steps but the first. */
    enum Step {
        /** Asked, and nothing answered. */
        ASKED,
        /** The head and what comes before the first word are out. */
        HEAD,
        /** One chunk is out. */
        FIRST_CHUNK,
        /** A little more than half of the chunks. */
        MIDDLE,
        /** All text. */
        BEFORE_USAGE,
        /** All but the last event; in some dialects that is the one with the usage. */
        BEFORE_END
    }

    /** What was served of one answer. */
    static final class Served {
        final AtomicInteger chunks = new AtomicInteger();
        volatile boolean whole;
    }

    private final Vertx vertx;
    private final HttpServer server;
    private final Map<Integer, Served> served = new ConcurrentHashMap<>();
    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Step holdAt;

    Provider(Vertx vertx) {
        this.vertx = vertx;
        server = Await.get(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body.toString())))
                .listen(0, "127.0.0.1"));
    }

    int port() {
        return server.actualPort();
    }

    Served served(int number) {
        return served.computeIfAbsent(number, n -> new Served());
    }

    /** From now on answers stop at this step. */
    void holdAt(@Nullable Step step) {
        holdAt = step;
    }

    int held() {
        return held.size();
    }

    /** Lets all go on that were held. */
    void release() {
        holdAt = null;
        for (Runnable next = held.poll(); next != null; next = held.poll()) {
            next.run();
        }
    }

    @Override
    public void close() {
        Await.get(server.close());
    }

    private void answer(HttpServerRequest request, String body) {
        String path = request.path();
        Voice voice = path.endsWith("/responses")
                ? Voice.RESPONSES
                : path.endsWith("/messages") ? Voice.ANTHROPIC : path.contains(":") ? Voice.GEMINI : Voice.OPENAI;
        boolean stream = path.contains(":streamGenerateContent") || body.contains("\"stream\":true");
        new Answering(voice, Script.in(body), request.response(), stream).go(0);
    }

    /** The next bytes, what they are of the text, and the steps at which they are held back. */
    private record Move(Set<Step> heldAt, String bytes, int chunks) {}

    /** One answer, on the event loop of its connection. */
    private final class Answering {
        private final Script script;
        private final HttpServerResponse response;
        private final List<Move> moves;
        private final Served note;

        Answering(Voice voice, Script script, HttpServerResponse response, boolean stream) {
            this.script = script;
            this.response = response;
            this.moves = stream ? stream(voice) : whole(voice);
            this.note = served(script.number());
            response.exceptionHandler(gone -> {});
            response.setChunked(true).putHeader("content-type", stream ? "text/event-stream" : "application/json");
        }

        private List<Move> stream(Voice voice) {
            Count count = Count.of(script.input(), script.output());
            List<Move> all = new ArrayList<>();
            all.add(new Move(Set.of(Step.ASKED), "", 0));
            all.add(new Move(Set.of(), String.join("", voice.opening(count)), 0));
            for (int i = 0; i < script.chunks(); i++) {
                Set<Step> steps = EnumSet.noneOf(Step.class);
                if (i == 0) {
                    steps.add(Step.HEAD);
                }
                if (i == 1) {
                    steps.add(Step.FIRST_CHUNK);
                }
                if (i == script.chunks() / 2 + 1) {
                    steps.add(Step.MIDDLE);
                }
                all.add(new Move(steps, voice.word(Script.CHUNK), 1));
            }
            List<String> closing = voice.closing(script.text(), count);
            for (int i = 0; i < closing.size(); i++) {
                Set<Step> steps = EnumSet.noneOf(Step.class);
                if (i == 0) {
                    steps.add(Step.BEFORE_USAGE);
                }
                if (i == closing.size() - 1) {
                    steps.add(Step.BEFORE_END);
                }
                all.add(new Move(steps, closing.get(i), 0));
            }
            return all;
        }

        private List<Move> whole(Voice voice) {
            String body = voice.whole(script.text(), Count.of(script.input(), script.output()));
            int half = body.length() / 2;
            List<Move> all = new ArrayList<>();
            all.add(new Move(Set.of(Step.ASKED), "", 0));
            all.add(new Move(Set.of(), body.substring(0, half), script.chunks()));
            all.add(new Move(EnumSet.complementOf(EnumSet.of(Step.ASKED)), body.substring(half), 0));
            return all;
        }

        void go(int at) {
            if (response.closed()) {
                return;
            }
            if (at == moves.size()) {
                note.whole = true;
                response.end();
                return;
            }
            Move move = moves.get(at);
            Step step = holdAt;
            if (step != null && move.heldAt().contains(step)) {
                var context = vertx.getOrCreateContext();
                held.add(() -> context.runOnContext(go -> write(move, at)));
            } else {
                write(move, at);
            }
        }

        private void write(Move move, int at) {
            if (response.closed()) {
                return;
            }
            if (!move.bytes().isEmpty()) {
                note.chunks.addAndGet(move.chunks());
                response.write(move.bytes());
            }
            int wait = at == 0 ? script.firstMillis() : move.chunks() > 0 ? script.gapMillis() : 0;
            if (wait == 0) {
                go(at + 1);
            } else {
                vertx.setTimer(wait, timer -> go(at + 1));
            }
        }
    }
}
