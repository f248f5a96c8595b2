-- A follower is one row: whoever may move its position holds its epoch. What it could not take in is parked.
SET ROLE antiphon_owner;

CREATE TABLE antiphon.followers (
    name        text COLLATE "C" NOT NULL,
    version     int NOT NULL,
    position    bigint NOT NULL DEFAULT 0,
    epoch       bigint NOT NULL DEFAULT 0,
    holder      text,
    lease_until timestamptz,
    PRIMARY KEY (name, version)
);

-- Never the event's content: the log has it, and erasure reaches it there.
CREATE TABLE antiphon.parked (
    follower text COLLATE "C" NOT NULL,
    version  int NOT NULL,
    position bigint NOT NULL,
    stream   text COLLATE "C" NOT NULL,
    error    text NOT NULL,
    PRIMARY KEY (follower, version, position)
);
CREATE INDEX parked_by_stream ON antiphon.parked (follower, version, stream, position);

GRANT SELECT ON antiphon.followers, antiphon.parked TO antiphon_appender, antiphon_reader, antiphon_auditor;
GRANT SELECT, INSERT, UPDATE, DELETE ON antiphon.followers, antiphon.parked TO antiphon_projector;
RESET ROLE;
