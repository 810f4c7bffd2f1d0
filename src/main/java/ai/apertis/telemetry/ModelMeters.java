package ai.apertis.telemetry;

import ai.apertis.money.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The meters of one model: how soon it answers, what it costs and how many tokens it takes. */
final class ModelMeters {
    private final Meters meters;
    private final String name;
    private final Timer ttft;
    private final Counter cost;
    private final Counter input;
    private final Counter output;
    private final Counter cacheRead;
    private final Counter cacheWrite;
    private final Counter reasoning;

    ModelMeters(Meters meters, String name, Duration[] buckets) {
        this.meters = meters;
        this.name = name;
        ttft = meters.timer("apertis.ttft", "Time from arrival to the first byte", buckets, "model", name);
        cost = meters.counter("apertis.cost.nano.usd", "What was charged, nano-USD", "model", name);
        input = tokens("input");
        output = tokens("output");
        cacheRead = tokens("cache_read");
        cacheWrite = tokens("cache_write");
        reasoning = tokens("reasoning");
    }

    private Counter tokens(String tokenClass) {
        return meters.counter(
                "apertis.tokens", "Tokens consumed; reasoning is part of output", "model", name, "class", tokenClass);
    }

    String name() {
        return name;
    }

    void count(RequestLine line) {
        Usage usage = line.usage();
        if (line.ttftMillis() >= 0) {
            ttft.record(line.ttftMillis(), TimeUnit.MILLISECONDS);
        }
        cost.increment((double) line.costNano());
        input.increment((double) usage.inputTokens());
        output.increment((double) usage.outputTokens());
        cacheRead.increment((double) usage.cacheReadTokens());
        cacheWrite.increment((double) usage.cacheWriteTokens());
        reasoning.increment((double) usage.reasoningTokens());
    }
}
