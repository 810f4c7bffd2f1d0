package ai.apertis.config;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.Mark;

/**
 * Gathers what is wrong, so that all of it is told at once: first the environment, then the file from top to bottom. Of one
 * value only the first problem is kept; what follows from it would not help.
 */
final class Problems {
    private record Place(int line, int column, String path) {}

    private final String file;
    private final Map<Place, String> found = new LinkedHashMap<>();

    Problems(String file) {
        this.file = file;
    }

    /** Notes a problem of the file: {@code file:line:column: path: what}. */
    void at(Mark mark, String path, String what) {
        Place place = new Place(mark.getLine() + 1, mark.getColumn() + 1, path);
        String where = file + ":" + place.line() + ":" + place.column() + ": ";
        add(place, where + (path.isEmpty() ? what : path + ": " + what));
    }

    /** Notes that the file as a whole cannot be read. */
    void file(String what) {
        add(new Place(1, 1, ""), file + ": " + what);
    }

    /** Notes a problem of an environment variable. */
    void variable(String name, String what) {
        add(new Place(0, 0, name), name + ": " + what);
    }

    private void add(Place place, String text) {
        found.putIfAbsent(place, text);
    }

    void throwIfAny() throws ConfigException {
        if (!found.isEmpty()) {
            Comparator<Place> order = Comparator.comparingInt(Place::line).thenComparingInt(Place::column);
            List<Map.Entry<Place, String>> sorted = found.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey(order))
                    .toList();
            throw new ConfigException(
                    sorted.stream().map(Map.Entry::getValue).toList(),
                    sorted.getFirst().getKey().path());
        }
    }
}
