package ai.apertis.ledger;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes responses behind their streams, one transaction after the other on one connection: what waits is bounded, so that
 * a slow database costs responses and never memory or a stream's time. Sweeps what is too old or too much, and keeps
 * those alive that this process makes in the background.
 */
public final class ResponseKeeper extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseKeeper.class);
    private static final int MOST_WAITING = 10_000;
    private static final long MOST_WAITING_BYTES = 64L << 20;
    private static final int MOST_AT_ONCE = 64;
    private static final long RETRY_MILLIS = 250;
    private static final long WRITE_MILLIS = 10_000;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long SIGN_MILLIS = 2_000;
    private static final long TRIM_MILLIS = 15_000;
    private static final long SWEEP_MILLIS = 3_600_000;

    /**
     * How much is kept.
     *
     * @param retentionDays how long, in days; 0 keeps nothing
     * @param mostBytesPerAccount how much of one account, in bytes; beyond it the oldest go
     */
    public record Bounds(int retentionDays, long mostBytesPerAccount) {}

    /** One response on its way into the database. */
    private static final class Waiting {
        private final StoredResponse row;
        private final boolean further;
        private final long sinceNanos = System.nanoTime();
        private final @Nullable Context caller = Vertx.currentContext();
        private final Promise<Void> done = Promise.promise();

        private Waiting(StoredResponse row, boolean further) {
            this.row = row;
            this.further = further;
        }

        private void tell(@Nullable Throwable failure) {
            if (caller == null) {
                complete(failure);
            } else {
                caller.runOnContext(here -> complete(failure));
            }
        }

        private void complete(@Nullable Throwable failure) {
            if (failure == null) {
                done.tryComplete();
            } else {
                done.tryFail(failure);
            }
        }
    }

    private final StoredResponses responses;
    private final Bounds bounds;
    private final long drainMillis;
    private final Runnable onLost;
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Map<String, Runnable> making = new ConcurrentHashMap<>();
    private final Set<Long> written = new HashSet<>();
    private @Nullable Context home;
    private boolean writing;

    /**
     * A keeper.
     *
     * @param responses where they are kept
     * @param bounds how much is
     * @param drainMillis how long those made in the background may take to finish when the process ends
     * @param onLost told of each response that could not be kept
     */
    public ResponseKeeper(StoredResponses responses, Bounds bounds, long drainMillis, Runnable onLost) {
        this.responses = responses;
        this.bounds = bounds;
        this.drainMillis = drainMillis;
        this.onLost = onLost;
    }

    /**
     * Whether anything is kept at all.
     *
     * @return false when the retention is 0 days
     */
    public boolean keeps() {
        return bounds.retentionDays() > 0;
    }

    @Override
    public Future<?> start() {
        home = context;
        vertx.setPeriodic(SIGN_MILLIS, id -> sign());
        vertx.setPeriodic(TRIM_MILLIS, id -> trim());
        vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
        return sweep();
    }

    /** Lets what is made in the background finish, then writes what waits. */
    @Override
    public Future<?> stop() {
        return until(() -> making.isEmpty(), drainMillis).compose(drained -> {
            making.values().forEach(Runnable::run);
            return until(() -> waiting.get() == 0, WRITE_MILLIS);
        });
    }

    private Future<Void> until(BooleanSupplier reached, long mostMillis) {
        if (reached.getAsBoolean() || mostMillis <= 0) {
            return Future.succeededFuture();
        }
        return vertx.timer(20, TimeUnit.MILLISECONDS).compose(later -> until(reached, mostMillis - 20));
    }

    /**
     * Keeps a response. Safe for any thread.
     *
     * @param row what to keep
     * @param further whether it was kept before as not finished
     * @return when it is durable, on the caller's event loop; fails when it was given up
     */
    public Future<Void> keep(StoredResponse row, boolean further) {
        Waiting entry = new Waiting(row, further);
        Context writer = home;
        if (writer == null || waiting.get() >= MOST_WAITING || waitingBytes.get() >= MOST_WAITING_BYTES) {
            onLost.run();
            return Future.failedFuture("too many responses wait to be kept");
        }
        waiting.incrementAndGet();
        waitingBytes.addAndGet(row.bytes());
        queue.add(entry);
        writer.runOnContext(here -> turn());
        return entry.done.future();
    }

    private void turn() {
        if (writing) {
            return;
        }
        List<Waiting> batch = new ArrayList<>();
        for (Waiting next = queue.poll(); next != null; next = batch.size() < MOST_AT_ONCE ? queue.poll() : null) {
            batch.add(next);
        }
        if (batch.isEmpty()) {
            return;
        }
        writing = true;
        write(batch).onComplete(done -> {
            writing = false;
            batch.forEach(this::leave);
            turn();
        });
    }

    private void leave(Waiting entry) {
        waiting.decrementAndGet();
        waitingBytes.addAndGet(-entry.row.bytes());
    }

    private Future<Void> write(List<Waiting> batch) {
        List<StoredResponse> fresh = new ArrayList<>();
        Map<String, StoredResponse> further = new LinkedHashMap<>();
        for (Waiting entry : batch) {
            if (entry.further) {
                further.put(entry.row.id(), entry.row);
            } else {
                fresh.add(entry.row);
            }
        }
        return responses
                .keep(fresh, List.copyOf(further.values()))
                .timeout(WRITE_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(done -> batch.forEach(entry -> {
                    written.add(entry.row.accountId());
                    entry.tell(null);
                }))
                .recover(failure -> again(batch, failure));
    }

    /** What the database cannot take goes alone; what it could not be asked is asked again, for a while. */
    private Future<Void> again(List<Waiting> batch, Throwable failure) {
        boolean refused = failure instanceof PgException;
        if (refused && batch.size() > 1) {
            int middle = batch.size() / 2;
            return write(batch.subList(0, middle)).compose(done -> write(batch.subList(middle, batch.size())));
        }
        if (refused || System.nanoTime() - batch.getFirst().sinceNanos > GIVE_UP_NANOS) {
            LOG.warn("{} responses could not be kept: {}", batch.size(), failure.getMessage());
            batch.forEach(entry -> {
                onLost.run();
                entry.tell(failure);
            });
            return Future.succeededFuture();
        }
        return vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS).compose(later -> write(batch));
    }

    /**
     * Remembers that this process makes a response in the background. Safe for any thread.
     *
     * @param id of the response
     * @param abandon run, on any thread, when it need not go on
     */
    public void making(String id, Runnable abandon) {
        making.put(id, abandon);
    }

    /**
     * Forgets one that is made. Safe for any thread.
     *
     * @param id of the response
     */
    public void made(String id) {
        making.remove(id);
    }

    /**
     * Lets one go that was cancelled or deleted, when it is made here; another process learns of it by itself.
     *
     * @param id of the response
     */
    public void abandon(String id) {
        Runnable abandon = making.remove(id);
        if (abandon != null) {
            abandon.run();
        }
    }

    private void sign() {
        List<String> ids = List.copyOf(making.keySet());
        if (!ids.isEmpty()) {
            responses
                    .stillOpen(ids)
                    .onSuccess(open ->
                            ids.stream().filter(id -> !open.contains(id)).forEach(this::abandon))
                    .onFailure(away -> LOG.warn("no sign of responses in the making: {}", away.getMessage()));
        }
    }

    private void trim() {
        List<Long> accounts = List.copyOf(written);
        written.clear();
        Future<?> before = Future.succeededFuture();
        for (long account : accounts) {
            before = before.compose(done -> responses.trim(account, bounds.mostBytesPerAccount()))
                    .onFailure(away -> LOG.warn("responses were not trimmed: {}", away.getMessage()));
        }
    }

    private Future<Void> sweep() {
        return responses
                .sweep(Math.max(1, bounds.retentionDays()))
                .onFailure(away -> LOG.warn("responses were not swept: {}", away.getMessage()))
                .otherwiseEmpty();
    }
}
