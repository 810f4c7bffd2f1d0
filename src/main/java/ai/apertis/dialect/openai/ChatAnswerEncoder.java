package ai.apertis.dialect.openai;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.AnswerEncoder;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Citation;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.SealedIds;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Writes {@code chat.completion} objects. Parts that only the provider's dialect knows are left out. */
final class ChatAnswerEncoder implements AnswerEncoder {
    @Override
    public byte[] encode(ChatAnswer answer, ChatRequest request) {
        ObjectNode out = Json.object()
                .put("id", Ids.orNext(answer.id(), "chatcmpl-"))
                .put("object", "chat.completion")
                .put("created", answer.created() > 0 ? answer.created() : System.currentTimeMillis() / 1_000)
                .put("model", answer.model());
        ArrayNode choices = out.putArray("choices");
        for (ChatAnswer.Choice choice : answer.choices()) {
            ObjectNode node = choices.addObject().put("index", choices.size() - 1);
            message(node.putObject("message"), choice.content());
            node.set("logprobs", choice.logprobs());
            node.put("finish_reason", ChatStops.write(choice.stop()));
        }
        if (answer.usage() != null) {
            out.set("usage", ChatUsage.write(answer.usage(), answer.costNano()));
        }
        if (answer.serviceTier() != null) {
            out.put("service_tier", answer.serviceTier());
        }
        return Json.bytes(out);
    }

    private static void message(ObjectNode out, List<Part> content) {
        out.put("role", "assistant");
        StringBuilder text = new StringBuilder();
        StringBuilder refusal = new StringBuilder();
        ArrayNode annotations = Json.array();
        ArrayNode calls = Json.array();
        ArrayNode images = Json.array();
        List<Part.Reasoning> thoughts = new ArrayList<>();
        for (Part part : content) {
            switch (part) {
                case Part.Text words -> {
                    words.citations().forEach(citation -> cite(annotations, citation, text.length(), words.text()));
                    text.append(words.text());
                }
                case Part.Refusal words -> refusal.append(words.text());
                case Part.Reasoning reasoning -> thoughts.add(reasoning);
                case Part.ToolCall call -> call(calls.addObject(), call);
                case Part.Media media -> media(out, images, media);
                case Part.ToolResult result -> {}
                case Part.Opaque opaque -> {}
            }
        }
        out.put("content", text.isEmpty() ? null : text.toString());
        out.put("refusal", refusal.isEmpty() ? null : refusal.toString());
        ChatReasoning.show(out, thoughts);
        if (!annotations.isEmpty()) {
            out.set("annotations", annotations);
        }
        if (!images.isEmpty()) {
            out.set("images", images);
        }
        if (!calls.isEmpty()) {
            out.set("tool_calls", calls);
        }
    }

    private static void media(ObjectNode out, ArrayNode images, Part.Media media) {
        if (media.kind() == Part.Media.Kind.IMAGE) {
            images.add(image(media));
        } else if (media.kind() == Part.Media.Kind.AUDIO && media.source() instanceof MediaSource.Base64 sound) {
            out.putObject("audio")
                    .put("id", Ids.next("audio_"))
                    .put("data", sound.data())
                    .put("expires_at", System.currentTimeMillis() / 1_000)
                    .put("transcript", media.name() == null ? "" : media.name());
        }
    }

    /** A generated image in OpenRouter's form, which several clients know. */
    static ObjectNode image(Part.Media media) {
        String url = switch (media.source()) {
            case MediaSource.Url remote -> remote.url();
            case MediaSource.Base64 inline -> inline.dataUrl();
            case MediaSource.FileId file -> file.id();
            case MediaSource.Words words -> words.text();
        };
        ObjectNode image = Json.object().put("type", "image_url");
        image.putObject("image_url").put("url", url);
        return image;
    }

    /** Pages only; without its own place a citation is given that of the text block that it came with. */
    static void cite(ArrayNode out, Citation citation, int offset, String text) {
        if (citation.dialect() == DialectName.OPENAI) {
            out.add(citation.json());
        } else if (citation.url() != null) {
            ObjectNode page = out.addObject().put("type", "url_citation").putObject("url_citation");
            page.put("url", citation.url());
            page.put("title", citation.title() == null ? "" : citation.title());
            page.put("start_index", citation.start() >= 0 ? offset + citation.start() : offset);
            page.put("end_index", citation.end() >= 0 ? offset + citation.end() : offset + text.length());
            if (citation.cited() != null) {
                page.put("content", citation.cited());
            }
        }
    }

    private static void call(ObjectNode out, Part.ToolCall call) {
        String type = call.custom() ? "custom" : "function";
        out.put("id", SealedIds.join(call.id(), call.marks().seal()))
                .put("type", type)
                .putObject(type)
                .put("name", call.name())
                .put(
                        call.custom() ? "input" : "arguments",
                        call.arguments().isEmpty() && !call.custom() ? "{}" : call.arguments());
        String signature = call.marks().sealOf(DialectName.GEMINI);
        if (signature != null) {
            out.putObject("extra_content").putObject("google").put("thought_signature", signature);
        }
    }
}
