package ai.apertis.bench;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * One column of the report.
 *
 * @param title says what and in which unit
 * @param of reads it from a measurement
 */
record Figure(String title, ToDoubleFunction<Measurement> of) {
    static final List<Figure> STREAMS = List.of(
            micros("first chunk p50", 50, m -> m.streams().firstChunk),
            micros("first chunk p99", 99, m -> m.streams().firstChunk),
            micros("chunk p50", 50, m -> m.streams().chunk),
            micros("chunk p99", 99, m -> m.streams().chunk),
            micros("chunk p99.9", 99.9, m -> m.streams().chunk),
            micros("gap p50", 50, m -> m.streams().gap),
            micros("gap p99", 99, m -> m.streams().gap));

    static final List<Figure> REQUESTS = List.of(
            micros("one connection p50", 50, m -> m.single().latency),
            micros("one connection p99", 99, m -> m.single().latency),
            new Figure("saturated, answers/s", m -> m.saturated().perSecond()),
            micros("saturated p50", 50, m -> m.saturated().latency),
            micros("saturated p99", 99, m -> m.saturated().latency));

    static final List<Figure> COSTS = List.of(
            new Figure(
                    "s per million chunks",
                    m -> m.streamCost().target() / m.streams().chunk.getTotalCount() * 1e6),
            new Figure("ms per 1,000 answers", m -> m.saturatedCost().target() / answers(m) * 1e6),
            new Figure(
                    "database, s per million chunks",
                    m -> m.streamCost().database() / m.streams().chunk.getTotalCount() * 1e6),
            new Figure("database, ms per 1,000 answers", m -> m.saturatedCost().database() / answers(m) * 1e6));

    /** Processors kept busy while streams ran; says whether the figures are the target's own or the machine's. */
    static final List<Figure> BUSY = List.of(
            new Figure(
                    "chunks/s",
                    m -> m.streams().chunk.getTotalCount() / m.streamCost().seconds()),
            new Figure("target", m -> m.streamCost().target() / m.streamCost().seconds()),
            new Figure(
                    "database", m -> m.streamCost().database() / m.streamCost().seconds()),
            new Figure(
                    "mock provider",
                    m -> m.streamCost().upstream() / m.streamCost().seconds()),
            new Figure("load", m -> m.streamCost().load() / m.streamCost().seconds()),
            new Figure(
                    "other processes",
                    m -> m.streamCost().others() / m.streamCost().seconds()),
            new Figure(
                    "stolen by the host",
                    m -> m.streamCost().stolen() / m.streamCost().seconds()));

    private static double answers(Measurement measurement) {
        return measurement.saturated().latency.getTotalCount();
    }

    private static Figure micros(String title, double percentile, Function<Measurement, Histogram> histogram) {
        return new Figure(title, measurement -> histogram.apply(measurement).getValueAtPercentile(percentile) / 1e3);
    }
}
