package ai.apertis.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway;
import ai.apertis.console.AssetsMount;
import ai.apertis.console.brand.BrandMount;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is true of every page, in both themes, on a desk and on a phone. For looking at, not for the verdict, there are pictures: of
 * the desk in the light theme, and of all four with {@code -Dapertis.pictures=all}.
 */
@ExtendWith(Studio.Entrance.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("chromium")
class EveryPageTest {
    private static final long MOST_BYTES = 100_000;
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final boolean ALL_PICTURES =
            System.getProperty("apertis.pictures", "").equals("all");

    /** One load serves both, the light one last so that the next page begins with it. */
    private static final List<ColorScheme> THEMES = List.of(ColorScheme.DARK, ColorScheme.LIGHT);

    private static final Set<Class<?>> FILES = Set.of(AssetsMount.class, BrandMount.class);

    private static Studio studio;

    @BeforeAll
    static void enter(Studio opened) {
        studio = opened;
    }

    /** Where a page is looked at. */
    enum Place {
        DESK(1280, 900),
        PHONE(390, 844);

        private final int width;
        private final int height;

        Place(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void isShownWithoutComplaintAndToEverybodyInNoMoreBytesThanAllowed(Place place) {
        SoftAssertions wishes = new SoftAssertions();
        look(place, Sights.Kind.OPEN, new Browser.NewContextOptions(), wishes);
        look(
                place,
                Sights.Kind.SIGNED_IN,
                new Browser.NewContextOptions().setStorageState(studio.member().cookies()),
                wishes);
        look(
                place,
                Sights.Kind.OPERATOR,
                new Browser.NewContextOptions().setStorageState(studio.member().operator()),
                wishes);
        wishes.assertAll();
    }

    private static void look(Place place, Sights.Kind kind, Browser.NewContextOptions who, SoftAssertions wishes) {
        try (BrowserContext somebody = studio.somebody(who.setViewportSize(place.width, place.height)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setColorScheme(ColorScheme.LIGHT))) {
            Page page = somebody.newPage();
            Watcher watcher = new Watcher(page);
            for (Sights.Sight sight : Sights.of(kind)) {
                String address = studio.member().placed(sight.address());
                watcher.visit(address);
                wishes.assertThat(page.url()).as("address of " + sight).endsWith(address);
                wishes.assertThat(watcher.bytes()).as("bytes of " + sight).isBetween(1_000L, MOST_BYTES);
                wishes.assertThat(page.evaluate("document.documentElement.scrollWidth"))
                        .as("width of " + sight + " at " + place)
                        .isEqualTo(place.width);
                for (ColorScheme theme : THEMES) {
                    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
                    String name = sight.name() + "-" + theme.name().toLowerCase(Locale.ROOT) + "-" + place.width;
                    if (ALL_PICTURES || (place == Place.DESK && theme == ColorScheme.LIGHT)) {
                        watcher.picture(PICTURES.resolve(name + ".png"));
                    }
                    wishes.assertThat(watcher.barriers())
                            .as("barriers of " + name)
                            .isEmpty();
                }
                wishes.assertThat(watcher.complaints())
                        .as("complaints of " + sight + " at " + place)
                        .isEmpty();
            }
        }
    }

    @Test
    void saysWhatItIsWithoutScripts() {
        try (BrowserContext somebody = studio.somebody(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            Page page = somebody.newPage();
            for (Sights.Sight sight : Sights.of(Sights.Kind.OPEN)) {
                page.navigate(studio.member().placed(sight.address()));
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
