package ai.apertis.payments;

/** Stripe counts US dollars in whole cents. */
final class Cents {
    private static final long NANO = 10_000_000;

    private Cents() {}

    /** Nano-USD as cents; throws {@link ArithmeticException} when they are not whole ones. */
    static long ofNano(long nano) {
        if (nano % NANO != 0) {
            throw new ArithmeticException("not whole cents: " + nano);
        }
        return nano / NANO;
    }

    /** Cents as nano-USD; throws {@link ArithmeticException} when that is too large. */
    static long toNano(long cents) {
        return Math.multiplyExact(cents, NANO);
    }
}
