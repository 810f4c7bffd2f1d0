-- A key whose secret nobody knows: what a person asks in the playground is held and charged by it like any request. One for
-- each person and account.
ALTER TABLE api_key ADD COLUMN playground boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX api_key_playground ON api_key (account_id, made_by) WHERE playground AND status <> 'revoked';
