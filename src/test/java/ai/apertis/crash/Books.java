package ai.apertis.crash;

import ai.apertis.ledger.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the ledger says, read past all gateways; and a sampler that looks every 20 ms whether a limit is overstepped and
 * what the checkpoints say. While PostgreSQL is down, it is asked again.
 */
final class Books implements AutoCloseable {
    private static final long SAMPLE_MILLIS = 20;

    /** A charge, as far as tests ask. */
    record Charge(long keyId, long costNano, long shortfallNano, long outputTokens, boolean estimated, String ending) {}

    private final Map<Long, Long> checkpoints = new ConcurrentHashMap<>();
    private final Thread sampler;
    private volatile DatabaseUrl url;
    private volatile boolean over;
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong above = new AtomicLong();

    Books(DatabaseUrl url) {
        this.url = url;
        this.sampler = Thread.ofPlatform().daemon().name("sampler").start(this::sample);
    }

    /** The server has moved. */
    void retarget(DatabaseUrl moved) {
        url = moved;
    }

    /** How often the books were looked at, and how often a bucket was above its limit. */
    long samples() {
        return samples.get();
    }

    long above() {
        return above.get();
    }

    /** The most that a checkpoint said of a key's request before it was settled, nano-USD. */
    long checkpoint(long keyId) {
        return checkpoints.getOrDefault(keyId, 0L);
    }

    /** All charges, by key. */
    Map<Long, List<Charge>> charges() {
        return read(connection -> {
            Map<Long, List<Charge>> found = new ConcurrentHashMap<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT key_id, cost_nano, shortfall_nano, output_tokens,"
                            + " estimated, ending FROM apertis.charge")) {
                while (row.next()) {
                    found.computeIfAbsent(row.getLong(1), key -> new ArrayList<>())
                            .add(new Charge(
                                    row.getLong(1),
                                    row.getLong(2),
                                    row.getLong(3),
                                    row.getLong(4),
                                    row.getBoolean(5),
                                    row.getString(6)));
                }
            }
            return found;
        });
    }

    long number(String sql) {
        return read(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    void execute(String sql) {
        read(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    @Override
    public void close() {
        over = true;
        try {
            sampler.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Reading<T> {
        T from(Connection connection) throws SQLException;
    }

    private <T> T read(Reading<T> reading) {
        try (Connection connection = connect()) {
            return reading.from(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + url.port() + "/" + url.database(), url.user(), "");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = apertis; SET default_transaction_read_only = off");
        }
        return connection;
    }

    private void sample() {
        while (!over) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                while (!over) {
                    look(statement);
                    Pause.millis(SAMPLE_MILLIS);
                }
            } catch (SQLException down) {
                Pause.millis(SAMPLE_MILLIS);
            }
        }
    }

    private void look(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM bucket WHERE used + held > lim")) {
            row.next();
            above.addAndGet(row.getLong(1));
            samples.incrementAndGet();
        }
        try (ResultSet row = statement.executeQuery("SELECT h.key_id, u.nano FROM checkpoint c"
                + " CROSS JOIN LATERAL unnest(c.request_ids, c.served_nano) AS u(id, nano)"
                + " JOIN hold h ON h.request_id = u.id")) {
            while (row.next()) {
                checkpoints.merge(row.getLong(1), row.getLong(2), Math::max);
            }
        }
    }
}
