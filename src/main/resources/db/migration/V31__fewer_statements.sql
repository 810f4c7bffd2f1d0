-- A batch in fewer statements: to begin and end one takes PostgreSQL longer than what it does for a request or two. What
-- free requests do not need is not asked for, buckets are looked up once, and what is left in them is read for all answers
-- together.

-- An operation that went well, with the buckets it is about.
CREATE TYPE done AS (
    op        text,
    i         integer,
    outcome   text,
    a         bigint,
    b         bigint,
    shortfall bigint,
    buckets   bigint[]
);

CREATE OR REPLACE FUNCTION apply_batch(
    p_run       bigint,
    p_batch     bigint,   -- counts up within the run; a repeated batch has the same number
    p_tolerance bigint,   -- nano-USD that any money bucket may be overdrawn by
    p_settle    json,     -- [{request_id, charge, priced_nano, quota_asked, model, ...}]
    p_extend    json,     -- [{request_id, amount}], the amount being the new total
    p_open_ids  bigint[], -- the checkpoint: open requests and what each has served, nano-USD; null for none
    p_served    bigint[],
    p_hold      json      -- [{request_id, account_id, key_id, model, amount, plan, quota}]
) RETURNS TABLE (
    op           text,    -- 'fenced', 'settle', 'extend' or 'hold'
    i            integer, -- the place of the operation in its array, from 1
    outcome      text,
    kind         bucket_kind,
    a            bigint,  -- settle: charged nano-USD; refused hold or extension: what is left
    b            bigint,  -- settle: charged quota; refused hold or extension: what is needed
    remaining    bigint,  -- settle: what the tightest paying bucket has left, null for no limit
    shortfall    bigint,
    left_account bigint,  -- hints: what is neither used nor held, null for no limit
    left_key     bigint,
    left_quota   bigint
)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = apertis, pg_temp
    -- Sequential scans and hash joins look cheap on tables that churn, and are not.
    SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_now   timestamptz := ledger_now();
    v_asks  ask[];
    v_off   boolean; -- a hold is refused whatever there is in the buckets, or was taken before
    v_pays  boolean; -- a hold takes something
    v_wants want[];
    v_new   boolean; -- a bucket is used for the first time
    v_tight bigint[];
    v_done  done[];
    v_held  done[];
    v_ask   ask;
    v_short record;
    v_again boolean;
    r       record;
    h       hold;
