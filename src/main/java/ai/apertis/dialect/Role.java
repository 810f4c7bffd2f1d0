package ai.apertis.dialect;

/** Who speaks in a {@link Message}. */
public enum Role {
    /** The operator of the application, in the older word. */
    SYSTEM,
    /** The operator of the application, in OpenAI's newer word. */
    DEVELOPER,
    /** The person, or what stands for one. */
    USER,
    /** The model. */
    ASSISTANT,
    /** A tool's results, where the dialect gives them a role of their own. */
    TOOL
}
