-- The end of a run, money added, and the monthly partitions.

-- Declares a run dead and charges its open holds from its last checkpoint: never above the hold, nothing where nothing
-- was served. Compare-and-set on the beat: a run that has beaten since it was watched is left alone. Returns how many
-- holds were ended, null when the run was not reaped here.
CREATE FUNCTION reap(p_run bigint, p_seen_beat bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = apertis, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET jit = off
AS $$
DECLARE
    v_now   timestamptz := ledger_now();
    v_count bigint;
BEGIN
    -- Waits for a batch of that run that is under way; batches after this find the run ended.
    PERFORM FROM run WHERE id = p_run AND ended_at IS NULL AND beat = p_seen_beat FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM bucket b WHERE b.id = ANY (ARRAY(
        SELECT DISTINCT unnest(h.buckets || h.quota_bucket) FROM hold h WHERE h.run_id = p_run))
    ORDER BY b.id FOR UPDATE;

    WITH served AS MATERIALIZED (
        SELECT u.request_id, max(u.nano) AS nano FROM checkpoint c
        CROSS JOIN LATERAL unnest(c.request_ids, c.served_nano) AS u(request_id, nano)
        WHERE c.run_id = p_run GROUP BY u.request_id
    ), gone AS (
        DELETE FROM hold h WHERE h.run_id = p_run RETURNING h.*
    ), charged AS (
        SELECT g.*, greatest(coalesce(s.nano, 0), 0) AS priced,
            least(greatest(coalesce(s.nano, 0), 0), g.amount_nano) AS cost,
            CASE WHEN s.nano > 0 THEN g.quota_milli ELSE 0 END AS quota
        FROM gone g LEFT JOIN served s ON s.request_id = g.request_id
    ), settled AS (
        UPDATE bucket t SET held = t.held - d.held, used = t.used + d.used
        FROM (SELECT u.id, sum(u.held) AS held, sum(u.used) AS used
              FROM (SELECT unnest(c.buckets) AS id, c.amount_nano AS held, c.cost AS used FROM charged c
                    UNION ALL
                    SELECT c.quota_bucket, c.quota_milli, c.quota FROM charged c
                    WHERE c.quota_bucket IS NOT NULL) u
              GROUP BY u.id) d
        WHERE t.id = d.id
    ), noted AS (
        INSERT INTO charge
        SELECT c.request_id, v_now, c.at, c.run_id, c.account_id, c.key_id, c.buckets, c.quota_bucket, c.model,
            c.model, NULL, 'checkpoint', 0, 0, 0, 0, 0, 0, 0, 0, 0, true, c.priced, c.cost, c.quota,
            CASE WHEN c.quota_bucket IS NULL THEN c.priced - c.cost ELSE 0 END,
            500, 'REAPED', false, -1, greatest(0, extract(epoch FROM v_now - c.at) * 1000)::bigint
        FROM charged c RETURNING 1
    )
    SELECT count(*) INTO v_count FROM noted;
    DELETE FROM checkpoint WHERE run_id = p_run;
    UPDATE run SET ended_at = v_now, reaped = v_count WHERE id = p_run;
    RETURN v_count;
END
$$;

-- One beat of a run; false when it is dead.
CREATE FUNCTION beat(p_run bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
BEGIN
    UPDATE run SET beat = beat + 1 WHERE id = p_run AND ended_at IS NULL;
    RETURN FOUND;
END
$$;

-- Adds money to an account's balance, once for each reference. A correction downwards is refused by the bucket's
-- constraint when the money is spent or held.
CREATE FUNCTION credit_account(
    p_account bigint, p_amount bigint, p_reference text,
    OUT balance bigint, OUT applied boolean, OUT earlier_amount bigint
)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
BEGIN
    INSERT INTO credit (account_id, amount_nano, reference) VALUES (p_account, p_amount, p_reference)
    ON CONFLICT DO NOTHING;
    applied := FOUND;
    IF applied THEN
        INSERT INTO bucket (kind, owner_id, lim) VALUES ('balance', p_account, 0) ON CONFLICT DO NOTHING;
        UPDATE bucket SET lim = lim + p_amount WHERE kind = 'balance' AND owner_id = p_account
        RETURNING lim - used INTO balance;
    ELSE
        SELECT c.amount_nano INTO earlier_amount FROM credit c
        WHERE c.account_id = p_account AND c.reference = p_reference;
        SELECT b.lim - b.used INTO balance FROM bucket b WHERE b.kind = 'balance' AND b.owner_id = p_account;
    END IF;
END
$$;

-- Makes the partitions of charges for this month and the next two. A month that was missed stays in the default one.
CREATE FUNCTION make_partitions() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = apertis, pg_temp AS $$
DECLARE
    v_start timestamptz;
    v_name  text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('apertis.make_partitions'));
    FOR n IN 0 .. 2 LOOP
        v_start := add_months(month_start(1, ledger_now()), n);
        v_name := 'charge_' || to_char(v_start AT TIME ZONE 'UTC', 'YYYY_MM');
        IF to_regclass(v_name) IS NULL
                AND NOT EXISTS (SELECT FROM charge_other WHERE at >= v_start AND at < add_months(v_start, 1)) THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF charge FOR VALUES FROM (%L) TO (%L)',
                v_name, v_start, add_months(v_start, 1));
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM %I', v_name, current_user);
        END IF;
    END LOOP;
END
$$;

SELECT make_partitions();
