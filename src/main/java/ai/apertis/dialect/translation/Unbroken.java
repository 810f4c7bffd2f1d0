package ai.apertis.dialect.translation;

import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatEvent.Kind;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the text of a stream while another provider could go on from it, and makes one stream of the two when one does: a
 * text goes on in the block it stood in, whatever follows gets numbers of its own.
 */
final class Unbroken {
    private static final int LONGEST = 256 * 1024;
    private static final int NONE = -1;

    private final StringBuilder text;
    private final Joint joint;
    /** How far numbers of blocks are moved, so that they stay apart from those before. */
    private final int offset;
    /** The block of text that is open from before, {@link #NONE} when none is, and which of the new ones goes on in it. */
    private int openBefore;

    private int joined = NONE;
    private int open = NONE;
    private int highest = NONE;
    private boolean lost;

    Unbroken(Joint joint) {
        this(new StringBuilder(), joint, 0, NONE);
    }

    private Unbroken(StringBuilder text, Joint joint, int offset, int openBefore) {
        this.text = text;
        this.joint = joint;
        this.offset = offset;
        this.openBefore = openBefore;
        this.open = openBefore;
        this.highest = offset - 1;
    }

    /** The text so far; null when nobody could go on from it. */
    @Nullable
    String soFar() {
        return lost ? null : text.toString();
    }

    /** The same text, to be gone on with. */
    Unbroken goingOn(Unbroken next) {
        return new Unbroken(new StringBuilder(text), next.joint, highest + 1, open);
    }

    /** Gives an event its place in the one stream. */
    void joined(ChatEvent told, Consumer<ChatEvent> out) {
        switch (told) {
            case ChatEvent.BlockStart block
            when openBefore != NONE && joined == NONE && block.kind() == Kind.TEXT -> joined = block.block();
            case ChatEvent.TextDelta delta
            when delta.kind() == Kind.TEXT -> {
                String more = joint.take(delta.text());
                if (!more.isEmpty()) {
                    keep(new ChatEvent.TextDelta(delta.choice(), number(delta.block()), Kind.TEXT, more), out);
                }
            }
            case ChatEvent.BlockEnd end -> {
                String rest = end.block() == joined ? joint.rest() : "";
                if (!rest.isEmpty()) {
                    keep(new ChatEvent.TextDelta(end.choice(), number(end.block()), Kind.TEXT, rest), out);
                }
                keep(Renumbering.of(end, this::number), out);
                if (end.block() == joined) {
                    openBefore = NONE;
                }
            }
            case ChatEvent.Finish finish -> {
                closeBefore(finish.choice(), out);
                keep(finish, out);
            }
            case ChatEvent.CallStart call -> {
                closeBefore(call.choice(), out);
                keep(Renumbering.of(call, this::number), out);
            }
            default -> keep(Renumbering.of(told, this::number), out);
        }
    }

    /** The text of before ends where the second provider adds none to it. */
    private void closeBefore(int choice, Consumer<ChatEvent> out) {
        if (openBefore != NONE && joined == NONE) {
            keep(new ChatEvent.BlockEnd(choice, openBefore), out);
            openBefore = NONE;
        }
    }

    private int number(int block) {
        return block == joined && openBefore != NONE ? openBefore : block + offset;
    }

    private void keep(ChatEvent event, Consumer<ChatEvent> out) {
        switch (event) {
            case ChatEvent.BlockStart block -> {
                highest = Math.max(highest, block.block());
                open = block.kind() == Kind.TEXT ? block.block() : NONE;
                lost |= block.kind() != Kind.TEXT;
            }
            case ChatEvent.TextDelta delta -> {
                highest = Math.max(highest, delta.block());
                lost |= delta.kind() != Kind.TEXT
                        || text.length() + delta.text().length() > LONGEST;
                if (!lost) {
                    text.append(delta.text());
                }
            }
            case ChatEvent.BlockEnd end -> {
                if (end.block() == open) {
                    open = NONE;
                }
            }
            case ChatEvent.CallStart call -> lost = true;
            case ChatEvent.Whole whole -> lost = true;
            case ChatEvent.Sealed sealed -> lost = true;
            default -> {}
        }
        out.accept(event);
    }
}
