-- Looks are leaves of a tree of their own, which checkpoints cover; whoever makes checkpoints reads them.
SET ROLE antiphon_owner;
GRANT SELECT ON antiphon.looks TO antiphon_projector;

-- What the rows of a view amount to, replayed from zero up to a position, texts left out. The next checkpoint says so.
CREATE TABLE antiphon.view_hashes (
    number   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name     text COLLATE "C" NOT NULL,
    version  integer NOT NULL,
    position bigint NOT NULL,
    sha256   text COLLATE "C" NOT NULL
);
-- The last of them that a checkpoint says.
ALTER TABLE antiphon.proof_status ADD view_hash bigint NOT NULL DEFAULT 0;
GRANT SELECT, INSERT ON antiphon.view_hashes TO antiphon_projector;
GRANT SELECT ON antiphon.view_hashes TO antiphon_auditor;
RESET ROLE;
