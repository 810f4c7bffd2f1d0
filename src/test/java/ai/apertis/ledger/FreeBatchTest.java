package ai.apertis.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The function for batches in which all is free: it does what the one for all batches does, or says that it did not. */
class FreeBatchTest {
    private static DatabaseUrl url;
    private static long requests;
    private long account;
    private long key;
    private long run;

    @BeforeAll
    static void open() {
        url = TestDatabase.migrated();
    }

    @BeforeEach
    void begin() {
        account = number("INSERT INTO account (name) VALUES ('a') RETURNING id");
        key = key("NULL");
        run = number("INSERT INTO run (node) VALUES ('n') RETURNING id");
    }

    @Test
    void leavesTheSameRowsAsTheOther() {
        long here = ++requests;
        long there = ++requests;
        assertThat(free(1, "NULL", hold(here))).isTrue();
        any(2, "NULL", hold(there));
        assertThat(row("hold", here)).isEqualTo(row("hold", there)).contains("bench-free");
        assertThat(free(3, settlement(here, true, 0), "NULL")).isTrue();
        any(4, settlement(there, true, 0), "NULL");
        assertThat(row("charge", here)).isEqualTo(row("charge", there)).contains("COMPLETED");
        assertThat(number("SELECT count(*) FROM hold WHERE run_id = " + run)).isZero();
        assertThat(number("SELECT count(*) FROM bucket WHERE owner_id IN (" + account + ", " + key + ")"))
                .isZero();
    }

