package ai.apertis.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of a function in a group of the Responses API, a {@code namespace}. Codex declares its subagents and the tools of
 * MCP servers so. The other dialects have no groups: there the function's name begins with that of its group.
 *
 * @param name the group's name
 * @param description what the group is for, null when not told
 * @param member the function's name within it
 */
public record ToolGroup(String name, @Nullable String description, String member) {
    /** What OpenAI and Google take, the shortest of all. */
    private static final int LONGEST_NAME = 64;

    /**
     * The name of a group's function where there are no groups. One that is too long is cut and told apart by a number made from the
     * whole.
     *
     * @param group the group's name
     * @param member the function's name within it
     * @return both, at most 64 characters
     */
    public static String joined(String group, String member) {
        String whole = group + "__" + member;
        if (whole.length() <= LONGEST_NAME) {
            return whole;
        }
        String number = "_%08x".formatted(whole.hashCode());
        return whole.substring(0, LONGEST_NAME - number.length()) + number;
    }

    /**
     * Whether there is a group.
     *
     * @param group its name
     * @param tools what was declared
     * @return true when one of the functions is in it
     */
    public static boolean declared(String group, List<Tool> tools) {
        return tools.stream()
                .anyMatch(tool -> tool instanceof Tool.Function function
                        && function.group() != null
                        && function.group().name().equals(group));
    }

    /**
     * The place of a function.
     *
     * @param name as the model calls it
     * @param tools what was declared
     * @return null when it is in no group
     */
    public static @Nullable ToolGroup of(String name, List<Tool> tools) {
        for (Tool tool : tools) {
            if (tool instanceof Tool.Function function && function.name().equals(name)) {
                return function.group();
            }
        }
        return null;
    }
}
