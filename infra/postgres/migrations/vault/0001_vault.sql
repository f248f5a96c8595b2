-- The vault of keys: a database of its own, never in the log's backup. The keykeeper's alone.
DO $$
BEGIN
    BEGIN
        CREATE ROLE antiphon_keykeeper NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END;
    IF NOT pg_has_role(current_user, 'antiphon_keykeeper', 'SET') THEN
        GRANT antiphon_keykeeper TO CURRENT_USER WITH SET TRUE;
    END IF;
END
$$;

CREATE SCHEMA vault AUTHORIZATION antiphon_keykeeper;
SET ROLE antiphon_keykeeper;

-- `wrapped` is the subject's key, encrypted under the master key. NULL: destroyed, and never made anew.
CREATE TABLE vault.keys (
    subject   text COLLATE "C" PRIMARY KEY,
    wrapped   bytea,
    erased_at timestamptz,
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
);
CREATE INDEX keys_erased ON vault.keys (erased_at) WHERE erased_at IS NOT NULL;
RESET ROLE;
