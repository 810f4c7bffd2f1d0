-- Alerts: which thresholds an account is told about, when one was crossed, and the outbox that delivers what is told.
-- A crossing is found where the money changes (docs/decisions/0008): a condition on the row of the bucket, in the
-- transaction and under the lock that change it anyway.

ALTER TABLE account
    -- Percent left of a balance (of all that was credited), a key's quota or a cycle's.
    ADD COLUMN alert_left_percent     integer[] NOT NULL DEFAULT '{20,10,0}',
    -- Percent used of a limit of a month, or of a cycle's overflow.
    ADD COLUMN alert_used_percent     integer[] NOT NULL DEFAULT '{80}',
    -- What is left of the balance, nano-USD.
    ADD COLUMN alert_balance_nano     bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN alert_email_enabled    boolean NOT NULL DEFAULT true,
    -- Null for the account's own address.
    ADD COLUMN alert_email            text,
    ADD COLUMN webhook_url            text,
    -- What the signing secret is derived from; the secret itself is nowhere.
    ADD COLUMN webhook_seed           text,
    ADD COLUMN webhook_previous_seed  text,
    ADD COLUMN webhook_previous_until timestamptz,
    ADD CHECK (webhook_url IS NULL OR webhook_seed IS NOT NULL);

-- The use at which the next threshold is crossed, null for none.
ALTER TABLE bucket ADD COLUMN alert_at bigint;

-- A threshold that was crossed and told. It stands until the limit has grown so far that it could be crossed again.
CREATE TABLE crossing (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bucket_id  bigint NOT NULL,
    measure    text NOT NULL,
    threshold  bigint NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    rearmed_at timestamptz
);
CREATE UNIQUE INDEX crossing_standing ON crossing (bucket_id, measure, threshold) WHERE rearmed_at IS NULL;

-- Something that an account is told.
CREATE TABLE event (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id bigint NOT NULL,
    type       text NOT NULL,
    data       jsonb NOT NULL,
    -- Not the transaction's time: several events of one transaction keep their order.
    at         timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX event_account ON event (account_id, at DESC, id DESC);

-- The outbox: an event on its way through one channel. Whoever tries it holds it until due_at.
CREATE TABLE delivery (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES event,
    channel  text NOT NULL CHECK (channel IN ('webhook', 'email')),
    state    text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'given_up')),
    attempts integer NOT NULL DEFAULT 0,
    due_at   timestamptz NOT NULL DEFAULT now(),
    target   text,
    status   integer,
    error    text,
    ended_at timestamptz,
    UNIQUE (event_id, channel)
) WITH (fillfactor = 70);
CREATE INDEX delivery_due ON delivery (channel, due_at) WHERE state = 'pending';

CREATE FUNCTION account_of(p_kind bucket_kind, p_owner bigint) RETURNS bigint
    LANGUAGE sql STABLE AS $$
SELECT CASE
    WHEN p_kind IN ('balance', 'invoice', 'account_month') THEN p_owner
    WHEN p_kind IN ('key_quota', 'key_month') THEN (SELECT k.account_id FROM apertis.api_key k WHERE k.id = p_owner)
    ELSE (SELECT s.account_id FROM apertis.subscription s WHERE s.id = p_owner)
END
$$;

-- The thresholds that a bucket has, each with the use from which it is crossed. Nothing left means less than one percent:
-- the last cent seldom fits a request.
CREATE FUNCTION alert_points(b bucket) RETURNS TABLE (measure text, threshold bigint, used_at bigint)
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
$$;

CREATE FUNCTION next_alert(b bucket) RETURNS bigint
    LANGUAGE sql STABLE AS $$
SELECT min(p.used_at) FROM apertis.alert_points(b) p
WHERE NOT EXISTS (SELECT FROM apertis.crossing c WHERE c.bucket_id = b.id AND c.measure = p.measure
    AND c.threshold = p.threshold AND c.rearmed_at IS NULL)
$$;

-- Tells an account something, through the channels that it has now.
CREATE FUNCTION tell(p_account bigint, p_type text, p_data jsonb) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    v_event uuid;
BEGIN
    INSERT INTO event (account_id, type, data) VALUES (p_account, p_type, p_data) RETURNING id INTO v_event;
    INSERT INTO delivery (event_id, channel)
    SELECT v_event, c.name FROM account a
    CROSS JOIN LATERAL (VALUES
        ('webhook', a.webhook_url IS NOT NULL),
        ('email', a.alert_email_enabled AND coalesce(a.alert_email, a.email) IS NOT NULL)) c(name, wanted)
    WHERE a.id = p_account AND c.wanted;
    RETURN v_event;
END
$$;

-- Runs when a bucket is made, a threshold is reached or a limit changes. What goes wrong here must not cost a settlement:
-- it is tried again at the bucket's next change.
CREATE FUNCTION tell_crossings() RETURNS trigger
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
                PERFORM tell(account_of(NEW.kind, NEW.owner_id), 'alert.' || NEW.kind, jsonb_build_object(
                    'kind', NEW.kind, 'owner', NEW.owner_id, 'period_start', NULLIF(NEW.period_start, '-infinity'),
                    'measure', c.measure, 'threshold', c.threshold, 'lim', NEW.lim, 'used', NEW.used));
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

CREATE TRIGGER bucket_made BEFORE INSERT ON bucket FOR EACH ROW EXECUTE FUNCTION tell_crossings();
CREATE TRIGGER bucket_crosses BEFORE UPDATE OF used, lim ON bucket FOR EACH ROW
    WHEN (NEW.used > OLD.used AND NEW.used >= NEW.alert_at OR NEW.lim IS DISTINCT FROM OLD.lim)
    EXECUTE FUNCTION tell_crossings();

-- Has an account's buckets follow its thresholds once these were changed. What is crossed already is told at the next use.
CREATE FUNCTION arm_alerts(p_account bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    v_buckets bigint[];
BEGIN
    SELECT array_agg(l.id) INTO v_buckets FROM (
        SELECT b.id FROM (
            SELECT p_account AS id, ARRAY['balance', 'account_month']::bucket_kind[] AS kinds
            UNION ALL
            SELECT k.id, ARRAY['key_quota', 'key_month']::bucket_kind[] FROM api_key k WHERE k.account_id = p_account
            UNION ALL
            SELECT s.id, ARRAY['cycle_quota', 'cycle_overflow']::bucket_kind[] FROM subscription s
            WHERE s.account_id = p_account) o
        JOIN bucket b ON b.owner_id = o.id AND b.kind = ANY (o.kinds)
            AND (b.period_start = '-infinity' OR b.period_start > ledger_now() - interval '32 days')
        ORDER BY b.id FOR UPDATE OF b) l;
    UPDATE bucket b SET alert_at = next_alert(b) WHERE b.id = ANY (v_buckets);
END
$$;

UPDATE bucket b SET alert_at = next_alert(b) WHERE b.lim IS NOT NULL;

DO $$
BEGIN
    REVOKE ALL ON FUNCTION account_of, alert_points, next_alert, tell, tell_crossings, arm_alerts FROM PUBLIC;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'apertis_app' AND pg_has_role(current_user, oid, 'MEMBER')) THEN
        GRANT SELECT ON crossing, event, delivery TO apertis_app;
        GRANT UPDATE ON delivery TO apertis_app;
        GRANT EXECUTE ON FUNCTION account_of, alert_points, next_alert, tell, arm_alerts TO apertis_app;
    END IF;
END
$$;
