package ai.apertis.bench;

import ai.apertis.ledger.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Many accounts, each with money and one key that was used before. Rows are written past the ledger's functions, since a
 * million credits are not what is measured, nor is the first use of a key, which makes a bucket and asks what its owner wants
 * to be told of it.
 *
 * @param firstAccount id of the first account; the others follow
 * @param firstKey id of its key
 * @param count how many there are
 */
record Purses(long firstAccount, long firstKey, int count) {
    private static final String FILL = """
        SET search_path = apertis;
        INSERT INTO account (name) SELECT 'purse' FROM generate_series(1, %1$d);
        INSERT INTO api_key (account_id, name, hash, pepper_id, prefix, last4)
        SELECT id, 'key', sha256(id::text::bytea), 1, 'sk-', '0000' FROM account WHERE name = 'purse' ORDER BY id;
        INSERT INTO credit (account_id, amount_nano, reference)
        SELECT id, 1000000000000, 'bench' FROM account WHERE name = 'purse';
        ALTER TABLE bucket DISABLE TRIGGER bucket_made;
        INSERT INTO bucket (kind, owner_id, lim)
        SELECT 'balance', id, 1000000000000 FROM account WHERE name = 'purse' ORDER BY id;
        INSERT INTO bucket (kind, owner_id)
        SELECT 'key_quota', k.id FROM api_key k JOIN account a ON a.id = k.account_id WHERE a.name = 'purse' ORDER BY k.id;
        ALTER TABLE bucket ENABLE TRIGGER bucket_made;
        ANALYZE
        """;

    static Purses fill(DatabaseUrl url, int count) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://" + url.host() + ":" + url.port() + "/" + url.database(), url.user(), "");
                Statement statement = connection.createStatement()) {
            statement.execute(FILL.formatted(count));
            try (ResultSet row = statement.executeQuery("SELECT min(a.id), min(k.id) FROM account a"
                    + " JOIN api_key k ON k.account_id = a.id WHERE a.name = 'purse'")) {
                row.next();
                return new Purses(row.getLong(1), row.getLong(2), count);
            }
        }
    }
}
