package ai.apertis.console.brand;

import ai.apertis.config.DialectName;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ingress.OnFirstUse;
import ai.apertis.ingress.TaggedFile;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The brand's files for everybody, without a key: favicons, icons, the manifest, the mark and its variants, and a picture for
 * links to each kind of page. Each is read when it is first asked for; a file that the build did not draw is told of once and answered with 404.
 */
public final class BrandMount implements Mount {
    private static final String FAMILY = "/brand";
    private static final String FOLDER = "/console/brand/";
    private static final CharSequence CACHED = HttpHeaders.createOptimized("public, max-age=86400");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("x-content-type-options");
    private static final List<String> DRAWINGS = List.of("mark.svg", "logo-light.svg", "logo-dark.svg", "loading.svg");
    private static final Logger LOG = LoggerFactory.getLogger(BrandMount.class);

    private final Door door;
    private final ExchangeLog log;
    private final Map<String, OnFirstUse<TaggedFile>> files = new LinkedHashMap<>();

    /**
     * The brand's files.
     *
     * @param vertx whose workers read them
     * @param door bounds how often an address may ask
     * @param log told of each exchange
     */
    public BrandMount(Vertx vertx, Door door, ExchangeLog log) {
        this.door = door;
        this.log = log;
        List<String> missing = new ArrayList<>();
        paths().forEach((path, name) -> {
            if (BrandMount.class.getResource(FOLDER + name) == null) {
                missing.add(name);
            } else {
                files.put(path, new OnFirstUse<>(vertx, () -> read(name)));
            }
        });
        if (!missing.isEmpty()) {
            LOG.warn(
                    "{} images of the brand were not drawn by this build, {} for one",
                    missing.size(),
                    missing.getFirst());
        }
    }

    /** What is asked for, and the file of it below {@code console/brand}. */
    static Map<String, String> paths() {
        Properties names = new Properties();
        try (InputStream file = BrandMount.class.getResourceAsStream("/console/brand/brand.properties")) {
            if (file == null) {
                throw new IllegalStateException("console/brand/brand.properties is missing");
            }
            names.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> paths = new LinkedHashMap<>();
        for (String size : names.getProperty("favicons").split(" ", -1)) {
            String name = "favicon-" + size + "x" + size + ".png";
            paths.put("/" + name, name);
        }
        for (String name : List.of(
                "favicon.ico",
                "apple-touch-icon.png",
                "icon-maskable-192.png",
                "icon-maskable-512.png",
                "site.webmanifest")) {
            paths.put("/" + name, name);
        }
        DRAWINGS.forEach(name -> paths.put("/brand/" + name, name));
        for (String name : names.stringPropertyNames()) {
            if (name.startsWith("social.")) {
                String picture = name.replace('.', '/') + ".png";
                paths.put("/" + picture, picture);
            }
        }
        return paths;
    }

    @Override
    public void mount(Router router) {
        files.forEach((path, file) -> router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(context -> {
                    Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, FAMILY, log);
                    door.enterWithoutKey(exchange)
                            .compose(entered -> file.get())
                            .onSuccess(read -> answer(exchange, read))
                            .onFailure(exchange::fail);
                }));
    }

    private static void answer(Exchange exchange, TaggedFile file) {
        exchange.response().putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF);
        file.answer(exchange, CACHED);
    }

    /** Reads what the build left below {@code console/brand}. */
    private static TaggedFile read(String name) throws IOException {
        try (InputStream file = BrandMount.class.getResourceAsStream(FOLDER + name)) {
            return TaggedFile.of(typeOf(name), Objects.requireNonNull(file).readAllBytes());
        }
    }

    private static String typeOf(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "png" -> "image/png";
            case "svg" -> "image/svg+xml";
            case "ico" -> "image/x-icon";
            case "webmanifest" -> "application/manifest+json";
            default -> throw new IllegalArgumentException("a file of no known type: " + name);
        };
    }
}
