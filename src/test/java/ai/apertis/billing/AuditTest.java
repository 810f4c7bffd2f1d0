package ai.apertis.billing;

import static ai.apertis.billing.Ledger.USD;
import static ai.apertis.billing.Ledger.charge;
import static ai.apertis.billing.Ledger.request;
import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.Audit;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.SubscriptionRecord.Interval;
import ai.apertis.ledger.Subscriptions;
import ai.apertis.ledger.TestDatabase;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Breaks the rows as only the database's owner can, and sees the audit say which promise it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditTest {
    private static final String CHARGE = "(SELECT request_id FROM charge WHERE quota_bucket IS NULL LIMIT 1)";

    private Ledger ledger;

    @BeforeAll
    void fill() {
        ledger = new Ledger();
        Billing billing = ledger.billing();
        long account = ledger.account(10 * USD);
        KeySettings limited = BillingTest.withLimits(KeySettings.named("k"), 5 * USD, 5 * USD);
        long key = ledger.key(account, limited);
        Await.get(billing.hold(request(account, key, 1_000)).commit(charge(700)));
        Await.get(billing.hold(request(account, key, 1_000)).outcome());
        long subscribed = Await.get(ledger.subscriptions.create(
                        account,
                        new Subscriptions.PlanTerms("lite", 600_000),
                        Interval.MONTH,
                        new Subscriptions.Fallback(true, USD)))
                .key()
                .record()
                .id();
        Await.get(billing.hold(new HoldRequest(account, subscribed, "m", 50, "lite", 1_000))
                .commit(charge(40)));
        ledger.account(3 * USD);
    }

    @AfterAll
    void close() {
        ledger.close();
    }

    @Test
    void findsNothingWrongWithWhatIsRight() {
        assertThat(ledger.brokenPromises()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing_overspent | ALTER TABLE bucket DROP CONSTRAINT never_overspent;"
                        + " UPDATE bucket SET lim = used + held - 1 WHERE kind = 'key_quota'"
                        + " | UPDATE bucket SET lim = 5000000000 WHERE kind = 'key_quota' AND lim IS NOT NULL",
                "held_equals_open_holds | UPDATE hold SET amount_nano = amount_nano - 1"
                        + " | UPDATE hold SET amount_nano = amount_nano + 1",
                "used_equals_charges | UPDATE bucket SET used = used + 1 WHERE kind = 'key_month'"
                        + " | UPDATE bucket SET used = used - 1 WHERE kind = 'key_month'",
                "balance_equals_credits | UPDATE credit SET amount_nano = amount_nano + 1"
                        + " | UPDATE credit SET amount_nano = amount_nano - 1",
                "charged_once | CREATE TEMP TABLE twice AS SELECT * FROM charge WHERE request_id = {charge};"
                        + " UPDATE twice SET at = at + interval '1 microsecond'; INSERT INTO charge SELECT * FROM twice"
                        + " | DELETE FROM charge WHERE request_id = {charge} AND at = (SELECT max(at) FROM charge"
                        + " WHERE request_id = {charge})",
                "charged_or_open | UPDATE hold SET request_id = {charge} | UPDATE hold SET request_id = 1",
                "paid_plus_shortfall | UPDATE charge SET priced_nano = priced_nano + 1"
                        + " | UPDATE charge SET priced_nano = priced_nano - 1",
                "no_orphaned_hold | UPDATE hold SET run_id = run_id + 1 | UPDATE hold SET run_id = run_id - 1",
                "paid_from_own_buckets | UPDATE charge SET account_id = account_id + 1"
                        + " | UPDATE charge SET account_id = account_id - 1",
                "cycles_from_their_anchor | UPDATE subscription SET anchor = anchor + interval '1 second'"
                        + " | UPDATE subscription SET anchor = anchor - interval '1 second'",
                "months_from_a_day | UPDATE bucket SET period_start = period_start + interval '1 hour'"
                        + " WHERE kind = 'key_month'"
                        + " | UPDATE bucket SET period_start = period_start - interval '1 hour'"
                        + " WHERE kind = 'key_month'",
                "in_their_month | UPDATE charge SET at = at - interval '50 years'; CREATE TABLE {then} ()"
                        + " | DROP TABLE {then}; UPDATE charge SET at = at + interval '50 years'",
            })
    void saysWhichPromiseIsBroken(String promise, String breaking, String mending) {
        execute(breaking);
        assertThat(broken()).contains(promise);
        execute(mending);
        assertThat(broken()).isEmpty();
    }

    private List<String> broken() {
        return Await.get(new Audit(ledger.database).run()).stream()
                .filter(finding -> !finding.kept())
                .map(Audit.Finding::name)
                .toList();
    }

    private void execute(String sql) {
        String month = "charge_"
                + YearMonth.now(ZoneOffset.UTC).minusYears(50).toString().replace('-', '_');
        TestDatabase.execute(ledger.url, sql.replace("{charge}", CHARGE).replace("{then}", month));
    }
}
