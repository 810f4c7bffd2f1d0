package ai.apertis.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run does. The defaults take a few minutes.
 *
 * @param rounds how often every target is measured, in turn
 * @param streams open streams at any time of a streaming phase
 * @param chunks chunks of a stream
 * @param pace of the mock provider in a streaming phase
 * @param streamSeconds measured part of a streaming phase
 * @param connections of the saturation phase
 * @param requestSeconds length of the saturation phase; a half of it goes to the phase with one connection
 * @param rates requests a second of the open-loop phases of whole answers; none by default
 * @param repeats how often a measurement is made again because other processes took a tenth of a processor meanwhile
 * @param promptBytes length of the prompt
 * @param warmSeconds how long a target has streams, and a fifth of it whole answers, before anything of it is measured: the
 *     gateway's hot methods are compiled while it serves
 * @param moreModels how many further models are in the gateway's catalogue; negative where that is of no interest
 * @param aot whether the gateway's JVM starts from an AOT cache, as in the image
 * @param targets which of direct, nginx, free, billed and translated are measured
 * @param upstreamPort where the mock provider listens; 0 picks a port
 * @param other another gateway: base URL, model, key
 * @param gatewayFlags further flags of the gateway's JVM
 * @param profile whether the gateway's JVM records with JFR
 * @param name of the files written to {@code results}; the date by default
 */
record Plan(
        int rounds,
        int streams,
        int chunks,
        Pace pace,
        double streamSeconds,
        int connections,
        double requestSeconds,
        List<Integer> rates,
        int repeats,
        int promptBytes,
        double warmSeconds,
        int moreModels,
        boolean aot,
        List<String> targets,
        int upstreamPort,
        @Nullable String other,
        List<String> gatewayFlags,
        boolean profile,
        String name) {

    /** Open-loop phases last no longer than this once their measured part is over. */
    static final double GRACE_SECONDS = 10;
    /** How long the streams of a phase take to open, before anything is measured. */
    static final double RAMP_SECONDS = 1;

    private static final String KNOWN =
            "rounds streams chunks first-ms per-second stream-seconds connections request-seconds rates repeats"
                    + " prompt-bytes warm-seconds more-models aot targets upstream-port other gateway-flags profile name";

    /**
     * Reads the command line.
     *
     * @param args pairs of {@code --flag value}
     * @param today name of the files when none is given
     * @throws IllegalArgumentException naming the flag that is not known
     */
    static Plan parse(String[] args, String today) {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            String flag = args[i].startsWith("--") ? args[i].substring(2) : args[i];
            if (!Arrays.asList(KNOWN.split(" ")).contains(flag) || i + 1 == args.length) {
                throw new IllegalArgumentException(
                        "not understood: " + args[i] + "; flags, each with a value: --" + KNOWN.replace(" ", " --"));
            }
            flags.put(flag, args[i + 1]);
        }
        return new Plan(
                Integer.parseInt(flags.getOrDefault("rounds", "3")),
                Integer.parseInt(flags.getOrDefault("streams", "500")),
                Integer.parseInt(flags.getOrDefault("chunks", "100")),
                new Pace(
                        Math.round(1_000 * Double.parseDouble(flags.getOrDefault("first-ms", "20"))),
                        Double.parseDouble(flags.getOrDefault("per-second", "50"))),
                Double.parseDouble(flags.getOrDefault("stream-seconds", "4")),
                Integer.parseInt(flags.getOrDefault("connections", "32")),
                Double.parseDouble(flags.getOrDefault("request-seconds", "2")),
                list(flags.getOrDefault("rates", "")).stream()
                        .map(Integer::valueOf)
                        .toList(),
                Integer.parseInt(flags.getOrDefault("repeats", "0")),
                Integer.parseInt(flags.getOrDefault("prompt-bytes", "400")),
                Double.parseDouble(flags.getOrDefault("warm-seconds", "15")),
                Integer.parseInt(flags.getOrDefault("more-models", "-1")),
                Boolean.parseBoolean(flags.getOrDefault("aot", "true")),
                list(flags.getOrDefault("targets", "direct,nginx,free,billed,translated")),
                Integer.parseInt(flags.getOrDefault("upstream-port", "0")),
                flags.get("other"),
                Arrays.stream(flags.getOrDefault("gateway-flags", "").split(" "))
                        .filter(flag -> !flag.isEmpty())
                        .toList(),
                Boolean.parseBoolean(flags.getOrDefault("profile", "false")),
                flags.getOrDefault("name", today));
    }

    /** The same load for a shorter time, to warm up what is to be measured. */
    Plan warmUp() {
        return new Plan(
                1,
                streams,
                chunks,
                pace,
                warmSeconds,
                connections,
                warmSeconds / 5,
                List.of(),
                0,
                promptBytes,
                warmSeconds,
                moreModels,
                aot,
                targets,
                upstreamPort,
                other,
                gatewayFlags,
                profile,
                name);
    }

    boolean wants(String target) {
        return targets.contains(target);
    }

    /** How long a stream lasts. */
    long streamNanos() {
        return pace.streamNanos(chunks);
    }

    /** An upper bound of a whole run's time, after which it is ended by force. */
    long mostSeconds() {
        double target = RAMP_SECONDS
                + streamSeconds
                + streamNanos() / 1e9
                + (1.5 + rates.size()) * Math.max(requestSeconds, 3)
                + (2 + rates.size()) * GRACE_SECONDS;
        return Math.round(240 + 5 * 2 * warmSeconds + ((1 + repeats) * rounds + 1) * 5 * target);
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).filter(item -> !item.isEmpty()).toList();
    }
}
