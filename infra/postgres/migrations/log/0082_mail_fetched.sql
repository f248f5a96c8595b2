-- How far mailboxes were fetched by IMAP. No text; what was fetched is in the log, and is recognised there when it is
-- fetched again. No backup has it.
SET ROLE antiphon_owner;

-- `uid`: of the last mail that is in the log, with all before it. `succeeded_at`: when all of the mailbox was in the log,
-- or since when it is fetched. `wanted`: the settings name it.
CREATE TABLE antiphon.mail_fetched (
    mailbox      text COLLATE "C" PRIMARY KEY,
    uidvalidity  bigint NOT NULL DEFAULT 0,
    uid          bigint NOT NULL DEFAULT 0,
    succeeded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    late_seconds float8 NOT NULL,
    wanted       boolean NOT NULL DEFAULT true
);

GRANT SELECT, INSERT, UPDATE ON antiphon.mail_fetched TO antiphon_projector;
GRANT SELECT ON antiphon.mail_fetched TO antiphon_reader, antiphon_auditor;
RESET ROLE;
