package ai.apertis.dialect;

/** What one provider event meant to the relay that carries it. */
public enum Seen {
    /** Carries something of the answer. */
    CONTENT,
    /** Carries nothing of the answer: a ping, a comment, a role, a block's start. */
    OTHER,
    /** The provider's clean end of the stream; goes out only once the settlement is durable. */
    END,
    /** The provider's own error, instead of the rest. */
    ERROR
}
