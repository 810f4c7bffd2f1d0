package ai.apertis.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Draws latency by percentile as SVG, both axes logarithmic: the tail is what a plot is for. */
final class Plot {
    private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9, 99.99);
    private static final List<String> COLOURS = List.of("#64748b", "#16a34a", "#0d9488", "#7c3aed", "#ea580c");
    private static final int WIDTH = 900;
    private static final int PANEL = 380;
    private static final int HEIGHT = 320;
    private static final int LEFT = 60;
    private static final int TOP = 50;
    private static final double NINES = 4;

    private final List<Measurement> measurements;
    private final StringBuilder out = new StringBuilder();

    Plot(List<Measurement> measurements) {
        this.measurements = measurements;
    }

    String svg() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">",
                WIDTH, HEIGHT + TOP + 70);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        panel(LEFT, "From sending a chunk to receiving it, µs", merged(measured -> measured.streams().chunk));
        panel(
                LEFT + PANEL + 70,
                "From a stream's due time to its first chunk, µs",
                merged(measured -> measured.streams().firstChunk));
        legend();
        add("</svg>");
        return out.toString();
    }

    private Map<String, Histogram> merged(Function<Measurement, Histogram> histogram) {
        Map<String, Histogram> byTarget = new LinkedHashMap<>();
        measurements.forEach(measured -> byTarget.computeIfAbsent(measured.target(), name -> StreamFigures.histogram())
                .add(histogram.apply(measured)));
        return byTarget;
    }

    private void panel(int left, String title, Map<String, Histogram> lines) {
        double least = lines.values().stream()
                .mapToDouble(each -> micros(each, 50))
                .min()
                .orElse(1);
        double most = lines.values().stream()
                .mapToDouble(each -> micros(each, 99.99))
                .max()
                .orElse(1);
        double bottom = Math.floor(Math.log10(least) * 2) / 2;
        double top = Math.ceil(Math.log10(most) * 2) / 2;
        add("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>", left, TOP - 20, title);
        for (double level = bottom; level <= top + 0.01; level += 0.5) {
            double y = y(level, bottom, top);
            add("<path d=\"M%d %.1fh%d\" stroke=\"#e2e8f0\"/>", left, y, PANEL - 30);
            add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>", left - 6, y + 4, Math.pow(10, level));
        }
        for (double percentile : PERCENTILES) {
            double x = x(left, percentile);
            add("<path d=\"M%.1f %dv%d\" stroke=\"#e2e8f0\"/>", x, TOP, HEIGHT);
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">p%s</text>",
                    x, TOP + HEIGHT + 18, Double.toString(percentile).replace(".0", ""));
        }
        int colour = 0;
        for (Histogram histogram : lines.values()) {
            StringBuilder path = new StringBuilder();
            for (double nines = nines(50); nines <= NINES + 0.001; nines += 0.02) {
                double percentile = 100 - 100 * Math.pow(10, -nines);
                path.append(String.format(
                        Locale.ROOT,
                        "%s%.1f %.1f",
                        path.isEmpty() ? "M" : "L",
                        x(left, percentile),
                        y(Math.log10(micros(histogram, percentile)), bottom, top)));
            }
            add(
                    "<path d=\"%s\" fill=\"none\" stroke-width=\"2\" stroke=\"%s\"/>",
                    path, COLOURS.get(colour++ % COLOURS.size()));
        }
    }

    private void legend() {
        int at = 0;
        for (String target : merged(measured -> measured.streams().chunk).keySet()) {
            int x = LEFT + at * 165;
            add(
                    "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>",
                    x, TOP + HEIGHT + 44, COLOURS.get(at % COLOURS.size()));
            add("<text x=\"%d\" y=\"%d\">%s</text>", x + 20, TOP + HEIGHT + 50, target);
            at++;
        }
    }

    private static double nines(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private static double x(int left, double percentile) {
        double from = nines(50);
        return left + (PANEL - 30) * (nines(percentile) - from) / (NINES - from);
    }

    private static double y(double level, double bottom, double top) {
        return TOP + HEIGHT * (1 - (level - bottom) / (top - bottom));
    }

    private static double micros(Histogram histogram, double percentile) {
        return Math.max(1, histogram.getValueAtPercentile(percentile) / 1e3);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
