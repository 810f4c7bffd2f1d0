package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What may be dropped in silence between dialects, as data. Everything else that a target cannot express is refused with a
 * 400 that names it. {@code docs/dialects.md} lists the same and is checked against this.
 */
public final class Portability {
    /** By target: parameters that the target lacks and that are dropped, because they are hints or concern billing. */
    public static final Map<DialectName, Set<Parameter>> DROPPED = Map.of(
            DialectName.OPENAI,
                    EnumSet.of(
                            Parameter.TOP_K,
                            Parameter.CACHE_MARK,
                            Parameter.METADATA,
                            Parameter.THINKING,
                            Parameter.USER),
            DialectName.OPENAI_RESPONSES,
                    EnumSet.of(Parameter.TOP_K, Parameter.CACHE_MARK, Parameter.SEED, Parameter.THINKING),
            DialectName.ANTHROPIC,
                    EnumSet.of(
                            Parameter.SEED,
                            Parameter.VERBOSITY,
                            Parameter.METADATA,
                            Parameter.SERVICE_TIER,
                            Parameter.STRICT,
                            Parameter.THINKING),
            DialectName.GEMINI,
                    EnumSet.of(
                            Parameter.VERBOSITY,
                            Parameter.METADATA,
                            Parameter.SERVICE_TIER,
                            Parameter.STRICT,
                            Parameter.USER,
                            Parameter.CACHE_MARK,
                            Parameter.PARALLEL_TOOL_CALLS,
                            Parameter.THINKING));

    /**
     * Parameters that are dropped in translated requests where a model refuses them: they colour an answer, and such a model
     * fixes them itself. What the client would miss in the answer, such as log probabilities, is refused by name.
     */
    public static final Set<Parameter> DROPPED_BY_MODELS = Set.of(
            Parameter.TEMPERATURE,
            Parameter.TOP_P,
            Parameter.TOP_K,
            Parameter.PRESENCE_PENALTY,
            Parameter.FREQUENCY_PENALTY);

    /**
     * By client dialect: further fields that no other dialect knows and that are dropped, because they are hints, labels, or
     * ask for what the gateway does anyway. A field stands for everything below it.
     */
    public static final Map<DialectName, Set<String>> DROPPED_FIELDS = Map.of(
            DialectName.OPENAI,
            Set.of(
                    "store",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    "prompt_cache_options",
                    "client_metadata",
                    "prediction",
                    "models",
                    "transforms",
                    "stream_options.include_obfuscation",
                    "messages[].content[].prompt_cache_breakpoint",
                    "messages[].tool_calls[].index",
                    "messages[].annotations",
                    "messages[].audio",
                    "messages[].prefix",
                    "messages[].reasoning",
                    "messages[].reasoning_content",
                    "messages[].reasoning_details",
                    "tools[].prompt_cache_breakpoint"),
            DialectName.OPENAI_RESPONSES,
            Set.of(
                    "store",
                    "include",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    "prompt_cache_options",
                    "client_metadata",
                    "truncation",
                    "max_tool_calls",
                    "stream_options",
                    "reasoning.context",
                    "reasoning.mode",
                    "reasoning.generate_summary",
                    "input[].id",
                    "input[].status",
                    "input[].phase",
                    "input[].caller",
                    "input[].content[].logprobs",
                    "input[].content[].prompt_cache_breakpoint",
                    "tools[].allowed_callers",
                    "tools[].output_schema"),
            DialectName.ANTHROPIC,
            Set.of(
                    "cache_control",
                    "metadata",
                    "inference_geo",
                    "context_management",
                    "output_config.task_budget",
                    "thinking.display",
                    "messages[].content[].caller",
                    "messages[].content[].citations",
                    "messages[].content[].context",
                    "tools[].type",
                    "tools[].allowed_callers",
                    "tools[].eager_input_streaming",
                    "tools[].input_examples"),
            DialectName.GEMINI,
            Set.of(
                    "safetySettings",
                    "labels",
                    "systemInstruction.role",
                    "generationConfig.mediaResolution",
                    "generationConfig.enableEnhancedCivicAnswers",
                    "contents[].parts[].mediaResolution",
                    "contents[].parts[].videoMetadata",
                    "tools[].functionDeclarations[].response",
                    "tools[].functionDeclarations[].responseJsonSchema",
                    "tools[].functionDeclarations[].behavior",
                    "toolConfig.includeServerSideToolInvocations"));

    /** Members of a request that are for the gateway and that no provider is to see. */
    public static final Set<String> GATEWAY_FIELDS = Set.of(
            "fallback_models",
            "fallback_timeout",
            "fallback_enabled",
            "provider",
            "hedge",
            "continue_on_cut",
            "session_id",
            "compression",
            "web_results_count",
            "web_content_length",
            "max_cost_usd",
            "usage");

    private static final Pattern INDEX = Pattern.compile("\\[\\d+]");

    private Portability() {}

    /**
     * Decides about a field that only the client's dialect knows.
     *
     * @param client the client's dialect
     * @param path where it stands, indexes included
     * @return true when it may be dropped in silence
     */
    public static boolean mayDrop(DialectName client, String path) {
        return fields(client).contains(general(path));
    }

    /**
     * Whether some field below one may be dropped.
     *
     * @param client the client's dialect
     * @param path where the upper field stands
     * @return true when it is worth looking below
     */
    static boolean mayDropWithin(DialectName client, String path) {
        String prefix = general(path) + ".";
        return fields(client).stream().anyMatch(field -> field.startsWith(prefix));
    }

    /**
     * Called by an encoder for a parameter that its dialect lacks.
     *
     * @param request says whose names to use
     * @param parameter what is lacking
     * @param target the encoder's dialect
     * @throws ApiException a 400 naming it, unless it may be dropped
     */
    public static void lacks(ChatRequest request, Parameter parameter, DialectName target) {
        if (!mayDrop(target, parameter)) {
            throw refuse(parameter.in(request.dialect()));
        }
    }

    /**
     * Decides about a parameter that a target lacks.
     *
     * @param target the provider's dialect
     * @param parameter what is lacking
     * @return true when it may be dropped in silence
     */
    public static boolean mayDrop(DialectName target, Parameter parameter) {
        return DROPPED.getOrDefault(target, Set.of()).contains(parameter);
    }

    /**
     * The refusal of a parameter that a model does not take.
     *
     * @param path the parameter
     * @return a 400 naming it
     */
    public static ApiException refusedByModel(String path) {
        return ApiError.invalidParameter(path, "This model does not take '" + path + "'. Leave it out.")
                .exception();
    }

    /**
     * The refusal of a field.
     *
     * @param path the field
     * @return a 400 naming it
     */
    public static ApiException refuse(String path) {
        return ApiError.invalidParameter(
                        path, "'" + path + "' cannot be expressed in the API of this model's provider. Leave it out.")
                .exception();
    }

    private static Set<String> fields(DialectName client) {
        return DROPPED_FIELDS.getOrDefault(client, Set.of());
    }

    private static String general(String path) {
        return INDEX.matcher(path).replaceAll("[]");
    }
}
