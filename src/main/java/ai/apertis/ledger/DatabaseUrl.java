package ai.apertis.ledger;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The address of a PostgreSQL database: {@code postgresql://user:password@host:port/database}, optionally with
 * {@code ?sslmode=require} or another mode of libpq.
 *
 * @param host name or address
 * @param port TCP port
 * @param database name of the database
 * @param user name of the role
 * @param password its password, null for none
 * @param sslMode libpq's word for how TLS is used
 */
public record DatabaseUrl(
        String host,
        int port,
        String database,
        String user,
        @Nullable String password,
        String sslMode) {

    private static final String FORM = "expected postgresql://user:password@host:port/database";

    /**
     * Reads an address.
     *
     * @param text as configured
     * @return its parts
     * @throws StartupException when it is not such an address; the message does not repeat the password
     */
    public static DatabaseUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new StartupException("database URL: not a URL (characters such as # or @ in a password must be"
                    + " written as %23 or %40); " + FORM);
        }
        String scheme = uri.getScheme();
        if (scheme == null || !(scheme.equals("postgresql") || scheme.equals("postgres"))) {
            throw new StartupException("database URL: the scheme is not postgresql; " + FORM);
        }
        String host = uri.getHost();
        if (host == null) {
            throw new StartupException("database URL: no host; " + FORM);
        }
        String path = uri.getRawPath();
        if (path == null || path.length() < 2 || path.indexOf('/', 1) >= 0) {
            throw new StartupException("database URL: no database name; " + FORM);
        }
        String userInfo = uri.getRawUserInfo();
        if (userInfo == null || userInfo.isEmpty() || userInfo.startsWith(":")) {
            throw new StartupException("database URL: no user; " + FORM);
        }
        int colon = userInfo.indexOf(':');
        return new DatabaseUrl(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() < 0 ? 5432 : uri.getPort(),
                decode(path.substring(1)),
                decode(colon < 0 ? userInfo : userInfo.substring(0, colon)),
                colon < 0 ? null : decode(userInfo.substring(colon + 1)),
                sslMode(uri.getRawQuery()));
    }

    private static String sslMode(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return "prefer";
        }
        String mode = query.startsWith("sslmode=") ? query.substring("sslmode=".length()) : "";
        try {
            return SslMode.of(mode.toLowerCase(Locale.ROOT)).value;
        } catch (IllegalArgumentException e) {
            throw new StartupException("database URL: the only parameter understood is"
                    + " sslmode=disable|allow|prefer|require|verify-ca|verify-full");
        }
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * The same server, another database.
     *
     * @param name of the database
     * @return a copy
     */
    public DatabaseUrl withDatabase(String name) {
        return new DatabaseUrl(host, port, name, user, password, sslMode);
    }

    /**
     * The same server, through another address, as a proxy has it.
     *
     * @param otherHost name or address
     * @param otherPort TCP port
     * @return a copy
     */
    public DatabaseUrl withAddress(String otherHost, int otherPort) {
        return new DatabaseUrl(otherHost, otherPort, database, user, password, sslMode);
    }

    PGSimpleDataSource jdbc() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(user);
        if (password != null) {
            source.setPassword(password);
        }
        source.setSslMode(sslMode);
        source.setConnectTimeout(10);
        source.setApplicationName("apertis");
        return source;
    }

    PgConnectOptions reactive() {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(host)
                .setPort(port)
                .setDatabase(database)
                .setUser(user)
                .setSslMode(SslMode.of(sslMode))
                .setSslOptions(new ClientSSLOptions())
                .setCachePreparedStatements(true)
                .setReconnectAttempts(0);
        if (password != null) {
            options.setPassword(password);
        }
        return options;
    }

    /** Shows where, never with which password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
    }
}
