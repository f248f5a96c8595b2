-- The trail of reads: who looked at whose data, when, by which route. Apart from the log: it is large, and no backup of
-- the log has it.
SET ROLE antiphon_owner;

-- `about`: the id in the route's path. `subjects`: the people whose data the answer showed. `stream`: of a live stream,
-- what its looks have in common; the last one is `ended`.
CREATE TABLE antiphon.looks (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_id       text COLLATE "C" NOT NULL,
    actor_kind     text COLLATE "C" NOT NULL,
    roles          text[] NOT NULL,
    team           text COLLATE "C",
    route          text COLLATE "C" NOT NULL,
    about          text COLLATE "C",
    subjects       text[] COLLATE "C" NOT NULL,
    stream         text COLLATE "C",
    ended          boolean NOT NULL,
    correlation_id text COLLATE "C"
);
CREATE INDEX ON antiphon.looks (about, id) WHERE about IS NOT NULL;
CREATE INDEX ON antiphon.looks (actor_id, id);
CREATE INDEX ON antiphon.looks USING gin (subjects);

GRANT INSERT ON antiphon.looks TO antiphon_appender;
GRANT SELECT ON antiphon.looks TO antiphon_reader, antiphon_auditor;
RESET ROLE;
