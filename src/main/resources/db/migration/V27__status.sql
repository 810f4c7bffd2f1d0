-- How attempts at providers ended, counted by every node and added up here: by day for the page of the state, by ten minutes
-- for finding stretches in which a provider failed. Nothing here is about a client.

CREATE TABLE provider_day (
    provider    text NOT NULL,
    -- UTC.
    day         date NOT NULL,
    attempts    bigint NOT NULL CHECK (attempts >= 0),
    failures    bigint NOT NULL CHECK (failures BETWEEN 0 AND attempts),
    PRIMARY KEY (provider, day)
);

CREATE TABLE provider_span (
    provider    text NOT NULL,
    -- The first moment of ten minutes.
    since       timestamptz NOT NULL,
    attempts    bigint NOT NULL CHECK (attempts >= 0),
    failures    bigint NOT NULL CHECK (failures BETWEEN 0 AND attempts),
    PRIMARY KEY (provider, since)
);

-- A histogram of the time to the first token for each day.
CREATE TABLE provider_first_token (
    provider    text NOT NULL,
    day         date NOT NULL,
    slot        smallint NOT NULL,
    answers     bigint NOT NULL CHECK (answers >= 0),
    PRIMARY KEY (provider, day, slot)
);

-- The last report of each process, so that one whose answer was lost is not added again.
CREATE TABLE provider_report (
    run         uuid PRIMARY KEY,
    seq         bigint NOT NULL,
    at          timestamptz NOT NULL DEFAULT now()
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'apertis_app' AND pg_has_role(current_user, oid, 'MEMBER')) THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON provider_day, provider_span, provider_first_token, provider_report
            TO apertis_app;
    END IF;
END
$$;
