package ai.apertis.dialect.openai;

import ai.apertis.dialect.Json;
import ai.apertis.dialect.Sampling;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The parameters of sampling as OpenAI Chat writes them. */
final class ChatSampling {
    private ChatSampling() {}

    static void write(ObjectNode out, Sampling sampling) {
        if (sampling.temperature() != null) {
            out.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            out.put("top_p", sampling.topP());
        }
        if (sampling.topK() != null) {
            out.put("top_k", sampling.topK());
        }
        if (!sampling.stop().isEmpty()) {
            sampling.stop().forEach(out.putArray("stop")::add);
        }
        if (sampling.seed() != null) {
            out.put("seed", sampling.seed());
        }
        if (sampling.presencePenalty() != null) {
            out.put("presence_penalty", sampling.presencePenalty());
        }
        if (sampling.frequencyPenalty() != null) {
            out.put("frequency_penalty", sampling.frequencyPenalty());
        }
        if (sampling.n() != null) {
            out.put("n", sampling.n());
        }
        if (sampling.logprobs() != null) {
            out.put("logprobs", sampling.logprobs());
        }
        if (sampling.topLogprobs() != null) {
            out.put("top_logprobs", sampling.topLogprobs());
        }
        if (sampling.logitBias() != null) {
            out.set("logit_bias", sampling.logitBias());
        }
    }

    /** Responses writes a grammar flat, Chat one level deeper. */
    static JsonNode nestedGrammar(JsonNode format) {
        if (format instanceof ObjectNode flat && flat.has("syntax")) {
            ObjectNode nested = Json.object().put("type", "grammar");
            nested.putObject("grammar").set("syntax", flat.get("syntax"));
            ((ObjectNode) nested.get("grammar")).set("definition", flat.get("definition"));
            return nested;
        }
        return format;
    }
}
