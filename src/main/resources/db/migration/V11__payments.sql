-- Money that comes in through a payment provider: automatic top-ups, what was paid and given back, and the provider's events.
-- An amount is credited under the provider's own name for the payment, so that its answer and its event credit it once.

CREATE TABLE auto_topup (
    account_id       bigint PRIMARY KEY REFERENCES account,
    enabled          boolean NOT NULL,
    threshold_nano   bigint NOT NULL CHECK (threshold_nano > 0),
    -- Whole cents.
    amount_nano      bigint NOT NULL CHECK (amount_nano > 0 AND amount_nano % 10000000 = 0),
    monthly_cap_nano bigint CHECK (monthly_cap_nano > 0),
    customer         text NOT NULL,
    payment_method   text NOT NULL,
    -- In a row. After too many it stops, until an operator changes something.
    failures         integer NOT NULL DEFAULT 0,
    stopped_at       timestamptz
);
CREATE INDEX auto_topup_customer ON auto_topup (customer);

-- Accounts to be looked at: below their threshold, or to be tried again. Only ever inserted by the money's transactions.
CREATE TABLE topup_wanted (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL,
    at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX topup_wanted_at ON topup_wanted (at);

-- One attempt to take money, by one charge. The id is the charge's idempotency key at the provider.
CREATE TABLE topup (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id     bigint NOT NULL REFERENCES account,
    origin         text NOT NULL CHECK (origin IN ('auto', 'manual')),
    amount_nano    bigint NOT NULL CHECK (amount_nano > 0 AND amount_nano % 10000000 = 0),
    customer       text NOT NULL,
    payment_method text NOT NULL,
    state          text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'paid', 'failed')),
    attempts       integer NOT NULL DEFAULT 0,
    due_at         timestamptz NOT NULL DEFAULT now(),
    payment        text,
    failure        text,
    created_at     timestamptz NOT NULL DEFAULT now(),
    ended_at       timestamptz
);
CREATE UNIQUE INDEX topup_one_at_a_time ON topup (account_id) WHERE state = 'pending';
CREATE INDEX topup_due ON topup (due_at) WHERE state = 'pending';
CREATE INDEX topup_account ON topup (account_id, created_at DESC, id DESC);

-- What a provider says about a payment, whatever the order in which it says so: amounts only grow.
CREATE TABLE payment (
    reference      text PRIMARY KEY,
    account_id     bigint REFERENCES account,
    paid_nano      bigint NOT NULL DEFAULT 0,
    refunded_nano  bigint NOT NULL DEFAULT 0,
    -- Of the refunds, what was taken back from the balance, and what had been spent already.
    returned_nano  bigint NOT NULL DEFAULT 0,
    uncovered_nano bigint NOT NULL DEFAULT 0
);

CREATE TABLE provider_event (
    id   text PRIMARY KEY,
    type text NOT NULL,
    at   timestamptz NOT NULL DEFAULT now()
);

CREATE OR REPLACE FUNCTION alert_points(b bucket) RETURNS TABLE (measure text, threshold bigint, used_at bigint)
    LANGUAGE sql STABLE AS $$
SELECT 'left_percent', p, CASE WHEN p = 0 THEN floor(b.lim * 0.99) + 1 ELSE b.lim - floor(b.lim * (p / 100.0)) END::bigint
FROM apertis.account a, unnest(a.alert_left_percent) p
WHERE a.id = apertis.account_of(b.kind, b.owner_id) AND b.kind IN ('balance', 'key_quota', 'cycle_quota') AND b.lim > 0
UNION ALL
SELECT 'used_percent', p, ceil(b.lim * (p / 100.0))::bigint
FROM apertis.account a, unnest(a.alert_used_percent) p
WHERE a.id = apertis.account_of(b.kind, b.owner_id) AND b.lim > 0
    AND b.kind IN ('account_month', 'key_month', 'cycle_overflow')
UNION ALL
SELECT 'left_usd', t, b.lim - t
FROM apertis.account a, unnest(a.alert_balance_nano) t
WHERE a.id = b.owner_id AND b.kind = 'balance'
UNION ALL
SELECT 'topup', t.threshold_nano, b.lim - t.threshold_nano + 1
FROM apertis.auto_topup t
WHERE t.account_id = b.owner_id AND b.kind = 'balance' AND t.enabled AND t.stopped_at IS NULL
$$;

