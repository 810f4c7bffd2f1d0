package ai.apertis.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.LimitsConfig;
import ai.apertis.config.ModelKind;
import ai.apertis.config.RefusedSampling;
import ai.apertis.config.RoutingConfig;
import ai.apertis.config.TimeoutsConfig;
import ai.apertis.money.Prices;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {
    private static final Prices PRICED = Prices.ofTokens(1_000_000, 2_000_000);

    private final Catalog catalog = new Catalog(
            List.of(
                    model("glm-5-turbo", "z-ai", PRICED),
                    model("nemotron-3:free", "nvidia", Prices.FREE),
                    model("nemotron-3", "nvidia", PRICED),
                    model("healer-alpha", "openrouter", Prices.FREE),
                    model("minimax-m1", "minimax", PRICED),
                    model("minimax-m1:extended", "minimax", PRICED),
                    model("gpt-5-nano-2025-08-07", "openai", PRICED, "gpt-5-nano", "z-ai/healer"),
                    model("healer", "z-ai", PRICED)),
            List.of(),
            List.of(),
            List.of());

    @ParameterizedTest
    @CsvSource({
        // name, model, web, coding, free, preference
        "glm-5-turbo, glm-5-turbo, false, false, false, BALANCED",
        "z-ai/glm-5-turbo, glm-5-turbo, false, false, false, BALANCED",
        "apertis/glm-5-turbo, glm-5-turbo, false, false, false, BALANCED",
        "apertis/z-ai/glm-5-turbo, glm-5-turbo, false, false, false, BALANCED",
        "code:glm-5-turbo, glm-5-turbo, false, true, false, BALANCED",
        "apertis/code:z-ai/glm-5-turbo:web, glm-5-turbo, true, true, false, BALANCED",
        "glm-5-turbo:web, glm-5-turbo, true, false, false, BALANCED",
        "glm-5-turbo:nitro, glm-5-turbo, false, false, false, THROUGHPUT",
        "glm-5-turbo:web:floor, glm-5-turbo, true, false, false, PRICE",
        "glm-5-turbo:floor:web, glm-5-turbo, true, false, false, PRICE",
        "gpt-5-nano, gpt-5-nano-2025-08-07, false, false, false, BALANCED",
        "openai/gpt-5-nano-2025-08-07, gpt-5-nano-2025-08-07, false, false, false, BALANCED",
        "nemotron-3, nemotron-3, false, false, false, BALANCED",
        "nemotron-3:free, nemotron-3:free, false, false, true, BALANCED",
        "nvidia/nemotron-3:free, nemotron-3:free, false, false, true, BALANCED",
        "nemotron-3:free:web, nemotron-3:free, true, false, true, BALANCED",
        "nemotron-3:web:free, nemotron-3:free, true, false, true, BALANCED",
        "healer-alpha, healer-alpha, false, false, false, BALANCED",
        "healer-alpha:free, healer-alpha, false, false, true, BALANCED",
        "minimax-m1:extended, minimax-m1:extended, false, false, false, BALANCED",
        "minimax-m1:extended:web, minimax-m1:extended, true, false, false, BALANCED",
        // An alias that somebody wrote down wins over vendor/id.
        "z-ai/healer, gpt-5-nano-2025-08-07, false, false, false, BALANCED",
    })
    void resolvesNames(String name, String id, boolean web, boolean coding, boolean free, RoutePreference preference) {
        assertThat(catalog.resolve(name)).hasValueSatisfying(found -> {
            assertThat(found.requested()).isEqualTo(name);
            assertThat(found.model().id()).isEqualTo(id);
            assertThat(found.webSearch()).isEqualTo(web);
            assertThat(found.codingPool()).isEqualTo(coding);
            assertThat(found.freeTier()).isEqualTo(free);
            assertThat(found.preference()).isEqualTo(preference);
            assertThat(found.webSearchRefused()).isEqualTo(web && free);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gpt-9",
                "glm-5-turbo:free",
                "glm-5-turbo:online",
                "openai/glm-5-turbo",
                "code:",
                "apertis/",
                ":web",
                "code:apertis/glm-5-turbo",
                "GLM-5-TURBO",
                "glm-5-turbo:",
                "apertis/apertis/glm-5-turbo"
            })
    void refusesOtherNames(String name) {
        assertThat(catalog.resolve(name)).isEmpty();
    }

    @Test
    void aPlanTakesTheMultiplierOfItsNameElseOfItsTierElseOne() {
        Model model = model("m", "v", PRICED);
        Plan pro = new Plan("pro", Tier.PRO, 25_000_000_000L, 1_000, 1_500);
        Plan plus = new Plan("plus", Tier.PRO, 60_000_000_000L, 1_500, 1_500);
        Plan max = new Plan("max", Tier.MAX, 200_000_000_000L, 5_000, 2_000);
        Plan lite = new Plan("lite", Tier.LITE, 12_000_000_000L, 600, 1_000);

        assertThat(pro.multiplierThousandths(model)).isEqualTo(2_100);
        assertThat(plus.multiplierThousandths(model)).isEqualTo(2_100);
        assertThat(max.multiplierThousandths(model)).isZero();
        assertThat(lite.multiplierThousandths(model)).isEqualTo(1_000);
        assertThat(lite.includes(model)).isFalse();
        assertThat(plus.includes(model)).isTrue();
    }

    @Test
    void aSwapChangesWhatIsCurrentAndNotWhatIsHeld() {
        Catalog next = new Catalog(List.of(), List.of(), List.of(), List.of());
        LiveCatalog live = new LiveCatalog(snapshot(catalog));
        Catalog held = live.current();

        live.swap(snapshot(next));

        assertThat(live.current()).isSameAs(next);
        assertThat(held.models()).isNotEmpty();
    }

    private static Snapshot snapshot(Catalog of) {
        return new Snapshot(
                "version",
                of,
                new LimitsConfig(0, 1_000, 0, 0, 0, 0, 0),
                new TimeoutsConfig(1, 1, 1),
                new RoutingConfig(List.of(), false, 1, BigDecimal.ZERO, 0, BigDecimal.ZERO, "operator"));
    }

    private static Model model(String id, String vendor, Prices prices, String... aliases) {
        return new Model(
                id,
                Set.of(aliases),
                id,
                vendor,
                "",
                128_000,
                16_384,
                Set.of("text"),
                Set.of("text"),
                Set.of(),
                prices,
                "v1",
                Tier.PRO,
                Map.of("pro", 2_100L, "max", 0L),
                null,
                "active",
                null,
                List.of(),
                Set.of(ModelKind.CHAT),
                RefusedSampling.NONE);
    }
}
