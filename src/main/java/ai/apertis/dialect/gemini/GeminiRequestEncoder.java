package ai.apertis.dialect.gemini;

import static ai.apertis.config.DialectName.GEMINI;

import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Parameter;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.RequestEncoder;
import ai.apertis.dialect.ResponseFormat;
import ai.apertis.dialect.Sampling;
import ai.apertis.dialect.Thinking;
import ai.apertis.dialect.Tool;
import ai.apertis.dialect.ToolChoice;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes the body of {@code :generateContent} and {@code :streamGenerateContent} for a provider. */
final class GeminiRequestEncoder implements RequestEncoder {
    /** Models that take a budget (Google, "Thinking": levels came with Gemini 3). */
    private static final Pattern WITH_BUDGET = Pattern.compile("(?:.*/)?gemini-[12].*");

    private static final long HIGHEST_BUDGET = 24_576;

    @Override
    public byte[] encode(ChatRequest request, Target target) {
        check(
                request,
                Parameter.LOGIT_BIAS,
                request.sampling().logitBias() != null
                        && !request.sampling().logitBias().isEmpty());
        check(request, Parameter.VERBOSITY, request.verbosity() != null);
        check(request, Parameter.METADATA, !request.metadata().isEmpty());
        check(request, Parameter.SERVICE_TIER, request.serviceTier() != null);
        check(request, Parameter.USER, request.user() != null);
        check(request, Parameter.PARALLEL_TOOL_CALLS, Boolean.FALSE.equals(request.parallelToolCalls()));
        ObjectNode out = Json.object();
        boolean newer = !WITH_BUDGET.matcher(target.upstreamModel()).matches();
        new GeminiMessages(request, newer).write(out);
        tools(out, request);
        ObjectNode config = Json.object();
        sampling(config, request.sampling());
        format(config, request.format());
        thinking(config, request, target, newer);
        if (!config.isEmpty()) {
            out.set("generationConfig", config);
        }
        request.extras().writeTo(out, GEMINI);
        return Json.bytes(out);
    }

    private static void check(ChatRequest request, Parameter parameter, boolean told) {
        if (told) {
            Portability.lacks(request, parameter, GEMINI);
        }
    }

    private static void sampling(ObjectNode out, Sampling sampling) {
        if (sampling.temperature() != null) {
            out.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            out.put("topP", sampling.topP());
        }
        if (sampling.topK() != null) {
            out.put("topK", sampling.topK());
        }
        if (sampling.maxTokens() != null) {
            out.put("maxOutputTokens", sampling.maxTokens());
        }
        if (!sampling.stop().isEmpty()) {
            sampling.stop().forEach(out.putArray("stopSequences")::add);
        }
        if (sampling.seed() != null) {
            // Google's seeds have 32 bits.
            out.put("seed", (int) (long) sampling.seed());
        }
        if (sampling.presencePenalty() != null) {
            out.put("presencePenalty", sampling.presencePenalty());
        }
        if (sampling.frequencyPenalty() != null) {
            out.put("frequencyPenalty", sampling.frequencyPenalty());
        }
        if (sampling.n() != null) {
            out.put("candidateCount", sampling.n());
        }
        if (sampling.logprobs() != null) {
            out.put("responseLogprobs", sampling.logprobs());
        }
        if (sampling.topLogprobs() != null) {
            out.put("logprobs", sampling.topLogprobs());
        }
    }

    private static void format(ObjectNode out, @Nullable ResponseFormat format) {
        switch (format) {
            case null -> {}
            case ResponseFormat.Text text -> {}
            case ResponseFormat.JsonObject json -> out.put("responseMimeType", "application/json");
            case ResponseFormat.JsonSchema json ->
                out.put("responseMimeType", "application/json").set("responseJsonSchema", json.schema());
        }
    }

