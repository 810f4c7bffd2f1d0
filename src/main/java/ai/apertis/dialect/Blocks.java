package ai.apertis.dialect;

import ai.apertis.dialect.ChatEvent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream that has no blocks of its own (OpenAI Chat, Gemini) into blocks: text goes on in the open block of its
 * kind; calls stay open until their answer ends, because their fragments may interleave.
 */
public final class Blocks {
    private record Open(int block, Kind kind) {}

    private final Map<Integer, Open> texts = new HashMap<>();
    private final Map<Integer, List<Integer>> calls = new HashMap<>();
    private int next;

    /**
     * Adds text, in a new block when the open one is of another kind.
     *
     * @param choice which of the answers
     * @param kind what it is
     * @param text nothing happens when empty
     * @param out takes the events
     */
    public void text(int choice, Kind kind, String text, Consumer<ChatEvent> out) {
        if (!text.isEmpty()) {
            out.accept(new ChatEvent.TextDelta(choice, open(choice, kind, out), kind, text));
        }
    }

    /**
     * The open block of a kind.
     *
     * @param choice which of the answers
     * @param kind what it must hold
     * @param out takes the events if it has to be begun
     * @return its number
     */
    public int open(int choice, Kind kind, Consumer<ChatEvent> out) {
        Open open = texts.get(choice);
        if (open != null && open.kind() == kind) {
            return open.block();
        }
        closeText(choice, out);
        int block = next++;
        texts.put(choice, new Open(block, kind));
        out.accept(new ChatEvent.BlockStart(choice, block, kind, false));
        return block;
    }

    /**
     * Ends the open block of text, if there is one.
     *
     * @param choice which of the answers
     * @param out takes the event
     */
    public void closeText(int choice, Consumer<ChatEvent> out) {
        Open open = texts.remove(choice);
        if (open != null) {
            out.accept(new ChatEvent.BlockEnd(choice, open.block()));
        }
    }

    /**
     * Begins a call.
     *
     * @param choice which of the answers
     * @param id the call's id
     * @param name the tool
     * @param seal a proof bound to it, null when none
     * @param out takes the events
     * @return the block's number
     */
    public int call(int choice, String id, String name, @Nullable Seal seal, Consumer<ChatEvent> out) {
        closeText(choice, out);
        int block = next++;
        calls.computeIfAbsent(choice, c -> new ArrayList<>()).add(block);
        out.accept(new ChatEvent.CallStart(choice, block, id, name, false, seal));
        return block;
    }

    /**
     * Adds something that comes whole.
     *
     * @param choice which of the answers
     * @param part the thing
     * @param out takes the events
     */
    public void whole(int choice, Part part, Consumer<ChatEvent> out) {
        closeText(choice, out);
        out.accept(new ChatEvent.Whole(choice, next++, part));
    }

    /**
     * Whether an answer has calls.
     *
     * @param choice which of the answers
     * @return true once one has begun
     */
    public boolean hasCalls(int choice) {
        return calls.containsKey(choice);
    }

    /**
     * Ends all blocks of an answer, in the order of their beginning.
     *
     * @param choice which of the answers
     * @param out takes the events
     */
    public void closeAll(int choice, Consumer<ChatEvent> out) {
        for (int block : calls.getOrDefault(choice, List.of())) {
            out.accept(new ChatEvent.BlockEnd(choice, block));
        }
        calls.computeIfPresent(choice, (c, open) -> new ArrayList<>());
        closeText(choice, out);
    }
}
