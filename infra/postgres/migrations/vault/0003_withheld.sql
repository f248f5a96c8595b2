-- Events of which no text is opened any more, although the subject's key is there: messages that were taken out.
SET ROLE antiphon_keykeeper;
CREATE TABLE vault.withheld (
    stream      text COLLATE "C",
    version     bigint,
    withheld_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (stream, version)
);
RESET ROLE;
