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

-- Moves a follower and renews its lease, or fails: so that a leader that was overtaken finds its transaction aborted,
-- also where it sent all of it without waiting for answers.
CREATE FUNCTION antiphon.move_follower(name text, version int, epoch bigint, "position" bigint, seconds float8)
RETURNS void LANGUAGE plpgsql SET search_path = antiphon, pg_temp AS $$
BEGIN
    UPDATE followers AS f
    SET position = move_follower.position, lease_until = clock_timestamp() + make_interval(secs => seconds)
    WHERE (f.name, f.version, f.epoch) = (move_follower.name, move_follower.version, move_follower.epoch);
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'AN001', MESSAGE = 'somebody else leads this follower now';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION antiphon.move_follower FROM PUBLIC;
GRANT EXECUTE ON FUNCTION antiphon.move_follower TO antiphon_projector;

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
