package ai.apertis.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.LedgerModel.Ask;
import ai.apertis.ledger.LedgerModel.KeyLimits;
import ai.apertis.ledger.LedgerModel.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Random histories, played to the batch function and to a model of it: every answer and, at the end, every bucket is the
 * same. Longer with {@code -Dapertis.model.histories=50000 -Dapertis.model.steps=200}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("load")
class LedgerModelTest {
    /** What a usage row counts. */
    static final List<String> COUNTS = List.of(
            "input_tokens",
            "cache_read_tokens",
            "cache_write_tokens",
            "output_tokens",
            "reasoning_tokens",
            "audio_input_tokens",
            "audio_output_tokens",
            "images",
            "media_ms");

    private static final int HISTORIES = Integer.getInteger("apertis.model.histories", 500);
    private static final int PLAYERS = 4;
    private static final int DAY_MINUTES = 1_440;
    private static final int STEPS = Integer.getInteger("apertis.model.steps", 100);

    private Vertx vertx;
    private DatabaseUrl url;

    @BeforeAll
    void open() {
        vertx = Vertx.vertx();
        url = TestDatabase.fresh();
        Await.get(Database.open(vertx, url, 1).close());
        TestDatabase.execute(url, """
            CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz LANGUAGE sql STABLE AS
            $$ SELECT current_setting('test.now')::timestamptz $$\
            """);
    }

    @AfterAll
    void close() {
        Await.get(vertx.close());
    }

    @Test
    void theFunctionDoesWhatTheModelSays() throws Exception {
        AtomicLong seeds = new AtomicLong(Long.getLong("apertis.model.seed", 1));
        long last = seeds.get() + HISTORIES;
        Callable<Void> player = () -> {
            PgConnection connection = ownersConnection();
            for (long seed = seeds.getAndIncrement(); seed < last; seed = seeds.getAndIncrement()) {
                new History(seed, connection).play();
            }
            return null;
        };
        try (ExecutorService players = Executors.newFixedThreadPool(PLAYERS)) {
            for (Future<Void> done : players.invokeAll(Collections.nCopies(PLAYERS, player))) {
                done.get();
            }
        }
        assertThat(seeds.get()).isGreaterThanOrEqualTo(last);
    }

    /** The rights of the owner, so that keys and limits can be set without ceremony, and no waiting for the disk. */
    private PgConnection ownersConnection() {
        PgConnection owners = Await.get(PgConnection.connect(vertx, url.reactive()));
        Await.get(owners.query("SET search_path = apertis").execute());
        Await.get(owners.query("SET synchronous_commit = off").execute());
        return owners;
    }

    private final class History {
        private final long seed;
        private final PgConnection connection;
        private final Random random;
        private final LedgerModel model = new LedgerModel();
        private final List<Long> standard = new ArrayList<>();
        private final List<Ask> asked = new ArrayList<>();
        private Map<Long, Long> checkpoint = new HashMap<>();
        private long run;
        private long number;
        private long requests;

        History(long seed, PgConnection connection) {
            this.seed = seed;
            this.connection = connection;
            this.random = new Random(seed);
        }

        void play() {
            tellTime();
            model.account = id("INSERT INTO account (name) VALUES ('h') RETURNING id");
            model.tolerance = random.nextInt(4) == 0 ? 5 : 0;
            model.cycleQuota = random.nextInt(40);
            model.subscription =
                    id("INSERT INTO subscription (account_id, plan, quota_milli, cycle_interval, anchor)" + " VALUES ("
                            + model.account + ", 'p', " + model.cycleQuota + ", 'quarter', ledger_now()) RETURNING id");
            model.subscriptionKey = key(model.subscription);
            standard.add(key(null));
            standard.add(key(null));
            startRun();
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            compareBuckets();
        }

        private long key(@Nullable Long subscription) {
            long made = id(
                    "INSERT INTO api_key (account_id, subscription_id, name, hash, pepper_id, prefix, last4) VALUES ("
                            + model.account + ", " + subscription
                            + ", 'k', sha256(gen_random_uuid()::text::bytea), 1, 'sk-', 'aaaa') RETURNING id");
            model.keys.put(made, new KeyLimits(true, null, null, 1));
            return made;
        }

        private void sql(String statement) {
            Await.get(connection.query(statement).execute());
        }

        private long id(String statement) {
            return Await.get(connection.query(statement).execute())
                    .iterator()
                    .next()
                    .getLong(0);
        }

        private void startRun() {
            run = id("INSERT INTO run (node) VALUES ('h') RETURNING id");
            number = 0;
            checkpoint = new HashMap<>();
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0 -> credit();
                case 1 -> limits();
                case 2 -> {
                    model.now = model.now.plusMinutes(random.nextInt(12 * DAY_MINUTES));
                    tellTime();
                }
                case 3 -> {
                    if (random.nextInt(6) == 0) {
                        die();
                    }
                }
                default -> batch();
            }
        }

