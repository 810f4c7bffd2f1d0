package ai.apertis.console.browser;

import ai.apertis.RunningGateway;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.WaitUntilState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One gateway of the shipped configuration and one browser, for all tests of a run that ask for them. */
final class Studio implements AutoCloseable {
    private static final double PATIENCE_MILLIS = 20_000;

    /** Who signs up has something to spend, and all come from this machine. */
    private static final String CREDIT = "\nconsole:\n  sign_up_credit_usd: 5\n  log_ins_per_address_per_hour: 0\n";

    private final RunningGateway gateway = RunningGateway.configured(shipped().replace("\nconsole:\n", CREDIT));
    private final Playwright playwright;
    private final Browser browser;
    private @Nullable Member member;

    private Studio(Path chromium) {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of("--disable-dev-shm-usage", "--hide-scrollbars")));
    }

    private static String shipped() {
        try {
            return Files.readString(Path.of("conf", "apertis.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RunningGateway gateway() {
        return gateway;
    }

    /** Somebody with a browser of their own. */
    BrowserContext somebody(Browser.NewContextOptions as) {
        BrowserContext context = browser.newContext(
                as.setBaseURL("http://localhost:" + gateway.port()).setLocale("en-GB"));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        return context;
    }

    /** Somebody at a desk. */
    BrowserContext somebody() {
        return somebody(new Browser.NewContextOptions());
    }

    /** Somebody who signed up, has keys and asked something. */
    Member member() {
        if (member == null) {
            try (BrowserContext somebody = somebody()) {
                member = Member.come(this, gateway, somebody);
            }
        }
        return member;
    }

    /** Signs somebody up and in by the forms, with Enter. */
    static void signUp(Page page, String name) {
        page.navigate("/signup");
        page.getByLabel("E-mail").fill(name + "@example.com");
        page.getByLabel("User name").fill(name);
        page.getByLabel("Password").fill("correct horse " + name);
        page.keyboard().press("Enter");
        page.waitForURL(url -> url.contains("/login"));
        enter(page, name);
    }

    /** Signs somebody in who signed up before. */
    static void logIn(Page page, String name) {
        page.navigate("/login");
        enter(page, name);
    }

    private static void enter(Page page, String name) {
        page.getByLabel("User name").fill(name);
        page.getByLabel("Password").fill("correct horse " + name);
        page.keyboard().press("Enter");
        page.waitForURL(
                url -> !url.contains("/login"), new Page.WaitForURLOptions().setWaitUntil(WaitUntilState.COMMIT));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
        gateway.close();
    }

    /** Hands the studio to tests; they are skipped where there is no browser. */
    static final class Entrance implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Studio.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            var chromium = Chromium.find();
            Assumptions.assumeTrue(chromium.isPresent(), "no Chromium is installed (see docs/CONTRIBUTING.md)");
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Studio.class))
                    .computeIfAbsent(Studio.class, key -> new Studio(chromium.orElseThrow()), Studio.class);
        }
    }
}
