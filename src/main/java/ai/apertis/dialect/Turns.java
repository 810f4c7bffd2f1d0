package ai.apertis.dialect;

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
            if (last != null
                    && last.role() == message.role()
                    && (message.role() == Role.ASSISTANT || message.role() == Role.TOOL)) {
                List<Part> content = new ArrayList<>(last.content());
                content.addAll(message.content());
                joined.set(joined.size() - 1, new Message(message.role(), content, last.name(), join(last, message)));
            } else {
                joined.add(message);
            }
        }
        return joined;
    }

    /** Keeps the extras of the first that has any: in the dialects that split turns, items carry the same few fields. */
    private static Extras join(Message first, Message second) {
        return first.extras().fields().isEmpty() ? second.extras() : first.extras();
    }
}
