package ai.apertis.config;

import java.util.List;

/** The configuration cannot be used. Its message is meant for the person who wrote it: one line for each problem. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;
    private final String field;

    /**
     * Refuses a configuration.
     *
     * @param problems what is wrong and where, one line each
     */
    public ConfigException(List<String> problems) {
        this(problems, "");
    }

    /**
     * Refuses a configuration.
     *
     * @param problems what is wrong and where, one line each
     * @param field the path of the key that the first problem is about, empty when it is about no key
     */
    ConfigException(List<String> problems, String field) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
        this.field = field;
    }

    /**
     * What is wrong.
     *
     * @return one line each
     */
    public List<String> problems() {
        return problems;
    }

    /**
     * What the first problem is about.
     *
     * @return the path of a key, for instance {@code models[3].tier}, or the name of a variable; empty when it is neither
     */
    public String field() {
        return field;
    }
}
