-- Separate logins for separate work: what services need without ever working as the owner.
-- Whoever checks the schema works as no role of ours.
GRANT SELECT ON public.antiphon_migrations TO PUBLIC;

SET ROLE antiphon_owner;
-- Locked by whoever appends, and only inside the append function: nobody but the owner has any right here, so that nobody
-- else can stop writes. (Every login may take any advisory lock.)
CREATE TABLE antiphon.append_lock (
    -- Calls of the former function, which began before it was replaced, take an advisory lock: until when there may be any.
    former_until timestamptz NOT NULL
);
INSERT INTO antiphon.append_lock
SELECT clock_timestamp() + interval '10 minutes' WHERE EXISTS (SELECT FROM antiphon.log);

-- Once: there is one row, and nobody may change it.
GRANT INSERT ON antiphon.installation TO antiphon_appender;
-- A backup only reads, and keeps when it was made.
GRANT INSERT, UPDATE ON antiphon.last_backup TO antiphon_auditor;
RESET ROLE;
