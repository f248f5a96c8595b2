-- What came in over a topic and could not be taken in: its place and the reason readable, what was sent sealed.
SET ROLE antiphon_owner;

-- `digest` (keyed) tells a message from another one at the same place of a topic that was made anew.
-- `sealed` is under the vault's key of `subject`; NULL once the letter was taken in after all, discarded, or too old.
CREATE TABLE antiphon.dead_letters (
    id         text COLLATE "C" PRIMARY KEY,
    topic      text COLLATE "C" NOT NULL,
    partition  int NOT NULL,
    at_offset  bigint NOT NULL,
    digest     bytea NOT NULL,
    code       text NOT NULL,
    arrived_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    subject    text COLLATE "C" NOT NULL,
    sealed     bytea,
    state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken-in', 'discarded', 'expired')),
    UNIQUE (topic, partition, at_offset, digest),
    CHECK ((sealed IS NOT NULL) = (state = 'waiting'))
);
CREATE INDEX dead_letters_waiting ON antiphon.dead_letters (arrived_at, id) WHERE state = 'waiting';
-- Already encrypted, so that trying to compress it is in vain.
ALTER TABLE antiphon.dead_letters ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- What was done about them, by whom and why. `code`: why a retry did not help.
CREATE TABLE antiphon.dead_letter_decisions (
    letter text COLLATE "C" NOT NULL,
    at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    what   text NOT NULL CHECK (what IN ('retry', 'discard', 'expire')),
    who    text NOT NULL,
    why    text NOT NULL,
    code   text
);
CREATE INDEX dead_letter_decisions_by_letter ON antiphon.dead_letter_decisions (letter, at);

GRANT SELECT ON antiphon.dead_letters, antiphon.dead_letter_decisions TO antiphon_reader, antiphon_auditor;
GRANT SELECT, INSERT ON antiphon.dead_letters, antiphon.dead_letter_decisions TO antiphon_appender;
GRANT UPDATE (code, sealed, state) ON antiphon.dead_letters TO antiphon_appender;
RESET ROLE;
