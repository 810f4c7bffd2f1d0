package ai.apertis.bench;

/**
 * How fast the mock provider answers.
 *
 * @param firstMicros from the request to the first chunk or the whole answer, in microseconds
 * @param chunksPerSecond chunks of one stream in a second
 */
record Pace(long firstMicros, double chunksPerSecond) {
    /** An answer as fast as can be. */
    static final Pace AT_ONCE = new Pace(0, 1_000);

    long firstNanos() {
        return firstMicros * 1_000;
    }

    long gapNanos() {
        return (long) (1e9 / chunksPerSecond);
    }

    /** How long a stream of so many chunks lasts. */
    long streamNanos(int chunks) {
        return firstNanos() + (chunks - 1) * gapNanos();
    }
}
