package ai.apertis.dialect;

import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a person would say of an answer: the same whatever its dialect. Refusals count as text, and stop reasons are told
 * apart only as far as every dialect can.
 */
public record Facts(String text, String reasoning, List<Call> calls, String stop, List<Long> tokens) {
    /** A call, its arguments as a tree so that spaces do not matter. */
    public record Call(String name, JsonNode arguments) {}

    /** Gathers facts. */
    public static final class Builder {
        public final StringBuilder text = new StringBuilder();
        public final StringBuilder reasoning = new StringBuilder();
        final Map<Object, String[]> calls = new LinkedHashMap<>();
        public String stop = "end";
        public List<Long> tokens = List.of();

        /** A call begins. */
        public void call(Object key, String name) {
            calls.put(key, new String[] {name, ""});
        }

        /** More of a call's arguments. */
        public void arguments(Object key, String more) {
            calls.computeIfPresent(key, (k, call) -> new String[] {call[0], call[1] + more});
        }

        /** The facts gathered. */
        public Facts build() {
            List<Call> list = new ArrayList<>();
            calls.values().forEach(call -> list.add(new Call(call[0], tree(call[1]))));
            String end = stop.equals("end") && !list.isEmpty() ? "tools" : stop;
            // Anthropic's answers always have counts; where nobody counted they are zero.
            tokens = tokens.stream().allMatch(count -> count == 0) ? List.of() : tokens;
            return new Facts(text.toString(), reasoning.toString().replace("\n\n", ""), list, end, tokens);
        }
    }

    private static JsonNode tree(String arguments) {
        try {
            JsonNode node = Recording.JSON.readTree(arguments.isBlank() ? "{}" : arguments);
            return node.isObject() ? node : Recording.JSON.createObjectNode().set("input", node);
        } catch (IOException e) {
            return Recording.JSON.createObjectNode().put("input", arguments);
        }
    }

    /** The same but for the counts. */
    public Facts withoutTokens() {
        return new Facts(text, reasoning, calls, stop, List.of());
    }

    static String coarse(StopReason reason) {
        return switch (reason) {
            case END, STOP_SEQUENCE, PAUSE, OTHER, MALFORMED_CALL -> "end";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tools";
            case CONTENT_FILTER, REFUSAL -> "filter";
        };
    }

    static List<Long> tokens(Usage usage) {
        return List.of(usage.promptTokens(), usage.cacheReadTokens(), usage.completionTokens());
    }

    static Facts of(ChatAnswer answer) {
        Builder facts = new Builder();
        ChatAnswer.Choice choice = answer.choices().getFirst();
        for (Part part : choice.content()) {
            switch (part) {
                case Part.Text text -> facts.text.append(text.text());
                case Part.Refusal refusal -> facts.text.append(refusal.text());
                case Part.Reasoning reasoning -> facts.reasoning.append(reasoning.shown());
                case Part.ToolCall call -> {
                    facts.call(part, call.name());
                    facts.arguments(part, call.arguments());
                }
                default -> {}
            }
        }
        facts.stop = coarse(choice.stop());
        facts.tokens = answer.usage() == null ? List.of() : tokens(answer.usage());
        return facts.build();
    }

    static Facts of(List<ChatEvent> events) {
        Builder facts = new Builder();
        for (ChatEvent event : events) {
            switch (event) {
                case ChatEvent.TextDelta delta
                when delta.choice() == 0 -> {
                    boolean thinks = delta.kind() == ChatEvent.Kind.REASONING || delta.kind() == ChatEvent.Kind.SUMMARY;
                    (thinks ? facts.reasoning : facts.text).append(delta.text());
                }
                case ChatEvent.CallStart call when call.choice() == 0 -> facts.call(call.block(), call.name());
                case ChatEvent.ArgumentsDelta delta
                when delta.choice() == 0 -> facts.arguments(delta.block(), delta.text());
                case ChatEvent.Finish finish when finish.choice() == 0 -> facts.stop = coarse(finish.reason());
                case ChatEvent.Metered metered -> facts.tokens = tokens(metered.usage());
                case ChatEvent.Failure failure -> facts.stop = "failed";
                default -> {}
            }
        }
        return facts.build();
    }
}
