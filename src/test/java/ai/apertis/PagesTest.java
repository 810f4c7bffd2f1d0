package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every page has in common, and the pages of the first hour: home, changelog, errors. */
class PagesTest {
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
    @ValueSource(strings = {"/", "/changelog", "/changelog?type=models", "/changelog?page=2", "/changelog/2026.11.4"})
    void arePagesUnderAPolicyThatForbidsWhatTheyDoNotContain(String path) {
        HttpResponse<String> page = get(path);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body())
                .contains("<html lang=\"en\"", "<main id=\"content\"")
                .doesNotContainPattern("<script(?![^>]* src=)")
                .doesNotContainPattern("<[^>]+ (style|on[a-z]+)=");
    }

    @Test
    void filesHaveAddressesThatChangeWithThem() {
        Matcher sheet =
                Pattern.compile("href=\"(/static/[0-9a-f]{12}/console.css)\"").matcher(get("/").body());
        assertThat(sheet.find()).isTrue();
        HttpResponse<String> css = get(sheet.group(1));
        assertThat(css.statusCode()).isEqualTo(200);
        assertThat(css.headers().firstValue("cache-control").orElseThrow()).contains("immutable");
        assertThat(css.body()).contains("--accent");
    }

    @Test
    void theChangelogIsFilteredAndPagedAndEachEntryHasAnAddress() {
        assertThat(get("/changelog?type=models").body())
                .contains("Models Added", "<code>glm-5-turbo</code>")
                .doesNotContain("Feature Added</span>");
        assertThat(get("/changelog").body()).contains("November 2026", "Page 1 of 2", "page=2");
        assertThat(get("/changelog?type=models&page=9").statusCode()).isEqualTo(404);
        assertThat(get("/changelog?page=two").statusCode()).isEqualTo(400);
        assertThat(get("/changelog?type=news").body()).contains("must be feature, system, models or fix");
        assertThat(get("/changelog/1.0.0").statusCode()).isEqualTo(404);
    }

    @Test
    void whatDoesNotExistIsToldOnAPageToBrowsersAndAsByTheApiToPrograms() {
        assertThat(get("/nothing/here").body()).contains("There is no page at this address.");
        HttpResponse<String> told =
                send(HttpRequest.newBuilder(uri("/nothing/here")).build());
        assertThat(told.statusCode()).isEqualTo(404);
        assertThat(told.body()).contains("endpoint_not_found");
    }

    @Test
    void coloursAreRememberedAndLeadNowhereElse() {
        HttpResponse<String> chosen = post("/theme", "theme=dark&to=%2Fchangelog%3Ftype%3Dfix");
        assertThat(chosen.statusCode()).isEqualTo(303);
        assertThat(chosen.headers().firstValue("location")).contains("/changelog?type=fix");
        assertThat(chosen.headers().firstValue("set-cookie").orElseThrow()).startsWith("theme=dark;");
        assertThat(send(HttpRequest.newBuilder(uri("/"))
                                .header("Cookie", "theme=dark")
                                .build())
                        .body())
                .contains("data-theme=\"dark\"");
        for (String elsewhere : List.of("//evil.example", "https://evil.example", "/%5Cevil.example", "/a%0d%0ab")) {
            assertThat(post("/theme", "theme=dark&to=" + elsewhere).headers().firstValue("location"))
                    .as(elsewhere)
                    .contains("/");
        }
        assertThat(send(HttpRequest.newBuilder(uri("/"))
                                .header("Cookie", "theme=\"><script>")
                                .build())
                        .body())
                .contains("data-theme=\"system\"")
                .doesNotContain("\"><script>");
    }

    @Test
    void formsOfOtherSitesAreNotTaken() {
        HttpRequest.Builder form =
                HttpRequest.newBuilder(uri("/theme")).POST(HttpRequest.BodyPublishers.ofString("theme=dark"));
        assertThat(send(form.copy().header("Sec-Fetch-Site", "cross-site").build())
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(form.copy().header("Origin", "https://evil.example").build())
                        .statusCode())
                .isEqualTo(403);
    }

    private static HttpResponse<String> get(String path) {
        return send(
                HttpRequest.newBuilder(uri(path)).header("Accept", "text/html").build());
    }

    private static HttpResponse<String> post(String path, String form) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + gateway.port() + path);
    }

    private static HttpResponse<String> send(HttpRequest request) {
        return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                .join();
    }
}
