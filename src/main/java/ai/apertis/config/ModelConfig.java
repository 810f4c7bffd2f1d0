package ai.apertis.config;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model as configured, defaults filled in.
 *
 * @param id its catalogue id
 * @param aliases further names
 * @param name the name shown to people
 * @param vendor who made it, as in {@code vendor/id}
 * @param description one sentence for people
 * @param contextLength tokens of prompt and answer together
 * @param maxOutput the most tokens of one answer
 * @param inputModalities what it reads
 * @param outputModalities what it writes
 * @param capabilities what it can
 * @param price what it costs
 * @param tier {@code free}, {@code lite}, {@code pro} or {@code max}
 * @param multipliers by plan, the quota one request takes
 * @param dataPolicy what is done with prompts, empty when nothing unusual
 * @param status {@code active}, {@code preview} or {@code deprecated}
 * @param released when it was released, empty when unknown
 * @param endpoints who serves it, in order
 * @param kinds what it can be asked for
 * @param refuses parameters of sampling that it never takes
 * @param refusesWhenReasoning parameters of sampling that it takes only while it is not asked to reason
 */
public record ModelConfig(
        String id,
        List<String> aliases,
        String name,
        String vendor,
        String description,
        long contextLength,
        long maxOutput,
        List<String> inputModalities,
        List<String> outputModalities,
        List<String> capabilities,
        PriceConfig price,
        String tier,
        Map<String, BigDecimal> multipliers,
        Optional<String> dataPolicy,
        String status,
        Optional<LocalDate> released,
        List<EndpointConfig> endpoints,
        List<ModelKind> kinds,
        Set<SamplingParameter> refuses,
        Set<SamplingParameter> refusesWhenReasoning) {

    /** Copies the collections. */
    public ModelConfig {
        aliases = List.copyOf(aliases);
        inputModalities = List.copyOf(inputModalities);
        outputModalities = List.copyOf(outputModalities);
        capabilities = List.copyOf(capabilities);
        multipliers = Map.copyOf(multipliers);
        endpoints = List.copyOf(endpoints);
        kinds = List.copyOf(kinds);
        refuses = Set.copyOf(refuses);
        refusesWhenReasoning = Set.copyOf(refusesWhenReasoning);
    }
}
