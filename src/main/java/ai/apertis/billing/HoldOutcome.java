package ai.apertis.billing;

/** The ledger's answer to a hold. */
public sealed interface HoldOutcome {
    /** The money is set aside, durably. */
    record Held() implements HoldOutcome {}

    /**
     * A bucket does not have enough.
     *
     * @param bucket which one
     * @param leftNano what is left when nothing were held, nano-USD (thousandths of quota for the cycle)
     * @param neededNano what was asked, same unit
     * @param reserved true when it would fit but for what other requests hold now: worth trying again
     */
    record TooLittle(BucketKind bucket, long leftNano, long neededNano, boolean reserved) implements HoldOutcome {}

    /**
     * The key, the account or the subscription may not be used.
     *
     * @param reason why
     */
    record Refused(Reason reason) implements HoldOutcome {}

    /** The ledger cannot be asked now, or too many are waiting. */
    record Unavailable() implements HoldOutcome {}

    /** Why a key cannot pay. */
    enum Reason {
        /** Revoked or unknown. */
        KEY_REVOKED,
        /** Switched off. */
        KEY_DISABLED,
        /** Past its expiry date. */
        KEY_EXPIRED,
        /** The account is suspended. */
        ACCOUNT_SUSPENDED,
        /** The subscription of a {@code sk-sub-} key is not active. */
        SUBSCRIPTION_INACTIVE,
        /** The plan is another one than the request assumed: read the key again. */
        PLAN_CHANGED
    }
}
