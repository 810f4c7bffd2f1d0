-- What a key wants of the choice of providers: the request's own field, and whether a second may be asked while the first
-- is slow.

ALTER TABLE api_key
    ADD COLUMN provider jsonb,
    ADD COLUMN hedge boolean;
