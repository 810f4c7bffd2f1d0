package ai.apertis;

/** The composition root. */
public final class Main {
    private Main() {}

    /**
     * Starts the gateway.
     *
     * @param args none are read
     */
    public static void main(String[] args) {}
}
