-- Videos are made while nobody waits. A task is charged when its provider takes it, and given back whole when it fails:
-- so no money is held for hours, and no process has to live until the end. The task's row is there before the provider
-- is asked, so that no charge can be without one.

CREATE TABLE video_task (
    -- 'video_' and forty hex digits of randomness.
    id          text PRIMARY KEY,
    account_id  bigint NOT NULL,
    -- The hold, and later the charge, that pays for it.
    request_id  bigint NOT NULL UNIQUE,
    model       text NOT NULL,
    -- Null until the provider has taken it.
    provider    text,
    upstream_id text,
    status      text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
    -- What the client is told beside the id and the status, a JSON object.
    body        text NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    -- When the provider was last asked for it, whoever did.
    asked_at    timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    CHECK ((provider IS NULL) = (upstream_id IS NULL)),
    CHECK ((ended_at IS NOT NULL) = (status IN ('completed', 'failed')))
);
CREATE INDEX video_task_open ON video_task (asked_at) WHERE ended_at IS NULL;
CREATE INDEX video_task_ended ON video_task (ended_at) WHERE ended_at IS NOT NULL;

-- A charge given back whole, to the buckets that paid it. Append-only; the key makes it happen once.
CREATE TABLE refund (
    request_id     bigint PRIMARY KEY,
    refunded_nano  bigint NOT NULL CHECK (refunded_nano >= 0),
    refunded_milli bigint NOT NULL CHECK (refunded_milli >= 0),
    refunded_at    timestamptz NOT NULL
);

-- Ends a task that came to nothing and gives back what it cost, both or neither. False when it had ended before, or when
-- its hold is still open: then its charge is still on its way, and the task is to be ended later.
CREATE FUNCTION fail_video(p_id text, p_body text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    v_request bigint;
    c         charge;
BEGIN
    SELECT request_id INTO v_request FROM video_task WHERE id = p_id AND ended_at IS NULL FOR UPDATE;
    IF NOT FOUND OR EXISTS (SELECT FROM hold WHERE request_id = v_request) THEN
        RETURN false;
    END IF;
    SELECT * INTO c FROM charge WHERE request_id = v_request;
    IF FOUND AND (c.cost_nano > 0 OR c.quota_milli > 0) THEN
        INSERT INTO refund VALUES (v_request, c.cost_nano, c.quota_milli, ledger_now());
        -- Locked in the order in which every batch locks them.
        PERFORM FROM bucket b WHERE b.id = ANY (c.buckets || c.quota_bucket) ORDER BY b.id FOR UPDATE;
        UPDATE bucket SET used = used - c.cost_nano WHERE id = ANY (c.buckets);
        UPDATE bucket SET used = used - c.quota_milli WHERE id = c.quota_bucket;
    END IF;
    UPDATE video_task SET status = 'failed', body = p_body, ended_at = ledger_now() WHERE id = p_id;
    RETURN true;
END
$$;

-- As in V3, without what was given back.
CREATE OR REPLACE FUNCTION spent_since(k bucket_kind, owner bigint, start timestamptz) RETURNS bigint
    LANGUAGE sql STABLE AS $$
SELECT CASE k
    WHEN 'account_month' THEN (SELECT sum(c.cost_nano - coalesce(r.refunded_nano, 0))
        FROM apertis.charge c LEFT JOIN apertis.refund r ON r.request_id = c.request_id
        WHERE c.account_id = owner AND c.at >= start AND c.authorised_at >= start)
    WHEN 'key_month' THEN (SELECT sum(c.cost_nano - coalesce(r.refunded_nano, 0))
        FROM apertis.charge c LEFT JOIN apertis.refund r ON r.request_id = c.request_id
        WHERE c.key_id = owner AND c.at >= start AND c.authorised_at >= start)
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'apertis_app' AND pg_has_role(current_user, oid, 'MEMBER')) THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON video_task TO apertis_app;
        GRANT SELECT ON refund TO apertis_app;
        REVOKE ALL ON FUNCTION fail_video(text, text) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION fail_video(text, text) TO apertis_app;
    END IF;
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON refund FROM %I', current_user);
END
$$;
