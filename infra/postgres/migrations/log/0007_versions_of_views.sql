-- Versions of a view stand beside one another: one is built while another is read.
SET ROLE antiphon_owner;

CREATE TABLE antiphon.views (
    name       text COLLATE "C" NOT NULL,
    version    int NOT NULL,
    -- 0 while the version is built: nobody reads it. It rises, over all versions of a view, whenever rows change without
    -- an event that says so: when a version goes live, and when a rebuilt table takes the place of another. Whoever
    -- follows "rows with a position after n" begins anew where it is not what it was.
    generation bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (name, version)
);
INSERT INTO antiphon.views
SELECT name, version, row_number() OVER (PARTITION BY name ORDER BY version)
FROM antiphon.followers WHERE right(name, 8) <> '_rebuild';

GRANT SELECT ON antiphon.views TO antiphon_appender, antiphon_reader, antiphon_auditor;
GRANT SELECT, INSERT, UPDATE ON antiphon.views TO antiphon_projector;
RESET ROLE;
