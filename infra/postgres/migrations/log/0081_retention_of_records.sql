-- What the rules of retention let go of, beside people: the oldest looks, and old unique keys that answer repeats.
SET ROLE antiphon_owner;

-- Deletes so many of the oldest looks, at most, all of them before an instant and covered by their tree, in which their
-- hashes stay. `held`: the first look at the data of one of these people, or at one of these things, and all looks after
-- it stay. Whoever has the appender's login cannot hide what was looked at this quarter.
CREATE FUNCTION antiphon.remove_oldest_looks(before timestamptz, most bigint, held text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = antiphon, pg_temp
AS $$
DECLARE
    covered bigint := coalesce((SELECT t.position FROM trees t WHERE t.name = 'looks'), 0);
    younger bigint;
    removed bigint;
BEGIN
    IF before > clock_timestamp() - interval '90 days' THEN
        RAISE EXCEPTION 'looks are kept for 90 days at least' USING ERRCODE = 'check_violation';
    END IF;
    SELECT l.id INTO younger FROM looks l WHERE l.at >= before OR l.about = ANY (held) OR l.subjects && held
    ORDER BY l.id LIMIT 1;
    DELETE FROM looks l USING (
        SELECT o.id FROM looks o WHERE o.id <= covered AND o.id < coalesce(younger, covered + 1) ORDER BY o.id LIMIT most
    ) AS old
    WHERE l.id = old.id;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;

-- Deletes so many unique keys, at most, that answer repeats of what was recorded before an instant; the hashes of their
-- leaves stay. Keys that lead to something (contact points, threads, order numbers, names) have no fingerprint, and stay.
CREATE FUNCTION antiphon.remove_oldest_claims(before timestamptz, most bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = antiphon, pg_temp
AS $$
DECLARE
    last    bigint := (SELECT l.position FROM log l WHERE l.recorded_at < before ORDER BY l.position DESC LIMIT 1);
    removed bigint;
BEGIN
    IF before > clock_timestamp() - interval '90 days' THEN
        RAISE EXCEPTION 'unique keys are kept for 90 days at least' USING ERRCODE = 'check_violation';
    END IF;
    WITH old AS (
        SELECT c.number FROM claims c WHERE c.position <= last AND c.fingerprint IS NOT NULL ORDER BY c.number LIMIT most
    ), gone AS (
        DELETE FROM claims c USING old WHERE c.number = old.number RETURNING c.number, claim_hash(c) AS hash
    )
    INSERT INTO claims_gone SELECT * FROM gone;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;

REVOKE ALL ON FUNCTION antiphon.remove_oldest_looks, antiphon.remove_oldest_claims FROM PUBLIC;
GRANT EXECUTE ON FUNCTION antiphon.remove_oldest_looks, antiphon.remove_oldest_claims TO antiphon_appender;
RESET ROLE;
