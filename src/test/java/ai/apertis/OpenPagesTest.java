package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages that need no signing in: models, pricing, recommendations, documentation. */
class OpenPagesTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.shipped();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/models",
                "/models?page=2",
                "/models/glm-5-turbo",
                "/models/sim/echo",
                "/pricing",
                "/docs",
                "/docs/search?q=hold",
                "/docs/configuration",
                "/docs/api",
                "/docs/api/responses",
                "/recommend",
                "/recommend?task=coding&budget=low"
            })
    void answerWithPagesWithoutInlineCode(String path) {
        HttpResponse<String> page = get(path);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .containsOnlyOnce("<h1")
                .doesNotContainPattern("<script(?![^>]* src=)")
                .doesNotContainPattern("<[^>]+ (style|on[a-z]+)=");
        assertThat(page.body().length()).isLessThan(100_000);
    }

    @Test
    void modelsAreSearchedFilteredSortedAndPaged() {
        assertThat(get("/models?q=glm+turbo").body())
                .contains(">glm-5-turbo</code>")
                .doesNotContain(">claude-haiku-4.5</code>");
        assertThat(get("/models?vendor=z-ai").body()).contains(">z-ai</td>").doesNotContain(">anthropic</td>");
        assertThat(get("/models?free=yes").body())
                .contains("logged by provider")
                .doesNotContain("$");
        assertThat(get("/models?tier=max").body()).contains(">max</td>").doesNotContain(">lite</td>");
        assertThat(get("/models?context=1000000&q=claude").body()).doesNotContain(">200,000</td>");
        assertThat(get("/models?modality=embedding").body()).doesNotContain(">glm-5-turbo</code>");
        assertThat(get("/models?sort=cheapest&vendor=anthropic").body())
                .containsSubsequence(">claude-haiku-4.5</code>", ">claude-opus-4-1</code>");
        assertThat(get("/models").body()).contains("Page 1 of", "page=2");
        assertThat(get("/models?q=no+such+model+anywhere").body()).contains("No model fits");
    }

    @Test
    void aModelHasItsPricesPlansAndCodeOnAPageAndItsOtherNamesLeadThere() {
        assertThat(get("/models/glm-5-turbo").body())
                .contains("$0.96", "$3.20", "1.2 units of quota", "Anthropic(base_url=");
        assertThat(get("/models/hunter-alpha").body())
                .contains("Prompts and completions are logged by the provider.", "Costs nothing.");
        HttpResponse<String> alias = get("/models/z-ai/glm-5-turbo");
        assertThat(alias.statusCode()).isEqualTo(303);
        assertThat(alias.headers().firstValue("location")).contains("/models/glm-5-turbo");
        assertThat(get("/models/no-such-model").statusCode()).isEqualTo(404);
    }

    @Test
    void whatVisitorsSendIsShownAsTextOrRefused() {
        String hostile = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
        for (String path : new String[] {
            "/models?q=" + hostile,
            "/models?vendor=" + hostile + "&tier=" + hostile,
            "/models/" + hostile,
            "/recommend?task=" + hostile
        }) {
            assertThat(get(path).body()).as(path).contains("<h1").doesNotContain("<script>alert");
        }
        assertThat(get("/models?context=-1").statusCode()).isEqualTo(400);
        assertThat(get("/models?context=many").statusCode()).isEqualTo(400);
        assertThat(get("/models?sort=luck").statusCode()).isEqualTo(400);
        assertThat(get("/models?page=0").statusCode()).isEqualTo(404);
        assertThat(get("/recommend?task=juggling").statusCode()).isEqualTo(400);
        assertThat(get("/recommend?task=coding&budget=none").statusCode()).isEqualTo(400);
    }

    @Test
    void pricesOfPlansAndAdviceStandOnTheirPages() {
        assertThat(get("/pricing").body()).contains("Pay as you go", "$12", "600 units", "1.5 times");
        assertThat(get("/recommend?task=coding&budget=low").body()).contains("/models/sim/tools", "The cheapest model");
        assertThat(get("/recommend").body()).doesNotContain("The newest model");
    }

    @Test
    void everyFileOfTheDocumentationIsAPageAndEveryLinkOfOneLeadsToAPage() throws IOException {
        Path folder = Path.of("docs");
        List<String> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".md"))
                    .map(file -> "/docs/" + file.substring(0, file.length() - 3))
                    .toList();
        }
        Set<String> linked = new TreeSet<>(files);
        assertThat(files).hasSizeGreaterThan(20);
        for (String file : files) {
            HttpResponse<String> page = get(file);
            assertThat(page.statusCode()).as(file).isEqualTo(200);
            Matcher link = Pattern.compile("href=\"([^\"#]+)[\"#]")
                    .matcher(page.body()
                            .substring(page.body().indexOf("<main"), page.body().indexOf("</main>")));
            while (link.find()) {
                if (!link.group(1).startsWith("https://")) {
                    linked.add(link.group(1));
                }
            }
        }
        assertThat(linked)
                .containsAll(files)
                .allSatisfy(path -> assertThat(get(path).statusCode()).as(path).isEqualTo(200));
    }

    @Test
    void everyOperationOfTheDescriptionStandsInTheReferenceWithACallAndIsFound() throws IOException {
        JsonNode paths =
                new ObjectMapper().readTree(get("/openapi.json").body()).path("paths");
        String list = get("/docs/api").body();
        Set<String> pages = new TreeSet<>();
        Matcher link = Pattern.compile("href=\"(/docs/api/[a-z-]+)\"").matcher(list);
        while (link.find()) {
            pages.add(link.group(1));
        }
        assertThat(pages).hasSizeGreaterThan(10);
        String reference = pages.stream().map(page -> get(page).body()).collect(Collectors.joining());
        paths.properties().forEach(path -> assertThat(reference).contains("<code>" + path.getKey() + "</code>"));
        assertThat(get("/docs/api/chat-completions").body())
                .containsOnlyOnce("id=\"createChatCompletion\"")
                .contains(
                        "<code>messages[].role</code>",
                        "<code>provider.order</code>",
                        "<code>X-Timeout</code>",
                        "<dt>402</dt>",
                        "curl http://localhost:" + gateway.port() + "/v1/chat/completions \\",
                        "Bearer $APERTIS_KEY",
                        "\"model\": \"sim/echo\"");
        assertThat(get("/docs/search?q=fallback_timeout+attempt").body())
                .contains("/docs/api/chat-completions#createChatCompletion");
        assertThat(get("/docs/api/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void theDocumentationIsSearchedAndWhatIsFoundIsMarked() {
        assertThat(get("/docs/search?q=tolerance").body()).contains("<mark>tolerance</mark>", "/docs/money#");
        assertThat(get("/docs/search?q=%3Cscript%3Ealert(1)").body())
                .contains("Nothing in the documentation")
                .doesNotContain("<script>alert");
        assertThat(get("/docs/search?q=" + "a".repeat(101)).statusCode()).isEqualTo(400);
        assertThat(get("/docs/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/docs/..%2F..%2Fconf%2Fapertis.yaml").statusCode()).isIn(400, 404);
        assertThat(get("/docs/clients").headers().firstValue("location")).contains("/docs/clients/README");
    }

    private static HttpResponse<String> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + gateway.port() + path))
                .header("Accept", "text/html")
                .build();
        return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                .join();
    }
}
