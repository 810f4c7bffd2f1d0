package ai.apertis.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.catalog.Recommender.Budget;
import ai.apertis.catalog.Recommender.Recommendation;
import ai.apertis.catalog.Recommender.Task;
import ai.apertis.config.Config;
import ai.apertis.config.ConfigLoader;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Recommendations from the shipped catalogue. */
class RecommenderTest {
    private static List<Model> models;

    @BeforeAll
    static void load() throws Exception {
        Config config = new ConfigLoader(Map.of(), Path.of("").toAbsolutePath()).load();
        models = new CatalogLoader(URI.create("http://127.0.0.1:1"))
                .load(config).models().stream()
                        .filter(model -> !model.id().startsWith("sim/"))
                        .toList();
    }

    @ParameterizedTest
    @EnumSource(Task.class)
    void everyTaskHasAModelThatFitsAtEveryBudget(Task task) {
        long before = -1;
        for (Budget budget : Budget.values()) {
            Recommendation found = Recommender.recommend(models, task, budget).orElseThrow();
            assertThat(fits(found.model(), task)).isTrue();
            assertThat(found.model().dataPolicy()).isNull();
            assertThat(found.reason()).isNotBlank();
            assertThat(found.alternatives()).hasSizeBetween(1, 2).allSatisfy(other -> {
                assertThat(fits(other.model(), task)).isTrue();
                assertThat(other.model()).isNotEqualTo(found.model());
                assertThat(other.note()).isNotBlank();
            });
            long price = 3 * found.model().prices().inputPico()
                    + found.model().prices().outputPico();
            assertThat(price).as("a larger budget").isGreaterThan(before);
            before = price;
        }
    }

    private static boolean fits(Model model, Task task) {
        return switch (task) {
            case CODING -> model.capabilities().contains("tools");
            case LONG_CONTEXT -> model.contextLength() >= 200_000;
            case FAST_CHAT -> !model.capabilities().contains("reasoning");
            case REASONING -> model.capabilities().contains("reasoning");
            case VISION -> model.inputModalities().contains("image");
        };
    }
}
