package ai.apertis.config;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value of the file, perhaps missing. Reading it as a type notes what is wrong with it and then gives the fall-back, so
 * that reading goes on and finds the other problems too.
 */
final class Value {
    private static final int LONGEST_SHOWN = 80;

    private final Reading reading;
    private final String path;
    private final Mark mark;
    private final @Nullable Node node;

    Value(Reading reading, String path, Mark mark, @Nullable Node node) {
        this.reading = reading;
        this.path = path;
        this.mark = mark;
        // "key:" with nothing behind it is a key left out.
        this.node = node != null && Tag.NULL.equals(node.getTag()) ? null : node;
    }

    boolean present() {
        return node != null;
    }

    /** The line on which it stands, or on which the section begins that lacks it. */
    int line() {
        return mark.getLine() + 1;
    }

    String path() {
        return path;
    }

    void problem(String what) {
        reading.problems().at(mark, path, what);
    }

    /** A text that must be there. */
    String text() {
        Optional<String> text = optionalText();
        if (text.isEmpty()) {
            problem(node == null ? "missing" : "empty");
        }
        return text.orElse("");
    }

    /** A text that may be missing; an empty one counts as missing. */
    Optional<String> optionalText() {
        return scalar(this::problem).filter(text -> !text.isBlank());
    }

    /** A key or token. A variable that is not set leaves it out: whoever has no key has not made a mistake. */
    Optional<Secret> secret() {
        return scalar(unset -> {})
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Secret::new);
    }

    /** One of a few words. */
    String word(String fallback, Collection<String> words) {
        String word = optionalText().orElse(fallback);
        if (!words.contains(word)) {
            if (present()) {
                problem("must be one of " + String.join(", ", words) + ", is " + shown());
            }
            return fallback;
        }
        return word;
    }

    boolean flag(boolean fallback) {
        return word(Boolean.toString(fallback), List.of("true", "false")).equals("true");
    }

    /** A whole number between two bounds, both allowed. */
    long whole(long fallback, long min, long max) {
        Optional<String> text = optionalText();
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            long number = Long.parseLong(text.get().replace("_", ""));
            if (number >= min && number <= max) {
                return number;
            }
            problem("must be between " + min + " and " + max + ", is " + shown());
        } catch (NumberFormatException notANumber) {
            problem("not a whole number: " + shown());
        }
        return fallback;
    }

    /** A decimal between zero and a bound. */
    BigDecimal decimal(BigDecimal fallback, long max, int decimals) {
        Optional<String> text = optionalText();
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            return Decimals.parse(text.get(), max, decimals);
        } catch (IllegalArgumentException wrong) {
            problem(wrong.getMessage() + ": " + shown());
            return fallback;
        }
    }

    /** An http or https address to which paths are appended, without its trailing slashes. */
    Optional<URI> baseUrl() {
        String text = text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text.replaceAll("/+$", ""));
            String scheme = uri.getScheme();
            if (("http".equals(scheme) || "https".equals(scheme))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException notAUrl) {
            // Told below, like every other reason.
        }
        problem("not a URL: " + shown());
        return Optional.empty();
    }

    /** The items of a list, none when it is missing. */
    List<Value> items() {
        List<Value> items = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                items.add(new Value(reading, path + "[" + items.size() + "]", item.getStartMark(), item));
            }
        } else if (node != null) {
            problem("expected a list, found " + kind(node));
        }
        return items;
    }

    /** The texts of a list, or the fall-back when it is missing. */
    List<String> texts(List<String> fallback) {
        return present() ? items().stream().map(Value::text).toList() : fallback;
    }

    /** The mapping that this is; without entries when it is missing. */
    Section section() {
        if (node instanceof MappingNode mapping) {
            return new Section(reading, path, mapping);
        }
        if (node != null) {
            problem("expected a mapping, found " + kind(node));
            // That every key of it is missing goes without saying.
            return new Section(new Reading(new Problems(""), reading.substitution()), path, mark);
        }
        return new Section(reading, path, mark);
    }

    private Optional<String> scalar(Consumer<String> unset) {
        if (node instanceof ScalarNode scalar) {
            return Optional.of(reading.substitution().apply(scalar.getValue(), this::problem, unset));
        }
        if (node != null) {
            problem("expected a single value, found " + kind(node));
        }
        return Optional.empty();
    }

    /** The value as a message may show it: as written, because what the environment holds may be a secret. */
    String shown() {
        String written = node instanceof ScalarNode scalar ? scalar.getValue() : "";
        String start = written.length() > LONGEST_SHOWN ? written.substring(0, LONGEST_SHOWN) + "…" : written;
        return "\"" + start + "\"" + (Substitution.refers(written) ? " as the environment has it" : "");
    }

    private static String kind(Node node) {
        return switch (node) {
            case SequenceNode list -> "a list";
            case MappingNode mapping -> "a mapping";
            default -> "a single value";
        };
    }
}
