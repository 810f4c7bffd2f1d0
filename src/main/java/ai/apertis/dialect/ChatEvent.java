package ai.apertis.dialect;

import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a streamed answer. Content comes in blocks; a block has a number that is unique in the stream and grows
 * in the order of beginning. Blocks may overlap (parallel calls whose fragments interleave), so each event names its own.
 */
public sealed interface ChatEvent {
    /**
     * The answer begins. The first event of every stream.
     *
     * @param id the provider's id, empty when it gave none
     * @param model the model that answers
     * @param created in seconds since 1970; 0 when the provider does not say
     */
    record Start(String id, String model, long created) implements ChatEvent {}

    /** What kind of text a block holds. */
    enum Kind {
        /** Words. */
        TEXT,
        /** Reasoning as it is. */
        REASONING,
        /** A summary of reasoning. */
        SUMMARY,
        /** The words of a refusal. */
        REFUSAL
    }

    /**
     * A block of text begins. A reasoning block may hold summaries too.
     *
     * @param choice which of the answers asked for
     * @param block the block's number
     * @param kind what it holds; {@link Kind#SUMMARY} begins no block, but is a kind of delta in a reasoning block
     * @param redacted whether only a seal will come (Anthropic's {@code redacted_thinking})
     */
    record BlockStart(int choice, int block, Kind kind, boolean redacted) implements ChatEvent {}

    /**
     * A call begins.
     *
     * @param choice which of the answers
     * @param block the block's number
     * @param id the call's id
     * @param name the tool
     * @param custom whether it is one of OpenAI's custom tools
     * @param seal a proof bound to it, null when none
     */
    record CallStart(
            int choice,
            int block,
            String id,
            String name,
            boolean custom,
            @Nullable Seal seal) implements ChatEvent {}

    /**
     * More text.
     *
     * @param choice which of the answers
     * @param block the block's number
     * @param kind what it is
     * @param text never empty
     */
    record TextDelta(int choice, int block, Kind kind, String text) implements ChatEvent {}

    /**
     * More of a call's arguments.
     *
     * @param choice which of the answers
     * @param block the block's number
     * @param text never empty
     */
    record ArgumentsDelta(int choice, int block, String text) implements ChatEvent {}

    /**
     * The proof of a block of text or reasoning.
     *
     * @param choice which of the answers
     * @param block the block's number
     * @param seal the proof
     */
    record Sealed(int choice, int block, Seal seal) implements ChatEvent {}

    /**
     * What a block of text rests on.
     *
     * @param choice which of the answers
     * @param block the block's number
     * @param citation the source
     */
    record Cited(int choice, int block, Citation citation) implements ChatEvent {}

    /**
     * Something that comes whole, such as a generated image.
     *
     * @param choice which of the answers
     * @param block its number
     * @param part the thing
     */
    record Whole(int choice, int block, Part part) implements ChatEvent {}

    /**
     * A block ends.
     *
     * @param choice which of the answers
     * @param block the block's number
     */
    record BlockEnd(int choice, int block) implements ChatEvent {}

    /**
     * Log probabilities of the text just sent.
     *
     * @param choice which of the answers
     * @param json in OpenAI Chat's form
     */
    record Logprobs(int choice, JsonNode json) implements ChatEvent {}

    /**
     * One of the answers ends; all its blocks have ended.
     *
     * @param choice which of the answers
     * @param reason why
     * @param stopSequence the stop sequence written, null when not told
     */
    record Finish(int choice, StopReason reason, @Nullable String stopSequence) implements ChatEvent {}

    /**
     * What the whole answer has consumed so far. The last one counts.
     *
     * @param usage the counts
     * @param costNano what the client was charged, in nano-USD; null when not known yet
     */
    record Metered(Usage usage, @Nullable Long costNano) implements ChatEvent {}

    /**
     * The gateway ends the answer here because of its cost. Whatever is open stays unfinished; it is ended, and the answers
     * with it, by the events that follow.
     *
     * @param reason {@code insufficient_balance}, {@code quota_exceeded}, {@code max_cost_usd} or
     *     {@code ledger_unavailable}; told to the client as {@code apertis.cut_off}
     */
    record CutOff(String reason) implements ChatEvent {
        /**
         * The object in which clients are told.
         *
         * @return the value of the member {@code apertis}
         */
        public ObjectNode told() {
            return Json.object().put("cut_off", reason);
        }
    }

    /**
     * The answer failed after it began. The last event of its stream.
     *
     * @param error what the client is told
     */
    record Failure(ApiError error) implements ChatEvent {}

    /** The answer is whole. The last event of its stream. */
    record End() implements ChatEvent {}
}
