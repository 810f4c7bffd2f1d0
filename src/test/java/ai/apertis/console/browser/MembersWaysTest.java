package ai.apertis.console.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What people do who have signed up, in a browser. */
@ExtendWith(Studio.Entrance.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("chromium")
class MembersWaysTest {
    private static final int MOST_STOPS = 80;

    /** The page that looks on asks every three seconds. */
    private static final double LOOKS_MILLIS = 15_000;

    private static final Pattern USD = Pattern.compile("\\$([0-9,.]+)");

    private static Studio studio;

    @BeforeAll
    static void enter(Studio opened) {
        studio = opened;
    }

    @Test
    void signUpMakeAKeyAskByItAndFindTheRequestAndWhatItCost() {
        try (BrowserContext somebody = studio.somebody()) {
            Page page = somebody.newPage();
            Watcher watcher = new Watcher(page);
            Studio.signUp(page, "storyteller");
            assertThat(page).hasURL(Pattern.compile("/console$"));
            BigDecimal before = left(page, "/console/credits");
            assertThat(before).isEqualByComparingTo("5");
            String key = Member.makeKey(page, "first key");
            page.navigate("/console/keys");
            assertThat(page.content()).contains("first key").doesNotContain(key);

            page.navigate("/console/logs?live=1");
            Locator row = page.locator("#requests tbody tr");
            assertThat(row).hasCount(0);
            BigDecimal cost = askForAStream(key);
            assertThat(cost).isPositive();
            assertThat(row).hasCount(1, new LocatorAssertions.HasCountOptions().setTimeout(LOOKS_MILLIS));
            assertThat(row).containsText("sim/echo");
            assertThat(row).containsText("first key");
            String shown = "$" + cost.stripTrailingZeros().toPlainString();
            assertThat(row).containsText(shown);
            row.locator("a").click();
            assertThat(page.locator("dl.facts").first()).containsText("Streamedyes");
            assertThat(page.locator("dl.facts").last()).containsText("Charged" + shown);

            assertThat(left(page, "/console/credits")).isEqualByComparingTo(before.subtract(cost));
            assertThat(left(page, "/console")).isEqualByComparingTo(before.subtract(cost));
            assertThat(watcher.complaints()).isEmpty();
        }
    }

    /** What a page says is left. */
    private static BigDecimal left(Page page, String address) {
        page.navigate(address);
        var amount = USD.matcher(page.locator(".figures div")
                .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^left|left$")))
                .locator("dd")
                .textContent());
        assertThat(amount.find()).isTrue();
        return new BigDecimal(amount.group(1).replace(",", ""));
    }

    /** Asks for a stream and reads what it cost from its last chunk. */
    private static BigDecimal askForAStream(String key) {
        HttpResponse<String> answer = studio.gateway().chat(key, """
                {"model": "sim/echo", "stream": true, "usage": {"include": true},
                 "messages": [{"role": "user", "content": "Tell me of the sea"}]}
                """);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> RunningGateway.json(line.substring("data: ".length())))
                .map(chunk -> chunk.path("usage").path("cost"))
                .filter(JsonNode::isNumber)
                .map(JsonNode::decimalValue)
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    @Test
    void goByKeyboardAloneFromLoggingInToRevokingAKey() {
        try (BrowserContext maker = studio.somebody()) {
            Studio.signUp(maker.newPage(), "typist");
        }
        try (BrowserContext somebody = studio.somebody()) {
            somebody.grantPermissions(List.of("clipboard-read", "clipboard-write"));
            Page page = somebody.newPage();
            page.navigate("/login");
            tabTo(page, "#login");
            page.keyboard().type("typist");
            page.keyboard().press("Tab");
            page.keyboard().type("correct horse typist");
            page.keyboard().press("Enter");
            page.waitForURL(Pattern.compile("/console$"));
            tabTo(page, "main a[href='/console/keys/new']");
            page.keyboard().press("Enter");
            page.waitForURL(Pattern.compile("/console/keys/new$"));
            tabTo(page, "#f-name");
            page.keyboard().type("by hand");
            page.keyboard().press("Enter");
            String key = page.locator("#new-key").textContent();
            tabTo(page, "[data-copy='new-key']");
            page.keyboard().press("Enter");
            assertThat(page.locator("[data-copy='new-key']")).hasText("Copied");
            assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo(key);
            tabTo(page, ".desk-page a[href='/console/keys']");
            page.keyboard().press("Enter");
            assertThat(page.locator("h1")).hasText("Keys");
            page.onceDialog(dialog -> dialog.accept());
            tabTo(page, "form[action$='/revoke'] button");
            page.keyboard().press("Enter");
            assertThat(page.locator(".empty")).containsText("There is no key yet");
            assertThat(studio.gateway().fetch("/models", key).statusCode()).isEqualTo(401);
        }
    }

    /** Presses Tab until something has the focus, and sees that it can be seen where the focus is. */
    private static void tabTo(Page page, String selector) {
        for (int stop = 0; stop < MOST_STOPS; stop++) {
            page.keyboard().press("Tab");
            if (page.evaluate("selector => document.activeElement.matches(selector)", selector)
                    .equals(true)) {
                assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                        .isNotEqualTo("none");
                return;
            }
        }
        throw new AssertionError("Tab never comes to " + selector);
    }

    @Test
    void searchModelsWhileTheyTypeAndWithoutScripts() {
        try (BrowserContext somebody = studio.somebody()) {
            Page page = somebody.newPage();
            page.navigate("/models");
            page.evaluate("window.stayed = true");
            page.locator("#q").pressSequentially("haiku");
            assertThat(page.locator("table.models tbody tr")).hasCount(1);
            assertThat(page.locator("table.models tbody tr")).containsText("claude-haiku-4.5");
            assertThat(page).hasURL(Pattern.compile("q=haiku"));
            assertThat(page.evaluate("window.stayed")).isEqualTo(true);
        }
        try (BrowserContext somebody = studio.somebody(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            Page page = somebody.newPage();
            page.navigate("/models");
            page.locator("#q").fill("haiku");
            page.keyboard().press("Enter");
            assertThat(page.locator("table.models tbody tr")).hasCount(1);
            assertThat(page).hasURL(Pattern.compile("q=haiku"));
        }
    }

    @Test
    void haveTheirColoursAndTheMenuOnTheirPagesToo() {
        try (BrowserContext somebody = studio.somebody(new Browser.NewContextOptions()
                .setStorageState(studio.member().cookies())
                .setViewportSize(390, 844)
                .setColorScheme(ColorScheme.DARK))) {
            Page page = somebody.newPage();
            page.navigate("/console/keys");
            String ground = "getComputedStyle(document.body).backgroundColor";
            assertThat(page.evaluate(ground)).isNotEqualTo("rgb(255, 255, 255)");
            page.locator(".themes button[value=light]").click();
            assertThat(page).hasURL(Pattern.compile("/console/keys$"));
            assertThat(page.evaluate(ground)).isEqualTo("rgb(255, 255, 255)");
            page.getByLabel("Show the menu").focus();
            page.keyboard().press("Space");
            assertThat(page.locator("nav.links a[href='/console']")).isVisible();
            assertThat(page.locator("nav.links form[action='/logout'] button")).isVisible();
        }
    }
}
