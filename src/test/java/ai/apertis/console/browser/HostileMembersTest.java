package ai.apertis.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.TestDatabase;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Whatever people name things, and whatever stands in the rows, is text on the pages of those who have signed in. */
@ExtendWith(Studio.Entrance.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("chromium")
class HostileMembersTest {
    private static final String NAME = "mallory";
    private static final String SPELL = "=HYPERLINK(\"http://canary.invalid\")";
    private static final Pattern MADE = Pattern.compile("id=\"new-key\">([^<]+)<");
    private static final int PHONE = 390;

    private static Studio studio;

    private final List<String> asked = new ArrayList<>();
    private BrowserContext somebody;
    private Page page;
    private Watcher watcher;

    @BeforeAll
    static void enter(Studio opened) {
        studio = opened;
    }

    @BeforeEach
    void come() {
        somebody = studio.somebody(new Browser.NewContextOptions().setViewportSize(PHONE, 844));
        page = somebody.newPage();
        watcher = new Watcher(page);
        page.onRequest(request -> asked.add(request.url()));
    }

    @AfterEach
    void leave() {
        somebody.close();
    }

    @Test
    void seeTextAndNoMoreOnAPhone() {
        Studio.signUp(page, NAME);
        TestDatabase.execute(
                studio.gateway().database(),
                "UPDATE organization SET name = " + quoted(Hostile.TEXTS.getFirst())
                        + " WHERE personal_of = (SELECT id FROM person WHERE name = '" + NAME + "')");
        List<String> names = new ArrayList<>(Hostile.TEXTS);
        names.add(SPELL);
        names.forEach(this::makeAKeyAndAsk);
        long key = number("SELECT id FROM api_key WHERE name = " + quoted(Hostile.TEXTS.get(1)));
        long request = number("SELECT max(request_id) FROM charge WHERE key_id = " + key);

        visit("/console");
        visit("/console/keys", names);
        visit("/console/keys/" + key);
        assertThat(page.locator("#f-name").inputValue()).isEqualTo(Hostile.TEXTS.get(1));
        visit("/console/logs", names);
        for (String text : Hostile.TEXTS) {
            visit("/console/logs?model=" + URLEncoder.encode(text, StandardCharsets.UTF_8), List.of(text));
            assertThat(page.locator("#l-model").inputValue()).isEqualTo(text);
        }
        visit("/console/logs/" + request, List.of(Hostile.TEXTS.get(1)));
        visit("/console/credits");
        visit("/console/settings");
        String csv = page.request().get("/console/logs.csv").text();
        assertThat(csv).contains("\"'" + SPELL.replace("\"", "\"\"") + "\"").doesNotContain(",=", ",\"=");

        send("/console/organization/teams", "name", Hostile.TEXTS.get(1));
        for (String text : Hostile.TEXTS) {
            for (String kind : List.of("projects", "groups", "admin-keys")) {
                send("/console/organization/" + kind, "name", text);
            }
            send("/console/organization/roles", "name", text, "actions", "view_usage");
        }
        visit("/console/organization", Hostile.TEXTS);
        visit("/console/audit");
        visit("/console/keys/new");
        visit("/console/settings");
        assertThat(asked).isNotEmpty().allMatch(url -> url.startsWith("http://localhost:"));
    }

    /** Makes a key of a name, asks by it, and lets a row of usage say the same of the model and the provider. */
    private void makeAKeyAndAsk(String name) {
        Matcher key = MADE.matcher(send("/console/keys", "name", name).text());
        assertThat(key.find()).as(name).isTrue();
        studio.gateway().chat(key.group(1), """
                {"model": "sim/echo", "messages": [{"role": "user", "content": "<script>window.canary=1</script>"}]}
                """);
        String text = quoted(name);
        TestDatabase.execute(
                studio.gateway().database(),
                "UPDATE charge SET model = " + text + ", requested_model = " + text + " || '?', provider = " + text
                        + ", ending = " + text + " WHERE key_id = (SELECT id FROM api_key WHERE name = " + text + ")");
    }

    private static long number(String sql) {
        return TestDatabase.number(studio.gateway().database(), sql);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** Sends a form as from the page that is shown. */
    private APIResponse send(String path, String... fields) {
        FormData form = FormData.create();
        form.set("csrf", page.locator("input[name=csrf]").first().inputValue());
        for (int i = 0; i < fields.length; i += 2) {
            form.set(fields[i], fields[i + 1]);
        }
        APIResponse response = page.request()
                .post(
                        path,
                        RequestOptions.create()
                                .setHeader("Sec-Fetch-Site", "same-origin")
                                .setForm(form));
        assertThat(response.ok()).as(path + " " + String.join(" ", fields)).isTrue();
        return response;
    }

    private void visit(String address) {
        visit(address, List.of());
    }

    /** Goes to a page and sees that it is whole, that it shows some texts as they are, and that nothing of them ran. */
    private void visit(String address, List<String> texts) {
        watcher.visit(address);
        String shown = page.locator("main").innerText();
        texts.forEach(text -> assertThat(shown).as(address).contains(text));
        assertThat(page.evaluate("window.canary")).as(address).isNull();
        assertThat(page.locator("[onerror], [onload], a[href^='javascript:']").count())
                .as(address)
                .isZero();
        assertThat(page.evaluate("document.documentElement.scrollWidth"))
                .as("width of " + address)
                .isEqualTo(PHONE);
        assertThat(watcher.complaints()).as(address).isEmpty();
    }
}
