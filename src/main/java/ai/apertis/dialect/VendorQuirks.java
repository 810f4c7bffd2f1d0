package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.Quirks.EffortForm;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The quirks of the vendors, as data, from their API references of autumn 2026. A vendor is known by the end of its host
 * name; one that is not listed is taken for a plain server of the dialect, as vLLM and Ollama are.
 */
public final class VendorQuirks {
    private static final Set<Parameter> NOTHING = EnumSet.noneOf(Parameter.class);
    private static final Quirks PLAIN = openai("max_tokens", EffortForm.WORD, "", NOTHING);

    private static final Map<String, Quirks> BY_HOST = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "api.openai.com",
                    new Quirks("max_completion_tokens", true, EffortForm.WORD, "", false, EnumSet.of(Parameter.TOP_K))),
            Map.entry(
                    "openrouter.ai",
                    new Quirks("max_tokens", true, EffortForm.REASONING_OBJECT, "reasoning_details", true, NOTHING)),
            Map.entry(
                    "api.deepseek.com",
                    openai(
                            "max_tokens",
                            EffortForm.THINKING_OBJECT,
                            "reasoning_content",
                            EnumSet.of(Parameter.N, Parameter.LOGIT_BIAS, Parameter.JSON_SCHEMA, Parameter.TOP_K))),
            Map.entry(
                    "api.z.ai",
                    openai(
                            "max_tokens",
                            EffortForm.THINKING_OBJECT,
                            "reasoning_content",
                            EnumSet.of(Parameter.N, Parameter.LOGPROBS, Parameter.LOGIT_BIAS, Parameter.JSON_SCHEMA))),
            Map.entry("moonshot.ai", openai("max_tokens", EffortForm.THINKING_OBJECT, "reasoning_content", NOTHING)),
            Map.entry("aliyuncs.com", openai("max_tokens", EffortForm.ENABLE_THINKING, "", NOTHING)),
            Map.entry("volces.com", openai("max_tokens", EffortForm.THINKING_OBJECT, "reasoning_content", NOTHING)),
            Map.entry("bytepluses.com", openai("max_tokens", EffortForm.THINKING_OBJECT, "reasoning_content", NOTHING)),
            Map.entry(
                    "api.mistral.ai",
                    openai(
                            "max_tokens",
                            EffortForm.NONE,
                            "",
                            EnumSet.of(
                                    Parameter.LOGPROBS,
                                    Parameter.LOGIT_BIAS,
                                    Parameter.TOP_K,
                                    Parameter.SEED,
                                    Parameter.USER))),
            Map.entry(
                    "api.groq.com",
                    openai(
                            "max_completion_tokens",
                            EffortForm.WORD,
                            "",
                            EnumSet.of(Parameter.N, Parameter.LOGPROBS, Parameter.LOGIT_BIAS, Parameter.TOP_K))),
            Map.entry(
                    "api.x.ai",
                    openai(
                            "max_completion_tokens",
                            EffortForm.WORD,
                            "reasoning_content",
                            EnumSet.of(Parameter.LOGIT_BIAS, Parameter.TOP_K))),
            Map.entry("api.together.xyz", PLAIN),
            Map.entry("api.fireworks.ai", PLAIN),
            Map.entry("integrate.api.nvidia.com", PLAIN)));

    /** Claude models that take a budget: all before 4.6 (Anthropic, "Adaptive thinking"). */
    private static final Pattern CLAUDE_WITH_BUDGET = Pattern.compile(
            "claude-(?:[23]|instant).*|.*claude-(?:opus|sonnet|haiku)-4(?:-[0-5])?(?:[-@]20\\d{6}.*)?|.*claude-haiku-4.*");

    /** Gemini models that take a budget (Google, "Thinking": levels came with Gemini 3). */
    private static final Pattern GEMINI_WITH_BUDGET = Pattern.compile("(?:.*/)?gemini-(?:1|2).*");

    private VendorQuirks() {}

    /**
     * Finds the quirks of a model at a provider.
     *
     * @param dialect what the provider speaks
     * @param host the provider's host name
     * @param model the provider's name of the model
     * @return quirks
     */
    public static Quirks of(DialectName dialect, String host, String model) {
        return switch (dialect) {
            case OPENAI ->
                BY_HOST.entrySet().stream()
                        .filter(vendor -> host.endsWith(vendor.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(PLAIN);
            case OPENAI_RESPONSES -> PLAIN;
            case ANTHROPIC -> withEffort(CLAUDE_WITH_BUDGET, model.replace('.', '-'));
            case GEMINI -> withEffort(GEMINI_WITH_BUDGET, model);
        };
    }

    private static Quirks withEffort(Pattern budget, String model) {
        EffortForm form = budget.matcher(model).matches() ? EffortForm.BUDGET : EffortForm.WORD;
        return openai("max_tokens", form, "", NOTHING);
    }

    private static Quirks openai(String maxTokens, EffortForm effort, String reasoning, Set<Parameter> refused) {
        return new Quirks(maxTokens, false, effort, reasoning, false, refused);
    }
}
