-- What a topic said happened in the future is held as a waiting dead letter, and taken in once its time has come.
SET ROLE antiphon_owner;

-- `held_until`: when the letter is retried; NULL where a person decides. `lane`: the keyed hash of topic and key, whose
-- later records wait behind the letter.
ALTER TABLE antiphon.dead_letters ADD COLUMN held_until timestamptz, ADD COLUMN lane bytea;
CREATE INDEX dead_letters_held ON antiphon.dead_letters (arrived_at, at_offset)
    WHERE state = 'waiting' AND held_until IS NOT NULL;

GRANT UPDATE (held_until) ON antiphon.dead_letters TO antiphon_appender;
RESET ROLE;
