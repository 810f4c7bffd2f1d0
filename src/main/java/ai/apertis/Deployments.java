package ai.apertis;

import ai.apertis.ledger.StartupException;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.BindException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, in order, and how it is taken down again: in the reverse of that order, whatever fails on the way.
 */
final class Deployments implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deployments.class);
    private static final int MOST_TURNS = 20;

    /**
     * How Vert.x and Netty are to work where the command line does not say otherwise. Netty would load the Flight Recorder to
     * offer it events of its buffers, which takes 60 ms of a start. Its pooled buffers take 4 % less processor time of a
     * chunk than its adaptive ones. At each step of a request Vert.x would set the thread's class loader, look how long the step
     * took and check its thread, which is 8 % of whole answers. docs/performance.md says how these were measured.
     */
    private static final Map<String, String> SETTINGS = Map.of(
            "io.netty.jfr.enabled", "false",
            "io.netty.allocator.type", "pooled",
            "vertx.disableContextTimings", "true",
            "vertx.disableTCCL", "true",
            "vertx.threadChecks", "false");

    private final int loops = Runtime.getRuntime().availableProcessors();
    private final Vertx vertx;
    private final Deque<Runnable> undo = new ArrayDeque<>();

    /** Starts the event loops, one for each processor. */
    Deployments() {
        SETTINGS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
        lastly(() -> await(vertx.close(), "closing"));
    }

    Vertx vertx() {
        return vertx;
    }

    /** How many event loops there are. */
    int loops() {
        return loops;
    }

    /** Remembers what takes a part down again. */
    void lastly(Runnable takesDown) {
        undo.push(takesDown);
    }

    /**
     * Deploys until every event loop has one: a request is handed over on its own loop, so a loop without a worker would
     * leave it waiting. Which loop the next verticle gets is not promised, since whoever asks Vert.x for a context takes a
     * turn too.
     */
    <V extends Deployable> void onEveryLoop(Supplier<V> verticles, Function<V, String> loop, String what) {
        spread(verticles, loop, what).forEach(id -> lastly(() -> undeploy(id, what)));
    }

    /** The same for what is not taken down with the rest; tells the ids of the deployments. For any thread that may wait. */
    <V extends Deployable> List<String> spread(Supplier<V> verticles, Function<V, String> loop, String what) {
        List<String> ids = new ArrayList<>();
        Set<String> covered = new HashSet<>();
        for (int turn = 0; covered.size() < loops; turn++) {
            if (turn > MOST_TURNS) {
                throw new StartupException(what + " could not be put on every event loop");
            }
            Queue<V> made = new ConcurrentLinkedQueue<>();
            Supplier<V> remembered = () -> {
                V verticle = verticles.get();
                made.add(verticle);
                return verticle;
            };
            ids.add(started(remembered, loops + turn, what));
            made.forEach(verticle -> covered.add(loop.apply(verticle)));
        }
        return ids;
    }

    void deploy(Supplier<? extends Deployable> verticles, int instances, String what) {
        String id = started(verticles, instances, what);
        lastly(() -> undeploy(id, what));
    }

    private String started(Supplier<? extends Deployable> verticles, int instances, String what) {
        return await(vertx.deployVerticle(verticles, new DeploymentOptions().setInstances(instances)), what);
    }

    private void undeploy(String id, String what) {
        await(vertx.undeploy(id), what);
    }

    @Override
    public void close() {
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (RuntimeException e) {
                LOG.warn("stopping: {}", e.getMessage());
            }
        }
    }

    /** Waits for a part to be there; only start-up and shutdown wait, and they have a thread of their own. */
    static <T> T await(Future<T> part, String what) {
        try {
            return part.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw explained(e.getCause(), what);
        }
    }

    private static StartupException explained(@Nullable Throwable cause, String what) {
        return switch (cause) {
            case StartupException known -> known;
            case BindException taken ->
                new StartupException(what + " cannot be listened on: " + taken.getMessage()
                        + " (set APERTIS_PORT or APERTIS_MANAGEMENT_PORT)");
            case null -> new StartupException(what + " failed");
            default -> new StartupException(what + ": " + cause);
        };
    }
}
