-- One role per kind of work; a connection takes the one it needs (`options=-c role=…`). Roles belong to the whole
-- server, so that several databases, or two migrations at once, may find them made already.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['owner', 'appender', 'projector', 'reader', 'auditor', 'keykeeper'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE antiphon_%s NOLOGIN', role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
        IF NOT pg_has_role(current_user, 'antiphon_' || role, 'SET') THEN
            EXECUTE format('GRANT antiphon_%s TO CURRENT_USER WITH SET TRUE', role);
        END IF;
    END LOOP;
END
$$;

CREATE SCHEMA antiphon AUTHORIZATION antiphon_owner;
CREATE SCHEMA views AUTHORIZATION antiphon_owner;
GRANT USAGE ON SCHEMA antiphon TO antiphon_appender, antiphon_projector, antiphon_reader, antiphon_auditor;
GRANT USAGE ON SCHEMA views TO antiphon_projector, antiphon_reader, antiphon_auditor;
