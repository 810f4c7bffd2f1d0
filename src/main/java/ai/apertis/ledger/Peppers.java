package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The peppers of an installation. Those that are configured are nowhere in the database, so that a dump of it lets nobody try
 * keys; only where none is, the database makes and keeps number 1. The highest number hashes new keys, keys of the others
 * go on working. A pepper that keys need and nobody gives, or that is not the one they were hashed with, stops the start:
 * else every key would be refused.
 */
final class Peppers {
    private static final String OWN = "pepper.";
    private static final String FINGERPRINT = "pepper_fingerprint.";
    private static final HexFormat HEX = HexFormat.of();

    private final SqlConnection connection;

    Peppers(SqlConnection connection) {
        this.connection = connection;
    }

    Future<KeyHash> ready(Map<Integer, byte[]> configured) {
        return (configured.isEmpty() ? makeOwn() : Future.<Void>succeededFuture())
                .compose(made -> withOwn(configured))
                .compose(all ->
                        allThere(all).compose(there -> unchanged(configured)).map(same -> new KeyHash(all)));
    }

    private Future<Void> makeOwn() {
        byte[] fresh = new byte[32];
        new SecureRandom().nextBytes(fresh);
        return put(OWN + 1, HEX.formatHex(fresh));
    }

    private Future<Map<Integer, byte[]>> withOwn(Map<Integer, byte[]> configured) {
        return connection
                .preparedQuery("SELECT name, value FROM setting WHERE starts_with(name, $1)")
                .execute(Tuple.of(OWN))
                .map(rows -> {
                    Map<Integer, byte[]> peppers = new TreeMap<>(configured);
                    rows.forEach(row -> peppers.put(
                            Integer.valueOf(row.getString("name").substring(OWN.length())),
                            HEX.parseHex(row.getString("value"))));
                    return peppers;
                });
    }

    private Future<Void> allThere(Map<Integer, byte[]> peppers) {
        return connection
                .preparedQuery("""
                    SELECT pepper_id FROM api_key WHERE status <> 'revoked' AND pepper_id <> ALL ($1)
                    GROUP BY pepper_id ORDER BY pepper_id\
                    """)
                .execute(Tuple.of(peppers.keySet().toArray(Integer[]::new)))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(new StartupException("there are keys hashed with pepper "
                                + Rows.list(
                                                rows,
                                                row -> row.getInteger("pepper_id")
                                                        .toString())
                                        .stream()
                                        .collect(Collectors.joining(", "))
                                + ", which is not configured: set APERTIS_KEY_PEPPER or keys.peppers")));
    }

    private Future<Void> unchanged(Map<Integer, byte[]> configured) {
        Future<Void> checked = Future.succeededFuture();
        for (Map.Entry<Integer, byte[]> pepper : configured.entrySet()) {
            String name = FINGERPRINT + pepper.getKey();
            String fingerprint = HEX.formatHex(KeyHash.fingerprint(pepper.getValue()));
            checked = checked.compose(before -> put(name, fingerprint))
                    .compose(put -> connection
                            .preparedQuery("SELECT FROM setting WHERE name = $1 AND value = $2")
                            .execute(Tuple.of(name, fingerprint)))
                    .compose(rows -> rows.size() == 1
                            ? Future.succeededFuture()
                            : Future.failedFuture(new StartupException("pepper " + pepper.getKey()
                                    + " is another one than keys were hashed with: give a new pepper a new id")));
        }
        return checked;
    }

    private Future<Void> put(String name, String value) {
        return connection
                .preparedQuery("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .execute(Tuple.of(name, value))
                .mapEmpty();
    }
}
