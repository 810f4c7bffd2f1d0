package ai.apertis.console;

import ai.apertis.digest.Sha256;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Styles and scripts. Their addresses carry a hash of what is in them, so that browsers keep them for a year and still see
 * every change.
 */
public final class Assets {
    /** Below which they all are. */
    static final String FOLDER = "/static/";

    private static final String WEBJARS = "/META-INF/resources/webjars/";
    private static final String OURS = "/console/static/";

    /** One of them, as it is and packed. */
    record Asset(String path, String type, Buffer plain, Buffer zipped) {}

    private final Map<String, Asset> byName = new LinkedHashMap<>();

    private Assets() {
        add("console.css", OURS + "console.css");
        add("console.js", OURS + "console.js");
        add("charts.js", OURS + "charts.js");
        add("playground.js", OURS + "playground.js");
        add("htmx.js", WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js");
        add("uplot.js", WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js");
        add("uplot.css", WEBJARS + "uplot/1.6.30/dist/uPlot.min.css");
    }

    /**
     * Reads those that this build was shipped with. Blocks, for some tenths of a second the first time: the archives of
     * libraries are looked through.
     *
     * @return the same at every call
     */
    public static Assets shipped() {
        return new Assets();
    }

    private void add(String name, String resource) {
        byte[] bytes = read(resource);
        String type = name.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
        String hash = HexFormat.of().formatHex(Sha256.of(bytes), 0, 6);
        byName.put(
                name,
                new Asset(FOLDER + hash + "/" + name, type, Buffer.buffer(bytes), Buffer.buffer(Bytes.gzip(bytes))));
    }

    private static byte[] read(String resource) {
        try (InputStream file = Assets.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where one is.
     *
     * @param name its file name
     * @return its path on this site
     * @throws IllegalArgumentException when there is none of that name
     */
    public String path(String name) {
        Asset asset = byName.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("no asset " + name);
        }
        return asset.path();
    }

    /** What is at an address, null for nothing or for what was there before this build. */
    @Nullable
    Asset at(String path) {
        Asset asset = byName.get(path.substring(path.lastIndexOf('/') + 1));
        return asset != null && asset.path().equals(path) ? asset : null;
    }
}
