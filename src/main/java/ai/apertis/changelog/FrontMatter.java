package ai.apertis.changelog;

import java.io.StringReader;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads one entry: YAML between two lines of three dashes, then Markdown. Strict, since a release must not show half of it. */
final class FrontMatter {
    private static final Pattern FORM =
            Pattern.compile("\\A---\\R(?<head>.*?)\\R---(?:\\R(?<body>.*))?\\z", Pattern.DOTALL);
    private static final Pattern VERSION = Pattern.compile("[0-9]+(?:\\.[0-9]+){1,3}");

    private final String file;
    private final Map<String, Node> fields = new HashMap<>();

    private FrontMatter(String file) {
        this.file = file;
    }

    /**
     * Reads an entry.
     *
     * @param file its name, for what is said of it
     * @param text the whole file
     * @throws IllegalArgumentException naming the file and what is wrong in it
     */
    static ChangelogEntry read(String file, String text) {
        return new FrontMatter(file).entry(text);
    }

    private ChangelogEntry entry(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw wrong("does not begin with front matter between two lines of '---'");
        }
        take(form.group("head"));
        String version = required("version");
        if (!VERSION.matcher(version).matches()) {
            throw wrong("'version' must be numbers with dots between");
        }
        Category category = Category.of(required("category"))
                .orElseThrow(() -> wrong("'category' must be feature, system, models or fix"));
        if (!required("title").equals(category.title())) {
            throw wrong("'title' must be '" + category.title() + "' in this category");
        }
        LocalDate date = date(required("date"));
        String description = required("description");
        List<String> items = items();
        boolean pinned = pinned(scalar("pinned"));
        if (!fields.isEmpty()) {
            throw wrong("unknown field '" + fields.keySet().iterator().next() + "'");
        }
        String body = form.group("body");
        return new ChangelogEntry(
                version, date, category, description, items, body == null ? "" : body.strip(), pinned);
    }

    private void take(String head) {
        Node root;
        try {
            root = new Yaml(new LoaderOptions()).compose(new StringReader(head));
        } catch (YAMLException e) {
            throw new IllegalArgumentException(file + ": its front matter is no YAML", e);
        }
        if (!(root instanceof MappingNode mapping)) {
            throw wrong("its front matter must be a mapping");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw wrong("a field's name must be a plain word");
            }
            if (fields.put(key.getValue(), tuple.getValueNode()) != null) {
                throw wrong("'" + key.getValue() + "' is set twice");
            }
        }
    }

    private String required(String name) {
        String value = scalar(name);
        if (value == null || value.isBlank()) {
            throw wrong("'" + name + "' is missing");
        }
        return value;
    }

    private @Nullable String scalar(String name) {
        Node node = fields.remove(name);
        if (node == null) {
            return null;
        }
        return text(name, node);
    }

    private String text(String name, Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue().strip();
        }
        throw wrong("'" + name + "' must be text");
    }

    private List<String> items() {
        Node node = fields.remove("items");
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("'items' must be a list");
        }
        List<String> items = new ArrayList<>();
        sequence.getValue().forEach(item -> items.add(text("items", item)));
        return items;
    }

    private LocalDate date(String told) {
        try {
            return LocalDate.parse(told);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(file + ": 'date' must be a day as 2026-11-27", e);
        }
    }

    private boolean pinned(@Nullable String told) {
        if (told == null || told.equals("false")) {
            return false;
        }
        if (!told.equals("true")) {
            throw wrong("'pinned' must be true or false");
        }
        return true;
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(file + ": " + what);
    }
}
