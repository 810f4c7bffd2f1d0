package ai.apertis.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway;
import ai.apertis.RunningGateway.Wallet;
import ai.apertis.crash.Caller.Leaving;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.Voice;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients leave after every chunk of a stream, in good order, with a reset, and without a word: a client that disconnects
 * pays neither nothing nor everything, but what the provider charges up to the cut. Longer with
 * {@code -Dapertis.leaving.chunks=200}.
 */
class LeavingClientTest {
    private static final int CHUNKS = Integer.getInteger("apertis.leaving.chunks", 20);
    /** Fewer than the streams that one event loop hears out for providers that bill on. */
    private static final int AT_ONCE = 8;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger numbers = new AtomicInteger();
    private Provider provider;

    @BeforeEach
    void start() {
        provider = new Provider(vertx);
    }

    @AfterEach
    void stop() {
        provider.close();
        vertx.close().await();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void paysForWhatTheProviderChargesUpToTheCut(boolean stopsBilling) throws InterruptedException, ExecutionException {
        String yaml = House.configuration(provider.port(), Boolean.toString(stopsBilling), 200, 20);
        try (RunningGateway gateway = RunningGateway.configured(yaml, Map.of());
                ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> leaving = new ArrayList<>();
            for (int after = 0; after <= CHUNKS; after++) {
                for (Leaving how : List.of(Leaving.FIN, Leaving.RST, Leaving.SILENCE)) {
                    if (after == 0 && how == Leaving.SILENCE) {
                        continue;
                    }
                    Voice[] voices = Voice.values();
                    Voice voice = voices[numbers.get() % voices.length];
                    int chunks = after;
                    Script script = new Script(numbers.incrementAndGet(), CHUNKS, 10, 10, 0)
                            .spokenBy(voice, House.model(voice), true);
                    leaving.add(clients.submit(() -> leave(gateway, voice, script, how, chunks, stopsBilling)));
                }
            }
            for (Future<?> left : leaving) {
                left.get();
            }
            Pause.until(() -> TestDatabase.number(gateway.database(), "SELECT count(*) FROM hold") == 0);
            assertThat(TestDatabase.number(
                            gateway.database(),
                            "SELECT count(*) FROM (SELECT FROM charge GROUP BY key_id HAVING count(*) > 1) AS twice"))
                    .isZero();
        }
    }

    private void leave(
            RunningGateway gateway, Voice voice, Script script, Leaving how, int after, boolean stopsBilling) {
        Wallet wallet = gateway.wallet(House.USD);
        Caller caller = new Caller(gateway.port(), wallet.key());
        String model = House.model(voice);
        Thread asking = Thread.ofVirtual()
                .start(() -> caller.ask(
                        voice.path(model, true), voice.ask(model, script.prompt(), script.output(), true), how, after));
        String what = "%s after %d of %s at %s".formatted(how, after, script, voice);
        if (after == 0) {
            // Left without a trace, when its request was not even read.
            join(asking);
            assertThat(of(gateway, wallet, "count(*)")).as(what).isBetween(0L, 1L);
        } else {
            Pause.until(what, () -> caller.got().status() == 503 || of(gateway, wallet, "count(*)") == 1);
        }
        caller.hangUp();
        join(asking);
        if (caller.got().status() == 503) {
            // A gateway that has just started on a busy machine may ask to come again.
            leave(gateway, voice, script, how, after, stopsBilling);
            return;
        }
        long cost = of(gateway, wallet, "sum(cost_nano)");
        if (how == Leaving.SILENCE) {
            // It is still there for all that anyone knows, and all of the answer is on its way to it.
            assertThat(cost).as(what).isEqualTo(script.cost());
        } else if (after == 0) {
            // Mostly nothing was served; a client that left during the first chunk is charged that.
            assertThat(cost).as(what).isBetween(0L, script.cost());
        } else if (stopsBilling) {
            int served = provider.served(script.number()).chunks.get();
            assertThat(of(gateway, wallet, "sum(output_tokens)"))
                    .as(what)
                    .isBetween((long) after * Script.COUNTED_PER_CHUNK, (long) served * Script.TOLD_PER_CHUNK);
            assertThat(cost)
                    .as(what)
                    .isBetween(Script.cost(script.input() / 2, (long) after * Script.COUNTED_PER_CHUNK), script.cost());
        } else {
            assertThat(cost).as(what).isEqualTo(script.cost());
        }
    }

    private static long of(RunningGateway gateway, Wallet wallet, String what) {
        return TestDatabase.number(
                gateway.database(), "SELECT " + what + " FROM charge WHERE account_id = " + wallet.account());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
