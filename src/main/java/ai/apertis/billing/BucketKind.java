package ai.apertis.billing;

/** The limits a hold can run into. */
public enum BucketKind {
    /** An account's prepaid balance. */
    ACCOUNT_BALANCE,
    /** An account's spending in its month. */
    ACCOUNT_MONTH,
    /** A key's own quota. */
    KEY_QUOTA,
    /** A key's spending in its month. */
    KEY_MONTH,
    /** A subscription's quota in its cycle, in thousandths. */
    CYCLE_QUOTA,
    /** What a subscription may spend from the balance in a cycle once its quota is used. */
    CYCLE_OVERFLOW
}
