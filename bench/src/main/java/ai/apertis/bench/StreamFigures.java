package ai.apertis.bench;

import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What a streaming phase showed. Histograms are in nanoseconds. */
final class StreamFigures {
    /**
     * From when a stream was due to begin to its first chunk, less what the provider waits on purpose. A client that is
     * late counts against the target.
     */
    final Histogram firstChunk = histogram();
    /** From sending a chunk to receiving it. */
    final Histogram chunk = histogram();
    /** Between two chunks of a stream as they were received. */
    final Histogram gap = histogram();

    /** What went wrong, and how often. */
    final SortedMap<String, Integer> errors = new TreeMap<>();

    /** Streams that began in the measured part. */
    int streams;

    static Histogram histogram() {
        Histogram histogram = new Histogram(60_000_000_000L, 3);
        histogram.setAutoResize(true);
        return histogram;
    }
}
