-- The log, its claims and its fence, and the one way in.
SET ROLE antiphon_owner;

CREATE TABLE antiphon.log (
    position           bigint PRIMARY KEY,
    originator_id      text COLLATE "C" NOT NULL,
    originator_version bigint NOT NULL,
    topic              text COLLATE "C" NOT NULL,
    state              bytea NOT NULL,
    recorded_at        timestamptz NOT NULL,
    UNIQUE (originator_id, originator_version)
);

-- A claim says: whoever comes again with this key finds what the first one made.
CREATE TABLE antiphon.claims (
    key         bytea PRIMARY KEY,           -- HMAC; the plain value is nowhere
    id          text COLLATE "C" NOT NULL,   -- what the first append was about
    position    bigint NOT NULL,             -- its last event
    fingerprint bytea,                       -- HMAC of the request's body, where a repeat must bring the same body
    subject     text COLLATE "C"             -- whose erasure deletes this claim
);
CREATE INDEX claims_by_subject ON antiphon.claims (subject) WHERE subject IS NOT NULL;

-- The fence: nothing more is written about an erased subject, however late it comes.
CREATE TABLE antiphon.erased (
    subject text COLLATE "C" PRIMARY KEY
);

-- Many commands in one call, numbered from 0; each is answered for itself, in a row of its own:
--   appended  its events and claims are in; position is that of its last event, positions those of all
--   repeated  one of its claims is held already: claim is that claim's number, id, position, fingerprint its holder's
--   conflict  one of its stream versions is taken
--   erased    one of its subjects is behind the fence; id names it
-- Commands of one call must not share a claim, a stream version or a subject: then the call fails as a whole, or an
-- erasure takes its neighbour's text along.
-- The advisory lock makes insert order equal commit order, so that a tailing reader misses nothing. It is only ever
-- held in here, never across a client's round trip. (A table lock would collide with autovacuum, and an INSERT-only
-- role cannot take one.)
CREATE FUNCTION antiphon.append(
    commands            int,
    event_command       int[],
    originator_ids      text[],
    originator_versions bigint[],
    topics              text[],
    states              bytea[],
    claim_command       int[],
    claim_keys          bytea[],
    claim_ids           text[],
    claim_fingerprints  bytea[],
    claim_subjects      text[],
    subject_command     int[],
    subjects            text[],
    forget_command      int[],
    forget              text[]    -- subjects to put behind the fence; their claims are deleted
) RETURNS TABLE (command int, outcome text, claim int, id text, "position" bigint, fingerprint bytea, positions bigint[])
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = antiphon, pg_temp
SET enable_seqscan = off    -- a plan made while the tables are small must still serve when they are large
AS $$
#variable_conflict use_column
DECLARE
    refused int[] := '{}';
    row     record;
    last    bigint;
    last_at timestamptz;
    stamp   timestamptz;
    places  bigint[];
    ends    bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(4711);

    SELECT l.position, l.recorded_at INTO last, last_at FROM log l ORDER BY l.position DESC LIMIT 1;
    last := coalesce(last, 0);
    -- Never going back, also when the machine's clock does: "known at" is always a prefix of the log.
    stamp := greatest(clock_timestamp(), last_at);

    -- A repeat is answered before a conflict: whoever comes again gets the first answer. (LATERAL with LIMIT keeps
    -- every look-up an index probe, whatever the planner believes about the size of the tables.)
    FOR row IN
        SELECT DISTINCT ON (c.command) c.command, c.number, held.*
        FROM unnest(claim_command, claim_keys) WITH ORDINALITY AS c(command, key, number)
        CROSS JOIN LATERAL (
            SELECT k.id, k.position, k.fingerprint FROM claims k WHERE k.key = c.key LIMIT 1
        ) AS held
        ORDER BY c.command, c.number
    LOOP
        refused := refused || row.command;
        RETURN QUERY SELECT row.command, 'repeated', row.number::int - 1, row.id, row.position, row.fingerprint, NULL::bigint[];
    END LOOP;

    FOR row IN
        SELECT DISTINCT ON (s.command) s.command, s.subject
        FROM unnest(subject_command, subjects) AS s(command, subject)
        WHERE NOT s.command = ANY (refused)
          AND EXISTS (SELECT FROM erased e WHERE e.subject = s.subject LIMIT 1)
    LOOP
        refused := refused || row.command;
        RETURN QUERY SELECT row.command, 'erased', NULL::int, row.subject, NULL::bigint, NULL::bytea, NULL::bigint[];
    END LOOP;

    FOR row IN
        SELECT DISTINCT ON (e.command) e.command, e.id
        FROM unnest(event_command, originator_ids, originator_versions) AS e(command, id, version)
        CROSS JOIN LATERAL (
            SELECT FROM log l WHERE l.originator_id = e.id AND l.originator_version = e.version LIMIT 1
        ) AS taken
        WHERE NOT e.command = ANY (refused)
    LOOP
        refused := refused || row.command;
        RETURN QUERY SELECT row.command, 'conflict', NULL::int, row.id, NULL::bigint, NULL::bytea, NULL::bigint[];
    END LOOP;

    -- Positions: one after the other, in the order given, over what is left.
    SELECT array_agg(e.place ORDER BY e.number) INTO places
    FROM (
        SELECT e.number,
               CASE WHEN NOT e.command = ANY (refused)
                    THEN last + count(*) FILTER (WHERE NOT e.command = ANY (refused)) OVER (ORDER BY e.number) END AS place
        FROM unnest(event_command) WITH ORDINALITY AS e(command, number)
    ) AS e;

    INSERT INTO log (position, originator_id, originator_version, topic, state, recorded_at)
    SELECT e.place, e.id, e.version, e.topic, e.state, stamp
    FROM unnest(places, originator_ids, originator_versions, topics, states) AS e(place, id, version, topic, state)
    WHERE e.place IS NOT NULL;

    SELECT array_agg(c.place ORDER BY c.command) INTO ends
    FROM (
        SELECT n.command, coalesce(max(e.place), last) AS place
        FROM generate_series(0, commands - 1) AS n(command)
        LEFT JOIN unnest(event_command, places) AS e(command, place) ON e.command = n.command
        GROUP BY n.command
    ) AS c;

    INSERT INTO claims (key, id, position, fingerprint, subject)
    SELECT c.key, c.id, ends[c.command + 1], c.fingerprint, c.subject
    FROM unnest(claim_command, claim_keys, claim_ids, claim_fingerprints, claim_subjects)
         AS c(command, key, id, fingerprint, subject)
    WHERE NOT c.command = ANY (refused);

    IF cardinality(forget) > 0 THEN
        WITH forgotten AS (
            INSERT INTO erased
            SELECT f.subject FROM unnest(forget_command, forget) AS f(command, subject)
            WHERE NOT f.command = ANY (refused)
            ON CONFLICT DO NOTHING
            RETURNING subject
        )
        DELETE FROM claims c USING forgotten f WHERE c.subject = f.subject;
    END IF;

    RETURN QUERY
    SELECT n.command, 'appended', NULL::int, NULL::text, ends[n.command + 1], NULL::bytea,
           array_agg(e.place ORDER BY e.place) FILTER (WHERE e.place IS NOT NULL)
    FROM generate_series(0, commands - 1) AS n(command)
    LEFT JOIN unnest(event_command, places) AS e(command, place) ON e.command = n.command
    WHERE NOT n.command = ANY (refused)
    GROUP BY n.command;

    -- Once per call: a NOTIFY in every small transaction costs three times the throughput.
    PERFORM pg_notify('antiphon_log', (last + coalesce(cardinality(array_remove(places, NULL)), 0))::text);
END
$$;

REVOKE ALL ON FUNCTION antiphon.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION antiphon.append TO antiphon_appender;
GRANT SELECT ON antiphon.log, antiphon.claims, antiphon.erased TO antiphon_appender, antiphon_auditor;
GRANT SELECT ON antiphon.log TO antiphon_projector;
RESET ROLE;
