-- Whose log this is: the key store with the same id holds its keys. Written when the two are first opened together.
SET ROLE antiphon_owner;
CREATE TABLE antiphon.installation (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id  text COLLATE "C" NOT NULL
);
GRANT SELECT ON antiphon.installation TO antiphon_appender, antiphon_reader, antiphon_auditor;
RESET ROLE;
