package ai.apertis.dialect.translation;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.config.SamplingParameter;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ForwardedRequest;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Parameter;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.openai.CompletionRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A legacy completion that goes as bytes to a model that continues texts, and as a conversation of one message to any
 * other, of whatever dialect. What a conversation cannot express is refused by name.
 */
final class PortableCompletion extends ForwardedRequest {
    private final CompletionRequest own;

    PortableCompletion(CompletionRequest own) {
        super(own);
        this.own = own;
    }

    @Override
    public Bridge bridge(Target target) {
        if (target.dialect() == DialectName.OPENAI && target.kinds().contains(ModelKind.COMPLETION)) {
            return own.bridge(target);
        }
        byte[] chat = Json.bytes(chat(own.tree(), target));
        return new CompletionTranslation(ClientRequests.chat(chat).bridge(target), own.model());
    }

    private static ObjectNode chat(ObjectNode root, Target target) {
        JsonNode suffix = root.remove("suffix");
        refuse("suffix", suffix != null && !suffix.asText("").isEmpty());
        JsonNode echo = root.remove("echo");
        refuse("echo", echo != null && echo.asBoolean());
        JsonNode logprobs = root.remove("logprobs");
        refuse("logprobs", logprobs != null && !logprobs.isNull());
        for (SamplingParameter parameter : target.refuses().of(false)) {
            Parameter named = Parameter.of(parameter);
            JsonNode told = root.remove(named.in(DialectName.OPENAI));
            boolean sent = told != null && !told.isNull() && !Portability.DROPPED_BY_MODELS.contains(named);
            if (sent) {
                throw Portability.refusedByModel(named.in(DialectName.OPENAI));
            }
        }
        JsonNode bestOf = root.remove("best_of");
        refuse("best_of", bestOf != null && bestOf.asInt(1) > root.path("n").asInt(1));
        JsonNode prompt = root.remove("prompt");
        JsonNode text = prompt.isArray() && prompt.size() == 1 ? prompt.get(0) : prompt;
        refuse("prompt", !text.isTextual());
        root.putArray("messages").addObject().put("role", "user").set("content", text);
        JsonNode limit = root.remove("max_tokens");
        if (limit != null && !limit.isNull()) {
            boolean same = target.dialect() == DialectName.OPENAI;
            root.set(same ? target.quirks().maxTokensName() : "max_completion_tokens", limit);
        }
        return root;
    }

    private static void refuse(String name, boolean used) {
        if (used) {
            String why = name.equals("prompt")
                    ? "This model holds conversations: 'prompt' must be one string."
                    : "This model holds conversations, in which '" + name + "' cannot be expressed.";
            throw ApiError.invalidParameter(name, why).exception();
        }
    }
}
