package ai.apertis.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.upstream.Voice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Three gateways serve requests of all dialects while they are killed, PostgreSQL is stopped as by a power cut, and
 * gateways are paused until their peers take them for dead. (Ten more kills are in {@link CrashPointsTest}.) Longer with {@code -Dapertis.crash.kills=1000
 * -Dapertis.crash.stops=200 -Dapertis.crash.pauses=200}.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("load")
class KilledUnderLoadTest {
    private static final int KILLS = Integer.getInteger("apertis.crash.kills", 20);
    private static final int STOPS = Integer.getInteger("apertis.crash.stops", 5);
    private static final int PAUSES = Integer.getInteger("apertis.crash.pauses", 5);
    private static final int CALLERS = 12;
    private static final int GATEWAYS = 3;
    /** Between two blows, answers that came whole: what is struck is at work. */
    private static final int FINISHED_BETWEEN = 4;

    private static final String LIVING = "SELECT count(*) FROM run WHERE ended_at IS NULL";

    private enum Blow {
        KILL,
        STOP,
        PAUSE
    }

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile boolean enough;

    @Test
    void everyFinishedRequestIsChargedExactlyAndNoOtherMoreThanWasServed() throws InterruptedException {
        long seed = Long.getLong("apertis.crash.seed", new Random().nextLong());
        try (House house = new House(folder, GATEWAYS, 100, 8)) {
            long rich = house.account(1_000 * House.USD);
            long poor = house.account(House.USD / 20);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Thread.ofVirtual().start(() -> call(house, rich, poor)));
            }
            strike(house, new Random(seed));
            enough = true;
            for (Thread caller : callers) {
                caller.join();
            }
            new Judge(house).judge(requests);
            assertThat(house.books().number("SELECT count(*) FROM charge WHERE ending = 'REAPED' AND cost_nano > 0"))
                    .as("some were cut in mid-stream and charged from a checkpoint (seed %s)", seed)
                    .isPositive();
            System.out.printf(
                    "%d requests, %d whole, %d reaped; %d kills, %d stops, %d pauses; %d samples%n",
                    requests.size(),
                    finished.get(),
                    house.books().number("SELECT count(*) FROM charge WHERE ending = 'REAPED'"),
                    KILLS,
                    STOPS,
                    PAUSES,
                    house.books().samples());
        }
    }

    private void call(House house, long rich, long poor) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Voice[] voices = Voice.values();
        while (!enough) {
            Node node = house.nodes().get(random.nextInt(GATEWAYS));
            Script script = new Script(
                    house.nextNumber(), 2 + random.nextInt(14), random.nextInt(40), 10 + random.nextInt(50), 0);
            Request request = new Request(
                    house,
                    node,
                    random.nextInt(5) == 0 ? poor : rich,
                    voices[random.nextInt(voices.length)],
                    voices[random.nextInt(voices.length)],
                    random.nextInt(3) > 0,
                    script);
            requests.add(request);
            if (request.run().status() == 0) {
                Pause.millis(100);
            }
            if (request.finished()) {
                finished.incrementAndGet();
            }
        }
    }

    private void strike(House house, Random random) {
        List<Blow> blows = new ArrayList<>();
        blows.addAll(Collections.nCopies(KILLS, Blow.KILL));
        blows.addAll(Collections.nCopies(STOPS, Blow.STOP));
        blows.addAll(Collections.nCopies(PAUSES, Blow.PAUSE));
        Collections.shuffle(blows, random);
        int turn = 0;
        for (Blow blow : blows) {
            awaitFinished(house, finished.get() + FINISHED_BETWEEN);
            switch (blow) {
                case KILL -> {
                    // In turn, so that the others serve while this one starts.
                    Node node = house.nodes().get(turn++ % GATEWAYS);
                    node.awaitReady();
                    Pause.millis(random.nextInt(100));
                    node.kill();
                    node.start();
                }
                case STOP -> house.crashPostgres();
                case PAUSE -> pause(house, house.nodes().get(turn++ % GATEWAYS));
            }
        }
        house.nodes().forEach(Node::awaitReady);
        awaitFinished(house, finished.get() + FINISHED_BETWEEN);
    }

    /** Until its peers have ended its run: for as many beats as they wait for, however long those take. */
    private static void pause(House house, Node node) {
        house.nodes().forEach(Node::awaitReady);
        Pause.until(() -> house.books().number(LIVING) == GATEWAYS);
        node.pause();
        Pause.until(() -> house.books().number(LIVING) < GATEWAYS);
        node.resume();
    }

    private void awaitFinished(House house, int wanted) {
        Pause.until(() -> {
            house.nodes().forEach(Node::revive);
            return finished.get() >= wanted;
        });
    }
}
