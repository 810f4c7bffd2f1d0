package ai.apertis.billing;

/** The billing verticle's face: asks it over the event bus. One instance serves one event loop or many. */
public final class Billing {
    /** Makes a client of the billing verticle. */
    public Billing() {}

    /**
     * Starts to take a hold. Returns at once; {@link Hold#outcome} tells when and whether it is durable.
     *
     * @param request what may be spent, and by whom
     * @return the hold
     */
    public Hold hold(HoldRequest request) {
        return new Hold();
    }
}
