package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two hundred requests at once on money for fifty: fifty answers, to the nano-dollar. */
class MoneyForFiftyTest {
    private static final int REQUESTS = 200;
    private static final int PAID = 50;
    /** Three tokens of a thousand dollars a million. */
    private static final long COST_NANO = 3_000_000;

    private final Vertx vertx = Vertx.vertx();
    private ReplayUpstream upstream = new ReplayUpstream(vertx, answer());

    @BeforeEach
    void start() {
        upstream.close();
        upstream = new ReplayUpstream(vertx, answer());
    }

    @AfterEach
    void stop() {
        upstream.close();
        vertx.close().await();
    }

    @Test
    void oneNodeAnswersExactlyFifty() throws Exception {
        try (RunningGateway gateway = RunningGateway.before(upstream.baseUrl())) {
            Wallet wallet = gateway.wallet(PAID * COST_NANO);
            expectFifty(race(wallet, List.of(gateway)), gateway, wallet);
        }
    }

    @Test
    void twoNodesOnOneDatabaseAnswerExactlyFiftyTogether() throws Exception {
        try (RunningGateway one = RunningGateway.before(upstream.baseUrl());
                RunningGateway other = RunningGateway.before(upstream.baseUrl(), one.database())) {
            Wallet wallet = one.wallet(PAID * COST_NANO);
            expectFifty(race(wallet, List.of(one, other)), one, wallet);
        }
    }

    private static Map<Integer, Long> race(Wallet wallet, List<RunningGateway> nodes) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> statuses = IntStream.range(0, REQUESTS)
                    .mapToObj(i -> clients.submit(() -> untilAnsweredOrRefused(nodes.get(i % nodes.size()), wallet)))
                    .toList();
            Map<Integer, Long> counted = new java.util.HashMap<>();
            for (Future<Integer> status : statuses) {
                counted.merge(status.get(), 1L, Long::sum);
            }
            return counted;
        }
    }

    private static int untilAnsweredOrRefused(RunningGateway gateway, Wallet wallet) {
        while (true) {
            HttpResponse<String> response = gateway.chat(
                    wallet.key(),
                    "{\"model\":\"output-only\",\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
            if (response.statusCode() != 429) {
                return response.statusCode();
            }
            assertThat(response.body()).contains("balance_reserved");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
    }

    private static void expectFifty(Map<Integer, Long> statuses, RunningGateway gateway, Wallet wallet) {
        assertThat(statuses).isEqualTo(Map.of(200, (long) PAID, 402, (long) REQUESTS - PAID));
        Balance balance = gateway.balance(wallet);
        assertThat(balance.account()).isEqualTo(new Balance.Limit(PAID * COST_NANO, PAID * COST_NANO, 0));
        assertThat(TestDatabase.number(
                        gateway.database(), "SELECT sum(cost_nano) FROM charge WHERE account_id = " + wallet.account()))
                .isEqualTo(PAID * COST_NANO);
    }

    private static Reply answer() {
        return Reply.json(
                200,
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"one"
                        + " two three\"},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":3,\"total_tokens\":13}}");
    }
}
