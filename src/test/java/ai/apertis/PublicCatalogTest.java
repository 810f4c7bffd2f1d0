package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The catalogue as anybody sees it, without a key. */
class PublicCatalogTest {
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.shipped();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void showsEveryModelWithItsPrices() {
        JsonNode models = get("/api/models", 200).path("data");
        assertThat(models.size()).isGreaterThan(150);
        JsonNode glm = find(models, "glm-5-turbo");
        assertThat(glm.at("/pricing/input").decimalValue()).isEqualByComparingTo("0.96");
        assertThat(glm.at("/pricing/output").decimalValue()).isEqualByComparingTo("3.2");
        assertThat(glm.path("context_length").longValue()).isEqualTo(202_752);
        assertThat(glm.at("/multipliers/pro").decimalValue()).isEqualByComparingTo("1.2");
        assertThat(glm.path("available").booleanValue()).isFalse();
        assertThat(find(models, "whisper-1").at("/pricing/per_second").decimalValue())
                .isEqualByComparingTo("0.0001");
        assertThat(find(models, "hunter-alpha").path("data_policy").textValue()).contains("logged");
        assertThat(find(models, "sim/embed").path("kinds")).hasSize(1);
        assertThat(models.toString()).doesNotContain("http", "provider\"");
    }

    @Test
    void comesInPagesThatTogetherAreTheWhole() {
        List<String> ids = new ArrayList<>();
        JsonNode page;
        int number = 1;
        do {
            page = get("/api/v2/models/?page_size=40&page=" + number, 200);
            page.path("data").forEach(model -> ids.add(model.path("id").textValue()));
            number++;
        } while (page.path("has_more").booleanValue());
        assertThat(ids).doesNotHaveDuplicates().hasSize(page.path("total").intValue());
        assertThat(page.path("pages").intValue()).isEqualTo(number - 1);
        assertThat(get("/api/v2/models?page=900", 200).path("data")).isEmpty();
    }

    @Test
    void isFilteredByKindVendorAndText() {
        JsonNode reranked = get("/api/v2/models/?kind=rerank&vendor=sim", 200);
        assertThat(reranked.path("total").intValue()).isEqualTo(1);
        assertThat(reranked.at("/data/0/id").textValue()).isEqualTo("sim/rerank");
        assertThat(get("/api/v2/models/?q=WHISPER", 200).path("total").intValue())
                .isEqualTo(3);
    }

    @Test
    void namesWhatIsWrong() {
        for (String query : List.of("page=0", "page=x", "page_size=101", "page_size=-1", "kind=soup")) {
            assertThat(get("/api/v2/models/?" + query, 400).at("/error/param").textValue())
                    .isEqualTo(query.substring(0, query.indexOf('=')));
        }
    }

    private static JsonNode find(JsonNode models, String id) {
        for (JsonNode model : models) {
            if (model.path("id").textValue().equals(id)) {
                return model;
            }
        }
        throw new AssertionError("no " + id);
    }

    private static JsonNode get(String path, int status) {
        String root = gateway.baseUrl().replace("/v1", "");
        HttpResponse<String> response =
                gateway.send(HttpRequest.newBuilder(URI.create(root + path)).build());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return RunningGateway.json(response.body());
    }
}
