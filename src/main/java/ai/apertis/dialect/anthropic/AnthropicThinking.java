package ai.apertis.dialect.anthropic;

import static ai.apertis.config.DialectName.ANTHROPIC;

import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Message;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Role;
import ai.apertis.dialect.Thinking;
import ai.apertis.dialect.ToolChoice;
import ai.apertis.dialect.Turns;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Wishes about reasoning in Anthropic's words: a budget for older models, adaptive with an effort for newer ones. */
final class AnthropicThinking {
    private static final long LEAST_BUDGET = 1_024;

    /** Claude models that take a budget: all before 4.6 (Anthropic, "Adaptive thinking"). */
    private static final Pattern WITH_BUDGET = Pattern.compile(
            ".*claude-(?:[23]|instant).*|.*claude-(?:opus|sonnet|haiku)-4(?:[-.][0-5])?(?:[-@]20\\d{6}.*)?|.*claude-haiku-4.*");

    private AnthropicThinking() {}

    private static boolean takesBudget(Target target) {
        return WITH_BUDGET.matcher(target.upstreamModel()).matches();
    }

    /** The {@code thinking} object, null for none. */
    static @Nullable ObjectNode of(ChatRequest request, Target target, long maxTokens) {
        Thinking wish = request.thinking();
        if (request.dialect() == ANTHROPIC) {
            return asTold(wish);
        }
        if (!target.reasons() || !wish.told()) {
            return null;
        }
        if (!wish.wanted()) {
            return wish.refused() ? Json.object().put("type", "disabled") : null;
        }
        // Anthropic refuses thinking beside a forced tool; the forced tool is the clearer wish.
        ToolChoice choice = request.toolChoice();
        if (choice != null && choice.mode() == ToolChoice.Mode.REQUIRED) {
            return null;
        }
        if (!takesBudget(target)) {
            return Json.object().put("type", "adaptive");
        }
        if (maxTokens <= LEAST_BUDGET || callsWithoutThinking(request.messages())) {
            return null;
        }
        Thinking.Effort effort = wish.effortOrBudget();
        Long told = wish.budgetTokens();
        long budget = told != null && told > 0 ? told : (effort == null ? Thinking.Effort.MEDIUM : effort).tokens();
        long bounded = Math.clamp(budget, LEAST_BUDGET, maxTokens - 1);
        return Json.object().put("type", "enabled").put("budget_tokens", bounded);
    }

    private static @Nullable ObjectNode asTold(Thinking wish) {
        if (wish.enabled() == null) {
            return null;
        }
        if (!wish.enabled()) {
            return Json.object().put("type", "disabled");
        }
        return wish.budgetTokens() == null
                ? Json.object().put("type", "adaptive")
                : Json.object().put("type", "enabled").put("budget_tokens", wish.budgetTokens());
    }

    /** The {@code effort} of {@code output_config}, null for none. */
    static @Nullable String effort(ChatRequest request, Target target, @Nullable ObjectNode thinking) {
        Thinking.Effort effort = request.thinking().effort();
        if (request.dialect() == ANTHROPIC) {
            return effort == null ? null : effort.word();
        }
        boolean adaptive =
                thinking != null && "adaptive".equals(thinking.path("type").asText()) && !takesBudget(target);
        Thinking.Effort wanted = adaptive ? request.thinking().effortOrBudget() : null;
        return switch (wanted) {
            case null -> null;
            case NONE, MINIMAL, LOW -> "low";
            case MEDIUM -> "medium";
            // Not every adaptive model knows "xhigh".
            case HIGH, XHIGH -> "high";
            case MAX -> "max";
        };
    }

    /**
     * Whether the running turn has calls whose thinking the client did not keep. Anthropic refuses to go on thinking then
     * ("Extended thinking", preserving thinking blocks).
     */
    private static boolean callsWithoutThinking(List<Message> messages) {
        List<Message> turns = Turns.join(messages);
        for (int i = turns.size() - 1; i >= 0; i--) {
            Message turn = turns.get(i);
            if (turn.role() == Role.ASSISTANT) {
                boolean calls = turn.content().stream().anyMatch(Part.ToolCall.class::isInstance);
                return calls && turn.content().stream().noneMatch(AnthropicMessages::isOwnThinking);
            }
            if (turn.role() == Role.USER && turn.content().stream().noneMatch(Part.ToolResult.class::isInstance)) {
                return false;
            }
        }
        return false;
    }
}
