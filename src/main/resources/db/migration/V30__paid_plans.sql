-- Plans that people take themselves: a month at a time, paid from the balance. All null where the operator set the subscription up
-- and is paid otherwise.
ALTER TABLE subscription
    ADD COLUMN price_nano      bigint CHECK (price_nano >= 0),
    ADD COLUMN paid_until      timestamptz,
    -- Of a change of plan that waits for the next month.
    ADD COLUMN next_price_nano bigint CHECK (next_price_nano >= 0),
    ADD CHECK ((price_nano IS NULL) = (paid_until IS NULL));
CREATE INDEX subscription_paid_until ON subscription (paid_until) WHERE status = 'active';

-- Pays the next month of each subscription whose paid time is over, or has it expire where the balance does not cover it.
CREATE FUNCTION renew_subscriptions() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    s       subscription;
    v_plan  text;
    v_price bigint;
    v_until timestamptz;
    v_done  bigint := 0;
BEGIN
    FOR s IN
        SELECT * FROM subscription WHERE status = 'active' AND paid_until <= ledger_now()
        ORDER BY paid_until LIMIT 50 FOR UPDATE SKIP LOCKED
    LOOP
        v_plan := CASE WHEN s.next_at <= ledger_now() THEN s.next_plan ELSE s.plan END;
        v_price := CASE WHEN s.next_at <= ledger_now() THEN coalesce(s.next_price_nano, s.price_nano) ELSE s.price_nano END;
        v_until := add_months(s.anchor, months_since(s.anchor, ledger_now()) + 1);
        BEGIN
            IF v_price > 0 THEN
                PERFORM credit_account(s.account_id, -v_price, format('subscription %s: %s until %s', s.id, v_plan,
                    to_char(v_until AT TIME ZONE 'UTC', 'YYYY-MM-DD')));
            END IF;
            UPDATE subscription SET price_nano = v_price, paid_until = v_until,
                next_price_nano = CASE WHEN s.next_at > ledger_now() THEN s.next_price_nano END WHERE id = s.id;
        EXCEPTION WHEN check_violation THEN
            UPDATE subscription SET status = 'cancelled', cancelled_at = s.paid_until - interval '1 microsecond',
                ends_at = s.paid_until WHERE id = s.id;
        END;
        v_done := v_done + 1;
    END LOOP;
    RETURN v_done;
END
$$;

DO $$
BEGIN
    REVOKE ALL ON FUNCTION renew_subscriptions FROM PUBLIC;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'apertis_app' AND pg_has_role(current_user, oid, 'MEMBER')) THEN
        GRANT EXECUTE ON FUNCTION renew_subscriptions TO apertis_app;
    END IF;
END
$$;
