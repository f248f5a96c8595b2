-- Looks say for which purpose, where the reader gives one; and of live streams, when they ended is found by the stream.
SET ROLE antiphon_owner;

-- `purpose`: a word of the company, no sentence (`complaint-4711` at most).
ALTER TABLE antiphon.looks ADD purpose text COLLATE "C";
CREATE INDEX ON antiphon.looks (stream) WHERE ended;
RESET ROLE;