    private static void thinking(ObjectNode out, ChatRequest request, Target target, boolean newer) {
        Thinking wish = request.thinking();
        if (!wish.told() || (request.dialect() != GEMINI && !target.reasons())) {
            return;
        }
        ObjectNode config = Json.object();
        if (request.dialect() == GEMINI) {
            asTold(config, wish);
        } else {
            if (wish.wanted()) {
                config.put("includeThoughts", !"none".equals(wish.summary()));
            }
            Thinking.Effort effort = wish.effortOrBudget();
            if (newer && effort != null) {
                config.put("thinkingLevel", level(effort, target.upstreamModel()));
            } else if (!newer) {
                budget(config, wish, effort, target.upstreamModel());
            }
        }
        if (!config.isEmpty()) {
            out.set("thinkingConfig", config);
        }
    }

    private static void asTold(ObjectNode config, Thinking wish) {
        if (wish.summary() != null) {
            config.put("includeThoughts", !"none".equals(wish.summary()));
        }
        if (wish.budgetTokens() != null) {
            config.put("thinkingBudget", wish.budgetTokens());
        }
        if (wish.effort() != null) {
            config.put("thinkingLevel", wish.effort().word());
        }
    }

    /** Only the Flash models of Gemini 3 know the least level; none of them can be kept from thinking. */
    private static String level(Thinking.Effort effort, String model) {
        return switch (effort) {
            case NONE, MINIMAL -> model.contains("flash") ? "minimal" : "low";
            case LOW -> "low";
            case MEDIUM -> "medium";
            case HIGH, XHIGH, MAX -> "high";
        };
    }

    private static void budget(ObjectNode config, Thinking wish, Thinking.@Nullable Effort effort, String model) {
        Long told = wish.budgetTokens();
        if (effort == null && told == null) {
            return;
        }
        long tokens = told != null ? told : effort == null ? -1 : effort.tokens();
        // Pro cannot be kept from thinking; 128 is the least it takes.
        long least = model.contains("pro") ? 128 : 0;
        config.put("thinkingBudget", tokens < 0 ? -1 : Math.clamp(tokens, least, HIGHEST_BUDGET));
    }

    private static void tools(ObjectNode out, ChatRequest request) {
        ArrayNode functions = Json.array();
        ArrayNode tools = Json.array();
        // Google takes names only along with "ANY".
        boolean few = request.dialect() != GEMINI
                && request.toolChoice() != null
                && request.toolChoice().mode() != ToolChoice.Mode.REQUIRED;
        for (Tool tool : few ? request.allowedTools() : request.tools()) {
            switch (tool) {
                case Tool.Function function -> functions.add(function(function));
                case Tool.Server server when server.dialect() == GEMINI -> tools.add(server.json());
                case Tool.Server server -> throw Portability.refuse(server.path());
                case Tool.Custom custom -> Portability.lacks(request, Parameter.CUSTOM_TOOLS, GEMINI);
            }
        }
        if (!functions.isEmpty()) {
            tools.addObject().set("functionDeclarations", functions);
        }
        if (!tools.isEmpty()) {
            out.set("tools", tools);
        }
        ToolChoice choice = request.toolChoice();
        if (choice == null || (functions.isEmpty() && request.dialect() != GEMINI)) {
            return;
        }
        ObjectNode calling = out.putObject("toolConfig").putObject("functionCallingConfig");
        switch (choice.mode()) {
            case AUTO -> {
                calling.put("mode", "AUTO");
            }
            case NONE -> calling.put("mode", "NONE");
            case REQUIRED -> calling.put("mode", "ANY");
        }
        if (!choice.names().isEmpty() && !few) {
            choice.names().forEach(calling.putArray("allowedFunctionNames")::add);
        }
    }

    private static ObjectNode function(Tool.Function function) {
        ObjectNode out = Json.object().put("name", function.name());
        if (function.description() != null) {
            out.put("description", function.description());
        }
        if (function.parameters() != null) {
            out.set("parametersJsonSchema", function.parameters());
        }
        function.extras().writeTo(out, GEMINI);
        return out;
    }
}
