package ai.apertis.console.open;

import ai.apertis.console.Markdown;
import ai.apertis.console.open.DocsView.Group;
import ai.apertis.console.open.DocsView.Hit;
import ai.apertis.console.open.DocsView.Link;
import ai.apertis.console.reference.ApiGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The documentation that this build was shipped with, rendered once. Which pages there are stands here, since what is inside of
 * an archive cannot be listed; a test holds it against the files.
 */
final class Docs {
    private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

    static {
        GROUPS.put(
                "Use it",
                List.of(
                        "endpoints",
                        "dialects",
                        "responses",
                        "web-search",
                        "compression",
                        "cache",
                        "people",
                        "openapi"));
        GROUPS.put(
                "Clients",
                List.of(
                        "clients/README",
                        "clients/claude-code",
                        "clients/codex-cli",
                        "clients/gemini-cli",
                        "clients/opencode",
                        "clients/kilo-code",
                        "clients/cline",
                        "clients/cursor",
                        "clients/langchain",
                        "clients/llamaindex",
                        "clients/vercel-ai-sdk",
                        "clients/litellm"));
        GROUPS.put("Money", List.of("money", "billing-api", "alerts", "payments"));
        GROUPS.put(
                "Run it",
                List.of("configuration", "admin-api", "routing", "status", "performance", "simulated-provider"));
        GROUPS.put("Change it", List.of("CONTRIBUTING", "console", "brand"));
        GROUPS.put(
                "Decisions",
                List.of(
                        "decisions/README",
                        "decisions/0001-money-is-decided-by-rows",
                        "decisions/0002-usage-lives-with-money",
                        "decisions/0003-bytes-pass",
                        "decisions/0004-gates-live-in-dispatch",
                        "decisions/0005-formatter-in-the-projects-jdk",
                        "decisions/0006-vertx-5-0",
                        "decisions/0007-the-simulator-is-a-room",
                        "decisions/0008-crossings-are-found-by-the-row",
                        "decisions/0009-payments-is-a-room",
                        "decisions/0010-redis-is-a-room",
                        "decisions/0011-the-changelog-is-a-leaf",
                        "decisions/0012-web-search-is-a-room",
                        "decisions/0013-a-short-way-for-chunks"));
    }

    private static final Pattern HEADING = Pattern.compile("<h([1-3]) id=\"([^\"]*)\">(.*?)</h\\1>", Pattern.DOTALL);
    private static final Pattern TAG = Pattern.compile("<[^>]*>");

    /** Where the reference is, below {@code /docs/}. */
    static final String API = "api";

    private static final int MOST_HITS = 30;
    private static final int AROUND = 90;

    private final Map<String, Doc> byPath;
    private final Map<String, ApiGroup> api = new LinkedHashMap<>();
    private final List<Doc> searched;
    private final List<Group> groups = new ArrayList<>();

    private Docs(Map<String, Doc> byPath, List<ApiGroup> api) {
        this.byPath = byPath;
        this.searched = new ArrayList<>(byPath.values());
        List<Link> reference = new ArrayList<>(List.of(new Link(API, "All endpoints")));
        for (ApiGroup group : api) {
            String path = API + "/" + group.id();
            this.api.put(path, group);
            reference.add(new Link(path, group.name()));
            searched.add(doc(path, group));
        }
        GROUPS.forEach((name, paths) -> groups.add(new Group(
                name,
                paths.stream()
                        .map(path -> new Link(
                                path, Objects.requireNonNull(byPath.get(path)).title()))
                        .toList())));
        groups.add(1, new Group("API reference", reference));
    }

    /**
     * All pages.
     *
     * @param api the reference's, which are searched with the others
     */
    static Docs shipped(List<ApiGroup> api) {
        Set<String> known = GROUPS.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        Map<String, Doc> docs = new LinkedHashMap<>();
        GROUPS.values().forEach(paths -> paths.forEach(path -> docs.put(path, doc(path, text(path), known))));
        return new Docs(docs, api);
    }

    /** All pages, in the order in which they are shown. */
    List<Group> groups() {
        return groups;
    }

    /** The reference, in the order of the description. */
    List<ApiGroup> api() {
        return List.copyOf(api.values());
    }

    /** The group of the reference at a path below {@code /docs/}. */
    Optional<ApiGroup> apiAt(String path) {
        return Optional.ofNullable(api.get(path));
    }

