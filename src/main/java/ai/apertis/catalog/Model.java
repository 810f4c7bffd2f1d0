package ai.apertis.catalog;

import ai.apertis.config.ModelKind;
import ai.apertis.config.RefusedSampling;
import ai.apertis.money.Prices;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model of the catalogue.
 *
 * @param id its catalogue id: lower-case, without the vendor's prefix
 * @param aliases further names it answers to, provider-qualified ones included
 * @param name the name shown to people
 * @param vendor who made it, as in provider-qualified names: {@code openai}, {@code z-ai}
 * @param description one sentence for people
 * @param contextLength tokens of prompt and answer together
 * @param maxOutput the most tokens one answer may have
 * @param inputModalities what it reads: text, image, audio, video, file
 * @param outputModalities what it writes: text, image, audio, embedding
 * @param capabilities what it can: tools, reasoning, json_schema, …
 * @param prices what it costs
 * @param priceVersion identifies these prices on usage rows: the first hex digits of a hash over them
 * @param tier the subscription tier from which on it is included
 * @param multipliers by plan, the quota one request takes, in thousandths
 * @param dataPolicy what the provider does with prompts, null when nothing unusual
 * @param status {@code active}, {@code preview} or {@code deprecated}
 * @param released when it was released, null when unknown
 * @param endpoints who serves it, in order of preference; empty when every provider of it is off
 * @param kinds what it can be asked for, never empty
 * @param refuses parameters of sampling that it answers with an error
 */
public record Model(
        String id,
        Set<String> aliases,
        String name,
        String vendor,
        String description,
        long contextLength,
        long maxOutput,
        Set<String> inputModalities,
        Set<String> outputModalities,
        Set<String> capabilities,
        Prices prices,
        String priceVersion,
        Tier tier,
        Map<String, Long> multipliers,
        @Nullable String dataPolicy,
        String status,
        @Nullable LocalDate released,
        List<Endpoint> endpoints,
        Set<ModelKind> kinds,
        RefusedSampling refuses) {

    /** Copies the collections. */
    public Model {
        aliases = Set.copyOf(aliases);
        inputModalities = Set.copyOf(inputModalities);
        outputModalities = Set.copyOf(outputModalities);
        capabilities = Set.copyOf(capabilities);
        multipliers = Map.copyOf(multipliers);
        endpoints = List.copyOf(endpoints);
        kinds = Set.copyOf(kinds);
    }

    /**
     * Whether it can be asked for something. A model that converses continues texts too.
     *
     * @param kind what is asked for
     * @return true when the model is of that kind
     */
    public boolean serves(ModelKind kind) {
        return kinds.contains(kind) || (kind == ModelKind.COMPLETION && kinds.contains(ModelKind.CHAT));
    }

    /**
     * Where one provider serves it.
     *
     * @param provider known by its name
     * @return in their order, empty when it does not
     */
    public List<Endpoint> endpointsAt(Provider provider) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.provider().name().equals(provider.name()))
                .toList();
    }

    /**
     * Whether a request costs nothing.
     *
     * @return true when every price is zero
     */
    public boolean isFree() {
        return prices.isFree();
    }

    /**
     * Whether it is one of those that the simulated provider answers.
     *
     * @return true for {@code sim/…}
     */
    public boolean isSimulated() {
        return id.startsWith("sim/");
    }
}
