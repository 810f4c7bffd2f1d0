package ai.apertis.dialect.translation;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.TextSample;
import ai.apertis.money.Usage;
import org.jspecify.annotations.Nullable;

/** What the bill and the relay need to know of a stream, gathered from its events. */
final class StreamNotes {
    private final TextSample text = new TextSample();
    private @Nullable Usage usage;
    private @Nullable ApiError error;
    private int finishes;
    private boolean ended;
    private boolean content;

    /** Takes note of an event. */
    void note(ChatEvent event) {
        switch (event) {
            case ChatEvent.TextDelta delta -> written(delta.text());
            case ChatEvent.ArgumentsDelta delta -> written(delta.text());
            case ChatEvent.CallStart call -> written(call.name());
            case ChatEvent.Whole whole -> content = true;
            case ChatEvent.Metered metered -> usage = metered.usage();
            case ChatEvent.Finish finish -> finishes++;
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
        return finishes;
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
