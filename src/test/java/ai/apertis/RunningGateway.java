package ai.apertis;

import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Accounts;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.Bootstrap;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** A whole gateway in this process, on a database and a port of its own, with what tests need to look at it from outside. */
public final class RunningGateway implements AutoCloseable {
    /** The admin token of every gateway here. */
    public static final String ADMIN_TOKEN = "admin-token-of-the-tests";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SERVER = Pattern.compile("^server:", Pattern.MULTILINE);

    private final Gateway gateway;
    private final DatabaseUrl url;
    private final Vertx vertx;
    private final Database database;
    private final Keys keys;
    private final Path directory;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RunningGateway(Gateway gateway, DatabaseUrl url, Vertx vertx, Path directory) {
        this.gateway = gateway;
        this.url = url;
        this.vertx = vertx;
        this.directory = directory;
        this.database = Database.open(vertx, url, 2);
        Bootstrap.Ready ready =
                await(new Bootstrap(database).run(new Bootstrap.Wishes(ADMIN_TOKEN, null, 0, Map.of())));
        this.keys = new Keys(database, ready.hash(), true);
    }

    /** A gateway of the shipped configuration. */
    public static RunningGateway shipped() {
        return start(TestDatabase.migrated(), null);
    }

    /** A gateway of the shipped configuration with variables of its own. */
    public static RunningGateway shipped(Map<String, String> variables) {
        return start(TestDatabase.migrated(), null, variables);
    }

    /**
     * A gateway with one provider of the OpenAI dialect and three models of it: {@code free}, {@code priced} (1 and 2
     * dollars per million tokens) and {@code output-only} (1,000 dollars per million tokens of output).
     */
    public static RunningGateway before(URI upstream) {
        return start(TestDatabase.migrated(), yaml(upstream));
    }

    /** A further node on the same database. */
    public static RunningGateway before(URI upstream, DatabaseUrl database) {
        return start(database, yaml(upstream));
    }

    /** A node with variables of its own. */
    public static RunningGateway before(URI upstream, DatabaseUrl database, Map<String, String> variables) {
        return start(database, yaml(upstream), variables);
    }

    /** A gateway with a configuration of its own. */
    public static RunningGateway configured(String yaml) {
        return start(TestDatabase.migrated(), yaml);
    }

    /** A gateway with a configuration and variables of its own. */
    public static RunningGateway configured(String yaml, Map<String, String> variables) {
        return start(TestDatabase.migrated(), yaml, variables);
    }

    /** A further node of it. */
    public static RunningGateway configured(String yaml, DatabaseUrl database, Map<String, String> variables) {
        return start(database, yaml, variables);
    }

    private static String yaml(URI upstream) {
        return """
            server: {max_lag_ms: 0}
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0, free_requests_per_key_per_minute: 0}
            providers:
              - name: upstream
                dialect: openai
                base_url: %s
                keys: [provider-secret-1234567890]
                stops_billing_on_cancel: true
            models:
              - id: free
                price: {input: 0, output: 0}
                context_length: 100000
                max_output: 10000
                endpoints: [{provider: upstream, model: upstream-free}]
              - id: priced
                aliases: [vendor/priced]
                price: {input: 1, output: 2}
                context_length: 100000
                max_output: 10000
                endpoints: [{provider: upstream, model: upstream-priced}]
              - id: output-only
                price: {input: 0, output: 1000}
                context_length: 100000
                max_output: 10000
                endpoints: [{provider: upstream, model: upstream-output}]
            """.formatted(upstream);
    }

    private static RunningGateway start(DatabaseUrl url, @org.jspecify.annotations.Nullable String yaml) {
        return start(url, yaml, Map.of());
    }

    private static RunningGateway start(
            DatabaseUrl url, @org.jspecify.annotations.Nullable String yaml, Map<String, String> variables) {
        return start(url, yaml, variables, false);
    }

    /** A gateway of the shipped configuration that has made requests to itself, as one does that a person starts. */
    static RunningGateway warmed() {
        return start(TestDatabase.fresh(), null, Map.of(), true);
    }

