package ai.apertis.dialect.anthropic;

import static ai.apertis.config.DialectName.ANTHROPIC;

import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Parameter;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.RequestEncoder;
import ai.apertis.dialect.ResponseFormat;
import ai.apertis.dialect.Sampling;
import ai.apertis.dialect.Tool;
import ai.apertis.dialect.ToolChoice;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@code POST /v1/messages} for a provider. */
final class AnthropicRequestEncoder implements RequestEncoder {
    @Override
    public byte[] encode(ChatRequest request, Target target) {
        refuse(request);
        Sampling sampling = request.sampling();
        long maxTokens = sampling.maxTokens() != null ? sampling.maxTokens() : target.modelMaxOutput();
        ObjectNode out = Json.object().put("model", target.upstreamModel()).put("max_tokens", maxTokens);
        ObjectNode thinking = AnthropicThinking.of(request, target, maxTokens);
        if (thinking != null) {
            out.set("thinking", thinking);
        }
        boolean thinks =
                thinking != null && !"disabled".equals(thinking.path("type").asText());
        sampling(out, request, thinks);
        AnthropicMessages.write(out, request);
        tools(out, request);
        output(out, request, target, thinking);
        if (request.user() != null) {
            out.putObject("metadata").put("user_id", request.user());
        }
        if (request.dialect() == ANTHROPIC && request.serviceTier() != null) {
            out.put("service_tier", request.serviceTier());
        }
        if (request.stream()) {
            out.put("stream", true);
        }
        request.extras().writeTo(out, ANTHROPIC);
        return Json.bytes(out);
    }

    private static void refuse(ChatRequest request) {
        Sampling sampling = request.sampling();
        check(request, Parameter.N, sampling.n() != null && sampling.n() > 1);
        check(request, Parameter.SEED, sampling.seed() != null);
        check(request, Parameter.LOGPROBS, Boolean.TRUE.equals(sampling.logprobs()));
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
        check(request, Parameter.JSON_OBJECT, request.format() instanceof ResponseFormat.JsonObject);
        check(request, Parameter.VERBOSITY, request.verbosity() != null);
        check(request, Parameter.METADATA, !request.metadata().isEmpty());
    }

    private static void check(ChatRequest request, Parameter parameter, boolean told) {
        if (told) {
            Portability.lacks(request, parameter, ANTHROPIC);
        }
    }

    /** With thinking on, Anthropic refuses any temperature but 1, and top_k. */
    private static void sampling(ObjectNode out, ChatRequest request, boolean thinks) {
        Sampling sampling = request.sampling();
        boolean own = request.dialect() == ANTHROPIC;
        Double temperature = sampling.temperature();
        if (temperature != null && (own || !thinks)) {
            out.put("temperature", Math.min(1, temperature));
        }
        // Newer models refuse both together; a top_p of 1 says nothing.
        Double topP = sampling.topP();
        if (topP != null && (own || (topP < 1 && (!thinks || topP >= 0.95)))) {
            out.put("top_p", topP);
        }
        if (sampling.topK() != null && (own || (!thinks && sampling.topK() > 0))) {
            out.put("top_k", sampling.topK());
        }
        if (!sampling.stop().isEmpty()) {
            sampling.stop().forEach(out.putArray("stop_sequences")::add);
        }
    }

    private static void output(ObjectNode out, ChatRequest request, Target target, @Nullable ObjectNode thinking) {
        ObjectNode output = Json.object();
        String effort = AnthropicThinking.effort(request, target, thinking);
        if (effort != null) {
            output.put("effort", effort);
        }
        if (request.format() instanceof ResponseFormat.JsonSchema json) {
            output.putObject("format").put("type", "json_schema").set("schema", json.schema());
        }
        if (!output.isEmpty()) {
            out.set("output_config", output);
        }
    }

    private static void tools(ObjectNode out, ChatRequest request) {
        if (!request.tools().isEmpty()) {
            ArrayNode tools = out.putArray("tools");
            List<Tool> offered = named(request.toolChoice()) ? request.tools() : request.allowedTools();
            for (Tool tool : offered) {
                tools.add(tool(tool, request));
            }
        }
        ToolChoice choice = request.toolChoice();
        Boolean parallel = request.parallelToolCalls();
        if (request.dialect() != ANTHROPIC && request.tools().isEmpty()) {
            return;
        }
        if (choice == null && !Boolean.FALSE.equals(parallel)) {
            return;
        }
        ObjectNode node = out.putObject("tool_choice");
        choice(node, choice);
        if (parallel != null
                && (request.dialect() == ANTHROPIC || !parallel)
                && !"none".equals(node.path("type").asText())) {
            node.put("disable_parallel_tool_use", !parallel);
        }
    }

    /** One tool can be named beside all; of several only those are offered that may be used. */
    private static boolean named(@Nullable ToolChoice choice) {
        return choice != null
                && choice.mode() == ToolChoice.Mode.REQUIRED
                && choice.names().size() == 1;
    }

    private static void choice(ObjectNode out, @Nullable ToolChoice choice) {
        if (choice == null) {
            out.put("type", "auto");
        } else if (named(choice)) {
            out.put("type", "tool").put("name", choice.names().getFirst());
        } else {
            out.put(
                    "type",
                    switch (choice.mode()) {
                        case AUTO -> "auto";
                        case NONE -> "none";
                        case REQUIRED -> "any";
                    });
        }
    }

    private static ObjectNode tool(Tool tool, ChatRequest request) {
        return switch (tool) {
            case Tool.Function function -> {
                ObjectNode out = Json.object().put("name", function.name());
                if (function.description() != null) {
                    out.put("description", function.description());
                }
                out.set("input_schema", schema(function.parameters()));
                if (function.strict() != null && request.dialect() == ANTHROPIC) {
                    out.put("strict", function.strict());
                }
                AnthropicMessages.cacheMark(out, function.cache());
                function.extras().writeTo(out, ANTHROPIC);
                yield out;
            }
            case Tool.Server server when server.dialect() == ANTHROPIC -> server.json();
            case Tool.Server server -> throw Portability.refuse(server.path());
            case Tool.Custom custom -> {
                Portability.lacks(request, Parameter.CUSTOM_TOOLS, ANTHROPIC);
                yield Json.object();
            }
        };
    }

    /** Anthropic wants an object schema even for functions without arguments. */
    private static JsonNode schema(@Nullable JsonNode parameters) {
        if (parameters instanceof ObjectNode given) {
            return given.has("type")
                    ? given
                    : Json.object().put("type", "object").setAll(given);
        }
        ObjectNode empty = Json.object().put("type", "object");
        empty.putObject("properties");
        return empty;
    }
}
