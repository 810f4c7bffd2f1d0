package ai.apertis.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn, or a piece of one: OpenAI Responses lists a model's reasoning, words and calls as items of their own, and they
 * stay messages of their own here. {@link Turns} joins them for dialects that want whole turns.
 *
 * @param role who speaks
 * @param content what is said, in order
 * @param name the speaker's name, null when not told
 * @param extras fields of the client's dialect that have no place here
 */
public record Message(
        Role role, List<Part> content, @Nullable String name, Extras extras) {
    /** Copies the content. */
    public Message {
        content = List.copyOf(content);
    }
}