    private static RunningGateway start(
            DatabaseUrl url,
            @org.jspecify.annotations.Nullable String yaml,
            Map<String, String> variables,
            boolean warms) {
        try {
            Path directory = Files.createTempDirectory("apertis");
            Map<String, String> environment = new HashMap<>(Map.of(
                    "APERTIS_PORT",
                    "0",
                    "APERTIS_MANAGEMENT_PORT",
                    "0",
                    "APERTIS_DATA_DIR",
                    directory.toString(),
                    "APERTIS_DATABASE_URL",
                    text(url),
                    "APERTIS_ADMIN_TOKEN",
                    ADMIN_TOKEN));
            environment.putAll(variables);
            if (yaml != null) {
                Path file = Files.writeString(directory.resolve("apertis.yaml"), unhurried(yaml));
                environment.put("APERTIS_CONFIG", file.toString());
            }
            PrintStream quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
            return new RunningGateway(
                    Gateway.start(new ConfigLoader(environment, Path.of("").toAbsolutePath()), quiet, warms),
                    url,
                    Vertx.vertx(),
                    directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A machine that is busy with something else is no reason to refuse requests, unless a test says how a server is to be. */
    private static String unhurried(String yaml) {
        return SERVER.matcher(yaml).find() ? yaml : yaml + "\nserver: {max_lag_ms: 0}\n";
    }

    static String text(DatabaseUrl url) {
        String password = url.password() == null ? "" : ":" + url.password();
        return "postgresql://" + url.user() + password + "@" + url.host() + ":" + url.port() + "/" + url.database();
    }

    /** Writes another configuration in the place of the one it read. */
    public void rewrite(String yaml) {
        try {
            // As editors and deployments do it: whoever reads finds the old file or the new one, and never a half.
            Path next = Files.writeString(directory.resolve("next.yaml"), unhurried(yaml));
            Files.move(next, directory.resolve("apertis.yaml"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has it read its configuration again. */
    public HttpResponse<String> reload() {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/api/admin/reload"))
                .header("Authorization", "Bearer " + ADMIN_TOKEN)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    /** How many requests it made to itself before it served. */
    int warmedBy() {
        return gateway.warmedBy();
    }

    /** What it measures, as Prometheus reads it. */
    public String metrics() {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/metrics"))
                        .build())
                .body();
    }

    /** As by SIGTERM: leaves its clients in good order, before it is closed. */
    public void drain() {
        gateway.drain();
    }

    /** The base URL for OpenAI clients. */
    public String baseUrl() {
        return "http://127.0.0.1:" + gateway.port() + "/v1";
    }

    /** The port that it listens on. */
    public int port() {
        return gateway.port();
    }

    /** What answers there. */
    public List<Mount> mounts() {
        return gateway.mounts();
    }

    /** Its database. */
    public DatabaseUrl database() {
        return url;
    }

    /** A new account with money and a key without restrictions. */
    public Wallet wallet(long nanoUsd) {
        return wallet(nanoUsd, KeySettings.named("test"));
    }

    /** A new account with money and a key. */
    public Wallet wallet(long nanoUsd, KeySettings settings) {
        Accounts accounts = new Accounts(database);
        long account = await(accounts.create("test", null)).id();
        if (nanoUsd > 0) {
            await(accounts.credit(account, nanoUsd, "test"));
        }
        var made = await(keys.create(account, settings));
        return new Wallet(account, made.record().id(), made.key());
    }

    /** Gives money to an organization, for instance to the personal one of somebody who signed up. */
    public void credit(String organization, long nanoUsd) {
        long account = await(database.pool()
                        .preparedQuery("SELECT account_id FROM organization WHERE name = $1")
                        .execute(Tuple.of(organization)))
                .iterator()
                .next()
                .getLong(0);
        await(new Accounts(database).credit(account, nanoUsd, "gift " + UUID.randomUUID()));
    }

    /** The keys of its ledger. */
    public Keys keys() {
        return keys;
    }

    /** An account and its key. */
    public record Wallet(long account, long keyId, String key) {}

    /** What an account has. */
    public Balance balance(Wallet wallet) {
        return await(new Balances(database).ofAccount(wallet.account())).orElseThrow();
    }

    /** Posts a chat request. */
    public HttpResponse<String> chat(String key, String body) {
        return post("/chat/completions", key, body);
    }

    /** Posts JSON below the base URL. */
    public HttpResponse<String> post(String path, String key, String body) {
        return send(HttpRequest.newBuilder(URI.create(baseUrl() + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** Gets JSON below the base URL. */
    public JsonNode get(String path, String key) {
        return json(fetch(path, key).body());
    }

    /** Gets whatever there is below the base URL. */
    public HttpResponse<String> fetch(String path, String key) {
        return send(HttpRequest.newBuilder(URI.create(baseUrl() + path))
                .header("Authorization", "Bearer " + key)
                .build());
    }

    /** Sends any request. */
    public HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Parses JSON. */
    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a future of Vert.x. */
    public static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        await(database.close());
        await(vertx.close());
        gateway.close();
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
