-- Merkle trees, such as the one over the stored columns of the log, which the subscription `proof` keeps. No backup has
-- them: they are made anew.
SET ROLE antiphon_owner;

-- How many leaves each tree has, and the position of the last of them.
CREATE TABLE antiphon.trees (
    name     text COLLATE "C" PRIMARY KEY,
    size     bigint NOT NULL,
    position bigint NOT NULL
);

-- The hashes of complete subtrees, 16 to a tile: those of tile n on level 0 are of the leaves 16n, 16n+1, …; each hash of
-- a higher level is that of a complete tile below. The last tile of a level may have fewer.
CREATE TABLE antiphon.tree_tiles (
    tree     text COLLATE "C" NOT NULL,
    level    smallint NOT NULL,
    number   bigint NOT NULL,
    position bigint NOT NULL,   -- of the first leaf below
    hashes   bytea NOT NULL,
    PRIMARY KEY (tree, level, number)
);
CREATE INDEX tree_tiles_by_position ON antiphon.tree_tiles (tree, position) WHERE level = 0;

-- At most one row: what was proved last, for doctor and metrics. Nothing is proved by it.
CREATE TABLE antiphon.proof_status (
    one                 boolean PRIMARY KEY DEFAULT true CHECK (one),
    checkpoint_size     bigint NOT NULL DEFAULT 0,
    checkpoint_position bigint NOT NULL DEFAULT 0,
    checkpoint_at       timestamptz,
    failing             text,          -- the code of why no checkpoint can be made now
    verified_at         timestamptz,
    verified_position   bigint,
    wrong_position      bigint         -- the first position that the last verification found wrong
);

GRANT SELECT, INSERT, UPDATE ON antiphon.trees, antiphon.tree_tiles TO antiphon_projector;
GRANT SELECT ON antiphon.trees, antiphon.tree_tiles, antiphon.proof_status TO antiphon_auditor, antiphon_reader;
GRANT SELECT, INSERT, UPDATE ON antiphon.proof_status TO antiphon_projector, antiphon_auditor;
GRANT SELECT ON antiphon.installation TO antiphon_projector;
RESET ROLE;
