-- What processes report of themselves, and when backups were made: for `antiphon doctor` and metrics. No backup has them.
SET ROLE antiphon_owner;

-- `state`: counts and durations only. A row is removed when its process ends, or was silent for an hour.
CREATE TABLE antiphon.processes (
    id         text COLLATE "C" PRIMARY KEY,
    what       text COLLATE "C" NOT NULL,
    version    text COLLATE "C" NOT NULL,
    host       text COLLATE "C" NOT NULL,
    pid        int NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    state      jsonb NOT NULL
);

-- One row: the last backup.
CREATE TABLE antiphon.last_backup (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    at    timestamptz NOT NULL,
    bytes bigint NOT NULL
);

GRANT SELECT ON antiphon.processes, antiphon.last_backup TO antiphon_reader, antiphon_auditor, antiphon_appender;
GRANT INSERT, UPDATE, DELETE ON antiphon.processes TO antiphon_appender;
RESET ROLE;
