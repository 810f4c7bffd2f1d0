package ai.apertis.bench;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a measurement is told on its command line: flags, each with a value, all of which have a usual one. */
final class Flags {
    private final Map<String, String> values;

    private Flags(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a command line; ends the process with 2 when it is not understood.
     *
     * @param args {@code --name value} pairs
     * @param usual the flags that there are, with their usual values
     */
    static Flags of(String[] args, Map<String, String> usual) {
        Map<String, String> values = new TreeMap<>(usual);
        for (int i = 0; i < args.length; i += 2) {
            String flag = args[i].substring(Math.min(2, args[i].length()));
            if (!values.containsKey(flag) || i + 1 == args.length) {
                System.err.println("not understood: " + args[i] + "; flags, each with a value: " + values.keySet());
                System.exit(2);
            }
            values.put(flag, args[i + 1]);
        }
        return new Flags(values);
    }

    String get(String flag) {
        return Objects.requireNonNull(values.get(flag), flag);
    }

    int whole(String flag) {
        return Integer.parseInt(get(flag));
    }

    double number(String flag) {
        return Double.parseDouble(get(flag));
    }

    /** All of them as a command line, for a report. */
    String spelled() {
        return values.entrySet().stream()
                .map(flag -> "--" + flag.getKey() + " " + flag.getValue())
                .collect(Collectors.joining(" "));
    }
}
