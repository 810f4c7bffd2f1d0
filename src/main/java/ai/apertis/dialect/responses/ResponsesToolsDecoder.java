package ai.apertis.dialect.responses;

import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.dialect.Fields;
import ai.apertis.dialect.Tool;
import ai.apertis.dialect.ToolGroup;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the elements of {@code tools}. */
final class ResponsesToolsDecoder {
    private static final Set<String> GROUP_FIELDS = Set.of("type", "name", "description", "tools");

    private ResponsesToolsDecoder() {}

    /** The tools of an element: one, or all functions of a group. */
    static Stream<Tool> read(Fields tool) {
        ObjectNode whole = tool.whole();
        return switch (tool.requiredText("type")) {
            case "function" -> Stream.of(function(tool, null, null));
            case "custom" ->
                Stream.of(new Tool.Custom(
                        tool.requiredText("name"), tool.text("description"), tool.take("format"), tool.rest()));
            case "namespace" -> onlyFunctions(whole) ? group(tool) : server(tool, whole);
            default -> server(tool, whole);
        };
    }

    private static Stream<Tool> server(Fields tool, ObjectNode whole) {
        return Stream.of(new Tool.Server(OPENAI_RESPONSES, tool.path(), whole));
    }

    /** A group with anything else in it has no equal in other dialects. */
    private static boolean onlyFunctions(ObjectNode group) {
        for (JsonNode member : group.path("tools")) {
            if (!member.path("type").asText().equals("function")) {
                return false;
            }
        }
        return !group.path("tools").isEmpty()
                && group.properties().stream().allMatch(field -> GROUP_FIELDS.contains(field.getKey()));
    }

    private static Stream<Tool> group(Fields group) {
        String name = group.requiredText("name");
        String description = group.text("description");
        List<Fields> members = group.objects("tools");
        return members.stream().map(member -> {
            member.take("type");
            return function(member, name, description);
        });
    }

    private static Tool function(Fields tool, @Nullable String group, @Nullable String groupDescription) {
        String name = tool.requiredText("name");
        return new Tool.Function(
                group == null ? name : ToolGroup.joined(group, name),
                tool.text("description"),
                tool.take("parameters"),
                tool.bool("strict"),
                null,
                group == null ? null : new ToolGroup(group, groupDescription, name),
                tool.rest());
    }
}
