-- Whose keys these are: those of the log with the same id.
SET ROLE antiphon_keykeeper;
CREATE TABLE vault.installation (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id  text COLLATE "C" NOT NULL
);
RESET ROLE;
