package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** The starts of processes: each has a row that beats while it lives (money.md rule 7). */
public final class Runs {
    private final Pool pool;

    /**
     * Reads and writes runs.
     *
     * @param database where they are
     */
    public Runs(Database database) {
        this.pool = database.pool();
    }

    /**
     * A run that has not ended, as seen now.
     *
     * @param id its id
     * @param beat its count of beats
     */
    public record Seen(long id, long beat) {}

    /**
     * Starts a run.
     *
     * @param node a name for people
     * @return its id, which no other run ever has
     */
    public Future<Long> start(String node) {
        return pool.preparedQuery("INSERT INTO run (node) VALUES ($1) RETURNING id")
                .execute(Tuple.of(node))
                .map(rows -> rows.iterator().next().getLong("id"));
    }

    /**
     * Beats once.
     *
     * @param run the caller's own run
     * @return whether it lives; false when a peer declared it dead
     */
    public Future<Boolean> beat(long run) {
        return pool.preparedQuery("SELECT beat($1) AS lives")
                .execute(Tuple.of(run))
                .map(rows -> rows.iterator().next().getBoolean("lives"));
    }

    /**
     * All other runs that have not ended.
     *
     * @param own the caller's own run
     * @return their ids and beats
     */
    public Future<List<Seen>> others(long own) {
        return pool.preparedQuery("SELECT id, beat FROM run WHERE ended_at IS NULL AND id <> $1")
                .execute(Tuple.of(own))
                .map(rows -> Rows.list(rows, row -> new Seen(row.getLong("id"), row.getLong("beat"))));
    }

    /**
     * Declares a run dead unless it has beaten since it was seen, and charges its open holds from its last checkpoint.
     *
     * @param seen the run as it was seen last
     * @return how many holds were ended; empty when it was not dead or another peer was quicker
     */
    public Future<Optional<Long>> reap(Seen seen) {
        return pool.preparedQuery("SELECT reap($1, $2) AS ended")
                .execute(Tuple.of(seen.id(), seen.beat()))
                .map(rows -> Optional.ofNullable(rows.iterator().next().getLong("ended")));
    }

    /**
     * Ends a run whose process stops. Holds still open are charged from its last checkpoint.
     *
     * @param run the caller's own run, which must not beat any more
     * @return when it has ended
     */
    public Future<Void> end(long run) {
        return pool.preparedQuery("SELECT reap(id, beat) FROM run WHERE id = $1")
                .execute(Tuple.of(run))
                .mapEmpty();
    }

    /**
     * Makes the partitions that the coming months need.
     *
     * @return when they are there
     */
    public Future<Void> makePartitions() {
        return pool.query("SELECT make_partitions()").execute().mapEmpty();
    }
}
