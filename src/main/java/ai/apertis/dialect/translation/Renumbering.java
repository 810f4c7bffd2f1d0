package ai.apertis.dialect.translation;

import ai.apertis.dialect.ChatEvent;
import java.util.function.IntUnaryOperator;

/** Gives the blocks of a stream other numbers. */
final class Renumbering {
    private Renumbering() {}

    static ChatEvent of(ChatEvent event, IntUnaryOperator numbers) {
        return switch (event) {
            case ChatEvent.BlockStart e ->
                new ChatEvent.BlockStart(e.choice(), numbers.applyAsInt(e.block()), e.kind(), e.redacted());
            case ChatEvent.CallStart e ->
                new ChatEvent.CallStart(
                        e.choice(), numbers.applyAsInt(e.block()), e.id(), e.name(), e.custom(), e.seal());
            case ChatEvent.TextDelta e ->
                new ChatEvent.TextDelta(e.choice(), numbers.applyAsInt(e.block()), e.kind(), e.text());
            case ChatEvent.ArgumentsDelta e ->
                new ChatEvent.ArgumentsDelta(e.choice(), numbers.applyAsInt(e.block()), e.text());
            case ChatEvent.Sealed e -> new ChatEvent.Sealed(e.choice(), numbers.applyAsInt(e.block()), e.seal());
            case ChatEvent.Cited e -> new ChatEvent.Cited(e.choice(), numbers.applyAsInt(e.block()), e.citation());
            case ChatEvent.Whole e -> new ChatEvent.Whole(e.choice(), numbers.applyAsInt(e.block()), e.part());
            case ChatEvent.BlockEnd e -> new ChatEvent.BlockEnd(e.choice(), numbers.applyAsInt(e.block()));
            default -> event;
        };
    }
}
