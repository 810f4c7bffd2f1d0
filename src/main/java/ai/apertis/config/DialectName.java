package ai.apertis.config;

/** The wire formats that clients and providers speak, by the names used in the configuration. */
public enum DialectName {
    /** OpenAI Chat Completions and the many that copy it. */
    OPENAI("openai"),
    /** OpenAI Responses. */
    OPENAI_RESPONSES("openai-responses"),
    /** Anthropic Messages. */
    ANTHROPIC("anthropic"),
    /** Google Gemini generateContent. */
    GEMINI("gemini");

    private final String configName;

    DialectName(String configName) {
        this.configName = configName;
    }

    /**
     * The name as written in the configuration.
     *
     * @return for instance {@code openai-responses}
     */
    public String configName() {
        return configName;
    }
}
