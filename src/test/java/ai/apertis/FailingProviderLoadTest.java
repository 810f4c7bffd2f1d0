package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Load on three equal endpoints while one of them fails, over real HTTP. How fast that is, {@code FailingEndpointTest} shows
 * in simulated time; here it is counted who notices. {@code -Dapertis.load.requests=20000} is the long form.
 */
@Isolated
class FailingProviderLoadTest {
    private static final Reply WELL = ChatReplies.stream(UsageFault.NONE).late(5);
    private static final int REQUESTS = Integer.getInteger("apertis.load.requests", 400);
    private static final int CLIENTS = 8;

    enum Fault {
        ERRORS(ChatReplies.failure(500, "broken")),
        RESETS(WELL.cutAfter(0, Reply.Ending.RESET)),
        CLOSES(WELL.cutAfter(0, Reply.Ending.CLOSE)),
        LIMITS(ChatReplies.failure(429, "slow down").withHeader("retry-after", "30"));

        @SuppressWarnings("ImmutableEnumChecker") // A reply is immutable but for its buffer, which nobody writes to.
        private final Reply reply;

        Fault(Reply reply) {
            this.reply = reply;
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void oneFailingProviderOfThreeIsNotNoticed(Fault fault) throws Exception {
        Vertx vertx = Vertx.vertx();
        List<ReplayUpstream> upstreams = List.of(
                new ReplayUpstream(vertx, WELL), new ReplayUpstream(vertx, WELL), new ReplayUpstream(vertx, WELL));
        try (RunningGateway gateway = RunningGateway.configured(yaml(upstreams))) {
            Wallet wallet = gateway.wallet(1_000_000_000_000L);
            assertThat(failures(gateway, wallet)).isZero();
            int before = calls(upstreams);

            upstreams.getFirst().answer(fault.reply);

            assertThat(failures(gateway, wallet)).isLessThanOrEqualTo(REQUESTS / 1_000);
            assertThat(calls(upstreams) - before).isLessThanOrEqualTo(REQUESTS + REQUESTS / 10);
        } finally {
            upstreams.forEach(ReplayUpstream::close);
            RunningGateway.await(vertx.close());
        }
    }

    private static int failures(RunningGateway gateway, Wallet wallet) throws Exception {
        List<Future<Boolean>> outcomes = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < REQUESTS; i++) {
                outcomes.add(clients.submit(() -> gateway.chat(
                                wallet.key(),
                                "{\"model\":\"m\",\"stream\":true,\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"three words\"}]}")
                        .body()
                        .endsWith("data: [DONE]\n\n")));
            }
        }
        int failures = 0;
        for (Future<Boolean> outcome : outcomes) {
            failures += outcome.get() ? 0 : 1;
        }
        return failures;
    }

    private static int calls(List<ReplayUpstream> upstreams) {
        return upstreams.stream()
                .mapToInt(upstream -> upstream.received().size())
                .sum();
    }

    private static String yaml(List<ReplayUpstream> upstreams) {
        StringBuilder providers = new StringBuilder("""
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
            """);
        StringBuilder endpoints = new StringBuilder();
        for (int i = 0; i < upstreams.size(); i++) {
            providers.append("  - {name: p%d, dialect: openai, base_url: \"%s\", keys: [k]}%n"
                    .formatted(i, upstreams.get(i).baseUrl()));
            endpoints.append("      - {provider: p%d, priority: 0}%n".formatted(i));
        }
        return providers + """
            models:
              - id: m
                price: {input: 1, output: 2}
                endpoints:
            """ + endpoints;
    }
}