    Optional<Doc> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    /** Where all of some words stand, the most fitting places first. */
    List<Hit> search(String query) {
        String[] words = query.toLowerCase(Locale.ROOT).split("\\s+");
        record Scored(Hit hit, long score) {}
        List<Scored> found = new ArrayList<>();
        for (Doc doc : searched) {
            for (Doc.Part part : doc.sections()) {
                String heading = (doc.title() + " " + part.heading()).toLowerCase(Locale.ROOT);
                String text = part.text().toLowerCase(Locale.ROOT);
                if (Arrays.stream(words).allMatch(word -> heading.contains(word) || text.contains(word))) {
                    long named = Arrays.stream(words).filter(heading::contains).count();
                    found.add(new Scored(
                            hit(doc, part, words), 5 * named + (text.contains(String.join(" ", words)) ? 3 : 0)));
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparingLong(Scored::score).reversed())
                .limit(MOST_HITS)
                .map(Scored::hit)
                .toList();
    }

    private static Hit hit(Doc doc, Doc.Part part, String... words) {
        Matcher place = Pattern.compile(Pattern.quote(words[0]), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                .matcher(part.text());
        boolean stands = place.find();
        int from = stands ? place.start() : 0;
        int to = stands ? place.end() : 0;
        String before = part.text().substring(Math.max(0, from - AROUND), from);
        String after = part.text().substring(to, Math.min(part.text().length(), to + AROUND));
        return new Hit(
                "/docs/" + doc.path() + (part.id().isEmpty() ? "" : "#" + part.id()),
                part.heading().isEmpty() || part.heading().equals(doc.title())
                        ? doc.title()
                        : doc.title() + ": " + part.heading(),
                before,
                part.text().substring(from, to),
                after);
    }

    /** What is searched of a group of the reference: a part for each operation. */
    private static Doc doc(String path, ApiGroup group) {
        List<Doc.Part> parts = group.operations().stream()
                .map(operation -> new Doc.Part(
                        operation.id(),
                        operation.method() + " " + operation.path(),
                        words(operation.summary() + ". " + operation.html() + " "
                                + Stream.concat(
                                                operation.parameters().stream(),
                                                operation.bodies().stream().flatMap(body -> body.fields().stream()))
                                        .map(field -> field.name() + " " + field.html())
                                        .collect(Collectors.joining(" ")))))
                .toList();
        return new Doc(path, group.name(), "", List.of(), parts);
    }

    private static Doc doc(String path, String markdown, Set<String> known) {
        String html = Markdown.html(markdown, link -> resolve(path, link, known));
        List<Doc.Heading> headings = new ArrayList<>();
        List<Doc.Part> parts = new ArrayList<>();
        String title = path;
        String id = "";
        String name = "";
        int from = 0;
        Matcher heading = HEADING.matcher(html);
        while (heading.find()) {
            parts.add(new Doc.Part(id, name, words(html.substring(from, heading.start()))));
            int level = Integer.parseInt(heading.group(1));
            id = heading.group(2);
            name = words(heading.group(3));
            from = heading.end();
            if (level == 1) {
                title = name;
            } else {
                headings.add(new Doc.Heading(id, TAG.matcher(heading.group(3)).replaceAll(""), level));
            }
        }
        parts.add(new Doc.Part(id, name, words(html.substring(from))));
        return new Doc(path, title, html, headings, parts);
    }

    private static String words(String html) {
        return TAG.matcher(html)
                .replaceAll(" ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ")
                .strip();
    }

    /** Links among pages lead to pages; those to other files of the project lead nowhere here and become text. */
    private static String resolve(String from, String link, Set<String> known) {
        if (link.contains("://") || link.startsWith("#")) {
            return link;
        }
        URI there = URI.create("docs/" + from).resolve(link);
        String path = there.getPath();
        if (!path.startsWith("docs/") || !path.endsWith(".md")) {
            return "";
        }
        String page = path.substring("docs/".length(), path.length() - ".md".length());
        String fragment = there.getFragment() == null ? "" : "#" + there.getFragment();
        return known.contains(page) ? "/docs/" + page + fragment : "";
    }

    private static String text(String path) {
        try (InputStream file = Docs.class.getResourceAsStream("/docs/" + path + ".md")) {
            if (file == null) {
                throw new IllegalStateException("docs/" + path + ".md is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
