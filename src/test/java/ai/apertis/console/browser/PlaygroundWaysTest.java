package ai.apertis.console.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What members do in the playground, in a browser. */
@ExtendWith(Studio.Entrance.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("chromium")
class PlaygroundWaysTest {
    private static final String FENCED = "See:\n```java\nint <b>x</b> = 1;\n```\nthat";

    private static Studio studio;

    @BeforeAll
    static void enter(Studio opened) {
        studio = opened;
    }

    @Test
    void askSeeTheAnswerComeWhatItCostAndWhatWentWrong() {
        try (BrowserContext somebody = studio.somebody()) {
            Page page = somebody.newPage();
            Studio.signUp(page, "player");
            studio.gateway().credit("player", 1_000_000_000L);
            Watcher watcher = new Watcher(page);
            watcher.visit("/console/playground?model=sim/echo");
            assertThat(page.getByLabel("Model")).hasValue("sim/echo");
            assertThat(page.locator("#p-about")).containsText("$1.00 in, $2.00 out for a million tokens");

            String hostile = String.join(" ", Hostile.TEXTS);
            Locator answer = ask(page, hostile);
            assertThat(answer.locator(".text")).hasText(hostile);
            assertThat(page.evaluate("window.canary")).isNull();
            assertThat(page.locator("[onerror], [onload], .talk img, .talk script"))
                    .hasCount(0);
            assertThat(ask(page, FENCED).locator("pre code")).hasText("int <b>x</b> = 1;");
            assertThat(page.locator(".talk article")).hasCount(4);
            assertThat(watcher.barriers()).isEmpty();
            assertThat(watcher.complaints()).isEmpty();
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of("target", "screenshots", "console-playground-talk.png"))
                    .setFullPage(true));
            String cost = costOf(answer);
            assertThat(cost).matches("\\$0\\.000[0-9]+");
            String row = answer.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("in the logs"))
                    .getAttribute("href");

            page.getByLabel("Model").fill("sim/slow");
            page.getByLabel("Message").fill("slowly");
            page.keyboard().press("Enter");
            Locator slow = page.locator(".talk article.model").last();
            assertThat(slow.locator(".text")).hasText(Pattern.compile("\\w"));
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Stop"))
                    .click();
            assertThat(slow.getByRole(AriaRole.ALERT)).hasText("Stopped.");
            assertThat(costOf(slow)).matches("\\$0\\.000[0-9]+");

            page.getByLabel("Model").fill("sim/flaky-500");
            Locator refused = send(page, "lost words");
            assertThat(refused.getByRole(AriaRole.ALERT)).containsText("There was no answer (5");
            assertThat(page.getByLabel("Message")).hasValue("lost words");
            page.getByLabel("Model").fill("sim/flaky-reset");
            assertThat(send(page, "one two three four five six seven").getByRole(AriaRole.ALERT))
                    .hasCount(1);
            page.getByLabel("Model").fill("nobody");
            assertThat(send(page, "x").getByRole(AriaRole.ALERT)).containsText("There is no such model (404)");

            page.navigate(row);
            assertThat(page.locator("main")).containsText(cost);
        }
    }

    private static Locator ask(Page page, String text) {
        Locator answer = send(page, text);
        assertThat(answer.locator(".bill a")).isVisible();
        return answer;
    }

    /** The answer once it is over. */
    private static Locator send(Page page, String text) {
        int before = page.locator(".talk article.model").count();
        page.getByLabel("Message").fill(text);
        page.keyboard().press("Enter");
        Locator answer = page.locator(".talk article.model").nth(before);
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send")))
                .isVisible();
        assertThat(page.locator(".talk [aria-busy]")).hasCount(0);
        return answer;
    }

    private static String costOf(Locator answer) {
        Locator bill = answer.locator(".bill");
        assertThat(bill).isVisible();
        return String.valueOf(bill.getAttribute("data-cost"));
    }
}
