-- Further ways to come in: through an OpenID provider, and through a link that was sent by e-mail.

-- Whoever came through an OpenID provider first has no password until they choose one.
ALTER TABLE person ALTER COLUMN password_hash DROP NOT NULL;

-- Whom an OpenID provider means by a subject. OpenID Connect Core 1.0, section 5.7: only issuer and subject together name somebody for good.
CREATE TABLE person_identity (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    person_id  bigint NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX person_identity_person ON person_identity (person_id);

-- Links that were sent by e-mail: to choose a new password, or to confirm a new address. Used once.
CREATE TABLE mailed_link (
    -- SHA-256 of the token in the link; the token has 256 random bits and is nowhere.
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    purpose    text NOT NULL CHECK (purpose IN ('reset', 'address')),
    person_id  bigint NOT NULL REFERENCES person,
    -- Where it was sent. A link to a new password is void once the person has another address.
    email      text NOT NULL,
    expires_at timestamptz NOT NULL,
    -- One at a time: a new link takes the place of the one before.
    UNIQUE (person_id, purpose)
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'apertis_app' AND pg_has_role(current_user, oid, 'MEMBER')) THEN
        GRANT SELECT, INSERT ON person_identity TO apertis_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON mailed_link TO apertis_app;
    END IF;
END
$$;
