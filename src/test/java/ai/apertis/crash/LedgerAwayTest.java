package ai.apertis.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway;
import ai.apertis.RunningGateway.Wallet;
import ai.apertis.crash.Caller.Got;
import ai.apertis.crash.Provider.Step;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.Voice;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PostgreSQL is out of reach, or takes nothing: what runs goes on, what is new is told to come back, and all is exact after. */
class LedgerAwayTest {
    private static final String MODEL = House.model(Voice.OPENAI);
    private static final int CHUNKS = 6;

    private final Vertx vertx = Vertx.vertx();
    private final DatabaseUrl direct = TestDatabase.fresh();
    private Provider provider;
    private Wire wire;
    private RunningGateway gateway;
    private Wallet wallet;
    private Wallet stranger;

    @BeforeEach
    void start() {
        provider = new Provider(vertx);
        wire = new Wire(direct.host(), direct.port());
        String yaml = House.configuration(provider.port(), "true", 200, 50);
        gateway = RunningGateway.configured(yaml, direct.withAddress("127.0.0.1", wire.port()), Map.of());
        wallet = gateway.wallet(House.USD);
        stranger = gateway.wallet(House.USD);
    }

    @AfterEach
    void stop() {
        wire.mend();
        gateway.close();
        wire.close();
        provider.close();
        vertx.close().await();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "SWALLOWED"})
    void outOfReach(Wire.State state) {
        Script script = new Script(1, CHUNKS, 0, 5, 0).spokenBy(Voice.OPENAI, MODEL, true);
        Caller running = caller();
        Thread asking = askInBackground(running, script);

        wire.become(state);
        expectAToldRefusal();
        provider.release();
        Pause.until(() -> running.chunks() == CHUNKS);
        assertThat(charges()).isZero();
        wire.mend();

        join(asking);
        expectExactly(running.got(), script);
        Script next = new Script(2, CHUNKS, 0, 0, 0).spokenBy(Voice.OPENAI, MODEL, false);
        Pause.until(() -> ask(caller(), next, false).status() == 200);
    }

    @Test
    void readOnly() {
        Script script = new Script(1, CHUNKS, 0, 5, 0).spokenBy(Voice.OPENAI, MODEL, true);
        Caller running = caller();
        Thread asking = askInBackground(running, script);

        setReadOnly("on");
        expectAToldRefusal();
        provider.release();
        Pause.until(() -> running.chunks() == CHUNKS);
        setReadOnly("off");

        join(asking);
        expectExactly(running.got(), script);
    }

    /** A stream that has begun and waits at its first chunk. */
    private Thread askInBackground(Caller caller, Script script) {
        provider.holdAt(Step.FIRST_CHUNK);
        Thread asking = Thread.ofVirtual().start(() -> ask(caller, script, true));
        Pause.until(() -> caller.chunks() == 1);
        return asking;
    }

    /** Both a key that was seen a moment ago and one that has to be looked up. */
    private void expectAToldRefusal() {
        for (Wallet asking : List.of(wallet, stranger)) {
            long since = System.nanoTime();
            Script script = new Script(9, 1, 0, 0, 0).spokenBy(Voice.OPENAI, MODEL, false);
            Got refused = ask(new Caller(gateway.port(), asking.key()), script, false);
            assertThat(refused.status()).as("%s", refused).isEqualTo(503);
            assertThat(refused.header("retry-after")).isNotEmpty();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since))
                    .as("a second at the gate, and some for a busy machine")
                    .isBetween(0L, 4_000L);
        }
    }

    private void expectExactly(Got got, Script script) {
        assertThat(got.finished(Voice.OPENAI, true)).as("%s", got).isTrue();
        Pause.until(() -> charges() == script.cost() && TestDatabase.number(direct, "SELECT count(*) FROM hold") == 0);
        assertThat(TestDatabase.number(direct, "SELECT count(*) FROM charge WHERE cost_nano > 0"))
                .isEqualTo(1);
    }

    private Caller caller() {
        return new Caller(gateway.port(), wallet.key());
    }

    private static Got ask(Caller caller, Script script, boolean stream) {
        return caller.ask(
                Voice.OPENAI.path(MODEL, stream), Voice.OPENAI.ask(MODEL, script.prompt(), script.output(), stream));
    }

    private long charges() {
        return TestDatabase.number(direct, "SELECT sum(cost_nano) FROM charge WHERE account_id = " + wallet.account());
    }

    /** Existing connections keep their setting, so they are ended. */
    private void setReadOnly(String onOrOff) {
        DatabaseUrl beside = direct.withDatabase("postgres");
        TestDatabase.execute(
                beside, "ALTER DATABASE " + direct.database() + " SET default_transaction_read_only = " + onOrOff);
        TestDatabase.execute(
                beside,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + direct.database() + "'");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
