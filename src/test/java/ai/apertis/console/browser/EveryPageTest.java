package ai.apertis.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway;
import ai.apertis.console.AssetsMount;
import ai.apertis.console.brand.BrandMount;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is true of every page, in both themes, on a desk and on a phone. */
@ExtendWith(Studio.Entrance.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("chromium")
class EveryPageTest {
    private static final long MOST_BYTES = 100_000;
    private static final Path PICTURES = Path.of("target", "screenshots");

    private static final Set<Class<?>> FILES = Set.of(AssetsMount.class, BrandMount.class);

    private static Studio studio;

    @BeforeAll
    static void enter(Studio opened) {
        studio = opened;
    }

    /** A theme and a width. */
    record Look(ColorScheme theme, int width, int height) {
        /** Whether axe looks too: once in each theme and once at each width, for it takes the most time. */
        boolean listened() {
            return (theme == ColorScheme.DARK) == (width < 800);
        }

        @Override
        public String toString() {
            return theme.name().toLowerCase(Locale.ROOT) + "-" + width;
        }
    }

    static List<Look> looks() {
        return Stream.of(ColorScheme.LIGHT, ColorScheme.DARK)
                .flatMap(theme -> Stream.of(new Look(theme, 1280, 900), new Look(theme, 390, 844)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("looks")
    void isShownWithoutComplaintAndToEverybodyInNoMoreBytesThanAllowed(Look look) {
        SoftAssertions wishes = new SoftAssertions();
        look(look, Sights.Kind.OPEN, new Browser.NewContextOptions(), wishes);
        look(look, Sights.Kind.SIGNED_IN, new Browser.NewContextOptions().setStorageState(studio.member()), wishes);
        wishes.assertAll();
    }

    private static void look(Look look, Sights.Kind kind, Browser.NewContextOptions who, SoftAssertions wishes) {
        try (BrowserContext somebody =
                studio.somebody(who.setViewportSize(look.width(), look.height()).setColorScheme(look.theme()))) {
            Page page = somebody.newPage();
            Watcher watcher = new Watcher(page);
            for (Sights.Sight sight : Sights.of(kind)) {
                watcher.visit(sight.address());
                String name = sight.name() + "-" + look;
                page.screenshot(new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(name + ".png"))
                        .setFullPage(true));
                wishes.assertThat(page.url()).as("address of " + name).endsWith(sight.address());
                wishes.assertThat(watcher.bytes()).as("bytes of " + name).isBetween(1_000L, MOST_BYTES);
                wishes.assertThat(page.evaluate("document.documentElement.scrollWidth"))
                        .as("width of " + name)
                        .isEqualTo(look.width());
                if (look.listened()) {
                    wishes.assertThat(watcher.barriers())
                            .as("barriers of " + name)
                            .isEmpty();
                }
                wishes.assertThat(watcher.complaints())
                        .as("complaints of " + name)
                        .isEmpty();
            }
        }
    }

    @Test
    void saysWhatItIsWithoutScripts() {
        try (BrowserContext somebody = studio.somebody(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            Page page = somebody.newPage();
            for (Sights.Sight sight : Sights.of(Sights.Kind.OPEN)) {
                page.navigate(sight.address());
                assertThat(page.locator("main h1").isVisible())
                        .as(sight.address())
                        .isTrue();
            }
        }
    }

    @Test
    void isInTheTableOfSights() {
        Set<String> seen = Sights.all().stream().map(Sights.Sight::route).collect(Collectors.toSet());
        Vertx vertx = Vertx.vertx();
        try {
            for (var mount : studio.gateway().mounts()) {
                String name = mount.getClass().getName();
                if (name.startsWith("ai.apertis.console.") && !FILES.contains(mount.getClass())) {
                    Router router = Router.router(vertx);
                    mount.mount(router);
                    assertThat(router.getRoutes().stream()
                                    .filter(route -> route.methods() == null
                                            || route.methods().contains(HttpMethod.GET))
                                    .map(route -> String.valueOf(route.getPath())))
                            .as("pages without an entry in Sights, of " + name)
                            .isSubsetOf(seen);
                }
            }
        } finally {
            RunningGateway.await(vertx.close());
        }
    }
}