        private void tellTime() {
            sql("SET test.now = '" + model.now.format(DateTimeFormatter.ISO_LOCAL_DATE_TIME) + "Z'");
        }

        private void credit() {
            String reference = "r" + random.nextInt(20);
            long amount = random.nextLong(1, 101);
            boolean applied = Await.get(Accounts.credit(connection, model.account, amount, reference))
                    .applied();
            assertThat(applied).as(where()).isEqualTo(model.credits.putIfAbsent(reference, amount) == null);
        }

        private void limits() {
            @Nullable Long limit = random.nextInt(3) == 0 ? null : Long.valueOf(random.nextInt(150));
            int day = 1 + random.nextInt(28);
            switch (random.nextInt(5)) {
                case 0 -> {
                    model.accountMonth = limit;
                    model.accountDay = day;
                }
                case 1 -> model.unlimited = random.nextInt(4) == 0;
                case 2 -> {
                    model.fallback = random.nextBoolean();
                    model.overflowLimit = limit;
                }
                default -> {
                    long key = random.nextInt(5) == 0 ? model.subscriptionKey : any(standard);
                    KeyLimits old = Objects.requireNonNull(model.keys.get(key));
                    boolean month = random.nextBoolean();
                    KeyLimits changed = new KeyLimits(
                            random.nextInt(8) > 0, month ? old.quota() : limit, month ? limit : old.month(), day);
                    model.keys.put(key, changed);
                    sql("UPDATE api_key SET status = '" + (changed.enabled() ? "active" : "disabled")
                            + "', quota_nano = "
                            + changed.quota() + ", monthly_limit_nano = " + changed.month() + ", monthly_reset_day = "
                            + changed.day() + " WHERE id = " + key);
                }
            }
            sql("UPDATE account SET unlimited = " + model.unlimited + ", monthly_limit_nano = " + model.accountMonth
                    + ", monthly_reset_day = " + model.accountDay + " WHERE id = " + model.account);
            sql("UPDATE subscription SET payg_fallback_enabled = " + model.fallback + ", payg_limit_nano = "
                    + model.overflowLimit + " WHERE id = " + model.subscription);
        }

        /** The process dies: its holds are charged from its checkpoint, and what it still sends is refused. */
        private void die() {
            assertThat(id("SELECT coalesce(reap(" + run + ", 7), -1)"))
                    .as(where())
                    .isEqualTo(-1);
            assertThat(id("SELECT reap(" + run + ", 0)")).as(where()).isEqualTo(model.open.size());
            model.batch++;
            model.reap(checkpoint);
            Batch late = new Batch();
            late.hold(-1, model.account, any(standard), "m", 1, null, 0);
            assertThat(Await.get(late.apply(connection, run, 9_999, 0))
                            .getFirst()
                            .operation())
                    .as(where())
                    .isEqualTo(Batch.Operation.FENCED);
            startRun();
        }

        private void batch() {
            model.batch++;
            Batch batch = new Batch();
            // Batches of nothing but what may be free go another way, whatever is found there.
            boolean free = random.nextInt(3) == 0;
            List<Outcome> expected = new ArrayList<>();
            for (long request : some(anyRequests())) {
                boolean charge = random.nextInt(4) > 0;
                long priced = free && random.nextInt(4) > 0 ? 0 : random.nextInt(60);
                batch.settle(usage(request, charge, priced), free || random.nextBoolean());
                expected.add(model.settle(request, charge, priced));
            }
            for (long request : free ? List.<Long>of() : some(anyRequests())) {
                long total = random.nextInt(80);
                batch.extend(request, total);
                expected.add(model.extend(request, total));
            }
            if (!free && random.nextInt(4) == 0 && !model.open.isEmpty()) {
                checkpoint = new HashMap<>();
                some(new ArrayList<>(model.open.keySet()))
                        .forEach(request -> checkpoint.put(request, (long) random.nextInt(60)));
                batch.checkpoint(new ArrayList<>(checkpoint.keySet()), new ArrayList<>(checkpoint.values()));
            }
            List<Ask> asks = asks(free);
            asks.forEach(ask -> batch.hold(
                    ask.request(),
                    model.account,
                    ask.key(),
                    "m",
                    ask.amount(),
                    ask.key() == model.subscriptionKey ? "p" : null,
                    ask.quota()));
            expected.addAll(model.hold(asks));
            number++;
            assertThat(answers(batch)).as(where()).isEqualTo(expected);
            if (random.nextInt(8) == 0) {
                resendHolds(batch, asks);
            }
        }

