package ai.apertis.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.yaml.snakeyaml.error.Mark;

/** Gathers what is wrong, so that all of it is told at once: first the environment, then the file from top to bottom. */
final class Problems {
    private record Problem(int line, int column, String text) {}

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    /** Notes a problem of the file: {@code file:line:column: path: what}. */
    void at(Mark mark, String path, String what) {
        int line = mark.getLine() + 1;
        int column = mark.getColumn() + 1;
        String where = file + ":" + line + ":" + column + ": ";
        found.add(new Problem(line, column, where + (path.isEmpty() ? what : path + ": " + what)));
    }

    /** Notes that the file as a whole cannot be read. */
    void file(String what) {
        found.add(new Problem(1, 1, file + ": " + what));
    }

    /** Notes a problem of an environment variable. */
    void variable(String name, String what) {
        found.add(new Problem(0, 0, name + ": " + what));
    }

    void throwIfAny() throws ConfigException {
        if (!found.isEmpty()) {
            throw new ConfigException(found.stream()
                    .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                    .map(Problem::text)
                    .toList());
        }
    }
}
