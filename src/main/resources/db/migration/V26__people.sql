-- People, what they belong to and what they may do there. Money stays where it was: an organization owns one account.

CREATE TABLE person (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Both as normalised by the application: no two differ by case alone.
    email         text NOT NULL CONSTRAINT person_email UNIQUE,
    name          text NOT NULL CONSTRAINT person_name UNIQUE CHECK (name ~ '^[a-z0-9_-]{3,32}$'),
    -- Argon2id in the PHC form, with its salt and parameters.
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organization (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL UNIQUE REFERENCES account,
    name        text NOT NULL,
    -- The one person a personal organization is for, null for a team.
    personal_of bigint UNIQUE REFERENCES person,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE membership (
    organization_id bigint NOT NULL REFERENCES organization,
    person_id       bigint NOT NULL REFERENCES person,
    joined_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, person_id)
);
CREATE INDEX membership_person ON membership (person_id);

-- Every organization has the roles owner and reader, and those it makes itself. Only those have a set of actions here.
CREATE TABLE organization_role (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization,
    name            text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('owner', 'reader', 'custom')),
    actions         text[] NOT NULL DEFAULT '{}',
    UNIQUE (organization_id, name),
    UNIQUE (organization_id, id)
);

CREATE TABLE member_group (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization,
    name            text NOT NULL,
    UNIQUE (organization_id, name),
    UNIQUE (organization_id, id)
);

-- The organization is in every reference, so that nothing of one can be tied to another's.
CREATE TABLE group_member (
    organization_id bigint NOT NULL,
    group_id        bigint NOT NULL,
    person_id       bigint NOT NULL,
    PRIMARY KEY (group_id, person_id),
    FOREIGN KEY (organization_id, group_id) REFERENCES member_group (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, person_id) REFERENCES membership ON DELETE CASCADE
);
CREATE INDEX group_member_person ON group_member (organization_id, person_id);

CREATE TABLE role_assignment (
    organization_id bigint NOT NULL,
    role_id         bigint NOT NULL,
    person_id       bigint,
    group_id        bigint,
    CHECK ((person_id IS NULL) <> (group_id IS NULL)),
    UNIQUE (role_id, person_id),
    UNIQUE (role_id, group_id),
    FOREIGN KEY (organization_id, role_id) REFERENCES organization_role (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, person_id) REFERENCES membership ON DELETE CASCADE,
    FOREIGN KEY (organization_id, group_id) REFERENCES member_group (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX role_assignment_person ON role_assignment (organization_id, person_id);
CREATE INDEX role_assignment_group ON role_assignment (organization_id, group_id);

CREATE TABLE invitation (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization,
    -- SHA-256 of the token in the link; the token has 256 random bits and is nowhere.
    hash            bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    email           text NOT NULL,
    -- Roles that are gone when it is accepted are not given.
    role_ids        bigint[] NOT NULL,
    invited_by      text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    UNIQUE (organization_id, email)
);

CREATE TABLE project (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization,
    name            text NOT NULL,
    archived        boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, name)
);

-- What the programs of an organization call its administration with.
CREATE TABLE organization_key (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization,
    name            text NOT NULL,
    hash            bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    last4           text NOT NULL,
    made_by         bigint NOT NULL REFERENCES person,
    created_at      timestamptz NOT NULL DEFAULT now(),
    revoked_at      timestamptz
);
CREATE INDEX organization_key_organization ON organization_key (organization_id, id);

-- Keys made through the admin API have neither.
ALTER TABLE api_key ADD COLUMN made_by bigint REFERENCES person, ADD COLUMN project_id bigint REFERENCES project;
CREATE INDEX api_key_made_by ON api_key (made_by) WHERE made_by IS NOT NULL;

CREATE TABLE session (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- SHA-256 of the token in the cookie; the token has 256 random bits and is nowhere.
    hash            bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    person_id       bigint NOT NULL REFERENCES person,
    organization_id bigint NOT NULL REFERENCES organization,
    created_at      timestamptz NOT NULL DEFAULT now(),
    used_at         timestamptz NOT NULL DEFAULT now(),
    -- Moves on with use, never beyond the end.
    expires_at      timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    operator_until  timestamptz,
    -- For the person, to tell their sessions apart.
    address         text NOT NULL,
    agent           text NOT NULL,
    CHECK (expires_at <= ends_at)
);
CREATE INDEX session_person ON session (person_id);

-- Who did what. Append-only.
CREATE TABLE audit_log (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    actor_kind      text NOT NULL CHECK (actor_kind IN ('member', 'admin_key', 'operator')),
    actor_id        bigint NOT NULL,
    -- As they were called then.
    actor_name      text NOT NULL,
    event           text NOT NULL,
    target          text NOT NULL
);
CREATE INDEX audit_log_organization ON audit_log (organization_id, id DESC);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'apertis_app' AND pg_has_role(current_user, oid, 'MEMBER')) THEN
        GRANT SELECT, INSERT, UPDATE ON person, organization, organization_key, project TO apertis_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON membership, organization_role, member_group, group_member,
            role_assignment, invitation, session TO apertis_app;
        GRANT SELECT, INSERT ON audit_log TO apertis_app;
    END IF;
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM %I', current_user);
END
$$;
