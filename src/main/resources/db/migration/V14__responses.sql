-- Answers of the Responses API that their clients may fetch, continue and delete. One partition a day, so that what is
-- older than the retention goes by dropping tables.
CREATE TABLE response (
    -- 'resp_', eight hex digits of the second in which it was made, forty of randomness.
    id           text NOT NULL,
    -- The day in the id (UTC), so that a look-up reads one partition.
    day          date NOT NULL,
    account_id   bigint NOT NULL,
    previous_id  text,
    previous_day date,
    status       text NOT NULL
        CHECK (status IN ('queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled')),
    background   boolean NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    -- While it is being made in the background: the last sign of the process that does.
    alive_at     timestamptz NOT NULL DEFAULT now(),
    -- What was new in the request, a JSON array, and the response object. As text: jsonb takes no escaped NUL.
    input        text NOT NULL,
    body         text NOT NULL,
    -- The ids of the items in both, by which a later request may refer to them.
    item_ids     text[] NOT NULL,
    bytes        bigint NOT NULL,
    PRIMARY KEY (day, id)
) PARTITION BY RANGE (day);
CREATE TABLE response_other PARTITION OF response DEFAULT;
CREATE INDEX response_account ON response (account_id, at DESC) INCLUDE (bytes);
CREATE INDEX response_items ON response USING gin (item_ids);

-- Makes the partitions of the days around this one and drops those older than p_days.
CREATE FUNCTION sweep_responses(p_days integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = apertis, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    v_today date := (ledger_now() AT TIME ZONE 'UTC')::date;
    v_day   date;
    v_name  text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('apertis.sweep_responses'));
    FOR n IN -1 .. 2 LOOP
        v_day := v_today + n;
        v_name := 'response_' || to_char(v_day, 'YYYYMMDD');
        IF to_regclass(v_name) IS NULL AND NOT EXISTS (SELECT FROM response_other WHERE day = v_day) THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF response FOR VALUES FROM (%L) TO (%L)',
                v_name, v_day, v_day + 1);
        END IF;
    END LOOP;
    FOR v_name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'response'::regclass AND c.relname ~ '^response_\d{8}$'
            AND c.relname < 'response_' || to_char(v_today - p_days, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %I', v_name);
    END LOOP;
    DELETE FROM response_other WHERE day < v_today - p_days;
END
$$;

-- Deletes an account's oldest responses until the rest has at most p_most bytes. Returns how many went.
CREATE FUNCTION trim_responses(p_account bigint, p_most bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    v_gone bigint;
BEGIN
    DELETE FROM response r USING (
        SELECT o.day, o.id, sum(o.bytes) OVER (ORDER BY o.at DESC, o.id) AS running
        FROM response o WHERE o.account_id = p_account) s
    WHERE r.day = s.day AND r.id = s.id AND s.running > p_most;
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    RETURN v_gone;
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'apertis_app' AND pg_has_role(current_user, oid, 'MEMBER')) THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON response TO apertis_app;
        REVOKE ALL ON FUNCTION sweep_responses(integer), trim_responses(bigint, bigint) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION sweep_responses(integer), trim_responses(bigint, bigint) TO apertis_app;
    END IF;
END
$$;
