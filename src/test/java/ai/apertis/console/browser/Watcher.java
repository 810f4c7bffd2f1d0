package ai.apertis.console.browser;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Looks over somebody's shoulder: what the browser complains of, how much comes over the wire, what axe finds. */
final class Watcher {
    /** The rules of WCAG 2.1 A and AA. */
    private static final List<String> ALL = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa");

    /** Those of them that another theme can break: nothing but colours depends on it. */
    private static final List<String> OF_COLOURS = List.of("color-contrast");

    private static final String FIND = """
            async rules => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.target.join(" ") + " " + node.any
              .concat(node.all, node.none).map(check => check.message).join("; ")))
            """;

    private static final String WHOLE = """
            ({x: 0, y: 0, width: innerWidth, height: document.documentElement.scrollHeight, scale: 1})
            """;

    private static final String AXE = axe();
    private static final Gson JSON = new Gson();

    private final Page page;
    private final CDPSession wire;
    private final List<String> complaints = new ArrayList<>();
    private final Set<String> fonts = new HashSet<>();
    private long bytes;
    private boolean listening;

    Watcher(Page page) {
        this.page = page;
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequestFailed(request -> complaints.add(request.url() + " " + request.failure()));
        page.onDialog(dialog -> {
            complaints.add("a dialog says " + dialog.message());
            dialog.dismiss();
        });
        wire = page.context().newCDPSession(page);
        wire.send("Network.enable");
        JsonObject uncached = new JsonObject();
        uncached.addProperty("cacheDisabled", true);
        wire.send("Network.setCacheDisabled", uncached);
        wire.on("Network.responseReceived", event -> {
            if (event.get("type").getAsString().equals("Font")) {
                fonts.add(event.get("requestId").getAsString());
            }
        });
        wire.on("Network.loadingFinished", event -> {
            if (!fonts.contains(event.get("requestId").getAsString())) {
                bytes += event.get("encodedDataLength").getAsLong();
            }
        });
    }

    /** Goes to an address and forgets what was before. */
    void visit(String address) {
        complaints.clear();
        bytes = 0;
        listening = false;
        page.navigate(address);
    }

    /** Errors and warnings of the console, among them what the Content-Security-Policy forbade; failed requests; dialogs. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** What was transferred since the address was gone to, with headers, without fonts and without the browser's cache. */
    long bytes() {
        return bytes;
    }

    /** Takes a picture of the whole page; quickly rather than small. */
    void picture(Path file) {
        JsonObject clip = JSON.toJsonTree(page.evaluate(WHOLE)).getAsJsonObject();
        JsonObject how = new JsonObject();
        how.addProperty("format", "png");
        how.addProperty("optimizeForSpeed", true);
        how.addProperty("captureBeyondViewport", true);
        how.add("clip", clip);
        try {
            Files.createDirectories(file.getParent());
            Files.write(
                    file,
                    Base64.getDecoder()
                            .decode(wire.send("Page.captureScreenshot", how)
                                    .get("data")
                                    .getAsString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whatever on the page is hard to see, hear or operate for somebody; from the second look at it, in another theme, hard to see. */
    @SuppressWarnings("unchecked")
    List<String> barriers() {
        List<String> rules = listening ? OF_COLOURS : ALL;
        if (!listening) {
            page.evaluate(AXE);
            listening = true;
        }
        return (List<String>) page.evaluate(FIND, rules);
    }

    private static String axe() {
        try (InputStream script = Watcher.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
