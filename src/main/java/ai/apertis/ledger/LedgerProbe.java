package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;

/** Asks each second whether the ledger answers, so that a balancer stops sending requests that could not be paid. */
public final class LedgerProbe extends VerticleBase {
    private static final long EVERY_MILLIS = 1_000;
    private static final long PATIENCE_MILLIS = 2_000;

    private final Database database;
    private volatile boolean answers;

    /**
     * A probe.
     *
     * @param database the ledger
     */
    public LedgerProbe(Database database) {
        this.database = database;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(EVERY_MILLIS, id -> ask());
        return ask();
    }

    /**
     * Whether the ledger answered and took writes the last time it was asked.
     *
     * @return false before the first answer and while it is away
     */
    public boolean answers() {
        return answers;
    }

    private Future<Boolean> ask() {
        return database.pool()
                .query("SELECT current_setting('transaction_read_only') = 'off' AS writes")
                .execute()
                .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .map(rows -> rows.iterator().next().getBoolean("writes"))
                .otherwise(false)
                .onSuccess(told -> answers = told);
    }
}
