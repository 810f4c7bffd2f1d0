package ai.apertis.dialect.openai;

import static ai.apertis.config.DialectName.OPENAI;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Blocks;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatEvent.Kind;
import ai.apertis.dialect.Citation;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.StreamDecoder;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads {@code chat.completion.chunk} events. */
final class ChatStreamDecoder implements StreamDecoder {
    /** A call that begins when its name is known. What never gets a name is nothing: some servers add such calls. */
    private static final class Call {
        private int block = -1;
        private String id = "";
        private String name = "";
        private final StringBuilder early = new StringBuilder();
    }

    private final Blocks blocks = new Blocks();
    private final Map<Integer, Map<Integer, Call>> calls = new HashMap<>();
    private final ChunkChoice choice = new ChunkChoice();
    private boolean started;
    private boolean finished;
    private boolean ended;

    @Override
    public void event(@Nullable String name, byte[] buf, int from, int to, Consumer<ChatEvent> out) {
        if (ended) {
            return;
        }
        if (isDone(buf, from, to)) {
            done(out);
            return;
        }
        try (JsonParser json = Json.FACTORY.createParser(buf, from, to - from)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw Json.unreadable();
            }
            chunk(json, buf, from, to, out);
        } catch (IOException e) {
            throw Json.unreadable();
        }
    }

    @Override
    public void closed(Consumer<ChatEvent> out) {
        if (ended) {
            return;
        }
        ended = true;
        out.accept(
                finished
                        ? new ChatEvent.End()
                        : new ChatEvent.Failure(ApiError.server(
                                502, "bad_gateway", "The provider's stream ended before the answer was whole.")));
    }

    /** Some servers give no reason for the end, but do say that it is one. */
    private void done(Consumer<ChatEvent> out) {
        if (started && !finished) {
            finish(0, "stop", out);
        }
        closed(out);
    }

    private static boolean isDone(byte[] buf, int from, int to) {
        return to - from == 6 && buf[from] == '[' && buf[from + 1] == 'D' && buf[to - 1] == ']';
    }

    private void chunk(JsonParser json, byte[] buf, int from, int to, Consumer<ChatEvent> out) throws IOException {
        String id = "";
        String model = "";
        long created = 0;
        Usage usage = null;
        // Strict providers name id and model first; where they do not, the stream begins without them.
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "id" -> id = json.getValueAsString("");
                case "model" -> model = json.getValueAsString("");
                case "created" -> created = Math.max(0, json.getValueAsLong(0));
                case "choices" -> {
                    if (value == JsonToken.START_ARRAY) {
                        start(id, model, created, out);
                        choices(json, out);
                    } else {
                        json.skipChildren();
                    }
                }
                case "usage" -> usage = value == JsonToken.START_OBJECT ? OpenAiUsage.read(json) : usage;
                case "x_groq" -> usage = value == JsonToken.START_OBJECT ? groq(json, usage) : usage;
                case "error" -> {
                    if (value != JsonToken.VALUE_NULL) {
                        ended = true;
                        out.accept(new ChatEvent.Failure(OpenAiErrors.read(200, buf, from, to)));
                        return;
                    }
                }
                default -> json.skipChildren();
            }
        }
        if (usage != null) {
            start(id, model, created, out);
            out.accept(new ChatEvent.Metered(usage, null));
        }
    }

    private static @Nullable Usage groq(JsonParser json, @Nullable Usage before) throws IOException {
        Usage usage = before;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = "usage".equals(json.currentName());
            if (json.nextToken() == JsonToken.START_OBJECT && found) {
                usage = OpenAiUsage.read(json);
            } else {
                json.skipChildren();
            }
        }
        return usage;
    }

    private void start(String id, String model, long created, Consumer<ChatEvent> out) {
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Start(id, model, created));
        }
    }

    private void choices(JsonParser json, Consumer<ChatEvent> out) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                continue;
            }
            choice.read(json);
            tell(out);
        }
    }

    private void tell(Consumer<ChatEvent> out) {
        int index = choice.index;
        blocks.text(index, Kind.REASONING, choice.reasoning, out);
        seals(index, out);
        blocks.text(index, Kind.TEXT, choice.content, out);
        blocks.text(index, Kind.REFUSAL, choice.refusal, out);
        if (choice.annotations != null) {
            for (Citation citation : ChatAnswerDecoder.citations(choice.annotations)) {
                out.accept(new ChatEvent.Cited(index, blocks.open(index, Kind.TEXT, out), citation));
            }
        }
        if (choice.images != null) {
            for (JsonNode image : choice.images) {
                blocks.whole(index, ChatAnswerDecoder.image(image), out);
            }
        }
        for (ChunkChoice.Fragment fragment : choice.calls) {
            call(index, fragment, out);
        }
        if (choice.logprobs != null) {
            out.accept(new ChatEvent.Logprobs(index, choice.logprobs));
        }
        if (!choice.finish.isEmpty()) {
            finish(index, choice.finish, out);
        }
    }

    private void seals(int index, Consumer<ChatEvent> out) {
        if (choice.details == null) {
            return;
        }
        for (JsonNode detail : choice.details) {
            String proof = detail.path("signature").asText(detail.path("data").asText(""));
            if (!proof.isEmpty()) {
                int block = blocks.open(index, Kind.REASONING, out);
                out.accept(new ChatEvent.Sealed(index, block, new Seal(OPENAI, proof)));
            }
        }
    }

    private void call(int index, ChunkChoice.Fragment fragment, Consumer<ChatEvent> out) {
        Map<Integer, Call> mine = calls.computeIfAbsent(index, i -> new LinkedHashMap<>());
        Call call = mine.computeIfAbsent(slot(mine, fragment), i -> new Call());
        if (call.id.isEmpty()) {
            call.id = fragment.id();
        }
        if (call.block < 0 && !fragment.name().isEmpty()) {
            call.name = fragment.name();
            begin(index, call, out);
        }
        if (fragment.arguments().isEmpty()) {
            return;
        }
        if (call.block < 0) {
            call.early.append(fragment.arguments());
        } else {
            out.accept(new ChatEvent.ArgumentsDelta(index, call.block, fragment.arguments()));
        }
    }

    /** Some servers leave the index out: an id then begins a call, and what has none goes on with the last. */
    private static int slot(Map<Integer, Call> mine, ChunkChoice.Fragment fragment) {
        if (fragment.index() >= 0) {
            return fragment.index();
        }
        boolean begins = !fragment.id().isEmpty() || mine.isEmpty();
        return begins ? mine.size() : mine.size() - 1;
    }

    private void begin(int index, Call call, Consumer<ChatEvent> out) {
        call.block = blocks.call(index, Ids.orNext(call.id, "call_"), call.name, null, out);
        if (!call.early.isEmpty()) {
            out.accept(new ChatEvent.ArgumentsDelta(index, call.block, call.early.toString()));
        }
    }

    private void finish(int index, String word, Consumer<ChatEvent> out) {
        boolean called = blocks.hasCalls(index);
        blocks.closeAll(index, out);
        finished = true;
        if (!word.equals("error")) {
            out.accept(new ChatEvent.Finish(index, ChatStops.read(word, called), null));
        }
    }
}
