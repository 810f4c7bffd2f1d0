-- Whether streams of a key that break off go on at another provider.

ALTER TABLE api_key
    ADD COLUMN continue_on_cut boolean;
