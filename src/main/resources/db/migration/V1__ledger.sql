-- The rows that decide money. Amounts are whole nano-USD, subscription quota is in thousandths.
-- Times are the database's own: no other clock decides a period or an expiry.

-- Every period and expiry asks this function and nothing else, so that tests can set the clock.
CREATE FUNCTION ledger_now() RETURNS timestamptz
    LANGUAGE sql STABLE AS 'SELECT transaction_timestamp()';

CREATE TABLE account (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name               text NOT NULL,
    email              text,
    status             text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    unlimited          boolean NOT NULL DEFAULT false,
    monthly_limit_nano bigint CHECK (monthly_limit_nano >= 0),
    monthly_reset_day  smallint NOT NULL DEFAULT 1 CHECK (monthly_reset_day BETWEEN 1 AND 28),
    created_at         timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE subscription (
    id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id            bigint NOT NULL REFERENCES account,
    plan                  text NOT NULL,
    cycle_interval        text NOT NULL CHECK (cycle_interval IN ('month', 'quarter', 'year')),
    quota_milli           bigint NOT NULL CHECK (quota_milli >= 0),
    status                text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'cancelled')),
    -- Months are counted from here, each from the anchor itself: 31 January, 28 February, 31 March.
    anchor                timestamptz NOT NULL,
    cancelled_at          timestamptz,
    ends_at               timestamptz,
    -- A change of plan that waits for the next month.
    next_plan             text,
    next_quota_milli      bigint CHECK (next_quota_milli >= 0),
    next_at               timestamptz,
    -- The quota of the one month in which the plan was raised.
    prorated_quota_milli  bigint,
    prorated_start        timestamptz,
    payg_fallback_enabled boolean NOT NULL DEFAULT false,
    payg_limit_nano       bigint CHECK (payg_limit_nano >= 0),
    created_at            timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL) AND (cancelled_at IS NULL) = (ends_at IS NULL)),
    CHECK ((next_plan IS NULL) = (next_at IS NULL) AND (next_plan IS NULL) = (next_quota_milli IS NULL))
);
CREATE INDEX subscription_account ON subscription (account_id, id);

CREATE TABLE api_key (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id          bigint NOT NULL REFERENCES account,
    subscription_id     bigint REFERENCES subscription,
    name                text NOT NULL,
    -- HMAC-SHA-256 of the key; the key itself is nowhere.
    hash                bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    pepper_id           integer NOT NULL,
    prefix              text NOT NULL,
    last4               text NOT NULL,
    imported            boolean NOT NULL DEFAULT false,
    status              text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled', 'revoked')),
    expires_at          timestamptz,
    quota_nano          bigint CHECK (quota_nano >= 0),
    monthly_limit_nano  bigint CHECK (monthly_limit_nano >= 0),
    monthly_reset_day   smallint NOT NULL DEFAULT 1 CHECK (monthly_reset_day BETWEEN 1 AND 28),
    models              text[],
    allowed_ips         text[],
    fallback_models     text[],
    fallback_timeout_ms integer,
    fallback_enabled    boolean,
    compression         jsonb,
    data_policy         text,
    cache               jsonb,
    created_at          timestamptz NOT NULL DEFAULT now(),
    revoked_at          timestamptz
);
CREATE INDEX api_key_account ON api_key (account_id, id);
CREATE INDEX api_key_subscription ON api_key (subscription_id) WHERE subscription_id IS NOT NULL;

-- What a limit is about. 'invoice' counts the spending of an unlimited account and limits nothing.
CREATE TYPE bucket_kind AS ENUM
    ('balance', 'invoice', 'account_month', 'key_quota', 'key_month', 'cycle_quota', 'cycle_overflow');

