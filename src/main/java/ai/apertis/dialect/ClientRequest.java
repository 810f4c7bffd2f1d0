package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.config.Quirks;
import ai.apertis.config.RefusedSampling;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A client's request as far as routing and billing must know it, whatever its dialect; the rest stays bytes. */
public interface ClientRequest {
    /**
     * The dialect it is written in.
     *
     * @return the client's dialect
     */
    DialectName dialect();

    /**
     * What is asked for.
     *
     * @return what the model must serve
     */
    default ModelKind kind() {
        return ModelKind.CHAT;
    }

    /**
     * The most that the request can use, where that follows from the request alone.
     *
     * @return null for texts that a model writes: their bound is the prompt and the limit of output
     */
    default @Nullable Usage most() {
        return null;
    }

    /**
     * The prices that hold for what is asked: an image may cost by its size.
     *
     * @param prices those of the endpoint
     * @return those of this request
     */
    default Prices priced(Prices prices) {
        return prices;
    }

    /**
     * The model's name as the client wrote it.
     *
     * @return not yet resolved; empty when the client leaves the choice to the gateway
     */
    String model();

    /**
     * Whether the answer is to be streamed.
     *
     * @return true for a stream
     */
    boolean stream();

    /**
     * The most output tokens that the client allows per answer.
     *
     * @return tokens, or -1 when it did not say
     */
    long maxOutputTokens();

    /**
     * How many answers are asked for at once ({@code n}).
     *
     * @return at least 1
     */
    int choices();

    /**
     * Whether the client asks for the answer that is most likely, so that an equal request has an equal answer.
     *
     * @return true at temperature zero
     */
    default boolean isDeterministic() {
        return false;
    }

    /**
     * The size of the prompt.
     *
     * @return for estimating its tokens
     */
    InputSize input();

    /**
     * What it says of its way to a provider.
     *
     * @return its wishes
     */
    RoutingWishes wishes();

    /**
     * The parameters that it sets.
     *
     * @return the names of its members, as the client wrote them; empty where nobody needs to know
     */
    default Set<String> parameters() {
        return Set.of();
    }

    /**
     * What it says of fallback models.
     *
     * @return never null, its members may be
     */
    Fallbacks fallbacks();

    /**
     * What it says of its cost.
     *
     * @return never null
     */
    default Spending spending() {
        return Spending.UNSAID;
    }

    /**
     * The body as it came, for counting the prompt exactly where money is tight.
     *
     * @return a sample of it and its length
     */
    default TextSample bodyText() {
        return promptText();
    }

    /**
     * Whether {@link #bodyText} has all that the provider will be sent.
     *
     * @return false where more is put in on the way, so that counting it says nothing
     */
    default boolean isCountable() {
        return true;
    }

    /**
     * The text that the model reads, for counting what a provider did not count.
     *
     * @return a sample of it and its length
     */
    TextSample promptText();

    /**
     * The way to a provider and back.
     *
     * @param target how the provider is to be addressed
     * @return a new bridge
     * @throws ApiException a 400 that names what the provider's dialect cannot express
     */
    Bridge bridge(Target target);

    /**
     * The way to a provider and back for a stream with which another provider may have to go on, or which it goes on with.
     * Its passages are {@link Resumable}.
     *
     * @param target how the provider is to be addressed
     * @param soFar the text that others have written of the answer, empty when it begins here
     * @return null when nobody could go on with such an answer
     * @throws ApiException a 400 that names what the provider's dialect cannot express
     */
    default @Nullable Bridge resumable(Target target, String soFar) {
        return null;
    }

    /**
     * How a provider is to be addressed.
     *
     * @param dialect what it speaks
     * @param upstreamModel the model's name there
     * @param maxOutputTokens a cap on the output that replaces the client's, tokens; -1 leaves it as it is
     * @param modelMaxOutput the most tokens that the model can generate, for dialects in which a limit must be told
     * @param reasons whether the model can reason; where it cannot, wishes about reasoning are dropped
     * @param quirks where it departs from its dialect
     * @param kinds what the model can be asked for there
     * @param refuses parameters of sampling that the model answers with an error
     */
    record Target(
            DialectName dialect,
            String upstreamModel,
            long maxOutputTokens,
            long modelMaxOutput,
            boolean reasons,
            Quirks quirks,
            Set<ModelKind> kinds,
            RefusedSampling refuses) {
        /** A model that takes every parameter of sampling. */
        public Target(
                DialectName dialect,
                String upstreamModel,
                long maxOutputTokens,
                long modelMaxOutput,
                boolean reasons,
                Quirks quirks,
                Set<ModelKind> kinds) {
            this(dialect, upstreamModel, maxOutputTokens, modelMaxOutput, reasons, quirks, kinds, RefusedSampling.NONE);
        }

        /** A model to converse with. */
        public Target(
                DialectName dialect,
                String upstreamModel,
                long maxOutputTokens,
                long modelMaxOutput,
                boolean reasons,
                Quirks quirks) {
            this(dialect, upstreamModel, maxOutputTokens, modelMaxOutput, reasons, quirks, Set.of(ModelKind.CHAT));
        }
    }
}
