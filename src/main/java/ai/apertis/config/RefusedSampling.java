package ai.apertis.config;

import java.util.EnumSet;
import java.util.Set;

/**
 * The parameters of sampling that a model answers with an error, whoever serves it. Requests that pass in their own dialect
 * keep them: there the client's word is the client's.
 *
 * @param always those that it never takes
 * @param whenReasoning those that it takes only while it is not asked to reason
 */
public record RefusedSampling(Set<SamplingParameter> always, Set<SamplingParameter> whenReasoning) {
    /** A model that takes everything. */
    public static final RefusedSampling NONE = new RefusedSampling(Set.of(), Set.of());

    /** Copies the sets. */
    public RefusedSampling {
        always = Set.copyOf(always);
        whenReasoning = Set.copyOf(whenReasoning);
    }

    /**
     * What a request may not have.
     *
     * @param reasons whether it asks for reasoning
     * @return the parameters refused then
     */
    public Set<SamplingParameter> of(boolean reasons) {
        if (!reasons || whenReasoning.isEmpty()) {
            return always;
        }
        EnumSet<SamplingParameter> both = EnumSet.copyOf(whenReasoning);
        both.addAll(always);
        return both;
    }
}
