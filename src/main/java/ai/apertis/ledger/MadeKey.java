package ai.apertis.ledger;

/**
 * A key just made.
 *
 * @param record as stored
 * @param key the whole key: shown now and never again
 */
public record MadeKey(KeyRecord record, String key) {
    /** Names the key without showing it. */
    @Override
    public String toString() {
        return "MadeKey[" + record.id() + ", " + record.prefix() + "…" + record.last4() + "]";
    }
}
