package ai.apertis.bench.micro;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.openai.OpenAiChatRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a request costs before it is sent, by the length of its prompt. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RequestBenchmark {
    private static final Target TARGET =
            new Target(DialectName.OPENAI, "gpt-5.2-2025-12-11", -1, 128_000, true, Quirks.NONE);
    private static final String TURN =
            "Please read this function and say what is wrong with it: \\n\\tint add(int a)\\n";
    private static final int BYTES_PER_TOKEN = 4;
    private static final int TOKENS_PER_TURN = 500;

    /** Tokens of the prompt, at four bytes each, in turns of five hundred. */
    @Param({"1000", "20000", "200000"})
    public int tokens;

    private byte[] body = new byte[0];
    private OpenAiChatRequest request = read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}");

    /** Writes the prompt. */
    @Setup
    public void write() {
        String text = TURN.repeat(TOKENS_PER_TURN * BYTES_PER_TOKEN / TURN.length());
        StringBuilder json = new StringBuilder("{\"model\":\"gpt-5.2\",\"stream\":true,\"messages\":[");
        for (int turn = 0; turn < tokens / TOKENS_PER_TURN; turn++) {
            String role = turn % 2 == 0 ? "user" : "assistant";
            json.append(turn == 0 ? "" : ",").append("{\"role\":\"%s\",\"content\":\"%s\"}".formatted(role, text));
        }
        body = json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        request = OpenAiChatRequest.read(body);
    }

    /** Checking and measuring the body. */
    @Benchmark
    public OpenAiChatRequest parse() {
        return OpenAiChatRequest.read(body);
    }

    /** Putting in the provider's name of the model and the wish for usage. */
    @Benchmark
    public byte[] splice() {
        return request.bridge(TARGET).body();
    }

    private static OpenAiChatRequest read(String json) {
        return OpenAiChatRequest.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
