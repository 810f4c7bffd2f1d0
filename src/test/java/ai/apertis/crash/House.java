package ai.apertis.crash;

import ai.apertis.ledger.Accounts;
import ai.apertis.ledger.Audit;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.Bootstrap;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.EmbeddedDatabase;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.Voice;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A PostgreSQL and several gateways, all processes of their own, before a provider of ours. This process plays provider,
 * clients, killer and judge, so it can join what was served, what was got and what the ledger says.
 */
final class House implements AutoCloseable {
    /** A last event goes without its settlement after two seconds. */
    private static final long HELD_BACK_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The pause between two tries to reach a ledger that was away, and a try. */
    private static final long REACHED_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** While PostgreSQL was stopped. */
    private record Outage(long fromNanos, long toNanos) {}

    private final Queue<Outage> outages = new ConcurrentLinkedQueue<>();

    static final long USD = 1_000_000_000L;

    private final Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final Provider provider = new Provider(vertx);
    private final List<Node> nodes = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private EmbeddedDatabase postgres;
    private final Books books;
    private Database database;
    private Keys keys;

    /** Starts so many gateways, whose heart beats so often and who wait for so many beats of a peer. */
    House(Path folder, int gateways, int beatMillis, int staleBeats) {
        this(folder, gateways, beatMillis, staleBeats, "");
    }

    /** The same with more in the configuration. */
    House(Path folder, int gateways, int beatMillis, int staleBeats, String more) {
        TestDatabase.shareBinaries();
        this.folder = folder;
        postgres = EmbeddedDatabase.start(folder);
        write((more.isEmpty() ? "server: {drain_lead_ms: 0}\n" : more)
                + configuration(provider.port(), "true", beatMillis, staleBeats));
        try {
            start(gateways);
        } catch (RuntimeException notServing) {
            nodes.forEach(Node::stop);
            postgres.close();
            throw notServing;
        }
        books = new Books(postgres.url());
        open();
    }

    private void start(int gateways) {
        for (int i = 0; i < gateways; i++) {
            Node node = new Node(
                    "gateway-" + i, folder, new Wire("localhost", postgres.url().port()));
            nodes.add(node);
            Packed.write(node::rehearse);
            node.start();
            if (i == 0) {
                // Alone, since the first makes the schema and its first account.
                node.awaitReady();
            }
        }
        nodes.forEach(Node::awaitReady);
    }

    private void open() {
        database = Database.open(vertx, postgres.url(), 4);
        Bootstrap.Ready ready = Await.get(
                new Bootstrap(database).run(new Bootstrap.Wishes("admin-token-of-the-crash-tests", null, 0, Map.of())));
        keys = new Keys(database, ready.hash(), ready.imported());
    }

    private void write(String yaml) {
        try {
            Files.writeString(folder.resolve("apertis.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One model for each dialect of a provider, all of them ours, who does or does not stop billing on a cut. */
    static String configuration(int port, String stops, int beatMillis, int staleBeats) {
        StringBuilder yaml = new StringBuilder("""
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0, bad_keys_per_address_per_minute: 0}
            billing: {beat_ms: %d, stale_beats: %d}
            providers:
            """.formatted(beatMillis, staleBeats));
        for (Voice voice : Voice.values()) {
            yaml.append(
                    "  - {name: %s, dialect: %s, base_url: 'http://127.0.0.1:%d%s', keys: [provider-key], stops_billing_on_cancel: %s}%n"
                            .formatted(model(voice), voice.dialect(), port, voice.version(), stops));
        }
        yaml.append("models:\n");
        for (Voice voice : Voice.values()) {
            yaml.append(priced(model(voice)));
        }
        return yaml.toString();
    }

    /** A model as a catalogue has it, with a provider of the same name. */
    static String priced(String model) {
        return """
              - id: %1$s
                price: {input: %2$s, output: %3$s}
                context_length: 100000
                max_output: 10000
                endpoints: [{provider: %1$s, model: upstream-model}]
            """.formatted(model, Script.INPUT_PRICE, Script.OUTPUT_PRICE);
    }

    /** The model whose provider speaks so. */
    static String model(Voice voice) {
        return "by-" + voice.name().toLowerCase(Locale.ROOT);
    }

    Provider provider() {
        return provider;
    }

    Books books() {
        return books;
    }

    List<Node> nodes() {
        return nodes;
    }

    int nextNumber() {
        return numbers.incrementAndGet();
    }

    /** A new account with money. */
    long account(long nanoUsd) {
        Accounts accounts = new Accounts(database);
        long id = Await.get(accounts.create("test", null)).id();
        Await.get(accounts.credit(id, nanoUsd, UUID.randomUUID().toString()));
        return id;
    }

    /** A key and its id. */
    record Key(long id, String text) {}

    /** A new key, made as soon as PostgreSQL answers. */
    Key key(long account) {
        while (true) {
            try {
                var made = Await.get(keys.create(account, KeySettings.named("test")));
                return new Key(made.record().id(), made.key());
            } catch (Exception down) {
                Pause.millis(20);
            }
        }
    }

    /**
     * Whether PostgreSQL had been stopped for as long as a last event is held back for it (docs/money.md), or had just come
     * back and was not reached again.
     *
     * @param nanos when, by {@link System#nanoTime}
     */
    boolean ledgerWasAway(long nanos) {
        return outages.stream()
                .anyMatch(outage -> nanos - outage.fromNanos() >= HELD_BACK_NANOS
                        && nanos - outage.toNanos() <= REACHED_AGAIN_NANOS);
    }

    /** Ends PostgreSQL as by a power cut and starts it again from its log. */
    void crashPostgres() {
        long from = System.nanoTime();
        try {
            long pid = Long.parseLong(Files.readAllLines(folder.resolve("postgres/postmaster.pid"))
                    .getFirst());
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start().waitFor();
            while (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
                Pause.millis(5);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        postgres.close();
        postgres = EmbeddedDatabase.start(folder);
        nodes.forEach(node -> node.wire().retarget(postgres.url().port()));
        books.retarget(postgres.url());
        Database before = database;
        open();
        before.close();
        outages.add(new Outage(from, System.nanoTime()));
    }

    /** The promises of the ledger that are broken, by name. */
    List<String> brokenPromises() {
        return Await.get(new Audit(database).run()).stream()
                .filter(finding -> !finding.kept())
                .map(finding -> finding.name() + " " + finding.examples())
                .toList();
    }

    /** Whether within 15 seconds no hold is open any more. */
    boolean everyHoldEnds() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (books.number("SELECT count(*) FROM hold") > 0) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Pause.millis(50);
        }
        return true;
    }

    @Override
    public void close() {
        nodes.forEach(Node::stop);
        nodes.forEach(node -> node.wire().close());
        books.close();
        Await.get(database.close());
        provider.close();
        Await.get(vertx.close());
        postgres.close();
    }
}