CREATE OR REPLACE FUNCTION tell_crossings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    c crossing;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.lim IS DISTINCT FROM OLD.lim THEN
            UPDATE crossing s SET rearmed_at = now()
            WHERE s.bucket_id = NEW.id AND s.rearmed_at IS NULL AND NOT EXISTS (
                SELECT FROM alert_points(NEW) p
                WHERE p.measure = s.measure AND p.threshold = s.threshold AND p.used_at <= NEW.used);
        END IF;
        IF NEW.lim - NEW.used < OLD.lim - OLD.used THEN
            FOR c IN
                INSERT INTO crossing (bucket_id, measure, threshold)
                SELECT NEW.id, p.measure, p.threshold FROM alert_points(NEW) p WHERE p.used_at <= NEW.used
                ORDER BY p.used_at
                ON CONFLICT DO NOTHING RETURNING *
            LOOP
                IF c.measure = 'topup' THEN
                    INSERT INTO topup_wanted (account_id) VALUES (NEW.owner_id);
                ELSE
                    PERFORM tell(account_of(NEW.kind, NEW.owner_id), 'alert.' || NEW.kind, jsonb_build_object(
                        'kind', NEW.kind, 'owner', NEW.owner_id, 'period_start', NULLIF(NEW.period_start, '-infinity'),
                        'measure', c.measure, 'threshold', c.threshold, 'lim', NEW.lim, 'used', NEW.used));
                END IF;
            END LOOP;
        END IF;
    END IF;
    NEW.alert_at := next_alert(NEW);
    RETURN NEW;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'bucket %: alerts: %', NEW.id, SQLERRM;
    RETURN NEW;
END
$$;

-- Looks at the accounts that want it and opens a top-up for each that is below its threshold and may have one.
CREATE FUNCTION open_topups() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    v_account bigint;
    v_opened  bigint := 0;
    t         record;
BEGIN
    FOR v_account IN
        WITH due AS (
            DELETE FROM topup_wanted w WHERE w.id IN (
                SELECT d.id FROM topup_wanted d WHERE d.at <= now() ORDER BY d.at LIMIT 50 FOR UPDATE SKIP LOCKED)
            RETURNING w.account_id)
        SELECT DISTINCT d.account_id FROM due d ORDER BY 1
    LOOP
        SELECT s.*, coalesce(b.lim - b.used, 0) AS remaining, (
                SELECT coalesce(sum(o.amount_nano), 0) FROM topup o WHERE o.account_id = s.account_id
                    AND o.origin = 'auto' AND o.state <> 'failed' AND o.created_at >= month_start(1, now())) AS this_month
        INTO t
        FROM auto_topup s JOIN account a ON a.id = s.account_id AND a.status = 'active' AND NOT a.unlimited
        LEFT JOIN bucket b ON b.owner_id = s.account_id AND b.kind = 'balance'
        WHERE s.account_id = v_account AND s.enabled AND s.stopped_at IS NULL
        FOR UPDATE OF s;
        CONTINUE WHEN NOT FOUND OR t.remaining >= t.threshold_nano;
        IF t.this_month + t.amount_nano > t.monthly_cap_nano THEN
            INSERT INTO topup_wanted (account_id, at) VALUES (v_account, add_months(month_start(1, now()), 1));
            PERFORM tell(v_account, 'topup.capped', jsonb_build_object(
                'monthly_cap_nano', t.monthly_cap_nano, 'topped_up_nano', t.this_month));
            CONTINUE;
        END IF;
        INSERT INTO topup (account_id, origin, amount_nano, customer, payment_method)
        VALUES (v_account, 'auto', t.amount_nano, t.customer, t.payment_method)
        ON CONFLICT DO NOTHING;
        v_opened := v_opened + CASE WHEN FOUND THEN 1 ELSE 0 END;
    END LOOP;
    RETURN v_opened;
END
$$;