-- A limit over one period in one unit. The period is part of the identity: a reset is a new row made on first use.
-- lim is the limit in force when money was last taken, null for none. It follows the configured limit at the next
-- hold that fits; a limit lowered below what is used therefore lets nothing new through and breaks nothing.
CREATE TABLE bucket (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         bucket_kind NOT NULL,
    owner_id     bigint NOT NULL,
    period_start timestamptz NOT NULL DEFAULT '-infinity',
    lim          bigint,
    tolerance    bigint NOT NULL DEFAULT 0 CHECK (tolerance >= 0),
    -- What had been spent in the period before the bucket was made, because the limit was set in its midst.
    opening      bigint NOT NULL DEFAULT 0 CHECK (opening >= 0),
    used         bigint NOT NULL DEFAULT 0 CHECK (used >= 0),
    held         bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    UNIQUE (owner_id, kind, period_start),
    CONSTRAINT never_overspent CHECK (used + held <= lim + tolerance)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- A run is one start of one process. It beats; who stops beating is declared dead by a peer, never by a clock.
CREATE TABLE run (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node       text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    beat       bigint NOT NULL DEFAULT 0,
    -- The last batch applied: one that comes late, from a connection given up, is refused.
    batch      bigint NOT NULL DEFAULT 0,
    ended_at   timestamptz,
    reaped     bigint
) WITH (fillfactor = 50);
CREATE INDEX run_alive ON run (id) WHERE ended_at IS NULL;

-- Money set aside for one open request. Deleting the row is the charge.
CREATE TABLE hold (
    request_id   bigint PRIMARY KEY,
    run_id       bigint NOT NULL,
    account_id   bigint NOT NULL,
    key_id       bigint NOT NULL,
    model        text NOT NULL,
    -- Buckets that each hold amount_nano.
    buckets      bigint[] NOT NULL,
    amount_nano  bigint NOT NULL CHECK (amount_nano >= 0),
    -- The bucket that holds quota_milli, when quota pays.
    quota_bucket bigint,
    quota_milli  bigint NOT NULL CHECK (quota_milli >= 0),
    at           timestamptz NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX hold_run ON hold (run_id);
CREATE INDEX hold_account ON hold (account_id);

-- What the open streams of a run have served so far, one row a run, written each second.
CREATE TABLE checkpoint (
    run_id      bigint PRIMARY KEY,
    at          timestamptz NOT NULL,
    request_ids bigint[] NOT NULL,
    served_nano bigint[] NOT NULL
) WITH (fillfactor = 50);

-- One row a settled request: usage and charge. Append-only.
CREATE TABLE charge (
    request_id          bigint NOT NULL,
    at                  timestamptz NOT NULL,
    authorised_at       timestamptz NOT NULL,
    run_id              bigint NOT NULL,
    account_id          bigint NOT NULL,
    key_id              bigint NOT NULL,
    buckets             bigint[] NOT NULL,
    quota_bucket        bigint,
    requested_model     text NOT NULL,
    model               text NOT NULL,
    provider            text,
    price_version       text NOT NULL,
    input_tokens        bigint NOT NULL,
    cache_read_tokens   bigint NOT NULL,
    cache_write_tokens  bigint NOT NULL,
    output_tokens       bigint NOT NULL,
    reasoning_tokens    bigint NOT NULL,
    audio_input_tokens  bigint NOT NULL,
    audio_output_tokens bigint NOT NULL,
    images              bigint NOT NULL,
    media_ms            bigint NOT NULL,
    estimated           boolean NOT NULL,
    -- What the usage is worth, what was taken for it, and what nobody paid.
    priced_nano         bigint NOT NULL CHECK (priced_nano >= 0),
    cost_nano           bigint NOT NULL CHECK (cost_nano >= 0),
    quota_milli         bigint NOT NULL CHECK (quota_milli >= 0),
    shortfall_nano      bigint NOT NULL CHECK (shortfall_nano >= 0),
    status              integer NOT NULL,
    ending              text NOT NULL,
    streamed            boolean NOT NULL,
    ttft_ms             bigint NOT NULL,
    duration_ms         bigint NOT NULL,
    PRIMARY KEY (request_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE charge_other PARTITION OF charge DEFAULT;
CREATE INDEX charge_account ON charge (account_id, at DESC, request_id DESC);
CREATE INDEX charge_key ON charge (key_id, at DESC, request_id DESC);
CREATE INDEX charge_at ON charge (at DESC, request_id DESC);

-- Money added to a balance. Append-only; a reference is applied once.
CREATE TABLE credit (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES account,
    amount_nano bigint NOT NULL CHECK (amount_nano <> 0),
    reference   text NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, reference)
);

-- Answers of administrative writes, kept so that a retry gets the same one.
CREATE TABLE idempotency (
    key     text PRIMARY KEY,
    request bytea NOT NULL,
    status  integer,
    body    text,
    at      timestamptz NOT NULL DEFAULT now()
);

-- The few facts of an installation that no file gives: peppers made here, the hash of the admin token.
CREATE TABLE setting (
    name  text PRIMARY KEY,
    value text NOT NULL
);
