-- Periods, the state of a subscription at this moment, and the limits as configured. Everything is in UTC.

CREATE FUNCTION add_months(at timestamptz, months integer) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE
    RETURN ((at AT TIME ZONE 'UTC') + make_interval(months => months)) AT TIME ZONE 'UTC';

-- Whole months between an anchor and a later moment, each counted from the anchor itself.
CREATE FUNCTION months_since(anchor timestamptz, at timestamptz) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    a timestamp := anchor AT TIME ZONE 'UTC';
    b timestamp := at AT TIME ZONE 'UTC';
    months integer := (extract(year FROM b) - extract(year FROM a)) * 12 + extract(month FROM b) - extract(month FROM a);
BEGIN
    RETURN CASE WHEN apertis.add_months(anchor, months) > at THEN months - 1 ELSE months END;
END
$$;

-- The start of the month of a limit whose month begins on a given day, 1 to 28.
CREATE FUNCTION month_start(reset_day integer, at timestamptz) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE
    RETURN (date_trunc('month', (at AT TIME ZONE 'UTC') - make_interval(days => reset_day - 1))
        + make_interval(days => reset_day - 1)) AT TIME ZONE 'UTC';

-- Subscriptions as they are now: a plan change that was waiting is in force, one past its end has expired.
CREATE VIEW subscription_state AS
SELECT s.id, s.account_id, s.cycle_interval, s.anchor, s.ends_at, s.created_at,
       CASE WHEN s.next_at <= ledger_now() THEN s.next_plan ELSE s.plan END AS plan,
       CASE WHEN s.prorated_start = m.start THEN s.prorated_quota_milli
            WHEN s.next_at <= ledger_now() THEN s.next_quota_milli
            ELSE s.quota_milli END AS quota_milli,
       CASE WHEN s.next_at > ledger_now() THEN s.next_plan END AS next_plan,
       CASE WHEN s.next_at > ledger_now() THEN s.next_at END AS next_at,
       CASE WHEN s.ends_at > s.cancelled_at AND s.ends_at <= ledger_now() THEN 'expired' ELSE s.status END AS status,
       s.status = 'active' OR (s.status = 'cancelled' AND s.ends_at > ledger_now()) AS usable,
       m.start AS cycle_start,
       add_months(s.anchor, m.number + 1) AS cycle_end,
       s.payg_fallback_enabled AND coalesce(s.payg_limit_nano > 0, true) AS overflows,
       s.payg_fallback_enabled, s.payg_limit_nano
FROM subscription s
CROSS JOIN LATERAL (SELECT months_since(s.anchor, ledger_now()) AS number) n
CROSS JOIN LATERAL (SELECT n.number, add_months(s.anchor, n.number) AS start) m;

-- The limit of a bucket as configured now, null for none. A balance's limit is what was credited.
CREATE FUNCTION configured_limit(b bucket) RETURNS bigint
    LANGUAGE sql STABLE AS $$
SELECT CASE b.kind
    WHEN 'balance' THEN b.lim
    WHEN 'account_month' THEN (SELECT a.monthly_limit_nano FROM apertis.account a WHERE a.id = b.owner_id)
    WHEN 'key_quota' THEN (SELECT k.quota_nano FROM apertis.api_key k WHERE k.id = b.owner_id)
    WHEN 'key_month' THEN (SELECT k.monthly_limit_nano FROM apertis.api_key k WHERE k.id = b.owner_id)
    WHEN 'cycle_quota' THEN CASE
        WHEN b.period_start = s.cycle_start THEN s.quota_milli ELSE b.lim END
    WHEN 'cycle_overflow' THEN s.payg_limit_nano
END
FROM (SELECT) one
LEFT JOIN apertis.subscription_state s ON s.id = b.owner_id AND b.kind IN ('cycle_quota', 'cycle_overflow')
$$;
