-- Of whom a dead letter tells, as far as it can be told, so that an erasure reaches the letter.
SET ROLE antiphon_owner;

-- `about`: keyed hashes of what the letter names: contact points, threads and order numbers, as in `claims.key`, and the
-- ids of people. Empty where nothing can be told. A letter that names something is sealed under a key of its own.
ALTER TABLE antiphon.dead_letters ADD COLUMN about bytea[] NOT NULL DEFAULT '{}';
CREATE INDEX dead_letters_about ON antiphon.dead_letters USING gin (about) WHERE state = 'waiting';
RESET ROLE;
