package ai.apertis.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** One mapping of the file, read key by key. A key that nobody has asked for when it is closed is a problem. */
final class Section implements AutoCloseable {
    private final Reading reading;
    private final String path;
    private final Mark mark;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> asked = new TreeSet<>();

    /** A mapping without entries: every key is missing, at this place. */
    Section(Reading reading, String path, Mark mark) {
        this.reading = reading;
        this.path = path;
        this.mark = mark;
    }

    /** A mapping of the file. */
    Section(Reading reading, String path, MappingNode node) {
        this(reading, path, node.getStartMark());
        node.getValue().forEach(this::add);
    }

    private void add(NodeTuple entry) {
        Node keyNode = entry.getKeyNode();
        if (!(keyNode instanceof ScalarNode key)) {
            reading.problems().at(keyNode.getStartMark(), path, "a key must be a plain word");
            return;
        }
        NodeTuple earlier = entries.putIfAbsent(key.getValue(), entry);
        if (earlier != null) {
            int line = earlier.getKeyNode().getStartMark().getLine() + 1;
            reading.problems().at(key.getStartMark(), pathOf(key.getValue()), "already set on line " + line);
        }
    }

    /** The value of a key, which may be missing. */
    Value at(String key) {
        asked.add(key);
        NodeTuple entry = entries.get(key);
        return entry == null
                ? new Value(reading, pathOf(key), mark, null)
                : new Value(reading, pathOf(key), entry.getValueNode().getStartMark(), entry.getValueNode());
    }

    /** The value of every key there is, for mappings whose keys are free. */
    Map<String, Value> all() {
        Map<String, Value> values = new LinkedHashMap<>();
        entries.keySet().forEach(key -> values.put(key, at(key)));
        return values;
    }

    @Override
    public void close() {
        entries.forEach((key, entry) -> {
            if (!asked.contains(key)) {
                Mark place = entry.getKeyNode().getStartMark();
                reading.problems().at(place, pathOf(key), "unknown key" + Spelling.hint(key, asked));
            }
        });
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