-- Brings the balance in line with what the provider says about a payment. The account may be known later than the amounts.
-- What was given back is taken from the balance as far as it is still there: a balance never goes below zero.
CREATE FUNCTION settle_payment(p_reference text, p_account bigint, p_paid bigint, p_refunded bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    v      payment;
    v_due  bigint;
    v_take bigint;
BEGIN
    INSERT INTO payment AS p (reference, account_id, paid_nano, refunded_nano)
    VALUES (p_reference, p_account, p_paid, p_refunded)
    ON CONFLICT (reference) DO UPDATE SET account_id = coalesce(p.account_id, excluded.account_id),
        paid_nano = greatest(p.paid_nano, excluded.paid_nano),
        refunded_nano = greatest(p.refunded_nano, excluded.refunded_nano)
    RETURNING * INTO v;
    IF v.account_id <> p_account THEN
        RAISE EXCEPTION 'payment % belongs to account %, not %', v.reference, v.account_id, p_account;
    END IF;
    IF v.account_id IS NULL OR v.paid_nano = 0 THEN
        RETURN;
    END IF;
    PERFORM credit_account(v.account_id, v.paid_nano, v.reference);
    v_due := least(v.refunded_nano, v.paid_nano) - v.returned_nano - v.uncovered_nano;
    IF v_due > 0 THEN
        SELECT least(v_due, greatest(b.lim - b.used - b.held, 0)) INTO v_take FROM bucket b
        WHERE b.owner_id = v.account_id AND b.kind = 'balance' FOR UPDATE;
        IF v_take > 0 THEN
            PERFORM credit_account(v.account_id, -v_take, v.reference || ' refund ' || v.refunded_nano);
        END IF;
        UPDATE payment p SET returned_nano = p.returned_nano + v_take,
            uncovered_nano = p.uncovered_nano + v_due - v_take
        WHERE p.reference = v.reference;
        PERFORM tell(v.account_id, 'payment.refunded', jsonb_build_object(
            'payment', v.reference, 'amount_nano', v_due, 'uncovered_nano', v_due - v_take));
    END IF;
END
$$;

-- A top-up was paid. Wins over everything else that is said about it.
CREATE FUNCTION topup_paid(p_topup uuid, p_reference text, p_amount bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    t topup;
BEGIN
    -- The balance first: nobody who has its row locked waits for ours.
    SELECT * INTO t FROM topup o WHERE o.id = p_topup;
    IF t.id IS NULL THEN
        RETURN false;
    END IF;
    PERFORM settle_payment(p_reference, t.account_id, p_amount, 0);
    UPDATE topup o SET state = 'paid', payment = p_reference, failure = NULL, ended_at = now()
    WHERE o.id = p_topup AND o.state <> 'paid';
    IF FOUND THEN
        UPDATE auto_topup s SET failures = 0 WHERE s.account_id = t.account_id;
        INSERT INTO topup_wanted (account_id) VALUES (t.account_id);
        PERFORM tell(t.account_id, 'topup.succeeded', jsonb_build_object(
            'topup', t.id, 'origin', t.origin, 'amount_nano', p_amount));
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- A top-up failed for good. The next attempt is another top-up, later and later; after too many there is none.
CREATE FUNCTION topup_failed(
    p_topup uuid, p_reference text, p_failure text, p_pause_ms bigint, p_most_failures integer
) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    t topup;
    s auto_topup;
BEGIN
    UPDATE topup o SET state = 'failed', payment = coalesce(p_reference, o.payment), failure = p_failure, ended_at = now()
    WHERE o.id = p_topup AND o.state = 'pending' RETURNING * INTO t;
    IF t.id IS NULL THEN
        RETURN false;
    END IF;
    PERFORM tell(t.account_id, 'topup.failed', jsonb_build_object(
        'topup', t.id, 'origin', t.origin, 'amount_nano', t.amount_nano, 'failure', t.failure));
    IF t.origin = 'auto' THEN
        UPDATE auto_topup a SET failures = a.failures + 1,
            stopped_at = CASE WHEN a.failures + 1 >= p_most_failures THEN now() END
        WHERE a.account_id = t.account_id RETURNING * INTO s;
        IF s.stopped_at IS NULL THEN
            INSERT INTO topup_wanted (account_id, at)
            VALUES (t.account_id, now() + p_pause_ms * (1 << (s.failures - 1)) * interval '1 ms');
        ELSE
            PERFORM tell(t.account_id, 'topup.stopped', jsonb_build_object('failures', s.failures));
        END IF;
    END IF;
    RETURN true;
END
$$;

-- Has an account's automatic top-up begin anew once it was changed.
CREATE FUNCTION arm_topup(p_account bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    v_bucket bigint;
BEGIN
    SELECT b.id INTO v_bucket FROM bucket b WHERE b.owner_id = p_account AND b.kind = 'balance' FOR UPDATE;
    UPDATE crossing c SET rearmed_at = now()
    WHERE c.bucket_id = v_bucket AND c.measure = 'topup' AND c.rearmed_at IS NULL;
    UPDATE bucket b SET alert_at = next_alert(b) WHERE b.id = v_bucket;
    INSERT INTO topup_wanted (account_id) VALUES (p_account);
END
$$;

DO $$
BEGIN
    REVOKE ALL ON FUNCTION open_topups, settle_payment, topup_paid, topup_failed, arm_topup FROM PUBLIC;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'apertis_app' AND pg_has_role(current_user, oid, 'MEMBER')) THEN
        GRANT SELECT ON auto_topup, topup_wanted, topup, payment, provider_event TO apertis_app;
        GRANT INSERT, UPDATE ON auto_topup, topup TO apertis_app;
        GRANT INSERT ON provider_event TO apertis_app;
        GRANT EXECUTE ON FUNCTION open_topups, settle_payment, topup_paid, topup_failed, arm_topup TO apertis_app;
    END IF;
END
$$;