        /** The acknowledgement was lost: the same batch, once more, changes nothing that it had changed. */
        private void resendHolds(Batch batch, List<Ask> asks) {
            Map<String, long[]> before = bucketsInRows();
            List<Outcome> again = answers(batch);
            assertThat(again).as(where()).hasSize(answers(batch).size());
            for (int i = 0; i < asks.size(); i++) {
                boolean held = model.open.containsKey(asks.get(i).request());
                String word = again.get(again.size() - asks.size() + i).word();
                assertThat(word.equals("HELD")).as(where()).isEqualTo(held);
            }
            assertThat(differences(before, bucketsInRows())).as(where()).isEmpty();
        }

        private List<Ask> asks(boolean free) {
            List<Ask> asks = new ArrayList<>();
            for (int n = random.nextInt(5); n > 0; n--) {
                long key = random.nextInt(free ? 12 : 3) == 0 ? model.subscriptionKey : any(standard);
                asks.add(new Ask(
                        run << 32 | ++requests,
                        key,
                        free || random.nextInt(5) == 0 ? 0 : random.nextInt(50),
                        key == model.subscriptionKey ? random.nextInt(12) : 0));
            }
            if (!asked.isEmpty() && random.nextInt(10) == 0) {
                Ask before = any(asked);
                if (model.open.containsKey(before.request())) {
                    asks.add(before);
                }
            }
            asked.addAll(asks);
            return asks;
        }

        private List<Outcome> answers(Batch batch) {
            List<Batch.Answer> answers =
                    new ArrayList<>(Await.get(batch.apply(connection, run, number, model.tolerance)));
            answers.sort((a, b) -> a.operation() == b.operation()
                    ? Integer.compare(a.index(), b.index())
                    : a.operation().compareTo(b.operation()));
            return answers.stream()
                    .map(answer -> new Outcome(answer.outcome(), answer.bucket(), answer.a(), answer.b()))
                    .toList();
        }

        private List<Long> anyRequests() {
            List<Long> requests = new ArrayList<>(model.open.keySet());
            if (!asked.isEmpty() && random.nextInt(3) == 0) {
                long other = any(asked).request();
                if (!requests.contains(other)) {
                    requests.add(other);
                }
            }
            return requests;
        }

        private List<Long> some(List<Long> all) {
            return all.stream().filter(one -> random.nextInt(4) == 0).limit(4).toList();
        }

        private <T> T any(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        private void compareBuckets() {
            assertThat(differences(model.buckets, bucketsInRows())).as(where()).isEmpty();
        }

        private Map<String, long[]> bucketsInRows() {
            Map<String, long[]> rows = new TreeMap<>();
            Await.get(connection
                            .query("SELECT kind::text, owner_id, CASE WHEN isfinite(period_start) THEN"
                                    + " period_start AT TIME ZONE 'UTC' END AS start, used, held FROM bucket WHERE"
                                    + " kind IN ('balance', 'invoice', 'account_month') AND owner_id = " + model.account
                                    + " OR kind IN ('key_quota', 'key_month') AND owner_id IN ("
                                    + model.subscriptionKey + ", " + standard.get(0) + ", " + standard.get(1)
                                    + ") OR kind IN ('cycle_quota', 'cycle_overflow') AND owner_id = "
                                    + model.subscription)
                            .execute())
                    .forEach(row -> {
                        LocalDateTime start = row.getLocalDateTime("start");
                        rows.put(
                                row.getString("kind") + "|" + row.getLong("owner_id") + "|"
                                        + (start == null ? "" : start),
                                new long[] {row.getLong("used"), row.getLong("held")});
                    });
            return rows;
        }

        /** Buckets that differ. One that was never taken from may be missing. */
        private static List<String> differences(Map<String, long[]> expected, Map<String, long[]> actual) {
            TreeMap<String, long[]> all = new TreeMap<>(expected);
            actual.forEach(all::putIfAbsent);
            long[] none = new long[2];
            return all.keySet().stream()
                    .filter(name -> !Arrays.equals(expected.getOrDefault(name, none), actual.getOrDefault(name, none)))
                    .map(name -> name + " expected " + Arrays.toString(expected.get(name)) + " but was "
                            + Arrays.toString(actual.get(name)))
                    .toList();
        }

        private String where() {
            return "seed " + seed + ", batch " + number + " of run " + run;
        }
    }

    /** A usage row that counts nothing. */
    static JsonObject usage(long request, boolean charge, long priced) {
        JsonObject fields = new JsonObject()
                .put("request_id", request)
                .put("charge", charge)
                .put("priced_nano", priced)
                .put("model", "m")
                .put("price_version", "1")
                .put("estimated", false)
                .put("status", 200)
                .put("ending", "COMPLETED")
                .put("streamed", false)
                .put("ttft_ms", -1)
                .put("duration_ms", 1);
        COUNTS.forEach(count -> fields.put(count, 0));
        return fields;
    }
}
