package ai.apertis.dialect.responses;

import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.dialect.AnswerEncoder;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.SealedIds;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes {@code response} objects. Parts that only the provider's dialect knows are left out. */
final class ResponsesAnswerEncoder implements AnswerEncoder {
    /** Other vendors have other words for theirs, which typed clients do not know. */
    private static final Set<String> TIERS = Set.of("auto", "default", "flex", "scale", "priority");

    @Override
    public byte[] encode(ChatAnswer answer, ChatRequest request) {
        ChatAnswer.Choice choice = answer.choices().getFirst();
        String id = Ids.orNext(answer.id(), "resp_");
        String status = ResponsesObject.status(choice.stop());
        ObjectNode out = ResponsesObject.of(request, id, answer.model(), answer.created(), status);
        ArrayNode output = out.putArray("output");
        ArrayNode message = null;
        for (Part part : choice.content()) {
            ObjectNode spoken = spoken(part);
            if (spoken == null) {
                message = null;
                item(output, part, request);
                continue;
            }
            if (message == null) {
                ObjectNode item = ResponsesOutput.message(Ids.next("msg_"), "completed");
                message = (ArrayNode) item.get("content");
                output.add(item);
            }
            message.add(spoken);
        }
        ResponsesObject.finish(out, choice.stop(), answer.usage(), answer.costNano());
        if (answer.serviceTier() != null && TIERS.contains(answer.serviceTier())) {
            out.put("service_tier", answer.serviceTier());
        }
        return Json.bytes(out);
    }

    private static @Nullable ObjectNode spoken(Part part) {
        if (part instanceof Part.Refusal refusal) {
            return ResponsesOutput.refusal(refusal.text());
        }
        if (!(part instanceof Part.Text text)) {
            return null;
        }
        ArrayNode annotations = Json.array();
        text.citations().forEach(citation -> {
            ObjectNode json = ResponsesOutput.annotation(citation, text.text().length());
            if (json != null) {
                annotations.add(json);
            }
        });
        return ResponsesOutput.text(text.text(), annotations);
    }

    private static void item(ArrayNode out, Part part, ChatRequest request) {
        switch (part) {
            case Part.Reasoning reasoning -> {
                String id = reasoning.id() == null ? Ids.next("rs_") : reasoning.id();
                out.add(ResponsesOutput.reasoning(
                        id, reasoning.shown(), reasoning.marks().seal()));
            }
            case Part.ToolCall call ->
                out.add(ResponsesTools.nameCall(
                        ResponsesOutput.call(
                                Ids.next("fc_"),
                                SealedIds.join(call.id(), call.marks().seal()),
                                call.arguments().isEmpty() && !call.custom() ? "{}" : call.arguments(),
                                call.custom(),
                                "completed"),
                        call.name(),
                        request.tools()));
            case Part.Media media
            when media.source() instanceof MediaSource.Base64 inline && media.kind() == Part.Media.Kind.IMAGE ->
                out.add(ResponsesOutput.image(Ids.next("ig_"), inline.data()));
            case Part.Opaque opaque when opaque.dialect() == OPENAI_RESPONSES -> out.add(opaque.json());
            default -> {}
        }
    }
}
