package ai.apertis.dialect;

import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer in no dialect.
 *
 * @param id the provider's id, empty when it gave none
 * @param model the model that answered, as to be shown to the client
 * @param created when, in seconds since 1970; 0 when the provider does not say
 * @param choices at least one
 * @param usage what it consumed, null when the provider does not say
 * @param costNano what the client was charged, in nano-USD; null when not known yet
 * @param serviceTier in OpenAI's words, null when not told or when it has none
 */
public record ChatAnswer(
        String id,
        String model,
        long created,
        List<Choice> choices,
        @Nullable Usage usage,
        @Nullable Long costNano,
        @Nullable String serviceTier) {
    /**
     * One of the answers asked for.
     *
     * @param content what the model said, in order
     * @param stop why it stopped
     * @param stopSequence the stop sequence it wrote, null when not told
     * @param logprobs log probabilities in OpenAI Chat's form, null when not told
     */
    public record Choice(
            List<Part> content,
            StopReason stop,
            @Nullable String stopSequence,
            @Nullable JsonNode logprobs) {
        /** Copies the content. */
        public Choice {
            content = List.copyOf(content);
        }
    }

    /** Copies the choices. */
    public ChatAnswer {
        choices = List.copyOf(choices);
    }

    /**
     * The same answer under another model name.
     *
     * @param name the model as the client knows it
     * @return a copy
     */
    public ChatAnswer withModel(String name) {
        return new ChatAnswer(id, name, created, choices, usage, costNano, serviceTier);
    }

    /**
     * The same answer with what was charged for it.
     *
     * @param consumed the usage, counted here where the provider did not
     * @param nanoUsd its cost in nano-USD
     * @return a copy
     */
    public ChatAnswer charged(Usage consumed, long nanoUsd) {
        return new ChatAnswer(id, model, created, choices, consumed, nanoUsd, serviceTier);
    }
}