BEGIN
    -- The fence. A dead run changes nothing any more; nor does a batch that was overtaken by a later one of its run.
    UPDATE run SET batch = p_batch WHERE id = p_run AND ended_at IS NULL AND batch <= p_batch;
    IF NOT FOUND THEN
        op := 'fenced';
        RETURN NEXT;
        RETURN;
    END IF;

    IF p_hold IS NOT NULL THEN
        -- What the holds ask, judged against key, account and subscription as they are in the rows now.
        SELECT array_agg(ROW(q.i, q.request_id, q.account_id, q.key_id, q.model, q.amount, q.quota, q.reason)::ask ORDER BY q.i),
            bool_or(q.reason IS NOT NULL), bool_or(q.reason IS NULL AND (q.amount > 0 OR q.quota > 0))
        INTO v_asks, v_off, v_pays
        FROM (SELECT o.n::integer AS i, o.*,
                CASE WHEN held.request_id IS NOT NULL THEN 'ALREADY_HELD'
                     WHEN k.id IS NULL OR k.status = 'revoked' OR k.account_id <> o.account_id THEN 'KEY_REVOKED'
                     WHEN k.status = 'disabled' THEN 'KEY_DISABLED'
                     WHEN k.expires_at <= v_now THEN 'KEY_EXPIRED'
                     WHEN acc.status = 'suspended' THEN 'ACCOUNT_SUSPENDED'
                     WHEN s.id IS NOT NULL AND NOT s.usable THEN 'SUBSCRIPTION_INACTIVE'
                     WHEN s.plan IS DISTINCT FROM o.plan THEN 'PLAN_CHANGED'
                END AS reason
              FROM ROWS FROM (json_to_recordset(p_hold) AS (request_id bigint, account_id bigint, key_id bigint,
                  model text, amount bigint, plan text, quota bigint))
                  WITH ORDINALITY AS o(request_id, account_id, key_id, model, amount, plan, quota, n)
              LEFT JOIN hold held ON held.request_id = o.request_id
              LEFT JOIN api_key k ON k.id = o.key_id
              LEFT JOIN account acc ON acc.id = k.account_id
              LEFT JOIN subscription_state s ON s.id = k.subscription_id) q;
    END IF;

    IF v_pays THEN
        -- The buckets that each needs. A free request needs none.
        SELECT array_agg(ROW(q.i, w.choice, w.kind, w.owner_id, coalesce(w.period_start, '-infinity'), w.take, w.lim,
                CASE WHEN w.kind = 'cycle_quota' THEN 0 ELSE p_tolerance END, e.id)::want ORDER BY q.i),
            bool_or(e.id IS NULL)
        INTO v_wants, v_new
        FROM unnest(v_asks) q
        JOIN api_key k ON k.id = q.key_id
        JOIN account acc ON acc.id = k.account_id
        LEFT JOIN subscription_state s ON s.id = k.subscription_id
        CROSS JOIN LATERAL (
            SELECT m.*, CASE WHEN s.id IS NULL THEN 1 ELSE 2 END AS choice, q.amount AS take
            FROM (VALUES
                ('balance'::bucket_kind, acc.id, NULL::timestamptz, NULL::bigint, NOT acc.unlimited),
                ('invoice', acc.id, NULL, NULL, acc.unlimited),
                ('account_month', acc.id, month_start(acc.monthly_reset_day, v_now), acc.monthly_limit_nano,
                    acc.monthly_limit_nano IS NOT NULL),
                ('key_quota', k.id, NULL, k.quota_nano, true),
                ('key_month', k.id, month_start(k.monthly_reset_day, v_now), k.monthly_limit_nano,
                    k.monthly_limit_nano IS NOT NULL),
                ('cycle_overflow', s.id, s.cycle_start, s.payg_limit_nano, s.id IS NOT NULL)
            ) m(kind, owner_id, period_start, lim, applies)
            WHERE m.applies AND CASE WHEN s.id IS NULL THEN q.amount > 0 ELSE q.quota > 0 AND s.overflows END
            UNION ALL
            SELECT 'cycle_quota', s.id, s.cycle_start, s.quota_milli, true, 1, q.quota
            WHERE s.id IS NOT NULL AND q.quota > 0
        ) w
        LEFT JOIN bucket e ON e.owner_id = w.owner_id AND e.kind = w.kind
            AND e.period_start = coalesce(w.period_start, '-infinity')
        WHERE q.reason IS NULL;

        IF v_new THEN
            -- Buckets come to be at their first use. Sorted, so that two batches making the same ones cannot wait for each
            -- other.
            INSERT INTO bucket (kind, owner_id, period_start, lim, tolerance, opening, used)
            SELECT w.kind, w.owner_id, w.period_start,
                   CASE WHEN w.kind = 'balance' THEN 0 ELSE greatest(w.lim, CASE WHEN w.lim IS NOT NULL THEN o.spent END) END,
                   w.tolerance, o.spent, o.spent
            FROM (SELECT DISTINCT u.kind, u.owner_id, u.period_start, u.lim, u.tolerance FROM unnest(v_wants) u
                  WHERE u.id IS NULL) w
            CROSS JOIN LATERAL (SELECT coalesce(spent_since(w.kind, w.owner_id, w.period_start), 0) AS spent) o
            ORDER BY w.owner_id, w.kind, w.period_start
            ON CONFLICT DO NOTHING;

            SELECT array_agg(ROW(u.i, u.choice, u.kind, u.owner_id, u.period_start, u.take, u.lim, u.tolerance, e.id)::want
                ORDER BY u.i)
            INTO v_wants
            FROM unnest(v_wants) u
            JOIN bucket e ON e.owner_id = u.owner_id AND e.kind = u.kind AND e.period_start = u.period_start;
        END IF;
    END IF;

    -- All locks, in id order: of what the holds need, and of what the holds to be settled or extended have.
    PERFORM FROM bucket l WHERE l.id = ANY (ARRAY(
        SELECT u.id FROM unnest(v_wants) u
        UNION ALL
        SELECT t.id FROM json_to_recordset(p_settle) AS s(request_id bigint)
        JOIN hold o ON o.request_id = s.request_id
        CROSS JOIN LATERAL unnest(o.buckets || o.quota_bucket) AS t(id)
        UNION ALL
        SELECT t.id FROM json_to_recordset(p_extend) AS x(request_id bigint)
        JOIN hold o ON o.request_id = x.request_id
        CROSS JOIN LATERAL unnest(o.buckets) AS t(id)))
    ORDER BY l.id FOR UPDATE;

    -- Settlements. Deleting the hold's row is the charge: it happens once, whoever tries again.
    IF p_settle IS NOT NULL THEN
        WITH s AS (
            SELECT * FROM ROWS FROM (json_to_recordset(p_settle) AS (request_id bigint, charge boolean,
                priced_nano bigint, model text, provider text, price_version text, input_tokens bigint,
                cache_read_tokens bigint, cache_write_tokens bigint, output_tokens bigint, reasoning_tokens bigint,
                audio_input_tokens bigint, audio_output_tokens bigint, images bigint, media_ms bigint, estimated boolean,
                status integer, ending text, streamed boolean, ttft_ms bigint, duration_ms bigint, prompt_bytes bigint,
                attachments integer, quota_asked bigint)) WITH ORDINALITY
        ), gone AS (
            DELETE FROM hold o USING s WHERE o.request_id = s.request_id
            RETURNING s.*, o.run_id, o.account_id, o.key_id, o.buckets, o.amount_nano, o.quota_bucket,
                o.quota_milli, o.at AS authorised_at, o.model AS requested_model
        ), charged AS (
            SELECT g.*, CASE WHEN g.charge THEN least(g.priced_nano, g.amount_nano) ELSE 0 END AS cost,
                CASE WHEN g.charge THEN least(coalesce(g.quota_asked, g.quota_milli), g.quota_milli) ELSE 0 END AS quota
            FROM gone g
        ), settled AS (
            UPDATE bucket t SET held = t.held - d.held, used = t.used + d.used
            FROM (SELECT u.id, sum(u.held) AS held, sum(u.used) AS used
                  FROM (SELECT unnest(c.buckets) AS id, c.amount_nano AS held, c.cost AS used FROM charged c
                        UNION ALL
                        SELECT c.quota_bucket, c.quota_milli, c.quota FROM charged c
                        WHERE c.quota_bucket IS NOT NULL) u
                  GROUP BY u.id) d
            WHERE t.id = d.id
        ), written AS (
            INSERT INTO charge
            SELECT c.request_id, v_now, c.authorised_at, c.run_id, c.account_id, c.key_id, c.buckets, c.quota_bucket,
                c.requested_model, c.model, c.provider, c.price_version, c.input_tokens, c.cache_read_tokens,
                c.cache_write_tokens, c.output_tokens, c.reasoning_tokens, c.audio_input_tokens, c.audio_output_tokens,
                c.images, c.media_ms, c.estimated, CASE WHEN c.charge THEN c.priced_nano ELSE 0 END, c.cost, c.quota,
                CASE WHEN c.charge AND c.quota_bucket IS NULL THEN c.priced_nano - c.cost ELSE 0 END,
                c.status, c.ending, c.streamed, c.ttft_ms, c.duration_ms, coalesce(c.prompt_bytes, 0),
                coalesce(c.attachments, 0)
            FROM charged c
        )
        SELECT array_agg(ROW('settle', c.ordinality, 'SETTLED', c.cost, c.quota,
            CASE WHEN c.charge AND c.quota_bucket IS NULL THEN c.priced_nano - c.cost ELSE 0 END,
            c.buckets || c.quota_bucket)::done)
        INTO v_done FROM charged c;

        IF coalesce(cardinality(v_done), 0) < json_array_length(p_settle) THEN
            -- Settled before, in any month, or not known.
            SELECT v_done || array_agg(ROW('settle', s.n, CASE WHEN c.request_id IS NULL THEN 'UNKNOWN' ELSE 'SETTLED' END,
                c.cost_nano, c.quota_milli, c.shortfall_nano, c.buckets || c.quota_bucket)::done)
            INTO v_done
            FROM ROWS FROM (json_to_recordset(p_settle) AS (request_id bigint)) WITH ORDINALITY AS s(request_id, n)
            LEFT JOIN charge c ON c.request_id = s.request_id
            WHERE NOT EXISTS (SELECT FROM unnest(v_done) d WHERE d.i = s.n);
        END IF;
    END IF;

    -- Extensions: the new total is named, so one that arrives twice adds nothing.
    IF p_extend IS NOT NULL THEN
        FOR r IN SELECT o.* FROM ROWS FROM (json_to_recordset(p_extend) AS (request_id bigint, amount bigint))
                WITH ORDINALITY AS o(request_id, amount, n) ORDER BY o.n LOOP
            op := 'extend';
            i := r.n;
            kind := NULL;
            a := NULL;
            b := NULL;
            SELECT * INTO h FROM hold o WHERE o.request_id = r.request_id;
            IF h.request_id IS NULL THEN
                outcome := 'UNKNOWN';
                RETURN NEXT;
                CONTINUE;
            ELSIF h.amount_nano >= r.amount OR h.quota_bucket IS NOT NULL THEN
                outcome := 'EXTENDED';
                RETURN NEXT;
                CONTINUE;
            END IF;
            -- The bucket that has the least to spare; what it has could still be taken.
            SELECT t.kind, greatest(configured_limit(t) + p_tolerance - t.used - t.held, 0) AS spare INTO v_short
            FROM bucket t
            WHERE t.id = ANY (h.buckets)
                AND t.used + t.held + r.amount - h.amount_nano > configured_limit(t) + p_tolerance
            ORDER BY spare, t.kind LIMIT 1;
            IF FOUND THEN
                outcome := 'TOO_LITTLE';
                kind := v_short.kind;
                a := v_short.spare;
                b := r.amount - h.amount_nano;
            ELSE
                UPDATE bucket t SET held = t.held + r.amount - h.amount_nano, lim = configured_limit(t),
                    tolerance = p_tolerance
                WHERE t.id = ANY (h.buckets);
                UPDATE hold o SET amount_nano = r.amount WHERE o.request_id = r.request_id;
                outcome := 'EXTENDED';
            END IF;
            RETURN NEXT;
        END LOOP;
    END IF;

    IF p_open_ids IS NOT NULL THEN
        INSERT INTO checkpoint VALUES (p_run, v_now, p_open_ids, p_served)
        ON CONFLICT (run_id) DO UPDATE SET at = v_now, request_ids = p_open_ids, served_nano = p_served;
    END IF;

    IF v_asks IS NOT NULL THEN
        -- Buckets that do not have enough for all who ask. A balance's limit is what was credited.
        IF v_wants IS NOT NULL THEN
            SELECT array_agg(d.id) INTO v_tight
            FROM (SELECT e.id FROM unnest(v_wants) u JOIN bucket e ON e.id = u.id
                  WHERE u.choice = 1
                  GROUP BY e.id
                  HAVING e.used + e.held + sum(u.take)
                      > min(CASE WHEN e.kind = 'balance' THEN e.lim ELSE u.lim END + u.tolerance)) d;
        END IF;

        -- Holds whose buckets all have plenty: as a set.
        WITH fit AS (
            SELECT u.i, array_remove(array_agg(CASE WHEN u.kind <> 'cycle_quota' THEN u.id END), NULL) AS buckets,
                max(CASE WHEN u.kind = 'cycle_quota' THEN u.id END) AS quota_bucket
            FROM (SELECT w.i, w.kind, w.id FROM unnest(v_wants) w WHERE w.choice = 1
                  UNION ALL
                  SELECT q.i, NULL, NULL FROM unnest(v_asks) q WHERE q.reason IS NULL) u
            GROUP BY u.i
            HAVING v_tight IS NULL OR NOT coalesce(bool_or(u.id = ANY (v_tight)), false)
        ), taken AS (
            INSERT INTO hold
            SELECT q.request_id, p_run, q.account_id, q.key_id, q.model, f.buckets,
                CASE WHEN f.quota_bucket IS NULL THEN q.amount ELSE 0 END, f.quota_bucket,
                CASE WHEN f.quota_bucket IS NULL THEN 0 ELSE q.quota END, v_now
            FROM fit f CROSS JOIN LATERAL (SELECT (v_asks[f.i]).*) q
            RETURNING buckets, amount_nano, quota_bucket, quota_milli
        ), held AS (
            UPDATE bucket t SET held = t.held + d.take, tolerance = d.tolerance,
                lim = CASE WHEN t.kind = 'balance' THEN t.lim ELSE d.lim END
            FROM (SELECT u.id, sum(u.take) AS take FROM (
                      SELECT unnest(x.buckets) AS id, x.amount_nano AS take FROM taken x
                      UNION ALL
                      SELECT x.quota_bucket, x.quota_milli FROM taken x WHERE x.quota_bucket IS NOT NULL) u
                  GROUP BY u.id) s
            CROSS JOIN LATERAL (SELECT s.take, u.lim, u.tolerance FROM unnest(v_wants) u WHERE u.id = s.id LIMIT 1) d
            WHERE t.id = s.id
        )
        SELECT array_agg(ROW('hold', f.i, 'HELD', NULL, NULL, NULL, f.buckets || f.quota_bucket)::done) INTO v_held
        FROM fit f;

        IF v_tight IS NOT NULL THEN
            SELECT array_agg(ROW(u.i, u.choice, u.kind, u.owner_id, u.period_start, u.take,
                CASE WHEN u.kind = 'balance' THEN e.lim ELSE u.lim END, u.tolerance, u.id)::want)
            INTO v_wants
            FROM unnest(v_wants) u JOIN bucket e ON e.id = u.id;

            -- The others one by one, in the order they came.
            FOR r IN SELECT u.i, bool_or(u.choice = 2) AS falls_back FROM unnest(v_wants) u
                    GROUP BY u.i HAVING bool_or(u.choice = 1 AND u.id = ANY (v_tight)) ORDER BY u.i LOOP
                v_ask := v_asks[r.i];
                v_again := false;
                FOR v_choice IN 1 .. CASE WHEN r.falls_back THEN 2 ELSE 1 END LOOP
                    -- What does not fit; for good before only for now.
                    SELECT u.kind, greatest(u.lim - e.used, 0) AS lft, u.take,
                        e.used + u.take <= u.lim + u.tolerance AS again
                    INTO v_short
                    FROM unnest(v_wants) u JOIN bucket e ON e.id = u.id
                    WHERE u.i = r.i AND u.choice = v_choice AND e.used + e.held + u.take > u.lim + u.tolerance
                    ORDER BY again, u.kind LIMIT 1;
                    IF NOT FOUND THEN
                        UPDATE bucket t SET held = t.held + u.take, lim = u.lim, tolerance = u.tolerance
                        FROM unnest(v_wants) u WHERE u.i = r.i AND u.choice = v_choice AND t.id = u.id;
                        INSERT INTO hold
                        SELECT v_ask.request_id, p_run, v_ask.account_id, v_ask.key_id, v_ask.model,
                            array_remove(array_agg(CASE WHEN u.kind <> 'cycle_quota' THEN u.id END), NULL),
                            CASE WHEN bool_or(u.kind = 'cycle_quota') THEN 0 ELSE v_ask.amount END,
                            max(CASE WHEN u.kind = 'cycle_quota' THEN u.id END),
                            CASE WHEN bool_or(u.kind = 'cycle_quota') THEN v_ask.quota ELSE 0 END, v_now
                        FROM unnest(v_wants) u WHERE u.i = r.i AND u.choice = v_choice;
                        EXIT;
                    END IF;
                    v_again := v_again OR v_short.again;
                    IF v_choice = 1 THEN
                        -- A subscriber is told about the quota, whatever the balance behind it lacks.
                        kind := v_short.kind;
                        a := v_short.lft;
                        b := v_short.take;
                    END IF;
                    IF v_choice = 2 OR NOT r.falls_back THEN
                        op := 'hold';
                        i := r.i;
                        outcome := CASE WHEN v_again THEN 'RESERVED' ELSE 'TOO_LITTLE' END;
                        RETURN NEXT;
                    END IF;
                END LOOP;
            END LOOP;
        END IF;

        IF v_off OR v_tight IS NOT NULL THEN
            RETURN QUERY
            SELECT 'hold', q.i, q.reason, NULL::bucket_kind, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
                NULL::bigint, NULL::bigint, NULL::bigint
            FROM unnest(v_asks) q WHERE q.reason <> 'ALREADY_HELD';

            SELECT v_held || array_agg(ROW('hold', q.i, 'HELD', NULL, NULL, NULL, o.buckets || o.quota_bucket)::done)
            INTO v_held
            FROM unnest(v_asks) q JOIN hold o ON o.request_id = q.request_id
            WHERE NOT EXISTS (SELECT FROM unnest(v_held) d WHERE d.i = q.i);
        END IF;
    END IF;

    -- What went well, with what is left: for good (used only), and for the next hold (neither used nor held).
    RETURN QUERY
    SELECT d.op, d.i, d.outcome, NULL::bucket_kind, d.a, d.b, l.remaining, d.shortfall, l.left_account, l.left_key,
        l.left_quota
    FROM unnest(v_done || v_held) d
    CROSS JOIN LATERAL (
        SELECT CASE WHEN d.op = 'settle' THEN
                min(greatest(b.lim - b.used, 0)) FILTER (WHERE b.kind <> 'cycle_quota' AND b.lim IS NOT NULL)
            END AS remaining,
            min(b.lim - b.used - b.held) FILTER (WHERE b.kind IN ('balance', 'account_month')) AS left_account,
            min(b.lim - b.used - b.held) FILTER (WHERE b.kind IN ('key_quota', 'key_month', 'cycle_overflow')) AS left_key,
            min(b.lim - b.used - b.held) FILTER (WHERE b.kind = 'cycle_quota') AS left_quota
        FROM bucket b WHERE b.id = ANY (d.buckets)) l;
END
$$;

DROP FUNCTION left_in(bigint[], bigint);
