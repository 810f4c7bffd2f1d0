package ai.apertis.console.browser;

import ai.apertis.RunningGateway;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody who signed up, owns a team, invited somebody, made a key and asked by it, so that there is something on every page.
 *
 * @param cookies of their session
 * @param operator of another session of theirs, with the operator's rights
 * @param places what stands for the parts of addresses that begin with a colon
 */
record Member(String cookies, String operator, Map<String, String> places) {
    private static final Pattern PLACE = Pattern.compile(":[a-z]+");
    private static final String NAME = "member";

    Member {
        places = Map.copyOf(places);
    }

    static Member come(Studio studio, RunningGateway gateway, BrowserContext browser) {
        Page page = browser.newPage();
        Studio.signUp(page, NAME);
        String key = makeKey(page, "laptop");
        for (String model : new String[] {"sim/echo", "sim/brief", "sim/flaky-429"}) {
            gateway.chat(key, """
                    {"model": "%s", "messages": [{"role": "user", "content": "Hello there, how do you do?"}]}
                    """.formatted(model));
        }
        page.navigate("/console/keys");
        String keyId = last(
                page.locator("main a[href^='/console/keys/']:not([href$=new])").first());
        page.navigate("/console/logs");
        String request = last(page.locator("main a[href^='/console/logs/']").first());
        Map<String, String> places = new HashMap<>(Map.of(
                ":key",
                keyId,
                ":request",
                request,
                ":month",
                YearMonth.now(ZoneOffset.UTC).toString(),
                ":token",
                invitation(studio)));
        return new Member(browser.storageState(), operator(studio, places), places);
    }

    /** Shows the admin token in a session of its own, looks through the ledger and for this account. */
    private static String operator(Studio studio, Map<String, String> places) {
        try (BrowserContext browser = studio.somebody()) {
            Page page = browser.newPage();
            Studio.logIn(page, NAME);
            page.navigate("/operator");
            page.getByLabel("Admin token").fill(RunningGateway.ADMIN_TOKEN);
            page.keyboard().press("Enter");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Ledger"))
                    .click();
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Look through it"))
                    .click();
            page.getByText("promises are kept").waitFor();
            page.navigate("/operator/accounts?q=" + NAME + "@");
            places.put(
                    ":account",
                    last(page.locator("main a[href^='/operator/accounts/']").last()));
            return browser.storageState();
        }
    }

    /** Makes a key by its form and reads it from the page, where it stands this once. */
    static String makeKey(Page page, String name) {
        page.navigate("/console/keys/new");
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill(name);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Make the key"))
                .click();
        return page.locator("#new-key").textContent();
    }

    /** Makes a team in a session of its own, for a session looks at one organization, and invites somebody. */
    private static String invitation(Studio studio) {
        try (BrowserContext browser = studio.somebody()) {
            Page page = browser.newPage();
            Studio.logIn(page, NAME);
            page.navigate("/console/organization");
            page.getByLabel("New team").fill("Kettle & Co");
            page.keyboard().press("Enter");
            page.getByLabel("E-mail of somebody to invite").fill("guest@example.com");
            page.locator("form[action$='/invitations']").getByLabel("reader").check();
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Make an invitation"))
                    .click();
            String link = page.locator("#secret").textContent();
            return link.substring(link.lastIndexOf('/') + 1);
        }
    }

    private static String last(Locator link) {
        String href = link.getAttribute("href");
        return href.substring(href.lastIndexOf('/') + 1);
    }

    /** An address with what stands for its parts. */
    String placed(String address) {
        return PLACE.matcher(address)
                .replaceAll(place -> Matcher.quoteReplacement(places.getOrDefault(place.group(), place.group())));
    }
}
