-- What waits to be posted to webhooks, and what came of each attempt. No text: what is posted is read from the log.
-- Apart from the log, since these are many and no facts about people; no backup has them.
SET ROLE antiphon_owner;

-- `stream_id`: what is posted of one stream, such as a conversation, is posted in the order of `at_position`, one at a
-- time. `claimed_until`: a process is posting it.
CREATE TABLE antiphon.webhook_deliveries (
    webhook_id    text COLLATE "C" NOT NULL,
    at_position   bigint NOT NULL,
    stream_id     text COLLATE "C" NOT NULL,
    event_id      text COLLATE "C" NOT NULL,
    state         text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'delivered', 'quarantined', 'left-out')),
    attempts      int NOT NULL DEFAULT 0,
    next_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_until timestamptz,
    settled_at    timestamptz,
    PRIMARY KEY (webhook_id, at_position)
);
CREATE INDEX ON antiphon.webhook_deliveries (webhook_id, stream_id, at_position) WHERE state = 'waiting';
CREATE INDEX ON antiphon.webhook_deliveries (webhook_id, stream_id) WHERE state = 'quarantined';
CREATE INDEX ON antiphon.webhook_deliveries (settled_at) WHERE settled_at IS NOT NULL;

-- `status`: of the answer. `code`: why it was no success.
CREATE TABLE antiphon.webhook_attempts (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id   text COLLATE "C" NOT NULL,
    at_position  bigint NOT NULL,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    status       int,
    code         text COLLATE "C",
    milliseconds int NOT NULL
);
CREATE INDEX ON antiphon.webhook_attempts (webhook_id, at_position, id);
CREATE INDEX ON antiphon.webhook_attempts (at);

-- An endpoint asked to be left alone (429, Retry-After) until then.
CREATE TABLE antiphon.webhook_pauses (
    webhook_id text COLLATE "C" PRIMARY KEY,
    until      timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON antiphon.webhook_deliveries, antiphon.webhook_attempts,
    antiphon.webhook_pauses TO antiphon_projector;
GRANT SELECT ON antiphon.webhook_deliveries, antiphon.webhook_attempts, antiphon.webhook_pauses
    TO antiphon_reader, antiphon_auditor;
RESET ROLE;
