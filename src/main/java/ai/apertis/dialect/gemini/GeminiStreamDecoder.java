package ai.apertis.dialect.gemini;

import static ai.apertis.config.DialectName.GEMINI;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Blocks;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatEvent.Kind;
import ai.apertis.dialect.Citation;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.StopReason;
import ai.apertis.dialect.StreamDecoder;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of {@code :streamGenerateContent?alt=sse}. Each is a whole answer object that carries many tokens, so
 * it is read as a tree. There is no terminal event: the end of the connection after a finish reason is the end.
 */
final class GeminiStreamDecoder implements StreamDecoder {
    /** A call whose arguments are still coming. */
    private record Growing(int block, PartialArguments arguments) {}

    private final Blocks blocks = new Blocks();
    private final Map<Integer, Growing> growing = new HashMap<>();
    private boolean started;
    private boolean finished;
    private boolean ended;

    @Override
    public void event(@Nullable String name, byte[] buf, int from, int to, Consumer<ChatEvent> out) {
        if (ended) {
            return;
        }
        ObjectNode in = Json.answer(buf, from, to);
        if (in.path("error").isObject()) {
            ended = true;
            out.accept(new ChatEvent.Failure(GeminiErrors.ofEvent(in)));
            return;
        }
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Start(
                    in.path("responseId").asText(""), in.path("modelVersion").asText(""), 0));
        }
        int position = 0;
        for (JsonNode candidate : in.path("candidates")) {
            candidate(Math.clamp(candidate.path("index").asInt(position++), 0, 127), candidate, out);
        }
        if (in.path("promptFeedback").path("blockReason").isTextual() && !finished) {
            finish(0, StopReason.CONTENT_FILTER, out);
        }
        Usage usage = GeminiUsage.read(in.path("usageMetadata"));
        if (usage != null) {
            out.accept(new ChatEvent.Metered(usage, null));
        }
    }

    @Override
    public void closed(Consumer<ChatEvent> out) {
        if (!ended) {
            ended = true;
            out.accept(
                    finished
                            ? new ChatEvent.End()
                            : new ChatEvent.Failure(ApiError.server(
                                    502, "bad_gateway", "The provider's stream ended before the answer was whole.")));
        }
    }

    private void candidate(int choice, JsonNode candidate, Consumer<ChatEvent> out) {
        for (JsonNode part : candidate.path("content").path("parts")) {
            JsonNode call = part.path("functionCall");
            if (call.has("partialArgs")
                    || call.path("willContinue").asBoolean()
                    || (call.isObject() && growing.containsKey(choice))) {
                grow(choice, call, part.path("thoughtSignature").asText(""), out);
                continue;
            }
            tell(choice, GeminiAnswerDecoder.part(part), out);
        }
        List<Citation> citations = GeminiAnswerDecoder.citations(candidate.path("groundingMetadata"));
        for (Citation citation : citations) {
            out.accept(new ChatEvent.Cited(choice, blocks.open(choice, Kind.TEXT, out), citation));
        }
        JsonNode logprobs = GeminiAnswerDecoder.logprobs(candidate.path("logprobsResult"));
        if (logprobs != null) {
            out.accept(new ChatEvent.Logprobs(choice, logprobs));
        }
        String reason = candidate.path("finishReason").asText("");
        if (!reason.isEmpty()) {
            grown(choice, out);
            finish(choice, GeminiStops.read(reason, blocks.hasCalls(choice)), out);
        }
    }

    private void tell(int choice, @Nullable Part part, Consumer<ChatEvent> out) {
        switch (part) {
            case null -> {}
            case Part.Text text -> text(choice, Kind.TEXT, text.text(), part, out);
            case Part.Reasoning reasoning -> text(choice, Kind.REASONING, reasoning.text(), part, out);
            case Part.ToolCall call -> {
                int block =
                        blocks.call(choice, call.id(), call.name(), call.marks().seal(), out);
                out.accept(new ChatEvent.ArgumentsDelta(choice, block, call.arguments()));
            }
            case Part.Media media -> blocks.whole(choice, media, out);
            default -> {}
        }
    }

    private void text(int choice, Kind kind, String text, Part part, Consumer<ChatEvent> out) {
        blocks.text(choice, kind, text, out);
        Seal seal = part.marks().seal();
        if (seal != null) {
            out.accept(new ChatEvent.Sealed(choice, blocks.open(choice, kind, out), seal));
        }
    }

    private void grow(int choice, JsonNode call, String signature, Consumer<ChatEvent> out) {
        if (call.path("name").isTextual()) {
            grown(choice, out);
            String id = Ids.orNext(call.path("id").asText(""), "call_");
            Seal seal = signature.isEmpty() ? null : new Seal(GEMINI, signature);
            int block = blocks.call(choice, id, call.path("name").textValue(), seal, out);
            growing.put(choice, new Growing(block, new PartialArguments()));
        }
        Growing now = growing.get(choice);
        if (now != null) {
            now.arguments().add(call.path("partialArgs"));
            if (!call.path("willContinue").asBoolean()) {
                grown(choice, out);
            }
        }
    }

    private void grown(int choice, Consumer<ChatEvent> out) {
        Growing now = growing.remove(choice);
        if (now != null) {
            out.accept(new ChatEvent.ArgumentsDelta(
                    choice, now.block(), now.arguments().json()));
        }
    }

    private void finish(int choice, StopReason reason, Consumer<ChatEvent> out) {
        blocks.closeAll(choice, out);
        finished = true;
        out.accept(new ChatEvent.Finish(choice, reason, null));
    }
}
