package ai.apertis.config;

import java.util.List;

/** The configuration cannot be used. Its message is meant for the person who wrote it: one line for each problem. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Refuses a configuration.
     *
     * @param problems what is wrong and where, one line each
     */
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
    }
}
