-- Batches in which all is free, as far as possible without what only money needs: three statements, and no answers but
-- that all went well. What it finds otherwise it leaves to apply_batch, which may then be asked the same: a settlement made
-- here is one that was made before, a hold taken here one that was taken before.

CREATE FUNCTION apply_free(
    p_run    bigint,
    p_batch  bigint,
    p_settle json, -- as in apply_batch
    p_hold   json
) RETURNS boolean -- whether all was free and went well
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = apertis, pg_temp
    -- As in apply_batch.
    SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_now  timestamptz := ledger_now();
    v_done bigint;
BEGIN
    -- The fence.
    UPDATE run SET batch = p_batch WHERE id = p_run AND ended_at IS NULL AND batch <= p_batch;
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    IF p_settle IS NOT NULL THEN
        WITH gone AS (
            DELETE FROM hold o USING json_to_recordset(p_settle) AS s(request_id bigint, charge boolean,
                priced_nano bigint, model text, provider text, price_version text, input_tokens bigint,
                cache_read_tokens bigint, cache_write_tokens bigint, output_tokens bigint, reasoning_tokens bigint,
                audio_input_tokens bigint, audio_output_tokens bigint, images bigint, media_ms bigint, estimated boolean,
                status integer, ending text, streamed boolean, ttft_ms bigint, duration_ms bigint, prompt_bytes bigint,
                attachments integer)
            WHERE o.request_id = s.request_id AND o.buckets = '{}' AND o.quota_bucket IS NULL
                AND NOT (s.charge AND s.priced_nano > 0)
            RETURNING s.*, o.run_id, o.account_id, o.key_id, o.at AS authorised_at, o.model AS requested_model
        )
        INSERT INTO charge
        SELECT c.request_id, v_now, c.authorised_at, c.run_id, c.account_id, c.key_id, '{}', NULL,
            c.requested_model, c.model, c.provider, c.price_version, c.input_tokens, c.cache_read_tokens,
            c.cache_write_tokens, c.output_tokens, c.reasoning_tokens, c.audio_input_tokens, c.audio_output_tokens,
            c.images, c.media_ms, c.estimated, 0, 0, 0, 0,
            c.status, c.ending, c.streamed, c.ttft_ms, c.duration_ms, coalesce(c.prompt_bytes, 0),
            coalesce(c.attachments, 0)
        FROM gone c;
        GET DIAGNOSTICS v_done = ROW_COUNT;
        IF v_done < json_array_length(p_settle) THEN
            RETURN false;
        END IF;
    END IF;

    IF p_hold IS NOT NULL THEN
        INSERT INTO hold
        SELECT o.request_id, p_run, o.account_id, o.key_id, o.model, '{}', 0, NULL, 0, v_now
        FROM json_to_recordset(p_hold) AS o(request_id bigint, account_id bigint, key_id bigint, model text,
            amount bigint, plan text, quota bigint)
        JOIN api_key k ON k.id = o.key_id
        JOIN account a ON a.id = k.account_id
        WHERE o.amount = 0 AND o.quota = 0 AND o.plan IS NULL AND k.subscription_id IS NULL
            AND k.account_id = o.account_id AND k.status = 'active' AND (k.expires_at > v_now) IS NOT FALSE
            AND a.status = 'active'
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS v_done = ROW_COUNT;
        RETURN v_done = json_array_length(p_hold);
    END IF;
    RETURN true;
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'apertis_app' AND pg_has_role(current_user, oid, 'MEMBER')) THEN
        REVOKE ALL ON FUNCTION apply_free FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION apply_free TO apertis_app;
    END IF;
END
$$;
