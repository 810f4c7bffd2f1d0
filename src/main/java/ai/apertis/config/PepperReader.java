package ai.apertis.config;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the peppers that key hashes are made with: {@code keys.peppers} of the file, and {@code APERTIS_KEY_PEPPER}, which is
 * one pepper or several as {@code id:pepper,id:pepper}. Number 1 is the one that a database makes for itself.
 */
final class PepperReader {
    private static final String VARIABLE = "APERTIS_KEY_PEPPER";
    private static final int FIRST_ID = 2;
    private static final int LAST_ID = 1_000_000;
    private static final int SHORTEST_BYTES = 16;
    private static final Pattern NUMBERED = Pattern.compile("(\\d{1,7}):(.*)", Pattern.DOTALL);

    private final Problems problems;

    PepperReader(Problems problems) {
        this.problems = problems;
    }

    /** The peppers of the environment. */
    Map<Integer, Secret> read(String text) {
        Map<Integer, Secret> peppers = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            Matcher numbered = NUMBERED.matcher(part.strip());
            boolean hasId = numbered.matches();
            int id = hasId ? Integer.parseInt(numbered.group(1)) : FIRST_ID;
            Secret pepper = new Secret(hasId ? numbered.group(2) : part.strip());
            if (text.isEmpty()) {
                return Map.of();
            } else if (id < FIRST_ID || id > LAST_ID) {
                problems.variable(VARIABLE, "a pepper's id is a number from " + FIRST_ID + " to " + LAST_ID);
            } else if (isShort(pepper)) {
                problems.variable(VARIABLE, "a pepper has at least " + SHORTEST_BYTES + " bytes");
            } else if (peppers.putIfAbsent(id, pepper) != null) {
                problems.variable(VARIABLE, "there is another pepper " + id);
            }
        }
        return peppers;
    }

    /** The peppers of the file, and those of the environment. */
    static Map<Integer, Secret> read(Value value, Map<Integer, Secret> ofEnvironment) {
        Map<Integer, Secret> peppers = new TreeMap<>(ofEnvironment);
        try (Section keys = value.section()) {
            for (Value item : keys.at("peppers").items()) {
                try (Section entry = item.section()) {
                    int id = (int) entry.at("id").whole(FIRST_ID, FIRST_ID, LAST_ID);
                    Optional<Secret> pepper = entry.at("pepper").secret();
                    if (pepper.isEmpty()) {
                        continue;
                    }
                    if (isShort(pepper.get())) {
                        entry.at("pepper").problem("a pepper has at least " + SHORTEST_BYTES + " bytes");
                    }
                    if (peppers.putIfAbsent(id, pepper.get()) != null) {
                        entry.at("id").problem("there is another pepper " + id);
                    }
                }
            }
        }
        return peppers;
    }

    private static boolean isShort(Secret pepper) {
        return pepper.value().getBytes(StandardCharsets.UTF_8).length < SHORTEST_BYTES;
    }
}
