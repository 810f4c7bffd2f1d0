package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import com.sun.management.ThreadMXBean;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What a request costs the process, in numbers that do not depend on how busy the machine is. */
@Isolated
class CostOfARequestTest {
    /** Of the whole way from one socket to the other, with many chunks in a read. */
    private static final double MOST_BYTES = 300;

    private static final int MOST_TRIES = 100;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Set<Long> loops;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.stream(UsageFault.NONE));
        Set<Long> before = threads();
        gateway = RunningGateway.before(upstream.baseUrl());
        gateway.get("/models", gateway.wallet(0).key());
        loops = threads();
        loops.removeAll(before);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void aChunkThatPassesAllocatesLittleHoweverLongTheStream() {
        String key = gateway.wallet(0).key();
        assertThat(perChunk(key, 2_000)).as("bytes a chunk").isLessThan(MOST_BYTES);
        assertThat(perChunk(key, 20_000))
                .as("bytes a chunk in a stream ten times as long")
                .isLessThan(MOST_BYTES);
    }

    @Test
    void aRequestIsOneCallOfTheProviderAndTwoOfTheLedger() {
        Wallet wallet = gateway.wallet(1_000_000_000);
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        ask(wallet.key(), "priced");
        int calls = upstream.received().size();
        long batches = batches();
        long began = System.nanoTime();

        for (int i = 0; i < 50; i++) {
            ask(wallet.key(), "priced");
        }

        long checkpoints = (System.nanoTime() - began) / 1_000_000_000 + 1;
        assertThat(upstream.received().size() - calls).isEqualTo(50);
        assertThat(batches() - batches).isBetween(100L, 100 + checkpoints);
    }

    /** The least of several: until the compiler has done its work, more is allocated than need be. */
    private static double perChunk(String key, int chunks) {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < MOST_TRIES && least >= MOST_BYTES; i++) {
            least = Math.min(least, (double) (allocated(key, chunks) - allocated(key, 1)) / chunks);
        }
        return least;
    }

    private static long allocated(String key, int chunks) {
        upstream.answer(ChatReplies.longStream(chunks));
        long before = allocated();
        ask(key, "free");
        return allocated() - before;
    }

    private static void ask(String key, String model) {
        HttpResponse<String> answer = gateway.chat(
                key,
                "{\"model\":\"" + model + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }

    private static long batches() {
        return TestDatabase.number(gateway.database(), "SELECT sum(batch)::bigint FROM run");
    }

    private static long allocated() {
        long[] ids = loops.stream().mapToLong(Long::longValue).toArray();
        return Arrays.stream(THREADS.getThreadAllocatedBytes(ids)).sum();
    }

    private static Set<Long> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("eventloop"))
                .map(Thread::threadId)
                .collect(Collectors.toSet());
    }
}
