package ai.apertis.bench.micro;

import ai.apertis.telemetry.Redaction;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to look for secrets in a line of the access log, of which every request writes one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LogBenchmark {
    private final String line =
            "{\"time\":\"2026-11-28T03:31:59.228610380Z\",\"request_id\":\"req_55d5d0b15177567435cd32e5e981a015\","
                    + "\"method\":\"POST\",\"path\":\"/v1/chat/completions\",\"status\":200,\"key_id\":\"1\",\"model\":\"glm-5-turbo\","
                    + "\"provider\":\"zai\",\"stream\":true,\"ttft_ms\":21,\"upstream_ms\":20,\"duration_ms\":2012,\"input_tokens\":120,"
                    + "\"output_tokens\":100,\"cache_read_tokens\":0,\"cache_write_tokens\":0,\"reasoning_tokens\":0,\"cost_usd\":0.0012,"
                    + "\"bytes_in\":431,\"bytes_out\":28113}";

    /** A line that holds none. */
    @Benchmark
    public String redact() {
        return Redaction.redact(line);
    }
}
