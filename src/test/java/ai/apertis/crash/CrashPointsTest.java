package ai.apertis.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.crash.Wire.Stop;
import ai.apertis.upstream.Voice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A gateway is killed before and after each step of a request: what the provider and the line to PostgreSQL have seen
 * says where it is. At each point wait requests of every client dialect, streamed and whole, each time at providers of other
 * dialects. With {@code -Dapertis.crash.rounds=3} every client dialect meets every provider dialect, three times.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("load")
class CrashPointsTest {
    private static final int ROUNDS = Integer.getInteger("apertis.crash.rounds", 0);
    private static final int CHUNKS = 8;
    private static final String HOLDING = "\"key_id\":";
    private static final String SETTLING = "\"priced_nano\":";

    /** Where the gateway dies. */
    enum Point {
        /** The batch with the hold is on its way. */
        BEFORE_THE_HOLD,
        /** The hold is durable and the gateway does not know. */
        HOLD_UNANSWERED,
        PROVIDER_ASKED,
        PROVIDER_ANSWERS,
        FIRST_CHUNK,
        /** After a checkpoint. */
        MID_STREAM,
        /** All text is served and no usage told. */
        BEFORE_USAGE,
        /** The last event is to come, which ends the answer. */
        BEFORE_THE_END,
        /** The batch with the settlement is on its way. */
        BEFORE_THE_SETTLEMENT,
        /** The settlement is durable and the gateway does not know: the client has not seen the end. */
        SETTLEMENT_UNANSWERED,
        /** The client has seen the end. */
        AFTERWARDS
    }

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private House house;
    private long account;
    private int turn;

    @BeforeAll
    void open() {
        house = new House(folder, 2, 100, 8);
        account = house.account(1_000 * House.USD);
    }

    @AfterAll
    void close() {
        house.close();
    }

    @ParameterizedTest
    @EnumSource
    void whateverIsCutThereIsChargedForWhatWasServedOnce(Point point) {
        if (ROUNDS == 0) {
            dieAt(point, turn);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int shift = 0; shift < Voice.values().length; shift++) {
                dieAt(point, shift);
            }
        }
    }

    private void dieAt(Point point, int shift) {
        // In turn, so that the other one reaps while this one starts.
        Node node = house.nodes().get(turn++ % house.nodes().size());
        node.awaitReady();
        warm(node);
        List<Request> requests = requests(node, shift);
        Stop stop = stop(point);
        Provider.Step step = step(point);
        house.provider().holdAt(step);
        if (stop != null && step == null) {
            node.wire().stopAt(stop);
        }
        List<Thread> running = requests.stream()
                .map(request -> Thread.ofVirtual().start(request::run))
                .toList();
        if (step != null) {
            awaitHeld(step, requests);
            if (stop != null) {
                node.wire().stopAt(stop);
                house.provider().release();
            }
        }
        await(point, stop, requests);
        node.kill();
        house.provider().release();
        running.forEach(CrashPointsTest::join);
        node.wire().mend();
        node.start();

        var charges = new Judge(house).judge(requests);
        long finished = requests.stream().filter(Request::finished).count();
        long cost = requests.stream()
                .flatMap(request -> charges.getOrDefault(request.key.id(), List.of()).stream())
                .mapToLong(Books.Charge::costNano)
                .sum();
        switch (point) {
            case BEFORE_THE_HOLD, HOLD_UNANSWERED, PROVIDER_ASKED, PROVIDER_ANSWERS -> {
                assertThat(requests).noneMatch(request -> request.got().body().contains("word"));
                assertThat(finished).isZero();
            }
            case FIRST_CHUNK -> assertThat(finished).isZero();
            case MID_STREAM, BEFORE_USAGE, BEFORE_THE_END, BEFORE_THE_SETTLEMENT -> {
                assertThat(finished).isZero();
                assertThat(cost).isPositive();
            }
            case SETTLEMENT_UNANSWERED -> {
                assertThat(finished).isZero();
                assertThat(requests)
                        .as("one was charged in full though its client has not seen the end")
                        .anyMatch(request -> charges.getOrDefault(request.key.id(), List.of()).stream()
                                .anyMatch(charge -> charge.costNano() == request.script.cost()));
            }
            case AFTERWARDS -> assertThat(finished).isEqualTo(requests.size());
        }
    }

    /**
     * The gateway knows then that there is plenty, and asks providers beside the hold. One that has just started on a busy machine may
     * refuse the first.
     */
    private void warm(Node node) {
        Pause.until("a first answer", () -> {
            Script script = new Script(house.nextNumber(), 2, 0, 0, 0);
            Request first = new Request(house, node, account, Voice.OPENAI, Voice.OPENAI, false, script);
            first.run();
            return first.finished();
        });
    }

    private List<Request> requests(Node node, int shift) {
        List<Request> requests = new ArrayList<>();
        Voice[] voices = Voice.values();
        for (int i = 0; i < voices.length; i++) {
            Voice client = voices[i];
            Voice at = voices[(i + shift) % voices.length];
            for (boolean stream : new boolean[] {true, false}) {
                Script script = new Script(house.nextNumber(), CHUNKS, 5, 5, 0);
                requests.add(new Request(house, node, account, client, at, stream, script));
            }
        }
        return requests;
    }

    private void awaitHeld(Provider.Step step, List<Request> requests) {
        Pause.until(() -> house.provider().held() == requests.size());
        if (step.compareTo(Provider.Step.MIDDLE) >= 0) {
            Pause.until(() -> requests.stream()
                    .filter(request -> request.stream)
                    .allMatch(request -> house.books().checkpoint(request.key.id()) > 0));
        }
    }

    private void await(Point point, @Nullable Stop stop, List<Request> requests) {
        if (stop != null) {
            Pause.until(() -> stop.reached().getCount() == 0);
        }
        if (point == Point.HOLD_UNANSWERED) {
            Pause.until(() -> house.books().number("SELECT count(*) FROM hold") > 0);
        } else if (point == Point.SETTLEMENT_UNANSWERED) {
            Pause.until(() -> requests.stream().anyMatch(this::isCharged));
        } else if (point == Point.AFTERWARDS) {
            Pause.until(() -> requests.stream().allMatch(Request::finished));
        }
    }

    private boolean isCharged(Request request) {
        return house.books().number("SELECT count(*) FROM charge WHERE key_id = " + request.key.id()) > 0;
    }

    private static @Nullable Stop stop(Point point) {
        return switch (point) {
            case BEFORE_THE_HOLD -> Stop.before(HOLDING);
            case HOLD_UNANSWERED -> Stop.after(HOLDING);
            case BEFORE_THE_SETTLEMENT -> Stop.before(SETTLING);
            case SETTLEMENT_UNANSWERED -> Stop.after(SETTLING);
            default -> null;
        };
    }

    private static Provider.@Nullable Step step(Point point) {
        return switch (point) {
            case PROVIDER_ASKED -> Provider.Step.ASKED;
            case PROVIDER_ANSWERS -> Provider.Step.HEAD;
            case FIRST_CHUNK -> Provider.Step.FIRST_CHUNK;
            case MID_STREAM -> Provider.Step.MIDDLE;
            case BEFORE_USAGE -> Provider.Step.BEFORE_USAGE;
            case BEFORE_THE_END, BEFORE_THE_SETTLEMENT, SETTLEMENT_UNANSWERED -> Provider.Step.BEFORE_END;
            default -> null;
        };
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
