-- A subscription that has ended stays in the cycle in which it ended, instead of being shown one fresh cycle after another.
CREATE OR REPLACE VIEW subscription_state AS
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
CROSS JOIN LATERAL (SELECT months_since(s.anchor,
    greatest(s.anchor, least(ledger_now(), s.ends_at - interval '1 microsecond'))) AS number) n
CROSS JOIN LATERAL (SELECT n.number, add_months(s.anchor, n.number) AS start) m;
