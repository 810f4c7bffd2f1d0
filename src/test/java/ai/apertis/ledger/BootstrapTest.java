package ai.apertis.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final Bootstrap.Wishes NOTHING_GIVEN = new Bootstrap.Wishes(null, null, 10_000_000_000L, Map.of());

    private Vertx vertx;
    private DatabaseUrl url;
    private Database database;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        url = TestDatabase.fresh();
        database = Database.open(vertx, url, 8);
    }

    @AfterEach
    void close() {
        Await.get(vertx.close());
    }

    @Test
    void makesAnAccountWithMoneyAKeyAndATokenOnce() {
        Bootstrap.Ready first = run(NOTHING_GIVEN);
        MadeKey made = Objects.requireNonNull(first.madeKey());
        String token = Objects.requireNonNull(first.madeAdminToken());
        assertThat(first.adminToken().matches(token)).isTrue();
        assertThat(first.adminToken().matches(token + "x")).isFalse();
        assertThat(TestDatabase.number(url, "SELECT lim FROM bucket WHERE kind = 'balance'"))
                .isEqualTo(10_000_000_000L);

        Bootstrap.Ready second = run(NOTHING_GIVEN);
        assertThat(second.madeKey()).isNull();
        assertThat(second.madeAdminToken()).isNull();
        assertThat(second.adminToken().matches(token)).isTrue();
        Keys keys = new Keys(database, second.hash(), second.imported());
        assertThat(Await.get(keys.find(made.key())).orElseThrow().id())
                .isEqualTo(made.record().id());
    }

    @Test
    void processesThatStartTogetherDoItOnce() {
        List<Future<Bootstrap.Ready>> all = Stream.generate(() -> new Bootstrap(database).run(NOTHING_GIVEN))
                .limit(6)
                .toList();
        Await.get(Future.all(all));
        assertThat(all.stream().filter(ready -> ready.result().madeKey() != null))
                .hasSize(1);
        assertThat(all.stream().filter(ready -> ready.result().madeAdminToken() != null))
                .hasSize(1);
        assertThat(TestDatabase.number(url, "SELECT count(*) FROM account")).isEqualTo(1);
    }

    @Test
    void takesTheKeyAndTheTokenThatAreGiven() {
        String key = "sk-" + "k".repeat(40);
        Bootstrap.Ready ready = run(new Bootstrap.Wishes("the token", key, 0, Map.of()));
        assertThat(ready.madeAdminToken()).isNull();
        assertThat(ready.adminToken().matches("the token")).isTrue();
        assertThat(ready.imported()).isTrue();
        Keys keys = new Keys(database, ready.hash(), ready.imported());
        assertThat(Await.get(keys.find(key))).isPresent();
        assertThat(TestDatabase.number(url, "SELECT count(*) FROM setting WHERE name LIKE 'admin%'"))
                .isZero();
    }

    @Test
    void aGivenKeyThatIsNoneIsRefused() {
        assertThatThrownBy(() -> run(new Bootstrap.Wishes(null, "secret", 0, Map.of())))
                .isInstanceOf(StartupException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void noKeyAndNoTokenIsInTheRowsOrInWhatIsPrinted() {
        Bootstrap.Ready ready = run(NOTHING_GIVEN);
        String key = Objects.requireNonNull(ready.madeKey()).key();
        String token = Objects.requireNonNull(ready.madeAdminToken());
        assertThat(ready.toString()).doesNotContain(key, token);
        for (String secret : List.of(key, token)) {
            assertThat(TestDatabase.number(
                            url,
                            "SELECT count(*) FROM (SELECT k::text AS t FROM api_key k"
                                    + " UNION ALL SELECT s::text FROM setting s) x WHERE t LIKE '%" + secret + "%'"))
                    .isZero();
        }
    }

    @Test
    void oldKeysWorkAfterAPepperWasRotatedAndTheRowsHoldNoneThatIsConfigured() {
        MadeKey first = Objects.requireNonNull(run(NOTHING_GIVEN).madeKey());
        byte[] second = "a pepper of the operator's".getBytes(StandardCharsets.UTF_8);
        byte[] third = "and one more, a year later".getBytes(StandardCharsets.UTF_8);
        Keys withSecond = keys(run(peppered(Map.of(2, second))));
        long account = first.record().accountId();
        MadeKey ofSecond = Await.get(withSecond.create(account, KeySettings.named("second")));
        Keys rotated = keys(run(peppered(Map.of(2, second, 3, third))));
        MadeKey ofThird = Await.get(rotated.create(account, KeySettings.named("third")));

        for (MadeKey made : List.of(first, ofSecond, ofThird)) {
            assertThat(Await.get(rotated.find(made.key())).orElseThrow().id())
                    .isEqualTo(made.record().id());
        }
        assertThat(TestDatabase.number(url, "SELECT count(DISTINCT pepper_id) FROM api_key"))
                .isEqualTo(3);
        String dump = dump();
        assertThat(dump).contains("First account", "pepper_fingerprint.3");
        for (MadeKey made : List.of(first, ofSecond, ofThird)) {
            assertThat(dump).doesNotContain(made.key(), hex(made.key().getBytes(StandardCharsets.UTF_8)));
        }
        for (byte[] pepper : List.of(second, third)) {
            assertThat(dump).doesNotContain(new String(pepper, StandardCharsets.UTF_8), hex(pepper));
        }
    }

    @Test
    void aNewDatabaseMakesNoPepperWhereOneIsConfigured() {
        byte[] pepper = "a pepper of the operator's".getBytes(StandardCharsets.UTF_8);
        run(peppered(Map.of(2, pepper)));
        assertThat(TestDatabase.number(url, "SELECT count(*) FROM setting WHERE name LIKE 'pepper.%'"))
                .isZero();
    }

    @Test
    void aPepperThatKeysNeedAndNobodyGivesOrThatWasChangedStopsTheStart() {
        byte[] pepper = "a pepper of the operator's".getBytes(StandardCharsets.UTF_8);
        run(peppered(Map.of(2, pepper)));
        assertThatThrownBy(() -> run(NOTHING_GIVEN))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("pepper 2")
                .hasMessageContaining("APERTIS_KEY_PEPPER");
        byte[] other = "another under the same id".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> run(peppered(Map.of(2, other))))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("another one");
        run(peppered(Map.of(2, pepper)));
    }

    private static Bootstrap.Wishes peppered(Map<Integer, byte[]> peppers) {
        return new Bootstrap.Wishes(null, null, 0, peppers);
    }

    private Keys keys(Bootstrap.Ready ready) {
        return new Keys(database, ready.hash(), ready.imported());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Every row of every table as text, as a dump of the database has them. */
    private String dump() {
        return TestDatabase.text(
                url,
                "SELECT string_agg(query_to_xml('SELECT string_agg(t::text, '' '') FROM apertis.'"
                        + " || quote_ident(table_name) || ' t', true, false, '')::text, '')"
                        + " FROM information_schema.tables WHERE table_schema = 'apertis'");
    }

    private Bootstrap.Ready run(Bootstrap.Wishes wishes) {
        return Await.get(new Bootstrap(database).run(wishes));
    }
}
