package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The catalogue and the changelog as anybody sees them, without a key. */
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

    @Test
    void tellsWhatChangedInPagesAndByCategory() {
        JsonNode first = get("/api/changelog", 200);
        assertThat(first.path("data")).hasSize(5);
        assertThat(first.path("has_more").booleanValue()).isTrue();
        assertThat(first.at("/data/0/pinned").booleanValue()).isTrue();
        assertThat(first.at("/data/0/title").textValue()).isEqualTo("Feature Added");
        assertThat(first.at("/data/0/body").textValue()).contains("/v1/dashboard/billing/credits");
        int total = first.path("total").intValue();
        assertThat(get("/api/changelog/?page=2", 200).path("data")).hasSize(Math.min(5, total - 5));
        assertThat(get("/api/changelog?page=2000&limit=100", 200).path("data")).isEmpty();
        JsonNode models = get("/api/changelog?type=Models%20Added&limit=100", 200);
        assertThat(models).isEqualTo(get("/api/changelog?category=models&limit=100", 200));
        assertThat(models.toString())
                .contains("glm-5-turbo", "nemotron-3-super-120b-a12b:free", "hunter-alpha", "qwen3.5-9b");
        for (JsonNode entry : models.path("data")) {
            assertThat(entry.path("category").textValue()).isEqualTo("models");
            assertThat(get("/api/changelog/" + entry.path("version").textValue(), 200))
                    .isEqualTo(entry);
        }
        get("/api/changelog/1.0", 404);
        for (String query : List.of("page=0", "limit=101", "category=soup", "type=soup")) {
            assertThat(get("/api/changelog?" + query, 400).at("/error/param").textValue())
                    .isEqualTo(query.substring(0, query.indexOf('=')));
        }
    }

    @Test
    void feedsReadersOfTheChangelog() throws Exception {
        HttpResponse<String> response = answer("/changelog/feed.atom");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/atom+xml; charset=utf-8");
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document feed = factory.newDocumentBuilder().parse(new InputSource(new StringReader(response.body())));
        assertThat(feed.getDocumentElement().getNamespaceURI()).isEqualTo("http://www.w3.org/2005/Atom");
        assertThat(feed.getElementsByTagName("entry").getLength())
                .isEqualTo(Math.min(20, get("/api/changelog", 200).path("total").intValue()));
    }

    private static JsonNode find(JsonNode models, String id) {
        for (JsonNode model : models) {
            if (model.path("id").textValue().equals(id)) {
                return model;
            }
        }
        throw new AssertionError("no " + id);
    }

    private static HttpResponse<String> answer(String path) {
        String root = gateway.baseUrl().replace("/v1", "");
        return gateway.send(HttpRequest.newBuilder(URI.create(root + path)).build());
    }

    private static JsonNode get(String path, int status) {
        HttpResponse<String> response = answer(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return RunningGateway.json(response.body());
    }
}
