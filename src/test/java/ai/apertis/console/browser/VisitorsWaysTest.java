package ai.apertis.console.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What visitors do on the public pages, in a browser: by pointer, by keyboard alone, and with ill intent. */
@ExtendWith(Studio.Entrance.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("chromium")
class VisitorsWaysTest {
    private static final String GROUND = "getComputedStyle(document.body).backgroundColor";
    private static final String WHITE = "rgb(255, 255, 255)";

    private static Studio studio;

    @BeforeAll
    static void enter(Studio opened) {
        studio = opened;
    }

    @Test
    void findAChangeByItsTypeAndKeepItsAddress() {
        try (BrowserContext somebody = studio.somebody()) {
            Page page = somebody.newPage();
            page.navigate("/changelog");
            page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Type of change"))
                    .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Models"))
                    .click();
            assertThat(page).hasURL(Pattern.compile("/changelog\\?type=models$"));
            assertThat(page.locator(".change .badge").allTextContents())
                    .isNotEmpty()
                    .containsOnly("Models Added");
            Locator permalink = page.locator("a.permalink").first();
            String version = permalink.textContent();
            permalink.click();
            assertThat(page).hasURL(Pattern.compile("/changelog/" + version.replace(".", "\\.") + "$"));
            assertThat(page.locator(".change")).hasCount(1);
            String feed = page.locator("link[type='application/atom+xml']").getAttribute("href");
            assertThat(page.request().get(feed).text()).contains("<feed", version);
        }
    }

    @Test
    void haveTheColoursOfTheirSystemUntilTheyChoose() {
        try (BrowserContext somebody =
                studio.somebody(new Browser.NewContextOptions().setColorScheme(ColorScheme.LIGHT))) {
            Page page = somebody.newPage();
            page.navigate("/changelog?type=fix");
            assertThat(page.evaluate(GROUND)).isEqualTo(WHITE);
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            assertThat(page.evaluate(GROUND)).isNotEqualTo(WHITE);
            choose(page, "light");
            assertThat(page.evaluate(GROUND)).isEqualTo(WHITE);
            page.navigate("/");
            assertThat(page.evaluate(GROUND)).isEqualTo(WHITE);
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
            choose(page, "dark");
            assertThat(page.evaluate(GROUND)).isNotEqualTo(WHITE);
            choose(page, "system");
            assertThat(page.evaluate(GROUND)).isEqualTo(WHITE);
        }
    }

    private static void choose(Page page, String theme) {
        Locator button = page.locator(".themes button[value=" + theme + "]");
        button.click();
        assertThat(button).hasAttribute("aria-pressed", "true");
    }

    @Test
    void goEverywhereByKeyboard() {
        try (BrowserContext somebody = studio.somebody()) {
            Page page = somebody.newPage();
            page.navigate("/");
            page.keyboard().press("Tab");
            assertThat(page.locator("a.skip")).isFocused();
            assertThat(page.locator("a.skip")).isInViewport();
            page.keyboard().press("Enter");
            page.keyboard().press("Tab");
            assertThat(page.locator("main a").first()).isFocused();

            page.navigate("/");
            List<String> order = new ArrayList<>();
            for (int stop = 0; stop < 60 && !order.contains("system"); stop++) {
                page.keyboard().press("Tab");
                order.add((String) page.evaluate("document.activeElement.value ?? document.activeElement.textContent"));
                assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'"
                                + " || document.activeElement.matches('.tabs > input')"))
                        .as("a ring around " + order.getLast())
                        .isEqualTo(true);
            }
            assertThat(order)
                    .containsSubsequence("Skip to content", "Models", "Changelog", "Sign up", "Get a key", "system");
            page.keyboard().press("Tab");
            page.keyboard().press("Tab");
            page.keyboard().press("Enter");
            assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        }
    }

    @Test
    void openTheMenuOfAPhoneByKeyboard() {
        try (BrowserContext somebody = studio.somebody(new Browser.NewContextOptions().setViewportSize(390, 844))) {
            Page page = somebody.newPage();
            page.navigate("/");
            Locator link = page.locator("nav.links a[href='/changelog']");
            assertThat(link).isHidden();
            page.getByLabel("Show the menu").focus();
            page.keyboard().press("Space");
            assertThat(link).isVisible();
            link.focus();
            page.keyboard().press("Enter");
            assertThat(page).hasURL(Pattern.compile("/changelog$"));
        }
    }

    @Test
    void seeHostileTextAsText() {
        List<String> asked = new ArrayList<>();
        try (BrowserContext somebody = studio.somebody()) {
            Page page = somebody.newPage();
            Watcher watcher = new Watcher(page);
            page.onRequest(request -> asked.add(request.url()));
            for (String path : List.of("/changelog?type=%s", "/changelog?page=%s", "/changelog/%s", "/nothing/%s")) {
                for (String text : Hostile.TEXTS) {
                    watcher.visit(path.formatted(URLEncoder.encode(text, StandardCharsets.UTF_8)));
                    assertThat(page.evaluate("window.canary")).isNull();
                    assertThat(page.locator("[onerror], [onload], a[href^='javascript:']"))
                            .hasCount(0);
                    assertThat(watcher.complaints())
                            .as(path)
                            .allMatch(line -> line.startsWith("Failed to load resource: the server responded with"));
                }
            }
        }
        assertThat(asked).isNotEmpty().noneMatch(url -> url.contains("://canary.invalid"));
    }
}
