package ai.apertis.dialect.translation;

import ai.apertis.config.SamplingParameter;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Parameter;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.Sampling;
import java.util.Set;

/** Takes out of a request what the model, not the dialect, refuses. */
final class ModelRefusals {
    private ModelRefusals() {}

    /**
     * The request as the model takes it.
     *
     * @throws ai.apertis.dialect.ApiException a 400 naming what is refused and may not be dropped
     */
    static ChatRequest without(ChatRequest request, Target target) {
        boolean reasons = target.reasons() && request.thinking().wanted();
        Set<SamplingParameter> refused = target.refuses().of(reasons);
        Sampling sampling = request.sampling();
        Sampling left = sampling;
        for (SamplingParameter parameter : refused) {
            Parameter named = Parameter.of(parameter);
            if (Portability.DROPPED_BY_MODELS.contains(named)) {
                left = left.without(parameter);
            } else if (sampling.tells(parameter)) {
                throw Portability.refusedByModel(named.in(request.dialect()));
            }
        }
        return request.withSampling(left);
    }
}
