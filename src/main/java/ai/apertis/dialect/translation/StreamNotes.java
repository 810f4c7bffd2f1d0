package ai.apertis.dialect.translation;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.StopReason;
import ai.apertis.dialect.TextSample;
import ai.apertis.money.Usage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the bill and the relay need to know of a stream, gathered from its events. */
final class StreamNotes {
    private final TextSample text = new TextSample();
    private @Nullable Usage usage;
    private @Nullable ApiError error;
    /** The answer that each open block belongs to. */
    private final Map<Integer, Integer> open = new LinkedHashMap<>();

    private final Set<Integer> finished = new HashSet<>();
    private boolean ended;
    private boolean content;

    /** Notes of what goes on with the same answer: what is open stays open, all else begins anew. */
    StreamNotes goingOn() {
        StreamNotes next = new StreamNotes();
        next.open.putAll(open);
        return next;
    }

    /** Takes note of an event. */
    void note(ChatEvent event) {
        switch (event) {
            case ChatEvent.TextDelta delta -> written(delta.text());
            case ChatEvent.ArgumentsDelta delta -> written(delta.text());
            case ChatEvent.BlockStart block -> open.put(block.block(), block.choice());
            case ChatEvent.CallStart call -> {
                open.put(call.block(), call.choice());
                written(call.name());
            }
            case ChatEvent.BlockEnd block -> open.remove(block.block());
            case ChatEvent.Whole whole -> content = true;
            case ChatEvent.Metered metered -> usage = metered.usage();
            case ChatEvent.Finish finish -> finished.add(finish.choice());
            case ChatEvent.Failure failure -> error = failure.error();
            case ChatEvent.End end -> ended = true;
            default -> {}
        }
    }

    private void written(String more) {
        content = true;
        TranslatedBridge.add(text, more);
    }

    void failed(ApiError failure) {
        error = failure;
    }

    TextSample text() {
        return text;
    }

    @Nullable
    Usage usage() {
        return usage;
    }

    @Nullable
    ApiError error() {
        return error;
    }

    int finishes() {
        return finished.size();
    }

    /**
     * What ends the answers here, cut off: in no dialect.
     *
     * @param choices how many answers were asked for
     */
    List<ChatEvent> cutOff(String reason, Receipt receipt, long choices) {
        List<ChatEvent> events = new ArrayList<>();
        events.add(new ChatEvent.CutOff(reason));
        open.forEach((block, choice) -> events.add(new ChatEvent.BlockEnd(choice, block)));
        for (int choice = 0; choice < choices; choice++) {
            if (!finished.contains(choice)) {
                events.add(new ChatEvent.Finish(choice, StopReason.LENGTH, null));
            }
        }
        events.add(new ChatEvent.Metered(receipt.usage(), receipt.costNano()));
        events.add(new ChatEvent.End());
        return events;
    }

    boolean ended() {
        return ended;
    }

    /** Whether something of the answer came since this was last asked. */
    boolean takeContent() {
        boolean taken = content;
        content = false;
        return taken;
    }
}
