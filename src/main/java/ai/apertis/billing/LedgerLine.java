package ai.apertis.billing;

import ai.apertis.ledger.Away;
import ai.apertis.ledger.Batch;
import ai.apertis.ledger.Database;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection that batches go over, one at a time. A batch whose fate is unknown is sent again until the ledger
 * answers: it is idempotent. A full disk and a read-only server count as away.
 */
final class LedgerLine {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerLine.class);
    private static final long FIRST_PAUSE = 20;
    private static final long LONGEST_PAUSE = 500;

    private final Vertx vertx;
    private final Database database;
    private final long toleranceNano;
    private final long timeoutMillis;
    private @Nullable PgConnection connection;
    private long pause = FIRST_PAUSE;
    private boolean away;
    private boolean closed;

    LedgerLine(Vertx vertx, Database database, BillingOptions options) {
        this.vertx = vertx;
        this.database = database;
        this.toleranceNano = options.toleranceNano();
        this.timeoutMillis = options.batchTimeoutMillis();
    }

    /** Sends a batch until it is answered. Fails when the ledger will never accept it, or after {@link #close}. */
    Future<List<Batch.Answer>> send(Batch batch, long run, long number) {
        return attempt(batch, run, number).recover(e -> {
            if (closed || !passing(e)) {
                return Future.failedFuture(e);
            }
            away = true;
            LOG.warn("the ledger is away, batch {} of run {} waits: {}", number, run, e.getMessage());
            hangUp();
            return pause().compose(waited -> send(batch, run, number));
        });
    }

    private Future<List<Batch.Answer>> attempt(Batch batch, long run, long number) {
        return connected()
                .compose(line -> batch.apply(line, run, number, toleranceNano))
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .onSuccess(answers -> {
                    pause = FIRST_PAUSE;
                    away = false;
                });
    }

    private Future<PgConnection> connected() {
        PgConnection open = connection;
        if (open != null) {
            // Of this loop, so that the batch's time limit is the loop's own timer.
            return ((ContextInternal) vertx.getOrCreateContext()).succeededFuture(open);
        }
        return database.connect().onSuccess(made -> {
            connection = made;
            made.closeHandler(gone -> {
                if (made.equals(connection)) {
                    connection = null;
                }
            });
        });
    }

    private Future<Void> pause() {
        Promise<Void> waited = Promise.promise();
        vertx.setTimer(pause, timer -> waited.complete());
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        return waited.future();
    }

    /** Whether trying again can help: everything but a plain refusal by a healthy server. */
    private static boolean passing(Throwable e) {
        return !(e instanceof PgException) || Away.is(e);
    }

    /** Whether the ledger did not answer when it was last asked. */
    boolean isAway() {
        return away;
    }

    private void hangUp() {
        PgConnection open = connection;
        connection = null;
        if (open != null) {
            open.close().onFailure(e -> LOG.debug("closing a lost connection: {}", e.getMessage()));
        }
    }

    void close() {
        closed = true;
        hangUp();
    }
}
