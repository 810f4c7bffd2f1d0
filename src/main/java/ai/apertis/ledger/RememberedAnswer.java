package ai.apertis.ledger;

/**
 * The answer to an administrative write, as it is given again to a retry.
 *
 * @param status the HTTP status
 * @param body the body; may hold a key just made
 */
public record RememberedAnswer(int status, String body) {
    /** Shows no body. */
    @Override
    public String toString() {
        return "RememberedAnswer[" + status + "]";
    }
}
