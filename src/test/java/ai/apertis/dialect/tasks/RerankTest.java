package ai.apertis.dialect.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reranking costs where a provider prices it by searches, of which one request may be several. */
class RerankTest {
    private static final long SEARCH_NANO = 2_000_000;
    private static final Prices BY_SEARCH = new Prices(0, 0, 0, 0, 0, 0, SEARCH_NANO, 0, 0, List.of());

    @ParameterizedTest
    @CsvSource({"1, 10, 1", "100, 900, 1", "101, 900, 2", "250, 900, 3", "100, 1900, 2", "1, 200000, 3"})
    void holdsForEverySearchThatItMayBe(int documents, int bytes, int searches) {
        assertThat(BY_SEARCH.cost(task(documents, bytes).most())).isEqualTo(searches * SEARCH_NANO);
    }

    @Test
    void chargesTheSearchesThatAreTold() {
        assertThat(charged("\"meta\":{\"billed_units\":{\"search_units\":3}}")).isEqualTo(3 * SEARCH_NANO);
        assertThat(charged("\"meta\":{\"billed_units\":{\"search_units\":1}}")).isEqualTo(SEARCH_NANO);
        assertThat(charged("\"usage\":{\"total_tokens\":5}")).isEqualTo(SEARCH_NANO);
        assertThat(charged("\"meta\":{\"billed_units\":{\"search_units\":-3}},\"usage\":{\"total_tokens\":5}"))
                .isEqualTo(SEARCH_NANO);
    }

    private static long charged(String told) {
        Target target = new Target(DialectName.OPENAI, "m", -1, 4_096, false, Quirks.NONE, Set.of(ModelKind.RERANK));
        Usage usage = task(300, 10)
                .bridge(target)
                .answer(("{\"results\":[]," + told + "}").getBytes(StandardCharsets.UTF_8))
                .usage();
        return usage == null ? SEARCH_NANO : BY_SEARCH.cost(usage);
    }

    private static RerankTask task(int documents, int bytes) {
        String document = "\"" + "d".repeat(bytes) + "\"";
        String body = "{\"model\":\"m\",\"query\":\"q\",\"documents\":["
                + String.join(",", Collections.nCopies(documents, document)) + "]}";
        return RerankTask.read(body.getBytes(StandardCharsets.UTF_8));
    }
}
