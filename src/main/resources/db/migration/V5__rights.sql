-- The rights of the application (money.md rule 12): it may call the functions, insert and select. What was charged and
-- credited it can neither change nor delete; buckets, holds and runs change inside the functions only.
-- Where the installing role may not make roles, the tables' owner loses the same rights itself.
DO $$
DECLARE
    app text := 'apertis_app';
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = app) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', app);
        END IF;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN
            NULL; -- another installation on this server was quicker
        WHEN insufficient_privilege THEN
            app := current_user;
    END;
    IF app <> current_user AND NOT pg_has_role(current_user, app, 'MEMBER') THEN
        BEGIN
            EXECUTE format('GRANT %I TO %I', app, current_user);
        EXCEPTION
            WHEN insufficient_privilege THEN
                app := current_user;
        END;
    END IF;
    IF app <> current_user THEN
        EXECUTE format('GRANT USAGE ON SCHEMA apertis TO %I', app);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA apertis TO %I', app);
        EXECUTE format('GRANT INSERT, UPDATE ON account, subscription, api_key TO %I', app);
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON idempotency, setting TO %I', app);
        EXECUTE format('GRANT INSERT ON charge, credit, run TO %I', app);
        EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA apertis FROM PUBLIC');
        EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA apertis TO %I', app);
    END IF;
    -- The owner's own rights, too: the functions only ever insert here.
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON charge, charge_other, credit FROM %I', current_user);
END
$$;
