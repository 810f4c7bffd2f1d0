package ai.apertis.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Joins messages into turns, for dialects in which a model's whole turn, or all results of its calls, stand together. */
public final class Turns {
    private Turns() {}

    /**
     * Joins neighbouring messages of the model, and neighbouring messages of tools.
     *
     * @param messages a conversation
     * @return the same content in as few messages; a message that stood alone is unchanged
     */
    public static List<Message> join(List<Message> messages) {
        List<Message> joined = new ArrayList<>();
        for (Message message : messages) {
            Message last = joined.isEmpty() ? null : joined.getLast();
            if (last == null || !belongTogether(last, message)) {
                joined.add(message);
                continue;
            }
            List<Part> content = new ArrayList<>(last.content());
            content.addAll(message.content());
            joined.set(joined.size() - 1, new Message(message.role(), content, last.name(), join(last, message)));
        }
        return joined;
    }

    private static boolean belongTogether(Message first, Message second) {
        return first.role() == second.role() && (first.role() == Role.ASSISTANT || first.role() == Role.TOOL);
    }

    private static Extras join(Message first, Message second) {
        if (first.extras().fields().isEmpty()) {
            return second.extras();
        }
        ObjectNode fields = first.extras().fields().deepCopy();
        fields.setAll(second.extras().fields());
        return new Extras(first.extras().dialect(), first.extras().path(), fields);
    }
}
