-- revision 5
-- The one way in. This file is applied anew wherever a database has a lower revision of it: change it in place, and raise
-- the revision above. (The numbered migrations hold earlier revisions, as they were applied.)
SET ROLE antiphon_owner;

-- Many commands in one call, numbered from 0; each is answered for itself, in a row of its own:
--   appended  its events and claims are in; position is that of its last event (of the log's end, where it has none),
--             and those of its other events are just before
--   repeated  one of its claims is held already: claim is that claim's number, id, position, fingerprint its holder's
--   conflict  one of its stream versions is taken, also one at which it has no event
--   erased    one of its subjects is behind the fence; id names it
-- Commands of one call must not share a claim, a stream version or a subject: then the call fails as a whole, or an
-- erasure takes its neighbour's text along.
-- The lock makes insert order equal commit order, so that a tailing reader misses nothing. It is only ever held in
-- here, never across a client's round trip. Its table is nobody's but the owner's: no other role can take the lock, and
-- autovacuum does not come by. (SHARE UPDATE EXCLUSIVE excludes itself, and spares a look at every session.)
CREATE OR REPLACE FUNCTION antiphon.append(
    last_events         int[],    -- of each command: the number of its last event in this call, from 1; 0 where it has none
    event_command       int[],
    originator_ids      text[],
    originator_versions bigint[],
    topics              text[],
    states              bytea[],  -- null, after all others: no event; the version has to be free, so that the stream is unchanged
    claim_command       int[],
    claim_keys          bytea[],
    claim_ids           text[],   -- null: the key is released, whoever holds it; this command may claim it anew
    claim_fingerprints  bytea[],
    claim_subjects      text[],
    subject_command     int[],
    subjects            text[],
    forget_command      int[],
    forget              text[]    -- subjects to put behind the fence; their claims are deleted, or lose their fingerprint
) RETURNS TABLE (command int, outcome text, claim int, id text, "position" bigint, fingerprint bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = antiphon, pg_temp
SET enable_seqscan = off    -- a plan made while the tables are small must still serve when they are large
SET plan_cache_mode = force_generic_plan    -- and serves a call of any size: planning anew costs more than it saves
AS $$
#variable_conflict use_column
DECLARE
    refused int[] := '{}';
    last    bigint;
    last_at timestamptz;
    stamp   timestamptz;
    -- Few: a contact point goes from one customer to another.
    released bytea[] := ARRAY(SELECT c.key FROM unnest(claim_keys, claim_ids) AS c(key, id) WHERE c.id IS NULL);
BEGIN
    LOCK TABLE append_lock IN SHARE UPDATE EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM append_lock WHERE former_until > clock_timestamp()) THEN
        PERFORM pg_advisory_xact_lock(4711);
    END IF;

    SELECT l.position, l.recorded_at INTO last, last_at FROM log l ORDER BY l.position DESC LIMIT 1;
    last := coalesce(last, 0);
    -- Never going back, also when the machine's clock does: "known at" is always a prefix of the log.
    stamp := greatest(clock_timestamp(), last_at);

    -- A repeat is answered before a conflict: whoever comes again gets the first answer. (LATERAL with LIMIT keeps
    -- every look-up an index probe, whatever the planner believes about the size of the tables.)
    FOR command, outcome, claim, id, "position", fingerprint IN
        SELECT DISTINCT ON (why.command) why.command, why.outcome, why.claim, why.id, why.position, why.fingerprint
        FROM (
            SELECT c.command, 1 AS rank, 'repeated' AS outcome, c.number::int - 1 AS claim, held.*
            FROM unnest(claim_command, claim_keys) WITH ORDINALITY AS c(command, key, number)
            CROSS JOIN LATERAL (
                SELECT k.id, k.position, k.fingerprint FROM claims k WHERE k.key = c.key LIMIT 1
            ) AS held
            WHERE c.key <> ALL (released)
            UNION ALL
            SELECT s.command, 2, 'erased', NULL, s.subject, NULL, NULL
            FROM unnest(subject_command, subjects) AS s(command, subject)
            CROSS JOIN LATERAL (SELECT FROM erased e WHERE e.subject = s.subject LIMIT 1) AS fence
            UNION ALL
            SELECT e.command, 3, 'conflict', NULL, e.id, NULL, NULL
            FROM unnest(event_command, originator_ids, originator_versions) AS e(command, id, version)
            CROSS JOIN LATERAL (
                SELECT FROM log l WHERE l.originator_id = e.id AND l.originator_version = e.version LIMIT 1
            ) AS taken
        ) AS why
        ORDER BY why.command, why.rank, why.claim
    LOOP
        refused := refused || command;
        RETURN NEXT;
    END LOOP;

    INSERT INTO log (position, originator_id, originator_version, topic, state, recorded_at)
    SELECT last + e.number, e.id, e.version, e.topic, e.state, stamp
    FROM unnest(event_command, originator_ids, originator_versions, topics, states) WITH ORDINALITY
         AS e(command, id, version, topic, state, number)
    WHERE e.state IS NOT NULL AND NOT e.command = ANY (refused);

    IF cardinality(released) > 0 THEN
        WITH gone AS (
            DELETE FROM claims k USING unnest(claim_command, claim_keys, claim_ids) AS c(command, key, id)
            WHERE k.key = c.key AND c.id IS NULL AND NOT c.command = ANY (refused)
            RETURNING k.number, claim_hash(k) AS hash
        )
        INSERT INTO claims_gone SELECT * FROM gone;
    END IF;

    INSERT INTO claims (key, id, position, fingerprint, subject)
    SELECT c.key, c.id, last + last_events[c.command + 1], c.fingerprint, c.subject
    FROM unnest(claim_command, claim_keys, claim_ids, claim_fingerprints, claim_subjects)
         AS c(command, key, id, fingerprint, subject)
    WHERE c.id IS NOT NULL AND NOT c.command = ANY (refused);

    IF cardinality(forget) > 0 THEN
        -- Whoever repeats a request finds its first answer also now, and brings nothing back. What it said, which its
        -- fingerprint is made of, is not kept for that.
        WITH forgotten AS (
            INSERT INTO erased
            SELECT f.subject FROM unnest(forget_command, forget) AS f(command, subject)
            WHERE NOT f.command = ANY (refused)
            ON CONFLICT DO NOTHING
            RETURNING subject
        ), kept AS (
            UPDATE claims c SET subject = NULL, fingerprint = NULL FROM forgotten f
            WHERE c.subject = f.subject AND c.fingerprint IS NOT NULL
        ), gone AS (
            DELETE FROM claims c USING forgotten f WHERE c.subject = f.subject AND c.fingerprint IS NULL
            RETURNING c.number, claim_hash(c) AS hash
        )
        INSERT INTO claims_gone SELECT * FROM gone;
    END IF;

    RETURN QUERY
    SELECT n.command::int - 1, 'appended', NULL::int, NULL::text, last + n.last_event, NULL::bytea
    FROM unnest(last_events) WITH ORDINALITY AS n(last_event, command)
    WHERE NOT n.command::int - 1 = ANY (refused);

    -- Once per call: a NOTIFY in every small transaction costs three times the throughput.
    PERFORM pg_notify('antiphon_log', (last + cardinality(array_remove(states, NULL)))::text);
END
$$;

RESET ROLE;
