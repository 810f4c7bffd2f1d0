package ai.apertis.dialect.responses;

import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Parameter;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.RequestEncoder;
import ai.apertis.dialect.Sampling;
import ai.apertis.dialect.Thinking;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes {@code POST /responses} for a provider. What comes from another dialect is never stored there. */
final class ResponsesRequestEncoder implements RequestEncoder {
    @Override
    public byte[] encode(ChatRequest request, Target target) {
        refuse(request);
        boolean own = request.dialect() == OPENAI_RESPONSES;
        ObjectNode out = Json.object().put("model", target.upstreamModel());
        new ResponsesInput(request).write(out);
        sampling(out, request.sampling());
        if (!request.tools().isEmpty()) {
            out.set("tools", ResponsesTools.tools(request));
        }
        if (request.toolChoice() != null) {
            ResponsesTools.choice(out, request.toolChoice(), request.tools());
        }
        if (request.parallelToolCalls() != null) {
            out.put("parallel_tool_calls", request.parallelToolCalls());
        }
        thinking(out, request, target);
        text(out, request);
        if (request.user() != null) {
            out.put("user", request.user());
        }
        if (!request.metadata().isEmpty()) {
            ObjectNode metadata = out.putObject("metadata");
            request.metadata().forEach(metadata::put);
        }
        if (request.serviceTier() != null && request.dialect() != DialectName.ANTHROPIC) {
            out.put("service_tier", request.serviceTier());
        }
        if (request.stream()) {
            out.put("stream", true);
        }
        if (!own) {
            include(out, request, target);
        }
        request.extras().writeTo(out, OPENAI_RESPONSES);
        return Json.bytes(out);
    }

    private static void refuse(ChatRequest request) {
        Sampling sampling = request.sampling();
        check(request, Parameter.N, sampling.n() != null && sampling.n() > 1);
        check(request, Parameter.SEED, sampling.seed() != null);
        check(request, Parameter.TOP_K, sampling.topK() != null);
        check(request, Parameter.STOP, !sampling.stop().isEmpty());
        check(
                request,
                Parameter.LOGIT_BIAS,
                sampling.logitBias() != null && !sampling.logitBias().isEmpty());
        check(
                request,
                Parameter.PRESENCE_PENALTY,
                sampling.presencePenalty() != null && sampling.presencePenalty() != 0);
        check(
                request,
                Parameter.FREQUENCY_PENALTY,
                sampling.frequencyPenalty() != null && sampling.frequencyPenalty() != 0);
    }

    private static void check(ChatRequest request, Parameter parameter, boolean told) {
        if (told) {
            Portability.lacks(request, parameter, OPENAI_RESPONSES);
        }
    }

    private static void sampling(ObjectNode out, Sampling sampling) {
        if (sampling.temperature() != null) {
            out.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            out.put("top_p", sampling.topP());
        }
        if (sampling.maxTokens() != null) {
            out.put("max_output_tokens", sampling.maxTokens());
        }
        if (sampling.topLogprobs() != null) {
            out.put("top_logprobs", sampling.topLogprobs());
        }
    }

    /** Summaries are asked for only where the client's dialect shows reasoning: they need a verified organization. */
    private static void thinking(ObjectNode out, ChatRequest request, Target target) {
        Thinking wish = request.thinking();
        boolean own = request.dialect() == OPENAI_RESPONSES;
        if (!wish.told() || (!own && !target.reasons())) {
            return;
        }
        ObjectNode reasoning = Json.object();
        Thinking.Effort effort = own ? wish.effort() : wish.effortOrBudget();
        if (effort != null) {
            reasoning.put("effort", effort.word());
        }
        boolean shown = request.dialect() == DialectName.ANTHROPIC || "auto".equals(wish.summary());
        if (own && wish.summary() != null) {
            reasoning.put("summary", wish.summary());
        } else if (!own && shown && wish.wanted()) {
            reasoning.put("summary", "auto");
        }
        if (!reasoning.isEmpty()) {
            out.set("reasoning", reasoning);
        }
    }

    private static void text(ObjectNode out, ChatRequest request) {
        ObjectNode text = Json.object();
        if (request.format() != null) {
            text.set("format", ResponsesTools.format(request.format()));
        }
        if (request.verbosity() != null) {
            text.put("verbosity", request.verbosity());
        }
        if (!text.isEmpty()) {
            out.set("text", text);
        }
    }

    /** Unstored reasoning can be given back only in its encrypted form. */
    private static void include(ObjectNode out, ChatRequest request, Target target) {
        out.put("store", false);
        ArrayNode include = Json.array();
        if (target.reasons()) {
            include.add("reasoning.encrypted_content");
        }
        if (Boolean.TRUE.equals(request.sampling().logprobs())) {
            include.add("message.output_text.logprobs");
        }
        if (!include.isEmpty()) {
            out.set("include", include);
        }
    }
}
