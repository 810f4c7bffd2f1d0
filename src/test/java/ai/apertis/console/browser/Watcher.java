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
    /** Beside the rules of WCAG 2.1 A and AA. Nothing but colours depends on the theme. */
    private static final String COLOURS = "color-contrast";

    private static final String FIND = """
            async ([context, options]) => (await axe.run(context, {resultTypes: ["violations"], ...options})).violations.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.target.join(" ") + " " + node.any
              .concat(node.all, node.none).map(check => check.message).join("; ")))
            """;

    private static final String FIND_ALL_BUT_COLOURS = """
            () => (%s)([document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], rules: {"%s": {enabled: false}}}])
            """.formatted(FIND, COLOURS);

    /**
     * Colours take axe longer than all else. Of neighbours that are alike in their elements, with all attributes but those that
     * name something, the first three and the last one stand for the others: rows of a table, cards of a list.
     */
    private static final String FIND_COLOURS = """
            () => {
              const names = new Set(["href", "id", "datetime", "value", "title", "aria-label", "data-copy"]);
              const alike = [];
              const look = element => {
                const neighbours = new Map();
                let shape = element.tagName;
                for (const {name, value} of element.attributes) shape += " " + name + (names.has(name) ? value.slice(0, 1) : "=" + value);
                for (const node of element.childNodes) {
                  if (node.nodeType === Node.TEXT_NODE && node.nodeValue.trim()) shape += ".";
                  if (node.nodeType !== Node.ELEMENT_NODE) continue;
                  const inner = look(node);
                  shape += "(" + inner + ")";
                  neighbours.set(inner, [...(neighbours.get(inner) ?? []), node]);
                }
                for (const same of neighbours.values()) alike.push(...same.slice(3, -1));
                return shape;
              };
              look(document.documentElement);
              return (%s)([alike.length ? {include: [document], exclude: alike} : document, {runOnly: ["%s"]}]);
            }
            """.formatted(FIND, COLOURS);

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
    List<String> barriers() {
        List<String> found = new ArrayList<>();
        if (!listening) {
            page.evaluate(AXE);
            listening = true;
            found.addAll(found(FIND_ALL_BUT_COLOURS));
        }
        found.addAll(found(FIND_COLOURS));
        return found;
    }

    @SuppressWarnings("unchecked")
    private List<String> found(String script) {
        return (List<String>) page.evaluate(script);
    }

    private static String axe() {
        try (InputStream script = Watcher.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
