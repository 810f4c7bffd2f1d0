package ai.apertis.bench;

import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What a phase of whole answers showed. */
final class RequestFigures {
    /** From when a request was due, or was sent where nothing was due, to the last byte of its answer; nanoseconds. */
    final Histogram latency = StreamFigures.histogram();

    final SortedMap<String, Integer> errors = new TreeMap<>();
    /** Length of the phase, in seconds. */
    double seconds;

    double perSecond() {
        return latency.getTotalCount() / seconds;
    }
}