    @Test
    void settlesAndHoldsAtOnce() {
        long before = ++requests;
        long next = ++requests;
        assertThat(free(1, "NULL", hold(before))).isTrue();
        assertThat(free(2, settlement(before, false, 0), hold(next))).isTrue();
        assertThat(number("SELECT count(*) FROM hold WHERE request_id = " + next))
                .isOne();
        assertThat(number("SELECT count(*) FROM charge WHERE request_id = " + before))
                .isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE api_key SET status = 'disabled' WHERE id = %1$s",
                "UPDATE api_key SET status = 'revoked' WHERE id = %1$s",
                "UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = %1$s",
                "UPDATE api_key SET account_id = (SELECT min(id) FROM account) WHERE id = %1$s",
                "UPDATE account SET status = 'suspended' WHERE id = %2$s",
                "UPDATE run SET ended_at = now() WHERE id = %3$s",
                "UPDATE run SET batch = 2 WHERE id = %3$s"
            })
    void holdsNothingForWhomTheOtherRefuses(String change) {
        number("INSERT INTO account (name) VALUES ('other') RETURNING id");
        TestDatabase.execute(url, change.formatted(key, account, run));
        assertThat(free(1, "NULL", hold(++requests))).isFalse();
        assertThat(number("SELECT count(*) FROM hold WHERE run_id = " + run)).isZero();
        any(1, "NULL", hold(requests));
        assertThat(number("SELECT count(*) FROM hold WHERE run_id = " + run))
                .as("nor does the other hold anything")
                .isZero();
    }

    @Test
    void holdsNothingThatCosts() {
        JsonObject ask = ask(++requests);
        assertThat(free(1, "NULL", array(ask.copy().put("amount", 1)))).isFalse();
        assertThat(free(1, "NULL", array(ask.copy().put("quota", 1)))).isFalse();
        assertThat(free(1, "NULL", array(ask.copy().put("plan", "lite")))).isFalse();
        key = key(Long.toString(
                number("INSERT INTO subscription (account_id, plan, quota_milli, cycle_interval, anchor) VALUES ("
                        + account + ", 'lite', 9, 'month', now()) RETURNING id")));
        assertThat(free(1, "NULL", hold(requests))).isFalse();
        assertThat(number("SELECT count(*) FROM hold WHERE run_id = " + run)).isZero();
    }

    @Test
    void settlesNothingThatCosts() {
        long free = ++requests;
        long paid = ++requests;
        any(1, "NULL", hold(free));
        TestDatabase.execute(
                url,
                "INSERT INTO bucket (kind, owner_id, period_start, lim, tolerance, opening, used, held) VALUES ('balance', "
                        + account + ", '-infinity', 100, 0, 0, 0, 7)");
        TestDatabase.execute(
                url,
                "INSERT INTO hold SELECT " + paid + ", " + run + ", " + account + ", " + key
                        + ", 'm', ARRAY[id], 7, NULL, 0, now() FROM bucket WHERE owner_id = " + account);
        assertThat(free(2, settlement(paid, true, 5), "NULL")).isFalse();
        assertThat(free(2, settlement(paid, false, 0), "NULL")).isFalse();
        assertThat(free(2, settlement(free, true, 5), "NULL")).isFalse();
        assertThat(number("SELECT count(*) FROM hold WHERE run_id = " + run)).isEqualTo(2);
        assertThat(number("SELECT held FROM bucket WHERE owner_id = " + account))
                .isEqualTo(7);
    }

    @Test
    void whatItDidOfABatchIsFoundDoneByTheOther() {
        long before = ++requests;
        long next = ++requests;
        any(1, "NULL", hold(before));
        TestDatabase.execute(url, "UPDATE api_key SET status = 'disabled' WHERE id = " + key);
        assertThat(free(2, settlement(before, true, 0), hold(next))).isFalse();
        assertThat(any(2, settlement(before, true, 0), hold(next))).isEqualTo("hold 1 KEY_DISABLED, settle 1 SETTLED");
        assertThat(any(2, settlement(before, true, 0), "NULL"))
                .as("and so is a second copy")
                .isEqualTo("settle 1 SETTLED");
        assertThat(free(2, settlement(before, true, 0), "NULL")).isFalse();
        assertThat(number("SELECT count(*) FROM charge WHERE request_id = " + before))
                .isOne();
    }

    private long key(String subscription) {
        return number("INSERT INTO api_key (account_id, subscription_id, name, hash, pepper_id, prefix, last4) VALUES ("
                + account + ", " + subscription
                + ", 'k', sha256(gen_random_uuid()::text::bytea), 1, 'sk-', 'aaaa') RETURNING id");
    }

    private boolean free(long batch, String settle, String hold) {
        return number("SELECT apply_free(" + run + ", " + batch + ", " + settle + ", " + hold + ")::integer") == 1;
    }

    private String any(long batch, String settle, String hold) {
        return text("SELECT string_agg(concat_ws(' ', op, i, outcome), ', ' ORDER BY op, i) FROM apertis.apply_batch("
                + run + ", " + batch + ", 0, " + settle + ", NULL, NULL, NULL, " + hold + ")");
    }

    /** A request's row without what tells two of them apart. */
    private static String row(String table, long request) {
        return text("SELECT (to_jsonb(r) - 'request_id' - 'at' - 'authorised_at')::text FROM apertis." + table
                + " r WHERE request_id = " + request);
    }

    private String hold(long request) {
        return array(ask(request));
    }

    private JsonObject ask(long request) {
        return new JsonObject()
                .put("request_id", request)
                .put("account_id", account)
                .put("key_id", key)
                .put("model", "bench-free")
                .put("amount", 0)
                .put("plan", null)
                .put("quota", 0);
    }

    /** A different number in each column, lest two of them be confused. */
    private static String settlement(long request, boolean charge, long priced) {
        JsonObject usage = LedgerModelTest.usage(request, charge, priced)
                .put("model", "bench-free")
                .put("provider", "one")
                .put("streamed", true)
                .put("ttft_ms", 10)
                .put("duration_ms", 11)
                .put("prompt_bytes", 400)
                .put("attachments", 12);
        int number = 1;
        for (String count : LedgerModelTest.COUNTS) {
            usage.put(count, number++);
        }
        return array(usage);
    }

    private static String array(JsonObject one) {
        return "'" + new JsonArray().add(one).encode() + "'::json";
    }

    private static long number(String sql) {
        return TestDatabase.number(url, sql);
    }

    private static String text(String sql) {
        return TestDatabase.text(url, sql);
    }
}
