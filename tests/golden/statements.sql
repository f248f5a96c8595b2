-- make history
CREATE OR REPLACE FUNCTION "views"."history_v15_document"("conversation_id" text, "version" bigint, "place" bigint, "customer_id" text, "kind" text, "author_id" text, "author_kind" text, "author_team" text, "occurred_at" timestamptz, "recorded_at" timestamptz, "time_precision" text, "late" boolean, "about" text, "field" text, "old" text, "new" text, "text" text, "channel" text, "language" text, "automatic" boolean, "attachments" jsonb, "reason" text, "parts" text[], "split_into" text, "bidi" boolean, "adjusted" jsonb, "removed" boolean, "participant_id" text, "subject" text, "authentication" text[], "sender_failed" boolean, "template" text, "template_version" bigint) RETURNS json LANGUAGE sql IMMUTABLE SET timezone = 'UTC' AS 'SELECT row_to_json((SELECT shown
FROM (SELECT "conversation_id" AS "conversation_id", "version" AS "version", "place" AS "place", "customer_id" AS "customer_id", "kind" AS "kind", "author_id" AS "author_id", "author_kind" AS "author_kind", "author_team" AS "author_team", "occurred_at" AS "occurred_at", "recorded_at" AS "recorded_at", "time_precision" AS "time_precision", false AS "late", "about" AS "about", "field" AS "field", "old" AS "old", "new" AS "new", "text" AS "text", "channel" AS "channel", "language" AS "language", "automatic" AS "automatic", "attachments" AS "attachments", "reason" AS "reason", "parts" AS "parts", "split_into" AS "split_into", "bidi" AS "bidi", "adjusted" AS "adjusted", "removed" AS "removed", "participant_id" AS "participant_id", "subject" AS "subject", "authentication" AS "authentication", "sender_failed" AS "sender_failed", "template" AS "template", "template_version" AS "template_version") AS shown))';

-- make history
CREATE TABLE views."history_v15" ("conversation_id" text COLLATE "C" NOT NULL, "version" bigint NOT NULL, "place" bigint, "customer_id" text COLLATE "C", "kind" text COLLATE "C", "author_id" text COLLATE "C", "author_kind" text COLLATE "C", "author_team" text COLLATE "C", "occurred_at" timestamptz, "recorded_at" timestamptz, "time_precision" text COLLATE "C", "late" boolean, "about" text COLLATE "C", "field" text COLLATE "C", "old" text COLLATE "C", "new" text COLLATE "C", "text" text COLLATE "C", "channel" text COLLATE "C", "language" text COLLATE "C", "automatic" boolean, "attachments" jsonb, "reason" text COLLATE "C", "parts" text[] COLLATE "C", "split_into" text COLLATE "C", "bidi" boolean, "adjusted" jsonb, "removed" boolean, "participant_id" text COLLATE "C", "subject" text COLLATE "C", "authentication" text[] COLLATE "C", "sender_failed" boolean, "template" text COLLATE "C", "template_version" bigint, "document" json GENERATED ALWAYS AS ("views"."history_v15_document"("conversation_id", "version", "place", "customer_id", "kind", "author_id", "author_kind", "author_team", "occurred_at", "recorded_at", "time_precision", "late", "about", "field", "old", "new", "text", "channel", "language", "automatic", "attachments", "reason", "parts", "split_into", "bidi", "adjusted", "removed", "participant_id", "subject", "authentication", "sender_failed", "template", "template_version")) STORED, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("conversation_id", "version"));

-- make history
ALTER TABLE views."history_v15" ALTER COLUMN "text" SET STATISTICS 0;

-- make history
ALTER TABLE views."history_v15" ALTER COLUMN "attachments" SET STATISTICS 0;

-- make history
ALTER TABLE views."history_v15" ALTER COLUMN "reason" SET STATISTICS 0;

-- make history
ALTER TABLE views."history_v15" ALTER COLUMN "subject" SET STATISTICS 0;

-- make history
ALTER TABLE views."history_v15" ALTER COLUMN "document" SET STATISTICS 0;

-- make history
CREATE INDEX ON views."history_v15" (customer_id);

-- make history
CREATE INDEX ON views."history_v15" USING btree (participant_id, occurred_at, place)
WHERE participant_id IS NOT NULL;

-- make history
CREATE INDEX ON views."history_v15" (coalesce(split_into, conversation_id), occurred_at, place);

-- make history
CREATE INDEX ON views."history_v15" USING btree (split_into)
WHERE split_into IS NOT NULL;

-- make history
CREATE INDEX ON views."history_v15" USING btree (conversation_id)
WHERE split_into IS NOT NULL;

-- make history
CREATE INDEX ON views."history_v15" USING btree (conversation_id, place)
WHERE parts IS NOT NULL;

-- make history
CREATE INDEX ON views."history_v15" (position);

-- make history
GRANT SELECT, INSERT, UPDATE, DELETE ON views."history_v15" TO antiphon_projector;

-- make history
GRANT
SELECT ON views."history_v15" TO antiphon_reader, antiphon_auditor;

-- read rows of history
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", "t"."late", "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version"
FROM views."history_v15" AS t ;

-- load rows by key of history
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", "t"."late", "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version"
FROM views."history_v15" AS t
JOIN unnest(%b::text[], %b::bigint[]) AS asked("conversation_id", "version") ON ("t"."conversation_id", "t"."version") = ("asked"."conversation_id", "asked"."version")
WHERE NOT t.deleted;

-- touch rows of history
UPDATE views."history_v15" AS t SET position = %b
FROM unnest(%b::text[], %b::bigint[]) AS asked("conversation_id", "version")
WHERE ("t"."conversation_id", "t"."version") = ("asked"."conversation_id", "asked"."version");

-- add rows to history
COPY views."history_v15" ("conversation_id", "version", "place", "customer_id", "kind", "author_id", "author_kind", "author_team", "occurred_at", "recorded_at", "time_precision", "late", "about", "field", "old", "new", "text", "channel", "language", "automatic", "attachments", "reason", "parts", "split_into", "bidi", "adjusted", "removed", "participant_id", "subject", "authentication", "sender_failed", "template", "template_version", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to history
INSERT INTO views."history_v15" ("conversation_id", "version", "place", "customer_id", "kind", "author_id", "author_kind", "author_team", "occurred_at", "recorded_at", "time_precision", "late", "about", "field", "old", "new", "text", "channel", "language", "automatic", "attachments", "reason", "parts", "split_into", "bidi", "adjusted", "removed", "participant_id", "subject", "authentication", "sender_failed", "template", "template_version", "position", "deleted")
SELECT new."conversation_id"::text, new."version"::bigint, new."place"::bigint, new."customer_id"::text, new."kind"::text, new."author_id"::text, new."author_kind"::text, new."author_team"::text, new."occurred_at"::timestamptz, new."recorded_at"::timestamptz, new."time_precision"::text, new."late"::boolean, new."about"::text, new."field"::text, new."old"::text, new."new"::text, new."text"::text, new."channel"::text, new."language"::text, new."automatic"::boolean, new."attachments"::jsonb, new."reason"::text, new."parts"::text[], new."split_into"::text, new."bidi"::boolean, new."adjusted"::jsonb, new."removed"::boolean, new."participant_id"::text, new."subject"::text, new."authentication"::text[], new."sender_failed"::boolean, new."template"::text, new."template_version"::bigint, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::boolean[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::jsonb[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::jsonb[], %b::boolean[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::text[], %b::bigint[], %b::bigint[], %b::boolean[]) AS new("conversation_id", "version", "place", "customer_id", "kind", "author_id", "author_kind", "author_team", "occurred_at", "recorded_at", "time_precision", "late", "about", "field", "old", "new", "text", "channel", "language", "automatic", "attachments", "reason", "parts", "split_into", "bidi", "adjusted", "removed", "participant_id", "subject", "authentication", "sender_failed", "template", "template_version", "position", "deleted");

-- write rows of history
INSERT INTO views."history_v15" ("conversation_id", "version", "place", "customer_id", "kind", "author_id", "author_kind", "author_team", "occurred_at", "recorded_at", "time_precision", "late", "about", "field", "old", "new", "text", "channel", "language", "automatic", "attachments", "reason", "parts", "split_into", "bidi", "adjusted", "removed", "participant_id", "subject", "authentication", "sender_failed", "template", "template_version", "position", "deleted")
SELECT new."conversation_id"::text, new."version"::bigint, new."place"::bigint, new."customer_id"::text, new."kind"::text, new."author_id"::text, new."author_kind"::text, new."author_team"::text, new."occurred_at"::timestamptz, new."recorded_at"::timestamptz, new."time_precision"::text, new."late"::boolean, new."about"::text, new."field"::text, new."old"::text, new."new"::text, new."text"::text, new."channel"::text, new."language"::text, new."automatic"::boolean, new."attachments"::jsonb, new."reason"::text, new."parts"::text[], new."split_into"::text, new."bidi"::boolean, new."adjusted"::jsonb, new."removed"::boolean, new."participant_id"::text, new."subject"::text, new."authentication"::text[], new."sender_failed"::boolean, new."template"::text, new."template_version"::bigint, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::boolean[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::jsonb[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::jsonb[], %b::boolean[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::text[], %b::bigint[], %b::bigint[], %b::boolean[]) AS new("conversation_id", "version", "place", "customer_id", "kind", "author_id", "author_kind", "author_team", "occurred_at", "recorded_at", "time_precision", "late", "about", "field", "old", "new", "text", "channel", "language", "automatic", "attachments", "reason", "parts", "split_into", "bidi", "adjusted", "removed", "participant_id", "subject", "authentication", "sender_failed", "template", "template_version", "position", "deleted")
ON CONFLICT ("conversation_id", "version") DO UPDATE SET "place" = excluded."place", "customer_id" = excluded."customer_id", "kind" = excluded."kind", "author_id" = excluded."author_id", "author_kind" = excluded."author_kind", "author_team" = excluded."author_team", "occurred_at" = excluded."occurred_at", "recorded_at" = excluded."recorded_at", "time_precision" = excluded."time_precision", "late" = excluded."late", "about" = excluded."about", "field" = excluded."field", "old" = excluded."old", "new" = excluded."new", "text" = excluded."text", "channel" = excluded."channel", "language" = excluded."language", "automatic" = excluded."automatic", "attachments" = excluded."attachments", "reason" = excluded."reason", "parts" = excluded."parts", "split_into" = excluded."split_into", "bidi" = excluded."bidi", "adjusted" = excluded."adjusted", "removed" = excluded."removed", "participant_id" = excluded."participant_id", "subject" = excluded."subject", "authentication" = excluded."authentication", "sender_failed" = excluded."sender_failed", "template" = excluded."template", "template_version" = excluded."template_version", "position" = excluded."position", "deleted" = excluded."deleted";

-- make inbox
CREATE TABLE views."inbox_v18" ("conversation_id" text COLLATE "C" NOT NULL, "version" bigint, "customer_id" text COLLATE "C", "channel" text COLLATE "C", "priority" text COLLATE "C", "opened_at" timestamptz, "last_at" timestamptz, "status" text COLLATE "C", "subject" text COLLATE "C", "language" text COLLATE "C", "product_area" text COLLATE "C", "segment" text COLLATE "C", "team_id" text COLLATE "C", "agent_id" text COLLATE "C", "interactions" text[] COLLATE "C", "kinds" text[] COLLATE "C", "waiting_since" timestamptz, "messages_in" bigint, "messages_out" bigint, "answered" boolean, "person_requested_at" timestamptz, "taken_up_at" timestamptz, "answered_at" timestamptz, "closed_at" timestamptz, "merged_into" text COLLATE "C", "split_from" text COLLATE "C", "members" jsonb, "next_move" text COLLATE "C", "bidi" boolean, "due_at" timestamptz, "due_metric" text COLLATE "C", "due_warned" boolean, "due_missed" boolean, "undelivered_since" timestamptz, "reply_failed_at" timestamptz, "unanswered" jsonb, "last_answer_at" timestamptz, "for_person" boolean, "taken" boolean, "brings" jsonb, "stands_at" timestamptz, "apart" text[] COLLATE "C", "reply_id" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("conversation_id"));

-- make inbox
ALTER TABLE views."inbox_v18" ALTER COLUMN "subject" SET STATISTICS 0;

-- make inbox
CREATE INDEX ON views."inbox_v18" (coalesce(least(stands_at, reply_failed_at), 'infinity'), conversation_id);

-- make inbox
CREATE INDEX ON views."inbox_v18" (team_id, coalesce(least(stands_at, reply_failed_at), 'infinity'), conversation_id);

-- make inbox
CREATE INDEX ON views."inbox_v18" (agent_id, coalesce(least(stands_at, reply_failed_at), 'infinity'), conversation_id);

-- make inbox
CREATE INDEX ON views."inbox_v18" (customer_id);

-- make inbox
CREATE INDEX ON views."inbox_v18" (coalesce(due_at, 'infinity'), coalesce(least(stands_at, reply_failed_at), 'infinity'), conversation_id);

-- make inbox
CREATE INDEX ON views."inbox_v18" USING btree (status)
WHERE merged_into IS NULL;

-- make inbox
CREATE INDEX ON views."inbox_v18" (position);

-- make inbox
GRANT SELECT, INSERT, UPDATE, DELETE ON views."inbox_v18" TO antiphon_projector;

-- make inbox
GRANT
SELECT ON views."inbox_v18" TO antiphon_reader, antiphon_auditor;

-- read rows of inbox
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id"
FROM views."inbox_v18" AS t ;

-- load rows by key of inbox
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id"
FROM views."inbox_v18" AS t
JOIN unnest(%b::text[]) AS asked("conversation_id") ON ("t"."conversation_id") = ("asked"."conversation_id")
WHERE NOT t.deleted;

-- touch rows of inbox
UPDATE views."inbox_v18" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("conversation_id")
WHERE ("t"."conversation_id") = ("asked"."conversation_id");

-- add rows to inbox
COPY views."inbox_v18" ("conversation_id", "version", "customer_id", "channel", "priority", "opened_at", "last_at", "status", "subject", "language", "product_area", "segment", "team_id", "agent_id", "interactions", "kinds", "waiting_since", "messages_in", "messages_out", "answered", "person_requested_at", "taken_up_at", "answered_at", "closed_at", "merged_into", "split_from", "members", "next_move", "bidi", "due_at", "due_metric", "due_warned", "due_missed", "undelivered_since", "reply_failed_at", "unanswered", "last_answer_at", "for_person", "taken", "brings", "stands_at", "apart", "reply_id", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to inbox
INSERT INTO views."inbox_v18" ("conversation_id", "version", "customer_id", "channel", "priority", "opened_at", "last_at", "status", "subject", "language", "product_area", "segment", "team_id", "agent_id", "interactions", "kinds", "waiting_since", "messages_in", "messages_out", "answered", "person_requested_at", "taken_up_at", "answered_at", "closed_at", "merged_into", "split_from", "members", "next_move", "bidi", "due_at", "due_metric", "due_warned", "due_missed", "undelivered_since", "reply_failed_at", "unanswered", "last_answer_at", "for_person", "taken", "brings", "stands_at", "apart", "reply_id", "position", "deleted")
SELECT new."conversation_id"::text, new."version"::bigint, new."customer_id"::text, new."channel"::text, new."priority"::text, new."opened_at"::timestamptz, new."last_at"::timestamptz, new."status"::text, new."subject"::text, new."language"::text, new."product_area"::text, new."segment"::text, new."team_id"::text, new."agent_id"::text, new."interactions"::text[], new."kinds"::text[], new."waiting_since"::timestamptz, new."messages_in"::bigint, new."messages_out"::bigint, new."answered"::boolean, new."person_requested_at"::timestamptz, new."taken_up_at"::timestamptz, new."answered_at"::timestamptz, new."closed_at"::timestamptz, new."merged_into"::text, new."split_from"::text, new."members"::jsonb, new."next_move"::text, new."bidi"::boolean, new."due_at"::timestamptz, new."due_metric"::text, new."due_warned"::boolean, new."due_missed"::boolean, new."undelivered_since"::timestamptz, new."reply_failed_at"::timestamptz, new."unanswered"::jsonb, new."last_answer_at"::timestamptz, new."for_person"::boolean, new."taken"::boolean, new."brings"::jsonb, new."stands_at"::timestamptz, new."apart"::text[], new."reply_id"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::bigint[], %b::bigint[], %b::boolean[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::jsonb[], %b::text[], %b::boolean[], %b::timestamptz[], %b::text[], %b::boolean[], %b::boolean[], %b::timestamptz[], %b::timestamptz[], %b::jsonb[], %b::timestamptz[], %b::boolean[], %b::boolean[], %b::jsonb[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("conversation_id", "version", "customer_id", "channel", "priority", "opened_at", "last_at", "status", "subject", "language", "product_area", "segment", "team_id", "agent_id", "interactions", "kinds", "waiting_since", "messages_in", "messages_out", "answered", "person_requested_at", "taken_up_at", "answered_at", "closed_at", "merged_into", "split_from", "members", "next_move", "bidi", "due_at", "due_metric", "due_warned", "due_missed", "undelivered_since", "reply_failed_at", "unanswered", "last_answer_at", "for_person", "taken", "brings", "stands_at", "apart", "reply_id", "position", "deleted");

-- write rows of inbox
INSERT INTO views."inbox_v18" ("conversation_id", "version", "customer_id", "channel", "priority", "opened_at", "last_at", "status", "subject", "language", "product_area", "segment", "team_id", "agent_id", "interactions", "kinds", "waiting_since", "messages_in", "messages_out", "answered", "person_requested_at", "taken_up_at", "answered_at", "closed_at", "merged_into", "split_from", "members", "next_move", "bidi", "due_at", "due_metric", "due_warned", "due_missed", "undelivered_since", "reply_failed_at", "unanswered", "last_answer_at", "for_person", "taken", "brings", "stands_at", "apart", "reply_id", "position", "deleted")
SELECT new."conversation_id"::text, new."version"::bigint, new."customer_id"::text, new."channel"::text, new."priority"::text, new."opened_at"::timestamptz, new."last_at"::timestamptz, new."status"::text, new."subject"::text, new."language"::text, new."product_area"::text, new."segment"::text, new."team_id"::text, new."agent_id"::text, new."interactions"::text[], new."kinds"::text[], new."waiting_since"::timestamptz, new."messages_in"::bigint, new."messages_out"::bigint, new."answered"::boolean, new."person_requested_at"::timestamptz, new."taken_up_at"::timestamptz, new."answered_at"::timestamptz, new."closed_at"::timestamptz, new."merged_into"::text, new."split_from"::text, new."members"::jsonb, new."next_move"::text, new."bidi"::boolean, new."due_at"::timestamptz, new."due_metric"::text, new."due_warned"::boolean, new."due_missed"::boolean, new."undelivered_since"::timestamptz, new."reply_failed_at"::timestamptz, new."unanswered"::jsonb, new."last_answer_at"::timestamptz, new."for_person"::boolean, new."taken"::boolean, new."brings"::jsonb, new."stands_at"::timestamptz, new."apart"::text[], new."reply_id"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::bigint[], %b::bigint[], %b::boolean[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::jsonb[], %b::text[], %b::boolean[], %b::timestamptz[], %b::text[], %b::boolean[], %b::boolean[], %b::timestamptz[], %b::timestamptz[], %b::jsonb[], %b::timestamptz[], %b::boolean[], %b::boolean[], %b::jsonb[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("conversation_id", "version", "customer_id", "channel", "priority", "opened_at", "last_at", "status", "subject", "language", "product_area", "segment", "team_id", "agent_id", "interactions", "kinds", "waiting_since", "messages_in", "messages_out", "answered", "person_requested_at", "taken_up_at", "answered_at", "closed_at", "merged_into", "split_from", "members", "next_move", "bidi", "due_at", "due_metric", "due_warned", "due_missed", "undelivered_since", "reply_failed_at", "unanswered", "last_answer_at", "for_person", "taken", "brings", "stands_at", "apart", "reply_id", "position", "deleted")
ON CONFLICT ("conversation_id") DO UPDATE SET "version" = excluded."version", "customer_id" = excluded."customer_id", "channel" = excluded."channel", "priority" = excluded."priority", "opened_at" = excluded."opened_at", "last_at" = excluded."last_at", "status" = excluded."status", "subject" = excluded."subject", "language" = excluded."language", "product_area" = excluded."product_area", "segment" = excluded."segment", "team_id" = excluded."team_id", "agent_id" = excluded."agent_id", "interactions" = excluded."interactions", "kinds" = excluded."kinds", "waiting_since" = excluded."waiting_since", "messages_in" = excluded."messages_in", "messages_out" = excluded."messages_out", "answered" = excluded."answered", "person_requested_at" = excluded."person_requested_at", "taken_up_at" = excluded."taken_up_at", "answered_at" = excluded."answered_at", "closed_at" = excluded."closed_at", "merged_into" = excluded."merged_into", "split_from" = excluded."split_from", "members" = excluded."members", "next_move" = excluded."next_move", "bidi" = excluded."bidi", "due_at" = excluded."due_at", "due_metric" = excluded."due_metric", "due_warned" = excluded."due_warned", "due_missed" = excluded."due_missed", "undelivered_since" = excluded."undelivered_since", "reply_failed_at" = excluded."reply_failed_at", "unanswered" = excluded."unanswered", "last_answer_at" = excluded."last_answer_at", "for_person" = excluded."for_person", "taken" = excluded."taken", "brings" = excluded."brings", "stands_at" = excluded."stands_at", "apart" = excluded."apart", "reply_id" = excluded."reply_id", "position" = excluded."position", "deleted" = excluded."deleted";

-- make timeline
CREATE TABLE views."timeline_v5" ("place" bigint NOT NULL, "customer_id" text COLLATE "C", "stream" text COLLATE "C", "kind" text COLLATE "C", "at" timestamptz, "recorded_at" timestamptz, "time_precision" text COLLATE "C", "author_id" text COLLATE "C", "what" text COLLATE "C", "text" text COLLATE "C", "order_id" text COLLATE "C", "item_count" bigint, "value" numeric, "currency" text COLLATE "C", "due_at" timestamptz, "bidi" boolean, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("place"));

-- make timeline
ALTER TABLE views."timeline_v5" ALTER COLUMN "text" SET STATISTICS 0;

-- make timeline
CREATE INDEX ON views."timeline_v5" (customer_id, at DESC, place DESC);

-- make timeline
CREATE INDEX ON views."timeline_v5" (position);

-- make timeline
GRANT SELECT, INSERT, UPDATE, DELETE ON views."timeline_v5" TO antiphon_projector;

-- make timeline
GRANT
SELECT ON views."timeline_v5" TO antiphon_reader, antiphon_auditor;

-- read rows of timeline
SELECT "t"."place", "t"."customer_id", "t"."stream", "t"."kind", "t"."at", "t"."recorded_at", "t"."time_precision", "t"."author_id", "t"."what", "t"."text", "t"."order_id", "t"."item_count", "t"."value", "t"."currency", "t"."due_at", "t"."bidi"
FROM views."timeline_v5" AS t ;

-- load rows by key of timeline
SELECT "t"."place", "t"."customer_id", "t"."stream", "t"."kind", "t"."at", "t"."recorded_at", "t"."time_precision", "t"."author_id", "t"."what", "t"."text", "t"."order_id", "t"."item_count", "t"."value", "t"."currency", "t"."due_at", "t"."bidi"
FROM views."timeline_v5" AS t
JOIN unnest(%b::bigint[]) AS asked("place") ON ("t"."place") = ("asked"."place")
WHERE NOT t.deleted;

-- touch rows of timeline
UPDATE views."timeline_v5" AS t SET position = %b
FROM unnest(%b::bigint[]) AS asked("place")
WHERE ("t"."place") = ("asked"."place");

-- add rows to timeline
COPY views."timeline_v5" ("place", "customer_id", "stream", "kind", "at", "recorded_at", "time_precision", "author_id", "what", "text", "order_id", "item_count", "value", "currency", "due_at", "bidi", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to timeline
INSERT INTO views."timeline_v5" ("place", "customer_id", "stream", "kind", "at", "recorded_at", "time_precision", "author_id", "what", "text", "order_id", "item_count", "value", "currency", "due_at", "bidi", "position", "deleted")
SELECT new."place"::bigint, new."customer_id"::text, new."stream"::text, new."kind"::text, new."at"::timestamptz, new."recorded_at"::timestamptz, new."time_precision"::text, new."author_id"::text, new."what"::text, new."text"::text, new."order_id"::text, new."item_count"::bigint, new."value"::numeric, new."currency"::text, new."due_at"::timestamptz, new."bidi"::boolean, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::numeric[], %b::text[], %b::timestamptz[], %b::boolean[], %b::bigint[], %b::boolean[]) AS new("place", "customer_id", "stream", "kind", "at", "recorded_at", "time_precision", "author_id", "what", "text", "order_id", "item_count", "value", "currency", "due_at", "bidi", "position", "deleted");

-- write rows of timeline
INSERT INTO views."timeline_v5" ("place", "customer_id", "stream", "kind", "at", "recorded_at", "time_precision", "author_id", "what", "text", "order_id", "item_count", "value", "currency", "due_at", "bidi", "position", "deleted")
SELECT new."place"::bigint, new."customer_id"::text, new."stream"::text, new."kind"::text, new."at"::timestamptz, new."recorded_at"::timestamptz, new."time_precision"::text, new."author_id"::text, new."what"::text, new."text"::text, new."order_id"::text, new."item_count"::bigint, new."value"::numeric, new."currency"::text, new."due_at"::timestamptz, new."bidi"::boolean, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::numeric[], %b::text[], %b::timestamptz[], %b::boolean[], %b::bigint[], %b::boolean[]) AS new("place", "customer_id", "stream", "kind", "at", "recorded_at", "time_precision", "author_id", "what", "text", "order_id", "item_count", "value", "currency", "due_at", "bidi", "position", "deleted")
ON CONFLICT ("place") DO UPDATE SET "customer_id" = excluded."customer_id", "stream" = excluded."stream", "kind" = excluded."kind", "at" = excluded."at", "recorded_at" = excluded."recorded_at", "time_precision" = excluded."time_precision", "author_id" = excluded."author_id", "what" = excluded."what", "text" = excluded."text", "order_id" = excluded."order_id", "item_count" = excluded."item_count", "value" = excluded."value", "currency" = excluded."currency", "due_at" = excluded."due_at", "bidi" = excluded."bidi", "position" = excluded."position", "deleted" = excluded."deleted";

-- make promises
CREATE TABLE views."promises_v3" ("promise_id" text COLLATE "C" NOT NULL, "customer_id" text COLLATE "C", "conversation_id" text COLLATE "C", "order_id" text COLLATE "C", "delivery" boolean, "text" text COLLATE "C", "original_due_at" timestamptz, "due_at" timestamptz, "made_at" timestamptz, "made_by" text COLLATE "C", "made_by_kind" text COLLATE "C", "state" text COLLATE "C", "revisions" jsonb, "overdue_at" timestamptz, "ended_at" timestamptz, "ended_by" text COLLATE "C", "because" text COLLATE "C", "signal_id" text COLLATE "C", "area" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("promise_id"));

-- make promises
ALTER TABLE views."promises_v3" ALTER COLUMN "text" SET STATISTICS 0;

-- make promises
ALTER TABLE views."promises_v3" ALTER COLUMN "revisions" SET STATISTICS 0;

-- make promises
ALTER TABLE views."promises_v3" ALTER COLUMN "because" SET STATISTICS 0;

-- make promises
CREATE INDEX ON views."promises_v3" (customer_id, promise_id);

-- make promises
CREATE INDEX ON views."promises_v3" (conversation_id, promise_id);

-- make promises
CREATE INDEX ON views."promises_v3" (order_id, promise_id);

-- make promises
CREATE INDEX ON views."promises_v3" (signal_id, promise_id);

-- make promises
CREATE INDEX ON views."promises_v3" ((CASE
WHEN ended_at IS NULL THEN due_at END), promise_id);

-- make promises
CREATE INDEX ON views."promises_v3" (original_due_at, promise_id);

-- make promises
CREATE INDEX ON views."promises_v3" (due_at, promise_id);

-- make promises
CREATE INDEX ON views."promises_v3" (position);

-- make promises
GRANT SELECT, INSERT, UPDATE, DELETE ON views."promises_v3" TO antiphon_projector;

-- make promises
GRANT
SELECT ON views."promises_v3" TO antiphon_reader, antiphon_auditor;

-- read rows of promises
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area"
FROM views."promises_v3" AS t ;

-- load rows by key of promises
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area"
FROM views."promises_v3" AS t
JOIN unnest(%b::text[]) AS asked("promise_id") ON ("t"."promise_id") = ("asked"."promise_id")
WHERE NOT t.deleted;

-- touch rows of promises
UPDATE views."promises_v3" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("promise_id")
WHERE ("t"."promise_id") = ("asked"."promise_id");

-- add rows to promises
COPY views."promises_v3" ("promise_id", "customer_id", "conversation_id", "order_id", "delivery", "text", "original_due_at", "due_at", "made_at", "made_by", "made_by_kind", "state", "revisions", "overdue_at", "ended_at", "ended_by", "because", "signal_id", "area", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to promises
INSERT INTO views."promises_v3" ("promise_id", "customer_id", "conversation_id", "order_id", "delivery", "text", "original_due_at", "due_at", "made_at", "made_by", "made_by_kind", "state", "revisions", "overdue_at", "ended_at", "ended_by", "because", "signal_id", "area", "position", "deleted")
SELECT new."promise_id"::text, new."customer_id"::text, new."conversation_id"::text, new."order_id"::text, new."delivery"::boolean, new."text"::text, new."original_due_at"::timestamptz, new."due_at"::timestamptz, new."made_at"::timestamptz, new."made_by"::text, new."made_by_kind"::text, new."state"::text, new."revisions"::jsonb, new."overdue_at"::timestamptz, new."ended_at"::timestamptz, new."ended_by"::text, new."because"::text, new."signal_id"::text, new."area"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::jsonb[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("promise_id", "customer_id", "conversation_id", "order_id", "delivery", "text", "original_due_at", "due_at", "made_at", "made_by", "made_by_kind", "state", "revisions", "overdue_at", "ended_at", "ended_by", "because", "signal_id", "area", "position", "deleted");

-- write rows of promises
INSERT INTO views."promises_v3" ("promise_id", "customer_id", "conversation_id", "order_id", "delivery", "text", "original_due_at", "due_at", "made_at", "made_by", "made_by_kind", "state", "revisions", "overdue_at", "ended_at", "ended_by", "because", "signal_id", "area", "position", "deleted")
SELECT new."promise_id"::text, new."customer_id"::text, new."conversation_id"::text, new."order_id"::text, new."delivery"::boolean, new."text"::text, new."original_due_at"::timestamptz, new."due_at"::timestamptz, new."made_at"::timestamptz, new."made_by"::text, new."made_by_kind"::text, new."state"::text, new."revisions"::jsonb, new."overdue_at"::timestamptz, new."ended_at"::timestamptz, new."ended_by"::text, new."because"::text, new."signal_id"::text, new."area"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::jsonb[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("promise_id", "customer_id", "conversation_id", "order_id", "delivery", "text", "original_due_at", "due_at", "made_at", "made_by", "made_by_kind", "state", "revisions", "overdue_at", "ended_at", "ended_by", "because", "signal_id", "area", "position", "deleted")
ON CONFLICT ("promise_id") DO UPDATE SET "customer_id" = excluded."customer_id", "conversation_id" = excluded."conversation_id", "order_id" = excluded."order_id", "delivery" = excluded."delivery", "text" = excluded."text", "original_due_at" = excluded."original_due_at", "due_at" = excluded."due_at", "made_at" = excluded."made_at", "made_by" = excluded."made_by", "made_by_kind" = excluded."made_by_kind", "state" = excluded."state", "revisions" = excluded."revisions", "overdue_at" = excluded."overdue_at", "ended_at" = excluded."ended_at", "ended_by" = excluded."ended_by", "because" = excluded."because", "signal_id" = excluded."signal_id", "area" = excluded."area", "position" = excluded."position", "deleted" = excluded."deleted";

-- make orders
CREATE TABLE views."orders_v7" ("order_id" text COLLATE "C" NOT NULL, "customer_id" text COLLATE "C", "status" text COLLATE "C", "number" text COLLATE "C", "placed_at" timestamptz, "placed_on" date, "item_count" bigint, "value" numeric, "currency" text COLLATE "C", "lines" jsonb, "promise_id" text COLLATE "C", "promised_at" timestamptz, "shipped_at" timestamptz, "carrier" text COLLATE "C", "tracking" text COLLATE "C", "delivered_at" timestamptz, "in_full" boolean, "undamaged" boolean, "documents_right" boolean, "cancelled_at" timestamptz, "returned_at" timestamptz, "because" text COLLATE "C", "perfect" boolean, "conversations" text[] COLLATE "C", "parcels" jsonb, "cancellations" jsonb, "contradictions" text[] COLLATE "C", "inexact" text[] COLLATE "C", "same_number" text[] COLLATE "C", "number_leads_to" text COLLATE "C", "further_parcels" bigint, "adjusted" jsonb, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("order_id"));

-- make orders
ALTER TABLE views."orders_v7" ALTER COLUMN "number" SET STATISTICS 0;

-- make orders
ALTER TABLE views."orders_v7" ALTER COLUMN "tracking" SET STATISTICS 0;

-- make orders
ALTER TABLE views."orders_v7" ALTER COLUMN "because" SET STATISTICS 0;

-- make orders
ALTER TABLE views."orders_v7" ALTER COLUMN "parcels" SET STATISTICS 0;

-- make orders
ALTER TABLE views."orders_v7" ALTER COLUMN "cancellations" SET STATISTICS 0;

-- make orders
CREATE INDEX ON views."orders_v7" (customer_id, order_id);

-- make orders
CREATE INDEX ON views."orders_v7" (promised_at, order_id);

-- make orders
CREATE INDEX ON views."orders_v7" (placed_at, order_id);

-- make orders
CREATE INDEX ON views."orders_v7" (position);

-- make orders
GRANT SELECT, INSERT, UPDATE, DELETE ON views."orders_v7" TO antiphon_projector;

-- make orders
GRANT
SELECT ON views."orders_v7" TO antiphon_reader, antiphon_auditor;

-- read rows of orders
SELECT "t"."order_id", "t"."customer_id", "t"."status", "t"."number", "t"."placed_at", "t"."placed_on", "t"."item_count", "t"."value", "t"."currency", "t"."lines", "t"."promise_id", "t"."promised_at", "t"."shipped_at", "t"."carrier", "t"."tracking", "t"."delivered_at", "t"."in_full", "t"."undamaged", "t"."documents_right", "t"."cancelled_at", "t"."returned_at", "t"."because", "t"."perfect", "t"."conversations", "t"."parcels", "t"."cancellations", "t"."contradictions", "t"."inexact", "t"."same_number", "t"."number_leads_to", "t"."further_parcels", "t"."adjusted"
FROM views."orders_v7" AS t ;

-- load rows by key of orders
SELECT "t"."order_id", "t"."customer_id", "t"."status", "t"."number", "t"."placed_at", "t"."placed_on", "t"."item_count", "t"."value", "t"."currency", "t"."lines", "t"."promise_id", "t"."promised_at", "t"."shipped_at", "t"."carrier", "t"."tracking", "t"."delivered_at", "t"."in_full", "t"."undamaged", "t"."documents_right", "t"."cancelled_at", "t"."returned_at", "t"."because", "t"."perfect", "t"."conversations", "t"."parcels", "t"."cancellations", "t"."contradictions", "t"."inexact", "t"."same_number", "t"."number_leads_to", "t"."further_parcels", "t"."adjusted"
FROM views."orders_v7" AS t
JOIN unnest(%b::text[]) AS asked("order_id") ON ("t"."order_id") = ("asked"."order_id")
WHERE NOT t.deleted;

-- touch rows of orders
UPDATE views."orders_v7" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("order_id")
WHERE ("t"."order_id") = ("asked"."order_id");

-- add rows to orders
COPY views."orders_v7" ("order_id", "customer_id", "status", "number", "placed_at", "placed_on", "item_count", "value", "currency", "lines", "promise_id", "promised_at", "shipped_at", "carrier", "tracking", "delivered_at", "in_full", "undamaged", "documents_right", "cancelled_at", "returned_at", "because", "perfect", "conversations", "parcels", "cancellations", "contradictions", "inexact", "same_number", "number_leads_to", "further_parcels", "adjusted", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to orders
INSERT INTO views."orders_v7" ("order_id", "customer_id", "status", "number", "placed_at", "placed_on", "item_count", "value", "currency", "lines", "promise_id", "promised_at", "shipped_at", "carrier", "tracking", "delivered_at", "in_full", "undamaged", "documents_right", "cancelled_at", "returned_at", "because", "perfect", "conversations", "parcels", "cancellations", "contradictions", "inexact", "same_number", "number_leads_to", "further_parcels", "adjusted", "position", "deleted")
SELECT new."order_id"::text, new."customer_id"::text, new."status"::text, new."number"::text, new."placed_at"::timestamptz, new."placed_on"::date, new."item_count"::bigint, new."value"::numeric, new."currency"::text, new."lines"::jsonb, new."promise_id"::text, new."promised_at"::timestamptz, new."shipped_at"::timestamptz, new."carrier"::text, new."tracking"::text, new."delivered_at"::timestamptz, new."in_full"::boolean, new."undamaged"::boolean, new."documents_right"::boolean, new."cancelled_at"::timestamptz, new."returned_at"::timestamptz, new."because"::text, new."perfect"::boolean, new."conversations"::text[], new."parcels"::jsonb, new."cancellations"::jsonb, new."contradictions"::text[], new."inexact"::text[], new."same_number"::text[], new."number_leads_to"::text, new."further_parcels"::bigint, new."adjusted"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::date[], %b::bigint[], %b::numeric[], %b::text[], %b::jsonb[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::timestamptz[], %b::boolean[], %b::boolean[], %b::boolean[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::boolean[], %b::text[], %b::jsonb[], %b::jsonb[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("order_id", "customer_id", "status", "number", "placed_at", "placed_on", "item_count", "value", "currency", "lines", "promise_id", "promised_at", "shipped_at", "carrier", "tracking", "delivered_at", "in_full", "undamaged", "documents_right", "cancelled_at", "returned_at", "because", "perfect", "conversations", "parcels", "cancellations", "contradictions", "inexact", "same_number", "number_leads_to", "further_parcels", "adjusted", "position", "deleted");

-- write rows of orders
INSERT INTO views."orders_v7" ("order_id", "customer_id", "status", "number", "placed_at", "placed_on", "item_count", "value", "currency", "lines", "promise_id", "promised_at", "shipped_at", "carrier", "tracking", "delivered_at", "in_full", "undamaged", "documents_right", "cancelled_at", "returned_at", "because", "perfect", "conversations", "parcels", "cancellations", "contradictions", "inexact", "same_number", "number_leads_to", "further_parcels", "adjusted", "position", "deleted")
SELECT new."order_id"::text, new."customer_id"::text, new."status"::text, new."number"::text, new."placed_at"::timestamptz, new."placed_on"::date, new."item_count"::bigint, new."value"::numeric, new."currency"::text, new."lines"::jsonb, new."promise_id"::text, new."promised_at"::timestamptz, new."shipped_at"::timestamptz, new."carrier"::text, new."tracking"::text, new."delivered_at"::timestamptz, new."in_full"::boolean, new."undamaged"::boolean, new."documents_right"::boolean, new."cancelled_at"::timestamptz, new."returned_at"::timestamptz, new."because"::text, new."perfect"::boolean, new."conversations"::text[], new."parcels"::jsonb, new."cancellations"::jsonb, new."contradictions"::text[], new."inexact"::text[], new."same_number"::text[], new."number_leads_to"::text, new."further_parcels"::bigint, new."adjusted"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::date[], %b::bigint[], %b::numeric[], %b::text[], %b::jsonb[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::timestamptz[], %b::boolean[], %b::boolean[], %b::boolean[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::boolean[], %b::text[], %b::jsonb[], %b::jsonb[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("order_id", "customer_id", "status", "number", "placed_at", "placed_on", "item_count", "value", "currency", "lines", "promise_id", "promised_at", "shipped_at", "carrier", "tracking", "delivered_at", "in_full", "undamaged", "documents_right", "cancelled_at", "returned_at", "because", "perfect", "conversations", "parcels", "cancellations", "contradictions", "inexact", "same_number", "number_leads_to", "further_parcels", "adjusted", "position", "deleted")
ON CONFLICT ("order_id") DO UPDATE SET "customer_id" = excluded."customer_id", "status" = excluded."status", "number" = excluded."number", "placed_at" = excluded."placed_at", "placed_on" = excluded."placed_on", "item_count" = excluded."item_count", "value" = excluded."value", "currency" = excluded."currency", "lines" = excluded."lines", "promise_id" = excluded."promise_id", "promised_at" = excluded."promised_at", "shipped_at" = excluded."shipped_at", "carrier" = excluded."carrier", "tracking" = excluded."tracking", "delivered_at" = excluded."delivered_at", "in_full" = excluded."in_full", "undamaged" = excluded."undamaged", "documents_right" = excluded."documents_right", "cancelled_at" = excluded."cancelled_at", "returned_at" = excluded."returned_at", "because" = excluded."because", "perfect" = excluded."perfect", "conversations" = excluded."conversations", "parcels" = excluded."parcels", "cancellations" = excluded."cancellations", "contradictions" = excluded."contradictions", "inexact" = excluded."inexact", "same_number" = excluded."same_number", "number_leads_to" = excluded."number_leads_to", "further_parcels" = excluded."further_parcels", "adjusted" = excluded."adjusted", "position" = excluded."position", "deleted" = excluded."deleted";

-- make items
CREATE TABLE views."items_v5" ("item_id" text COLLATE "C" NOT NULL, "person_id" text COLLATE "C", "kind" text COLLATE "C", "did" text COLLATE "C", "conversation_id" text COLLATE "C", "order_id" text COLLATE "C", "message_id" text COLLATE "C", "first_character" bigint, "end_character" bigint, "channel" text COLLATE "C", "language" text COLLATE "C", "segment" text COLLATE "C", "prompted" boolean, "said_at" timestamptz, "product_area" text COLLATE "C", "theme" text COLLATE "C", "step" text COLLATE "C", "stage" text COLLATE "C", "weight" numeric, "stance" text COLLATE "C", "signal_id" text COLLATE "C", "undecided" text COLLATE "C", "decided_by" text COLLATE "C", "table_version" bigint, "table_theme" text COLLATE "C", "rules" text[] COLLATE "C", "corrected" boolean, "withdrawn" boolean, "words" bigint, "like_item" text COLLATE "C", "product" text COLLATE "C", "suggested_theme" text COLLATE "C", "suggested_probability" numeric, "suggested_by" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("item_id"));

-- make items
CREATE INDEX ON views."items_v5" (signal_id, said_at, item_id);

-- make items
CREATE INDEX ON views."items_v5" (product_area, said_at DESC, item_id);

-- make items
CREATE INDEX ON views."items_v5" (said_at DESC, item_id);

-- make items
CREATE INDEX ON views."items_v5" (conversation_id);

-- make items
CREATE INDEX ON views."items_v5" (theme);

-- make items
CREATE INDEX ON views."items_v5" (position);

-- make items
GRANT SELECT, INSERT, UPDATE, DELETE ON views."items_v5" TO antiphon_projector;

-- make items
GRANT
SELECT ON views."items_v5" TO antiphon_reader, antiphon_auditor;

-- read rows of items
SELECT "t"."item_id", "t"."person_id", "t"."kind", "t"."did", "t"."conversation_id", "t"."order_id", "t"."message_id", "t"."first_character", "t"."end_character", "t"."channel", "t"."language", "t"."segment", "t"."prompted", "t"."said_at", "t"."product_area", "t"."theme", "t"."step", "t"."stage", "t"."weight", "t"."stance", "t"."signal_id", "t"."undecided", "t"."decided_by", "t"."table_version", "t"."table_theme", "t"."rules", "t"."corrected", "t"."withdrawn", "t"."words", "t"."like_item", "t"."product", "t"."suggested_theme", "t"."suggested_probability", "t"."suggested_by"
FROM views."items_v5" AS t ;

-- load rows by key of items
SELECT "t"."item_id", "t"."person_id", "t"."kind", "t"."did", "t"."conversation_id", "t"."order_id", "t"."message_id", "t"."first_character", "t"."end_character", "t"."channel", "t"."language", "t"."segment", "t"."prompted", "t"."said_at", "t"."product_area", "t"."theme", "t"."step", "t"."stage", "t"."weight", "t"."stance", "t"."signal_id", "t"."undecided", "t"."decided_by", "t"."table_version", "t"."table_theme", "t"."rules", "t"."corrected", "t"."withdrawn", "t"."words", "t"."like_item", "t"."product", "t"."suggested_theme", "t"."suggested_probability", "t"."suggested_by"
FROM views."items_v5" AS t
JOIN unnest(%b::text[]) AS asked("item_id") ON ("t"."item_id") = ("asked"."item_id")
WHERE NOT t.deleted;

-- touch rows of items
UPDATE views."items_v5" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("item_id")
WHERE ("t"."item_id") = ("asked"."item_id");

-- add rows to items
COPY views."items_v5" ("item_id", "person_id", "kind", "did", "conversation_id", "order_id", "message_id", "first_character", "end_character", "channel", "language", "segment", "prompted", "said_at", "product_area", "theme", "step", "stage", "weight", "stance", "signal_id", "undecided", "decided_by", "table_version", "table_theme", "rules", "corrected", "withdrawn", "words", "like_item", "product", "suggested_theme", "suggested_probability", "suggested_by", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to items
INSERT INTO views."items_v5" ("item_id", "person_id", "kind", "did", "conversation_id", "order_id", "message_id", "first_character", "end_character", "channel", "language", "segment", "prompted", "said_at", "product_area", "theme", "step", "stage", "weight", "stance", "signal_id", "undecided", "decided_by", "table_version", "table_theme", "rules", "corrected", "withdrawn", "words", "like_item", "product", "suggested_theme", "suggested_probability", "suggested_by", "position", "deleted")
SELECT new."item_id"::text, new."person_id"::text, new."kind"::text, new."did"::text, new."conversation_id"::text, new."order_id"::text, new."message_id"::text, new."first_character"::bigint, new."end_character"::bigint, new."channel"::text, new."language"::text, new."segment"::text, new."prompted"::boolean, new."said_at"::timestamptz, new."product_area"::text, new."theme"::text, new."step"::text, new."stage"::text, new."weight"::numeric, new."stance"::text, new."signal_id"::text, new."undecided"::text, new."decided_by"::text, new."table_version"::bigint, new."table_theme"::text, new."rules"::text[], new."corrected"::boolean, new."withdrawn"::boolean, new."words"::bigint, new."like_item"::text, new."product"::text, new."suggested_theme"::text, new."suggested_probability"::numeric, new."suggested_by"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::numeric[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::text[], %b::text[], %b::boolean[], %b::boolean[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::numeric[], %b::text[], %b::bigint[], %b::boolean[]) AS new("item_id", "person_id", "kind", "did", "conversation_id", "order_id", "message_id", "first_character", "end_character", "channel", "language", "segment", "prompted", "said_at", "product_area", "theme", "step", "stage", "weight", "stance", "signal_id", "undecided", "decided_by", "table_version", "table_theme", "rules", "corrected", "withdrawn", "words", "like_item", "product", "suggested_theme", "suggested_probability", "suggested_by", "position", "deleted");

-- write rows of items
INSERT INTO views."items_v5" ("item_id", "person_id", "kind", "did", "conversation_id", "order_id", "message_id", "first_character", "end_character", "channel", "language", "segment", "prompted", "said_at", "product_area", "theme", "step", "stage", "weight", "stance", "signal_id", "undecided", "decided_by", "table_version", "table_theme", "rules", "corrected", "withdrawn", "words", "like_item", "product", "suggested_theme", "suggested_probability", "suggested_by", "position", "deleted")
SELECT new."item_id"::text, new."person_id"::text, new."kind"::text, new."did"::text, new."conversation_id"::text, new."order_id"::text, new."message_id"::text, new."first_character"::bigint, new."end_character"::bigint, new."channel"::text, new."language"::text, new."segment"::text, new."prompted"::boolean, new."said_at"::timestamptz, new."product_area"::text, new."theme"::text, new."step"::text, new."stage"::text, new."weight"::numeric, new."stance"::text, new."signal_id"::text, new."undecided"::text, new."decided_by"::text, new."table_version"::bigint, new."table_theme"::text, new."rules"::text[], new."corrected"::boolean, new."withdrawn"::boolean, new."words"::bigint, new."like_item"::text, new."product"::text, new."suggested_theme"::text, new."suggested_probability"::numeric, new."suggested_by"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::numeric[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::text[], %b::text[], %b::boolean[], %b::boolean[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::numeric[], %b::text[], %b::bigint[], %b::boolean[]) AS new("item_id", "person_id", "kind", "did", "conversation_id", "order_id", "message_id", "first_character", "end_character", "channel", "language", "segment", "prompted", "said_at", "product_area", "theme", "step", "stage", "weight", "stance", "signal_id", "undecided", "decided_by", "table_version", "table_theme", "rules", "corrected", "withdrawn", "words", "like_item", "product", "suggested_theme", "suggested_probability", "suggested_by", "position", "deleted")
ON CONFLICT ("item_id") DO UPDATE SET "person_id" = excluded."person_id", "kind" = excluded."kind", "did" = excluded."did", "conversation_id" = excluded."conversation_id", "order_id" = excluded."order_id", "message_id" = excluded."message_id", "first_character" = excluded."first_character", "end_character" = excluded."end_character", "channel" = excluded."channel", "language" = excluded."language", "segment" = excluded."segment", "prompted" = excluded."prompted", "said_at" = excluded."said_at", "product_area" = excluded."product_area", "theme" = excluded."theme", "step" = excluded."step", "stage" = excluded."stage", "weight" = excluded."weight", "stance" = excluded."stance", "signal_id" = excluded."signal_id", "undecided" = excluded."undecided", "decided_by" = excluded."decided_by", "table_version" = excluded."table_version", "table_theme" = excluded."table_theme", "rules" = excluded."rules", "corrected" = excluded."corrected", "withdrawn" = excluded."withdrawn", "words" = excluded."words", "like_item" = excluded."like_item", "product" = excluded."product", "suggested_theme" = excluded."suggested_theme", "suggested_probability" = excluded."suggested_probability", "suggested_by" = excluded."suggested_by", "position" = excluded."position", "deleted" = excluded."deleted";

-- make search
CREATE TABLE views."search_v6" ("place" bigint NOT NULL, "customer_id" text COLLATE "C", "stream" text COLLATE "C", "kind" text COLLATE "C", "at" timestamptz, "text" text COLLATE "C", "time_precision" text COLLATE "C", "about" text COLLATE "C", "language" text COLLATE "C", "participant_id" text COLLATE "C", "found_by" text COLLATE "C", "words" tsvector GENERATED ALWAYS AS (CASE
WHEN text <> '[erased]' THEN
            setweight(found_by::tsvector,
CASE
WHEN kind IN ('received', 'sent', 'note') THEN 'D'::"char"
ELSE 'A' END)
            ||
CASE
WHEN kind IN ('name', 'contact-point', 'order') THEN views.slips(ts_filter(found_by::tsvector, ARRAY['b', 'd']::"char"[]))
               
ELSE '' END
            || array_to_tsvector(ARRAY['@' || coalesce(split_part(lower(language), '-', 1), ''), '@10:' || (place >> 10)::text, '@13:' || (place >> 13)::text, '@16:' || (place >> 16)::text, '@19:' || (place >> 19)::text, '@22:' || (place >> 22)::text])
            END) STORED, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("place"));

-- make search
ALTER TABLE views."search_v6" ALTER COLUMN "text" SET STATISTICS 0;

-- make search
ALTER TABLE views."search_v6" ALTER COLUMN "found_by" SET STATISTICS 0;

-- make search
ALTER TABLE views."search_v6" ALTER COLUMN "words" SET STATISTICS 0;

-- make search
CREATE INDEX ON views."search_v6" (customer_id, place DESC);

-- make search
CREATE INDEX ON views."search_v6" USING btree (participant_id, place DESC)
WHERE participant_id IS NOT NULL;

-- make search
CREATE INDEX ON views."search_v6" USING gin (words) WITH (gin_pending_list_limit = 256);

-- make search
CREATE INDEX ON views."search_v6" (position);

-- make search
GRANT SELECT, INSERT, UPDATE, DELETE ON views."search_v6" TO antiphon_projector;

-- make search
GRANT
SELECT ON views."search_v6" TO antiphon_reader, antiphon_auditor;

-- read rows of search
SELECT "t"."place", "t"."customer_id", "t"."stream", "t"."kind", "t"."at", "t"."text", "t"."time_precision", "t"."about", "t"."language", "t"."participant_id", "t"."found_by"
FROM views."search_v6" AS t ;

-- load rows by key of search
SELECT "t"."place", "t"."customer_id", "t"."stream", "t"."kind", "t"."at", "t"."text", "t"."time_precision", "t"."about", "t"."language", "t"."participant_id", "t"."found_by"
FROM views."search_v6" AS t
JOIN unnest(%b::bigint[]) AS asked("place") ON ("t"."place") = ("asked"."place")
WHERE NOT t.deleted;

-- touch rows of search
UPDATE views."search_v6" AS t SET position = %b
FROM unnest(%b::bigint[]) AS asked("place")
WHERE ("t"."place") = ("asked"."place");

-- add rows to search
COPY views."search_v6" ("place", "customer_id", "stream", "kind", "at", "text", "time_precision", "about", "language", "participant_id", "found_by", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to search
INSERT INTO views."search_v6" ("place", "customer_id", "stream", "kind", "at", "text", "time_precision", "about", "language", "participant_id", "found_by", "position", "deleted")
SELECT new."place"::bigint, new."customer_id"::text, new."stream"::text, new."kind"::text, new."at"::timestamptz, new."text"::text, new."time_precision"::text, new."about"::text, new."language"::text, new."participant_id"::text, new."found_by"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("place", "customer_id", "stream", "kind", "at", "text", "time_precision", "about", "language", "participant_id", "found_by", "position", "deleted");

-- write rows of search
INSERT INTO views."search_v6" ("place", "customer_id", "stream", "kind", "at", "text", "time_precision", "about", "language", "participant_id", "found_by", "position", "deleted")
SELECT new."place"::bigint, new."customer_id"::text, new."stream"::text, new."kind"::text, new."at"::timestamptz, new."text"::text, new."time_precision"::text, new."about"::text, new."language"::text, new."participant_id"::text, new."found_by"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("place", "customer_id", "stream", "kind", "at", "text", "time_precision", "about", "language", "participant_id", "found_by", "position", "deleted")
ON CONFLICT ("place") DO UPDATE SET "customer_id" = excluded."customer_id", "stream" = excluded."stream", "kind" = excluded."kind", "at" = excluded."at", "text" = excluded."text", "time_precision" = excluded."time_precision", "about" = excluded."about", "language" = excluded."language", "participant_id" = excluded."participant_id", "found_by" = excluded."found_by", "position" = excluded."position", "deleted" = excluded."deleted";

-- make contacts
CREATE TABLE views."contacts_v4" ("customer_id" text COLLATE "C" NOT NULL, "name" text COLLATE "C", "points" jsonb, "channel" text COLLATE "C", "language" text COLLATE "C", "quiet" boolean, "chosen_at" timestamptz, "consents" jsonb, "zone" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("customer_id"));

-- make contacts
ALTER TABLE views."contacts_v4" ALTER COLUMN "name" SET STATISTICS 0;

-- make contacts
ALTER TABLE views."contacts_v4" ALTER COLUMN "points" SET STATISTICS 0;

-- make contacts
CREATE INDEX ON views."contacts_v4" (position);

-- make contacts
GRANT SELECT, INSERT, UPDATE, DELETE ON views."contacts_v4" TO antiphon_projector;

-- make contacts
GRANT
SELECT ON views."contacts_v4" TO antiphon_reader, antiphon_auditor;

-- read rows of contacts
SELECT "t"."customer_id", "t"."name", "t"."points", "t"."channel", "t"."language", "t"."quiet", "t"."chosen_at", "t"."consents", "t"."zone"
FROM views."contacts_v4" AS t ;

-- load rows by key of contacts
SELECT "t"."customer_id", "t"."name", "t"."points", "t"."channel", "t"."language", "t"."quiet", "t"."chosen_at", "t"."consents", "t"."zone"
FROM views."contacts_v4" AS t
JOIN unnest(%b::text[]) AS asked("customer_id") ON ("t"."customer_id") = ("asked"."customer_id")
WHERE NOT t.deleted;

-- touch rows of contacts
UPDATE views."contacts_v4" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("customer_id")
WHERE ("t"."customer_id") = ("asked"."customer_id");

-- add rows to contacts
COPY views."contacts_v4" ("customer_id", "name", "points", "channel", "language", "quiet", "chosen_at", "consents", "zone", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to contacts
INSERT INTO views."contacts_v4" ("customer_id", "name", "points", "channel", "language", "quiet", "chosen_at", "consents", "zone", "position", "deleted")
SELECT new."customer_id"::text, new."name"::text, new."points"::jsonb, new."channel"::text, new."language"::text, new."quiet"::boolean, new."chosen_at"::timestamptz, new."consents"::jsonb, new."zone"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::jsonb[], %b::text[], %b::text[], %b::boolean[], %b::timestamptz[], %b::jsonb[], %b::text[], %b::bigint[], %b::boolean[]) AS new("customer_id", "name", "points", "channel", "language", "quiet", "chosen_at", "consents", "zone", "position", "deleted");

-- write rows of contacts
INSERT INTO views."contacts_v4" ("customer_id", "name", "points", "channel", "language", "quiet", "chosen_at", "consents", "zone", "position", "deleted")
SELECT new."customer_id"::text, new."name"::text, new."points"::jsonb, new."channel"::text, new."language"::text, new."quiet"::boolean, new."chosen_at"::timestamptz, new."consents"::jsonb, new."zone"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::jsonb[], %b::text[], %b::text[], %b::boolean[], %b::timestamptz[], %b::jsonb[], %b::text[], %b::bigint[], %b::boolean[]) AS new("customer_id", "name", "points", "channel", "language", "quiet", "chosen_at", "consents", "zone", "position", "deleted")
ON CONFLICT ("customer_id") DO UPDATE SET "name" = excluded."name", "points" = excluded."points", "channel" = excluded."channel", "language" = excluded."language", "quiet" = excluded."quiet", "chosen_at" = excluded."chosen_at", "consents" = excluded."consents", "zone" = excluded."zone", "position" = excluded."position", "deleted" = excluded."deleted";

-- make customer_links
CREATE TABLE views."customer_links_v2" ("customer_id" text COLLATE "C" NOT NULL, "merged_into" text COLLATE "C", "merged_at" timestamptz, "merged_by" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("customer_id"));

-- make customer_links
CREATE INDEX ON views."customer_links_v2" (merged_into);

-- make customer_links
CREATE INDEX ON views."customer_links_v2" (position);

-- make customer_links
GRANT SELECT, INSERT, UPDATE, DELETE ON views."customer_links_v2" TO antiphon_projector;

-- make customer_links
GRANT
SELECT ON views."customer_links_v2" TO antiphon_reader, antiphon_auditor;

-- read rows of customer_links
SELECT "t"."customer_id", "t"."merged_into", "t"."merged_at", "t"."merged_by"
FROM views."customer_links_v2" AS t ;

-- load rows by key of customer_links
SELECT "t"."customer_id", "t"."merged_into", "t"."merged_at", "t"."merged_by"
FROM views."customer_links_v2" AS t
JOIN unnest(%b::text[]) AS asked("customer_id") ON ("t"."customer_id") = ("asked"."customer_id")
WHERE NOT t.deleted;

-- touch rows of customer_links
UPDATE views."customer_links_v2" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("customer_id")
WHERE ("t"."customer_id") = ("asked"."customer_id");

-- add rows to customer_links
COPY views."customer_links_v2" ("customer_id", "merged_into", "merged_at", "merged_by", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to customer_links
INSERT INTO views."customer_links_v2" ("customer_id", "merged_into", "merged_at", "merged_by", "position", "deleted")
SELECT new."customer_id"::text, new."merged_into"::text, new."merged_at"::timestamptz, new."merged_by"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::bigint[], %b::boolean[]) AS new("customer_id", "merged_into", "merged_at", "merged_by", "position", "deleted");

-- write rows of customer_links
INSERT INTO views."customer_links_v2" ("customer_id", "merged_into", "merged_at", "merged_by", "position", "deleted")
SELECT new."customer_id"::text, new."merged_into"::text, new."merged_at"::timestamptz, new."merged_by"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::bigint[], %b::boolean[]) AS new("customer_id", "merged_into", "merged_at", "merged_by", "position", "deleted")
ON CONFLICT ("customer_id") DO UPDATE SET "merged_into" = excluded."merged_into", "merged_at" = excluded."merged_at", "merged_by" = excluded."merged_by", "position" = excluded."position", "deleted" = excluded."deleted";

-- make proposals
CREATE TABLE views."proposals_v1" ("proposal_id" text COLLATE "C" NOT NULL, "what" text COLLATE "C", "customer_id" text COLLATE "C", "other_id" text COLLATE "C", "contact_kind" text COLLATE "C", "conversation_id" text COLLATE "C", "merged_into" text COLLATE "C", "since" timestamptz, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("proposal_id"));

-- make proposals
CREATE INDEX ON views."proposals_v1" (since, proposal_id);

-- make proposals
CREATE INDEX ON views."proposals_v1" (customer_id);

-- make proposals
CREATE INDEX ON views."proposals_v1" (other_id);

-- make proposals
CREATE INDEX ON views."proposals_v1" (position);

-- make proposals
GRANT SELECT, INSERT, UPDATE, DELETE ON views."proposals_v1" TO antiphon_projector;

-- make proposals
GRANT
SELECT ON views."proposals_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of proposals
SELECT "t"."proposal_id", "t"."what", "t"."customer_id", "t"."other_id", "t"."contact_kind", "t"."conversation_id", "t"."merged_into", "t"."since"
FROM views."proposals_v1" AS t ;

-- load rows by key of proposals
SELECT "t"."proposal_id", "t"."what", "t"."customer_id", "t"."other_id", "t"."contact_kind", "t"."conversation_id", "t"."merged_into", "t"."since"
FROM views."proposals_v1" AS t
JOIN unnest(%b::text[]) AS asked("proposal_id") ON ("t"."proposal_id") = ("asked"."proposal_id")
WHERE NOT t.deleted;

-- touch rows of proposals
UPDATE views."proposals_v1" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("proposal_id")
WHERE ("t"."proposal_id") = ("asked"."proposal_id");

-- add rows to proposals
COPY views."proposals_v1" ("proposal_id", "what", "customer_id", "other_id", "contact_kind", "conversation_id", "merged_into", "since", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to proposals
INSERT INTO views."proposals_v1" ("proposal_id", "what", "customer_id", "other_id", "contact_kind", "conversation_id", "merged_into", "since", "position", "deleted")
SELECT new."proposal_id"::text, new."what"::text, new."customer_id"::text, new."other_id"::text, new."contact_kind"::text, new."conversation_id"::text, new."merged_into"::text, new."since"::timestamptz, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::bigint[], %b::boolean[]) AS new("proposal_id", "what", "customer_id", "other_id", "contact_kind", "conversation_id", "merged_into", "since", "position", "deleted");

-- write rows of proposals
INSERT INTO views."proposals_v1" ("proposal_id", "what", "customer_id", "other_id", "contact_kind", "conversation_id", "merged_into", "since", "position", "deleted")
SELECT new."proposal_id"::text, new."what"::text, new."customer_id"::text, new."other_id"::text, new."contact_kind"::text, new."conversation_id"::text, new."merged_into"::text, new."since"::timestamptz, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::bigint[], %b::boolean[]) AS new("proposal_id", "what", "customer_id", "other_id", "contact_kind", "conversation_id", "merged_into", "since", "position", "deleted")
ON CONFLICT ("proposal_id") DO UPDATE SET "what" = excluded."what", "customer_id" = excluded."customer_id", "other_id" = excluded."other_id", "contact_kind" = excluded."contact_kind", "conversation_id" = excluded."conversation_id", "merged_into" = excluded."merged_into", "since" = excluded."since", "position" = excluded."position", "deleted" = excluded."deleted";

-- make receipts
CREATE TABLE views."receipts_v2" ("message_id" text COLLATE "C" NOT NULL, "conversation_id" text COLLATE "C", "customer_id" text COLLATE "C", "state" text COLLATE "C", "queued_at" timestamptz, "sent_at" timestamptz, "failed_at" timestamptz, "delivered_at" timestamptz, "read_at" timestamptz, "code" text COLLATE "C", "adjusted" jsonb, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("message_id"));

-- make receipts
CREATE INDEX ON views."receipts_v2" (conversation_id, message_id DESC);

-- make receipts
CREATE INDEX ON views."receipts_v2" (position);

-- make receipts
GRANT SELECT, INSERT, UPDATE, DELETE ON views."receipts_v2" TO antiphon_projector;

-- make receipts
GRANT
SELECT ON views."receipts_v2" TO antiphon_reader, antiphon_auditor;

-- read rows of receipts
SELECT "t"."message_id", "t"."conversation_id", "t"."customer_id", "t"."state", "t"."queued_at", "t"."sent_at", "t"."failed_at", "t"."delivered_at", "t"."read_at", "t"."code", "t"."adjusted"
FROM views."receipts_v2" AS t ;

-- load rows by key of receipts
SELECT "t"."message_id", "t"."conversation_id", "t"."customer_id", "t"."state", "t"."queued_at", "t"."sent_at", "t"."failed_at", "t"."delivered_at", "t"."read_at", "t"."code", "t"."adjusted"
FROM views."receipts_v2" AS t
JOIN unnest(%b::text[]) AS asked("message_id") ON ("t"."message_id") = ("asked"."message_id")
WHERE NOT t.deleted;

-- touch rows of receipts
UPDATE views."receipts_v2" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("message_id")
WHERE ("t"."message_id") = ("asked"."message_id");

-- add rows to receipts
COPY views."receipts_v2" ("message_id", "conversation_id", "customer_id", "state", "queued_at", "sent_at", "failed_at", "delivered_at", "read_at", "code", "adjusted", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to receipts
INSERT INTO views."receipts_v2" ("message_id", "conversation_id", "customer_id", "state", "queued_at", "sent_at", "failed_at", "delivered_at", "read_at", "code", "adjusted", "position", "deleted")
SELECT new."message_id"::text, new."conversation_id"::text, new."customer_id"::text, new."state"::text, new."queued_at"::timestamptz, new."sent_at"::timestamptz, new."failed_at"::timestamptz, new."delivered_at"::timestamptz, new."read_at"::timestamptz, new."code"::text, new."adjusted"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("message_id", "conversation_id", "customer_id", "state", "queued_at", "sent_at", "failed_at", "delivered_at", "read_at", "code", "adjusted", "position", "deleted");

-- write rows of receipts
INSERT INTO views."receipts_v2" ("message_id", "conversation_id", "customer_id", "state", "queued_at", "sent_at", "failed_at", "delivered_at", "read_at", "code", "adjusted", "position", "deleted")
SELECT new."message_id"::text, new."conversation_id"::text, new."customer_id"::text, new."state"::text, new."queued_at"::timestamptz, new."sent_at"::timestamptz, new."failed_at"::timestamptz, new."delivered_at"::timestamptz, new."read_at"::timestamptz, new."code"::text, new."adjusted"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("message_id", "conversation_id", "customer_id", "state", "queued_at", "sent_at", "failed_at", "delivered_at", "read_at", "code", "adjusted", "position", "deleted")
ON CONFLICT ("message_id") DO UPDATE SET "conversation_id" = excluded."conversation_id", "customer_id" = excluded."customer_id", "state" = excluded."state", "queued_at" = excluded."queued_at", "sent_at" = excluded."sent_at", "failed_at" = excluded."failed_at", "delivered_at" = excluded."delivered_at", "read_at" = excluded."read_at", "code" = excluded."code", "adjusted" = excluded."adjusted", "position" = excluded."position", "deleted" = excluded."deleted";

-- make outbox
CREATE TABLE views."outbox_v1" ("message_id" text COLLATE "C" NOT NULL, "person_id" text COLLATE "C", "channel" text COLLATE "C", "at_position" bigint, "sent_at" timestamptz, "state" text COLLATE "C", "code" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("message_id"));

-- make outbox
CREATE INDEX ON views."outbox_v1" (channel, at_position);

-- make outbox
CREATE INDEX ON views."outbox_v1" (channel, state, at_position);

-- make outbox
CREATE INDEX ON views."outbox_v1" (person_id);

-- make outbox
CREATE INDEX ON views."outbox_v1" (position);

-- make outbox
GRANT SELECT, INSERT, UPDATE, DELETE ON views."outbox_v1" TO antiphon_projector;

-- make outbox
GRANT
SELECT ON views."outbox_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of outbox
SELECT "t"."message_id", "t"."person_id", "t"."channel", "t"."at_position", "t"."sent_at", "t"."state", "t"."code"
FROM views."outbox_v1" AS t ;

-- load rows by key of outbox
SELECT "t"."message_id", "t"."person_id", "t"."channel", "t"."at_position", "t"."sent_at", "t"."state", "t"."code"
FROM views."outbox_v1" AS t
JOIN unnest(%b::text[]) AS asked("message_id") ON ("t"."message_id") = ("asked"."message_id")
WHERE NOT t.deleted;

-- touch rows of outbox
UPDATE views."outbox_v1" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("message_id")
WHERE ("t"."message_id") = ("asked"."message_id");

-- add rows to outbox
COPY views."outbox_v1" ("message_id", "person_id", "channel", "at_position", "sent_at", "state", "code", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to outbox
INSERT INTO views."outbox_v1" ("message_id", "person_id", "channel", "at_position", "sent_at", "state", "code", "position", "deleted")
SELECT new."message_id"::text, new."person_id"::text, new."channel"::text, new."at_position"::bigint, new."sent_at"::timestamptz, new."state"::text, new."code"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("message_id", "person_id", "channel", "at_position", "sent_at", "state", "code", "position", "deleted");

-- write rows of outbox
INSERT INTO views."outbox_v1" ("message_id", "person_id", "channel", "at_position", "sent_at", "state", "code", "position", "deleted")
SELECT new."message_id"::text, new."person_id"::text, new."channel"::text, new."at_position"::bigint, new."sent_at"::timestamptz, new."state"::text, new."code"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("message_id", "person_id", "channel", "at_position", "sent_at", "state", "code", "position", "deleted")
ON CONFLICT ("message_id") DO UPDATE SET "person_id" = excluded."person_id", "channel" = excluded."channel", "at_position" = excluded."at_position", "sent_at" = excluded."sent_at", "state" = excluded."state", "code" = excluded."code", "position" = excluded."position", "deleted" = excluded."deleted";

-- make staffing
CREATE TABLE views."staffing_v2" ("id" text COLLATE "C" NOT NULL, "name" text COLLATE "C", "handle" text COLLATE "C", "team_id" text COLLATE "C", "roles" text[] COLLATE "C", "left_at" timestamptz, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("id"));

-- make staffing
ALTER TABLE views."staffing_v2" ALTER COLUMN "name" SET STATISTICS 0;

-- make staffing
ALTER TABLE views."staffing_v2" ALTER COLUMN "handle" SET STATISTICS 0;

-- make staffing
CREATE INDEX ON views."staffing_v2" (team_id);

-- make staffing
CREATE INDEX ON views."staffing_v2" (position);

-- make staffing
GRANT SELECT, INSERT, UPDATE, DELETE ON views."staffing_v2" TO antiphon_projector;

-- make staffing
GRANT
SELECT ON views."staffing_v2" TO antiphon_reader, antiphon_auditor;

-- read rows of staffing
SELECT "t"."id", "t"."name", "t"."handle", "t"."team_id", "t"."roles", "t"."left_at"
FROM views."staffing_v2" AS t ;

-- load rows by key of staffing
SELECT "t"."id", "t"."name", "t"."handle", "t"."team_id", "t"."roles", "t"."left_at"
FROM views."staffing_v2" AS t
JOIN unnest(%b::text[]) AS asked("id") ON ("t"."id") = ("asked"."id")
WHERE NOT t.deleted;

-- touch rows of staffing
UPDATE views."staffing_v2" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("id")
WHERE ("t"."id") = ("asked"."id");

-- add rows to staffing
COPY views."staffing_v2" ("id", "name", "handle", "team_id", "roles", "left_at", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to staffing
INSERT INTO views."staffing_v2" ("id", "name", "handle", "team_id", "roles", "left_at", "position", "deleted")
SELECT new."id"::text, new."name"::text, new."handle"::text, new."team_id"::text, new."roles"::text[], new."left_at"::timestamptz, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::bigint[], %b::boolean[]) AS new("id", "name", "handle", "team_id", "roles", "left_at", "position", "deleted");

-- write rows of staffing
INSERT INTO views."staffing_v2" ("id", "name", "handle", "team_id", "roles", "left_at", "position", "deleted")
SELECT new."id"::text, new."name"::text, new."handle"::text, new."team_id"::text, new."roles"::text[], new."left_at"::timestamptz, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::bigint[], %b::boolean[]) AS new("id", "name", "handle", "team_id", "roles", "left_at", "position", "deleted")
ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "handle" = excluded."handle", "team_id" = excluded."team_id", "roles" = excluded."roles", "left_at" = excluded."left_at", "position" = excluded."position", "deleted" = excluded."deleted";

-- make conversation_steps
CREATE TABLE views."conversation_steps_v1" ("conversation_id" text COLLATE "C" NOT NULL, "version" bigint NOT NULL, "place" bigint, "customer_id" text COLLATE "C", "at" timestamptz, "exact" boolean, "by" text COLLATE "C", "what" text COLLATE "C", "about" text COLLATE "C", "value" text COLLATE "C", "team_id" text COLLATE "C", "agent_id" text COLLATE "C", "part" text COLLATE "C", "reopens" boolean, "parts" text[] COLLATE "C", "channel" text COLLATE "C", "language" text COLLATE "C", "priority" text COLLATE "C", "product_area" text COLLATE "C", "segment" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("conversation_id", "version"));

-- make conversation_steps
CREATE INDEX ON views."conversation_steps_v1" (at, conversation_id);

-- make conversation_steps
CREATE INDEX ON views."conversation_steps_v1" (position);

-- make conversation_steps
GRANT SELECT, INSERT, UPDATE, DELETE ON views."conversation_steps_v1" TO antiphon_projector;

-- make conversation_steps
GRANT
SELECT ON views."conversation_steps_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of conversation_steps
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."at", "t"."exact", "t"."by", "t"."what", "t"."about", "t"."value", "t"."team_id", "t"."agent_id", "t"."part", "t"."reopens", "t"."parts", "t"."channel", "t"."language", "t"."priority", "t"."product_area", "t"."segment"
FROM views."conversation_steps_v1" AS t ;

-- load rows by key of conversation_steps
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."at", "t"."exact", "t"."by", "t"."what", "t"."about", "t"."value", "t"."team_id", "t"."agent_id", "t"."part", "t"."reopens", "t"."parts", "t"."channel", "t"."language", "t"."priority", "t"."product_area", "t"."segment"
FROM views."conversation_steps_v1" AS t
JOIN unnest(%b::text[], %b::bigint[]) AS asked("conversation_id", "version") ON ("t"."conversation_id", "t"."version") = ("asked"."conversation_id", "asked"."version")
WHERE NOT t.deleted;

-- touch rows of conversation_steps
UPDATE views."conversation_steps_v1" AS t SET position = %b
FROM unnest(%b::text[], %b::bigint[]) AS asked("conversation_id", "version")
WHERE ("t"."conversation_id", "t"."version") = ("asked"."conversation_id", "asked"."version");

-- add rows to conversation_steps
COPY views."conversation_steps_v1" ("conversation_id", "version", "place", "customer_id", "at", "exact", "by", "what", "about", "value", "team_id", "agent_id", "part", "reopens", "parts", "channel", "language", "priority", "product_area", "segment", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to conversation_steps
INSERT INTO views."conversation_steps_v1" ("conversation_id", "version", "place", "customer_id", "at", "exact", "by", "what", "about", "value", "team_id", "agent_id", "part", "reopens", "parts", "channel", "language", "priority", "product_area", "segment", "position", "deleted")
SELECT new."conversation_id"::text, new."version"::bigint, new."place"::bigint, new."customer_id"::text, new."at"::timestamptz, new."exact"::boolean, new."by"::text, new."what"::text, new."about"::text, new."value"::text, new."team_id"::text, new."agent_id"::text, new."part"::text, new."reopens"::boolean, new."parts"::text[], new."channel"::text, new."language"::text, new."priority"::text, new."product_area"::text, new."segment"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::timestamptz[], %b::boolean[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("conversation_id", "version", "place", "customer_id", "at", "exact", "by", "what", "about", "value", "team_id", "agent_id", "part", "reopens", "parts", "channel", "language", "priority", "product_area", "segment", "position", "deleted");

-- write rows of conversation_steps
INSERT INTO views."conversation_steps_v1" ("conversation_id", "version", "place", "customer_id", "at", "exact", "by", "what", "about", "value", "team_id", "agent_id", "part", "reopens", "parts", "channel", "language", "priority", "product_area", "segment", "position", "deleted")
SELECT new."conversation_id"::text, new."version"::bigint, new."place"::bigint, new."customer_id"::text, new."at"::timestamptz, new."exact"::boolean, new."by"::text, new."what"::text, new."about"::text, new."value"::text, new."team_id"::text, new."agent_id"::text, new."part"::text, new."reopens"::boolean, new."parts"::text[], new."channel"::text, new."language"::text, new."priority"::text, new."product_area"::text, new."segment"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::timestamptz[], %b::boolean[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::boolean[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("conversation_id", "version", "place", "customer_id", "at", "exact", "by", "what", "about", "value", "team_id", "agent_id", "part", "reopens", "parts", "channel", "language", "priority", "product_area", "segment", "position", "deleted")
ON CONFLICT ("conversation_id", "version") DO UPDATE SET "place" = excluded."place", "customer_id" = excluded."customer_id", "at" = excluded."at", "exact" = excluded."exact", "by" = excluded."by", "what" = excluded."what", "about" = excluded."about", "value" = excluded."value", "team_id" = excluded."team_id", "agent_id" = excluded."agent_id", "part" = excluded."part", "reopens" = excluded."reopens", "parts" = excluded."parts", "channel" = excluded."channel", "language" = excluded."language", "priority" = excluded."priority", "product_area" = excluded."product_area", "segment" = excluded."segment", "position" = excluded."position", "deleted" = excluded."deleted";

-- make rules
CREATE TABLE views."rules_v1" ("id" text COLLATE "C" NOT NULL, "kind" text COLLATE "C", "name" text COLLATE "C", "versions" jsonb, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("id"));

-- make rules
CREATE INDEX ON views."rules_v1" (kind);

-- make rules
CREATE INDEX ON views."rules_v1" (name);

-- make rules
CREATE INDEX ON views."rules_v1" (position);

-- make rules
GRANT SELECT, INSERT, UPDATE, DELETE ON views."rules_v1" TO antiphon_projector;

-- make rules
GRANT
SELECT ON views."rules_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of rules
SELECT "t"."id", "t"."kind", "t"."name", "t"."versions"
FROM views."rules_v1" AS t ;

-- load rows by key of rules
SELECT "t"."id", "t"."kind", "t"."name", "t"."versions"
FROM views."rules_v1" AS t
JOIN unnest(%b::text[]) AS asked("id") ON ("t"."id") = ("asked"."id")
WHERE NOT t.deleted;

-- touch rows of rules
UPDATE views."rules_v1" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("id")
WHERE ("t"."id") = ("asked"."id");

-- add rows to rules
COPY views."rules_v1" ("id", "kind", "name", "versions", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to rules
INSERT INTO views."rules_v1" ("id", "kind", "name", "versions", "position", "deleted")
SELECT new."id"::text, new."kind"::text, new."name"::text, new."versions"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("id", "kind", "name", "versions", "position", "deleted");

-- write rows of rules
INSERT INTO views."rules_v1" ("id", "kind", "name", "versions", "position", "deleted")
SELECT new."id"::text, new."kind"::text, new."name"::text, new."versions"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("id", "kind", "name", "versions", "position", "deleted")
ON CONFLICT ("id") DO UPDATE SET "kind" = excluded."kind", "name" = excluded."name", "versions" = excluded."versions", "position" = excluded."position", "deleted" = excluded."deleted";

-- make sla_clocks
CREATE TABLE views."sla_clocks_v3" ("conversation_id" text COLLATE "C" NOT NULL, "version" bigint, "seen_version" bigint, "unseen" boolean, "runs" boolean, "next_at" timestamptz, "clocks" jsonb, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("conversation_id"));

-- make sla_clocks
CREATE INDEX ON views."sla_clocks_v3" ((CASE
WHEN unseen THEN '1970-01-01T00:00:00Z'::timestamptz
ELSE next_at END), conversation_id);

-- make sla_clocks
CREATE INDEX ON views."sla_clocks_v3" (runs, conversation_id);

-- make sla_clocks
CREATE INDEX ON views."sla_clocks_v3" (position);

-- make sla_clocks
GRANT SELECT, INSERT, UPDATE, DELETE ON views."sla_clocks_v3" TO antiphon_projector;

-- make sla_clocks
GRANT
SELECT ON views."sla_clocks_v3" TO antiphon_reader, antiphon_auditor;

-- read rows of sla_clocks
SELECT "t"."conversation_id", "t"."version", "t"."seen_version", "t"."unseen", "t"."runs", "t"."next_at", "t"."clocks"
FROM views."sla_clocks_v3" AS t ;

-- load rows by key of sla_clocks
SELECT "t"."conversation_id", "t"."version", "t"."seen_version", "t"."unseen", "t"."runs", "t"."next_at", "t"."clocks"
FROM views."sla_clocks_v3" AS t
JOIN unnest(%b::text[]) AS asked("conversation_id") ON ("t"."conversation_id") = ("asked"."conversation_id")
WHERE NOT t.deleted;

-- touch rows of sla_clocks
UPDATE views."sla_clocks_v3" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("conversation_id")
WHERE ("t"."conversation_id") = ("asked"."conversation_id");

-- add rows to sla_clocks
COPY views."sla_clocks_v3" ("conversation_id", "version", "seen_version", "unseen", "runs", "next_at", "clocks", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to sla_clocks
INSERT INTO views."sla_clocks_v3" ("conversation_id", "version", "seen_version", "unseen", "runs", "next_at", "clocks", "position", "deleted")
SELECT new."conversation_id"::text, new."version"::bigint, new."seen_version"::bigint, new."unseen"::boolean, new."runs"::boolean, new."next_at"::timestamptz, new."clocks"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::boolean[], %b::boolean[], %b::timestamptz[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("conversation_id", "version", "seen_version", "unseen", "runs", "next_at", "clocks", "position", "deleted");

-- write rows of sla_clocks
INSERT INTO views."sla_clocks_v3" ("conversation_id", "version", "seen_version", "unseen", "runs", "next_at", "clocks", "position", "deleted")
SELECT new."conversation_id"::text, new."version"::bigint, new."seen_version"::bigint, new."unseen"::boolean, new."runs"::boolean, new."next_at"::timestamptz, new."clocks"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::boolean[], %b::boolean[], %b::timestamptz[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("conversation_id", "version", "seen_version", "unseen", "runs", "next_at", "clocks", "position", "deleted")
ON CONFLICT ("conversation_id") DO UPDATE SET "version" = excluded."version", "seen_version" = excluded."seen_version", "unseen" = excluded."unseen", "runs" = excluded."runs", "next_at" = excluded."next_at", "clocks" = excluded."clocks", "position" = excluded."position", "deleted" = excluded."deleted";

-- make timers
CREATE TABLE views."timers_v3" ("kind" text COLLATE "C" NOT NULL, "id" text COLLATE "C" NOT NULL, "version" bigint, "due_at" timestamptz, "ahead" jsonb, "warned" jsonb, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("kind", "id"));

-- make timers
CREATE INDEX ON views."timers_v3" (kind, due_at, id);

-- make timers
CREATE INDEX ON views."timers_v3" (position);

-- make timers
GRANT SELECT, INSERT, UPDATE, DELETE ON views."timers_v3" TO antiphon_projector;

-- make timers
GRANT
SELECT ON views."timers_v3" TO antiphon_reader, antiphon_auditor;

-- read rows of timers
SELECT "t"."kind", "t"."id", "t"."version", "t"."due_at", "t"."ahead", "t"."warned"
FROM views."timers_v3" AS t ;

-- load rows by key of timers
SELECT "t"."kind", "t"."id", "t"."version", "t"."due_at", "t"."ahead", "t"."warned"
FROM views."timers_v3" AS t
JOIN unnest(%b::text[], %b::text[]) AS asked("kind", "id") ON ("t"."kind", "t"."id") = ("asked"."kind", "asked"."id")
WHERE NOT t.deleted;

-- touch rows of timers
UPDATE views."timers_v3" AS t SET position = %b
FROM unnest(%b::text[], %b::text[]) AS asked("kind", "id")
WHERE ("t"."kind", "t"."id") = ("asked"."kind", "asked"."id");

-- add rows to timers
COPY views."timers_v3" ("kind", "id", "version", "due_at", "ahead", "warned", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to timers
INSERT INTO views."timers_v3" ("kind", "id", "version", "due_at", "ahead", "warned", "position", "deleted")
SELECT new."kind"::text, new."id"::text, new."version"::bigint, new."due_at"::timestamptz, new."ahead"::jsonb, new."warned"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::timestamptz[], %b::jsonb[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("kind", "id", "version", "due_at", "ahead", "warned", "position", "deleted");

-- write rows of timers
INSERT INTO views."timers_v3" ("kind", "id", "version", "due_at", "ahead", "warned", "position", "deleted")
SELECT new."kind"::text, new."id"::text, new."version"::bigint, new."due_at"::timestamptz, new."ahead"::jsonb, new."warned"::jsonb, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::timestamptz[], %b::jsonb[], %b::jsonb[], %b::bigint[], %b::boolean[]) AS new("kind", "id", "version", "due_at", "ahead", "warned", "position", "deleted")
ON CONFLICT ("kind", "id") DO UPDATE SET "version" = excluded."version", "due_at" = excluded."due_at", "ahead" = excluded."ahead", "warned" = excluded."warned", "position" = excluded."position", "deleted" = excluded."deleted";

-- make strangers
CREATE TABLE views."strangers_v2" ("stranger_id" text COLLATE "C" NOT NULL, "contact_kind" text COLLATE "C", "value" text COLLATE "C", "name" text COLLATE "C", "met_at" timestamptz, "merged_into" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("stranger_id"));

-- make strangers
ALTER TABLE views."strangers_v2" ALTER COLUMN "value" SET STATISTICS 0;

-- make strangers
ALTER TABLE views."strangers_v2" ALTER COLUMN "name" SET STATISTICS 0;

-- make strangers
CREATE INDEX ON views."strangers_v2" (position);

-- make strangers
GRANT SELECT, INSERT, UPDATE, DELETE ON views."strangers_v2" TO antiphon_projector;

-- make strangers
GRANT
SELECT ON views."strangers_v2" TO antiphon_reader, antiphon_auditor;

-- read rows of strangers
SELECT "t"."stranger_id", "t"."contact_kind", "t"."value", "t"."name", "t"."met_at", "t"."merged_into"
FROM views."strangers_v2" AS t ;

-- load rows by key of strangers
SELECT "t"."stranger_id", "t"."contact_kind", "t"."value", "t"."name", "t"."met_at", "t"."merged_into"
FROM views."strangers_v2" AS t
JOIN unnest(%b::text[]) AS asked("stranger_id") ON ("t"."stranger_id") = ("asked"."stranger_id")
WHERE NOT t.deleted;

-- touch rows of strangers
UPDATE views."strangers_v2" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("stranger_id")
WHERE ("t"."stranger_id") = ("asked"."stranger_id");

-- add rows to strangers
COPY views."strangers_v2" ("stranger_id", "contact_kind", "value", "name", "met_at", "merged_into", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to strangers
INSERT INTO views."strangers_v2" ("stranger_id", "contact_kind", "value", "name", "met_at", "merged_into", "position", "deleted")
SELECT new."stranger_id"::text, new."contact_kind"::text, new."value"::text, new."name"::text, new."met_at"::timestamptz, new."merged_into"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::bigint[], %b::boolean[]) AS new("stranger_id", "contact_kind", "value", "name", "met_at", "merged_into", "position", "deleted");

-- write rows of strangers
INSERT INTO views."strangers_v2" ("stranger_id", "contact_kind", "value", "name", "met_at", "merged_into", "position", "deleted")
SELECT new."stranger_id"::text, new."contact_kind"::text, new."value"::text, new."name"::text, new."met_at"::timestamptz, new."merged_into"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::bigint[], %b::boolean[]) AS new("stranger_id", "contact_kind", "value", "name", "met_at", "merged_into", "position", "deleted")
ON CONFLICT ("stranger_id") DO UPDATE SET "contact_kind" = excluded."contact_kind", "value" = excluded."value", "name" = excluded."name", "met_at" = excluded."met_at", "merged_into" = excluded."merged_into", "position" = excluded."position", "deleted" = excluded."deleted";

-- make tables
CREATE TABLE views."tables_v1" ("id" text COLLATE "C" NOT NULL, "version" bigint NOT NULL, "name" text COLLATE "C", "effective_from" timestamptz, "content" jsonb, "recorded_at" timestamptz, "author_id" text COLLATE "C", "reason" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("id", "version"));

-- make tables
CREATE INDEX ON views."tables_v1" (name);

-- make tables
CREATE INDEX ON views."tables_v1" (position);

-- make tables
GRANT SELECT, INSERT, UPDATE, DELETE ON views."tables_v1" TO antiphon_projector;

-- make tables
GRANT
SELECT ON views."tables_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of tables
SELECT "t"."id", "t"."version", "t"."name", "t"."effective_from", "t"."content", "t"."recorded_at", "t"."author_id", "t"."reason"
FROM views."tables_v1" AS t ;

-- load rows by key of tables
SELECT "t"."id", "t"."version", "t"."name", "t"."effective_from", "t"."content", "t"."recorded_at", "t"."author_id", "t"."reason"
FROM views."tables_v1" AS t
JOIN unnest(%b::text[], %b::bigint[]) AS asked("id", "version") ON ("t"."id", "t"."version") = ("asked"."id", "asked"."version")
WHERE NOT t.deleted;

-- touch rows of tables
UPDATE views."tables_v1" AS t SET position = %b
FROM unnest(%b::text[], %b::bigint[]) AS asked("id", "version")
WHERE ("t"."id", "t"."version") = ("asked"."id", "asked"."version");

-- add rows to tables
COPY views."tables_v1" ("id", "version", "name", "effective_from", "content", "recorded_at", "author_id", "reason", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to tables
INSERT INTO views."tables_v1" ("id", "version", "name", "effective_from", "content", "recorded_at", "author_id", "reason", "position", "deleted")
SELECT new."id"::text, new."version"::bigint, new."name"::text, new."effective_from"::timestamptz, new."content"::jsonb, new."recorded_at"::timestamptz, new."author_id"::text, new."reason"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::timestamptz[], %b::jsonb[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("id", "version", "name", "effective_from", "content", "recorded_at", "author_id", "reason", "position", "deleted");

-- write rows of tables
INSERT INTO views."tables_v1" ("id", "version", "name", "effective_from", "content", "recorded_at", "author_id", "reason", "position", "deleted")
SELECT new."id"::text, new."version"::bigint, new."name"::text, new."effective_from"::timestamptz, new."content"::jsonb, new."recorded_at"::timestamptz, new."author_id"::text, new."reason"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::timestamptz[], %b::jsonb[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("id", "version", "name", "effective_from", "content", "recorded_at", "author_id", "reason", "position", "deleted")
ON CONFLICT ("id", "version") DO UPDATE SET "name" = excluded."name", "effective_from" = excluded."effective_from", "content" = excluded."content", "recorded_at" = excluded."recorded_at", "author_id" = excluded."author_id", "reason" = excluded."reason", "position" = excluded."position", "deleted" = excluded."deleted";

-- make closing_messages
CREATE TABLE views."closing_messages_v1" ("customer_id" text COLLATE "C" NOT NULL, "outcome_id" text COLLATE "C" NOT NULL, "outcome" text COLLATE "C", "signal_id" text COLLATE "C", "area" text COLLATE "C", "theme" text COLLATE "C", "owed_at" timestamptz, "next_at" timestamptz, "reason" text COLLATE "C", "told_at" timestamptz, "message_id" text COLLATE "C", "conversation_id" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("customer_id", "outcome_id"));

-- make closing_messages
CREATE INDEX ON views."closing_messages_v1" (signal_id, outcome_id, customer_id);

-- make closing_messages
CREATE INDEX ON views."closing_messages_v1" (position);

-- make closing_messages
GRANT SELECT, INSERT, UPDATE, DELETE ON views."closing_messages_v1" TO antiphon_projector;

-- make closing_messages
GRANT
SELECT ON views."closing_messages_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of closing_messages
SELECT "t"."customer_id", "t"."outcome_id", "t"."outcome", "t"."signal_id", "t"."area", "t"."theme", "t"."owed_at", "t"."next_at", "t"."reason", "t"."told_at", "t"."message_id", "t"."conversation_id"
FROM views."closing_messages_v1" AS t ;

-- load rows by key of closing_messages
SELECT "t"."customer_id", "t"."outcome_id", "t"."outcome", "t"."signal_id", "t"."area", "t"."theme", "t"."owed_at", "t"."next_at", "t"."reason", "t"."told_at", "t"."message_id", "t"."conversation_id"
FROM views."closing_messages_v1" AS t
JOIN unnest(%b::text[], %b::text[]) AS asked("customer_id", "outcome_id") ON ("t"."customer_id", "t"."outcome_id") = ("asked"."customer_id", "asked"."outcome_id")
WHERE NOT t.deleted;

-- touch rows of closing_messages
UPDATE views."closing_messages_v1" AS t SET position = %b
FROM unnest(%b::text[], %b::text[]) AS asked("customer_id", "outcome_id")
WHERE ("t"."customer_id", "t"."outcome_id") = ("asked"."customer_id", "asked"."outcome_id");

-- add rows to closing_messages
COPY views."closing_messages_v1" ("customer_id", "outcome_id", "outcome", "signal_id", "area", "theme", "owed_at", "next_at", "reason", "told_at", "message_id", "conversation_id", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to closing_messages
INSERT INTO views."closing_messages_v1" ("customer_id", "outcome_id", "outcome", "signal_id", "area", "theme", "owed_at", "next_at", "reason", "told_at", "message_id", "conversation_id", "position", "deleted")
SELECT new."customer_id"::text, new."outcome_id"::text, new."outcome"::text, new."signal_id"::text, new."area"::text, new."theme"::text, new."owed_at"::timestamptz, new."next_at"::timestamptz, new."reason"::text, new."told_at"::timestamptz, new."message_id"::text, new."conversation_id"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("customer_id", "outcome_id", "outcome", "signal_id", "area", "theme", "owed_at", "next_at", "reason", "told_at", "message_id", "conversation_id", "position", "deleted");

-- write rows of closing_messages
INSERT INTO views."closing_messages_v1" ("customer_id", "outcome_id", "outcome", "signal_id", "area", "theme", "owed_at", "next_at", "reason", "told_at", "message_id", "conversation_id", "position", "deleted")
SELECT new."customer_id"::text, new."outcome_id"::text, new."outcome"::text, new."signal_id"::text, new."area"::text, new."theme"::text, new."owed_at"::timestamptz, new."next_at"::timestamptz, new."reason"::text, new."told_at"::timestamptz, new."message_id"::text, new."conversation_id"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("customer_id", "outcome_id", "outcome", "signal_id", "area", "theme", "owed_at", "next_at", "reason", "told_at", "message_id", "conversation_id", "position", "deleted")
ON CONFLICT ("customer_id", "outcome_id") DO UPDATE SET "outcome" = excluded."outcome", "signal_id" = excluded."signal_id", "area" = excluded."area", "theme" = excluded."theme", "owed_at" = excluded."owed_at", "next_at" = excluded."next_at", "reason" = excluded."reason", "told_at" = excluded."told_at", "message_id" = excluded."message_id", "conversation_id" = excluded."conversation_id", "position" = excluded."position", "deleted" = excluded."deleted";

-- make board
CREATE TABLE views."board_v2" ("signal_id" text COLLATE "C" NOT NULL, "version" bigint, "area" text COLLATE "C", "theme" text COLLATE "C", "stage" text COLLATE "C", "team_id" text COLLATE "C", "lane" text COLLATE "C", "status" text COLLATE "C", "strength" text COLLATE "C", "people" bigint, "routed_at" timestamptz, "changed_at" timestamptz, "changed_by" text COLLATE "C", "acknowledged_at" timestamptz, "answered_at" timestamptz, "said" text COLLATE "C", "launch_id" text COLLATE "C", "launch_area" text COLLATE "C", "launch_first_due_at" timestamptz, "launch_due_at" timestamptz, "overdue_at" timestamptz, "merged_into" text COLLATE "C", "parts" text[] COLLATE "C", "due_metric" text COLLATE "C", "due_at" timestamptz, "missed_at" timestamptz, "goes_on_as" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("signal_id"));

-- make board
CREATE INDEX ON views."board_v2" (routed_at, signal_id);

-- make board
CREATE INDEX ON views."board_v2" (team_id, routed_at, signal_id);

-- make board
CREATE INDEX ON views."board_v2" (missed_at, signal_id);

-- make board
CREATE INDEX ON views."board_v2" (position);

-- make board
GRANT SELECT, INSERT, UPDATE, DELETE ON views."board_v2" TO antiphon_projector;

-- make board
GRANT
SELECT ON views."board_v2" TO antiphon_reader, antiphon_auditor;

-- read rows of board
SELECT "t"."signal_id", "t"."version", "t"."area", "t"."theme", "t"."stage", "t"."team_id", "t"."lane", "t"."status", "t"."strength", "t"."people", "t"."routed_at", "t"."changed_at", "t"."changed_by", "t"."acknowledged_at", "t"."answered_at", "t"."said", "t"."launch_id", "t"."launch_area", "t"."launch_first_due_at", "t"."launch_due_at", "t"."overdue_at", "t"."merged_into", "t"."parts", "t"."due_metric", "t"."due_at", "t"."missed_at", "t"."goes_on_as"
FROM views."board_v2" AS t ;

-- load rows by key of board
SELECT "t"."signal_id", "t"."version", "t"."area", "t"."theme", "t"."stage", "t"."team_id", "t"."lane", "t"."status", "t"."strength", "t"."people", "t"."routed_at", "t"."changed_at", "t"."changed_by", "t"."acknowledged_at", "t"."answered_at", "t"."said", "t"."launch_id", "t"."launch_area", "t"."launch_first_due_at", "t"."launch_due_at", "t"."overdue_at", "t"."merged_into", "t"."parts", "t"."due_metric", "t"."due_at", "t"."missed_at", "t"."goes_on_as"
FROM views."board_v2" AS t
JOIN unnest(%b::text[]) AS asked("signal_id") ON ("t"."signal_id") = ("asked"."signal_id")
WHERE NOT t.deleted;

-- touch rows of board
UPDATE views."board_v2" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("signal_id")
WHERE ("t"."signal_id") = ("asked"."signal_id");

-- add rows to board
COPY views."board_v2" ("signal_id", "version", "area", "theme", "stage", "team_id", "lane", "status", "strength", "people", "routed_at", "changed_at", "changed_by", "acknowledged_at", "answered_at", "said", "launch_id", "launch_area", "launch_first_due_at", "launch_due_at", "overdue_at", "merged_into", "parts", "due_metric", "due_at", "missed_at", "goes_on_as", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to board
INSERT INTO views."board_v2" ("signal_id", "version", "area", "theme", "stage", "team_id", "lane", "status", "strength", "people", "routed_at", "changed_at", "changed_by", "acknowledged_at", "answered_at", "said", "launch_id", "launch_area", "launch_first_due_at", "launch_due_at", "overdue_at", "merged_into", "parts", "due_metric", "due_at", "missed_at", "goes_on_as", "position", "deleted")
SELECT new."signal_id"::text, new."version"::bigint, new."area"::text, new."theme"::text, new."stage"::text, new."team_id"::text, new."lane"::text, new."status"::text, new."strength"::text, new."people"::bigint, new."routed_at"::timestamptz, new."changed_at"::timestamptz, new."changed_by"::text, new."acknowledged_at"::timestamptz, new."answered_at"::timestamptz, new."said"::text, new."launch_id"::text, new."launch_area"::text, new."launch_first_due_at"::timestamptz, new."launch_due_at"::timestamptz, new."overdue_at"::timestamptz, new."merged_into"::text, new."parts"::text[], new."due_metric"::text, new."due_at"::timestamptz, new."missed_at"::timestamptz, new."goes_on_as"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::bigint[], %b::boolean[]) AS new("signal_id", "version", "area", "theme", "stage", "team_id", "lane", "status", "strength", "people", "routed_at", "changed_at", "changed_by", "acknowledged_at", "answered_at", "said", "launch_id", "launch_area", "launch_first_due_at", "launch_due_at", "overdue_at", "merged_into", "parts", "due_metric", "due_at", "missed_at", "goes_on_as", "position", "deleted");

-- write rows of board
INSERT INTO views."board_v2" ("signal_id", "version", "area", "theme", "stage", "team_id", "lane", "status", "strength", "people", "routed_at", "changed_at", "changed_by", "acknowledged_at", "answered_at", "said", "launch_id", "launch_area", "launch_first_due_at", "launch_due_at", "overdue_at", "merged_into", "parts", "due_metric", "due_at", "missed_at", "goes_on_as", "position", "deleted")
SELECT new."signal_id"::text, new."version"::bigint, new."area"::text, new."theme"::text, new."stage"::text, new."team_id"::text, new."lane"::text, new."status"::text, new."strength"::text, new."people"::bigint, new."routed_at"::timestamptz, new."changed_at"::timestamptz, new."changed_by"::text, new."acknowledged_at"::timestamptz, new."answered_at"::timestamptz, new."said"::text, new."launch_id"::text, new."launch_area"::text, new."launch_first_due_at"::timestamptz, new."launch_due_at"::timestamptz, new."overdue_at"::timestamptz, new."merged_into"::text, new."parts"::text[], new."due_metric"::text, new."due_at"::timestamptz, new."missed_at"::timestamptz, new."goes_on_as"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::bigint[], %b::boolean[]) AS new("signal_id", "version", "area", "theme", "stage", "team_id", "lane", "status", "strength", "people", "routed_at", "changed_at", "changed_by", "acknowledged_at", "answered_at", "said", "launch_id", "launch_area", "launch_first_due_at", "launch_due_at", "overdue_at", "merged_into", "parts", "due_metric", "due_at", "missed_at", "goes_on_as", "position", "deleted")
ON CONFLICT ("signal_id") DO UPDATE SET "version" = excluded."version", "area" = excluded."area", "theme" = excluded."theme", "stage" = excluded."stage", "team_id" = excluded."team_id", "lane" = excluded."lane", "status" = excluded."status", "strength" = excluded."strength", "people" = excluded."people", "routed_at" = excluded."routed_at", "changed_at" = excluded."changed_at", "changed_by" = excluded."changed_by", "acknowledged_at" = excluded."acknowledged_at", "answered_at" = excluded."answered_at", "said" = excluded."said", "launch_id" = excluded."launch_id", "launch_area" = excluded."launch_area", "launch_first_due_at" = excluded."launch_first_due_at", "launch_due_at" = excluded."launch_due_at", "overdue_at" = excluded."overdue_at", "merged_into" = excluded."merged_into", "parts" = excluded."parts", "due_metric" = excluded."due_metric", "due_at" = excluded."due_at", "missed_at" = excluded."missed_at", "goes_on_as" = excluded."goes_on_as", "position" = excluded."position", "deleted" = excluded."deleted";

-- make themes
CREATE TABLE views."themes_v1" ("theme_id" text COLLATE "C" NOT NULL, "key" text COLLATE "C", "name" text COLLATE "C", "version" bigint, "changed_at" timestamptz, "changed_by" text COLLATE "C", "former_names" text[] COLLATE "C", "merged_into" text COLLATE "C", "parts" text[] COLLATE "C", "splits" text[] COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("theme_id"));

-- make themes
CREATE INDEX ON views."themes_v1" (key);

-- make themes
CREATE INDEX ON views."themes_v1" (merged_into);

-- make themes
CREATE INDEX ON views."themes_v1" (position);

-- make themes
GRANT SELECT, INSERT, UPDATE, DELETE ON views."themes_v1" TO antiphon_projector;

-- make themes
GRANT
SELECT ON views."themes_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of themes
SELECT "t"."theme_id", "t"."key", "t"."name", "t"."version", "t"."changed_at", "t"."changed_by", "t"."former_names", "t"."merged_into", "t"."parts", "t"."splits"
FROM views."themes_v1" AS t ;

-- load rows by key of themes
SELECT "t"."theme_id", "t"."key", "t"."name", "t"."version", "t"."changed_at", "t"."changed_by", "t"."former_names", "t"."merged_into", "t"."parts", "t"."splits"
FROM views."themes_v1" AS t
JOIN unnest(%b::text[]) AS asked("theme_id") ON ("t"."theme_id") = ("asked"."theme_id")
WHERE NOT t.deleted;

-- touch rows of themes
UPDATE views."themes_v1" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("theme_id")
WHERE ("t"."theme_id") = ("asked"."theme_id");

-- add rows to themes
COPY views."themes_v1" ("theme_id", "key", "name", "version", "changed_at", "changed_by", "former_names", "merged_into", "parts", "splits", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to themes
INSERT INTO views."themes_v1" ("theme_id", "key", "name", "version", "changed_at", "changed_by", "former_names", "merged_into", "parts", "splits", "position", "deleted")
SELECT new."theme_id"::text, new."key"::text, new."name"::text, new."version"::bigint, new."changed_at"::timestamptz, new."changed_by"::text, new."former_names"::text[], new."merged_into"::text, new."parts"::text[], new."splits"::text[], new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("theme_id", "key", "name", "version", "changed_at", "changed_by", "former_names", "merged_into", "parts", "splits", "position", "deleted");

-- write rows of themes
INSERT INTO views."themes_v1" ("theme_id", "key", "name", "version", "changed_at", "changed_by", "former_names", "merged_into", "parts", "splits", "position", "deleted")
SELECT new."theme_id"::text, new."key"::text, new."name"::text, new."version"::bigint, new."changed_at"::timestamptz, new."changed_by"::text, new."former_names"::text[], new."merged_into"::text, new."parts"::text[], new."splits"::text[], new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("theme_id", "key", "name", "version", "changed_at", "changed_by", "former_names", "merged_into", "parts", "splits", "position", "deleted")
ON CONFLICT ("theme_id") DO UPDATE SET "key" = excluded."key", "name" = excluded."name", "version" = excluded."version", "changed_at" = excluded."changed_at", "changed_by" = excluded."changed_by", "former_names" = excluded."former_names", "merged_into" = excluded."merged_into", "parts" = excluded."parts", "splits" = excluded."splits", "position" = excluded."position", "deleted" = excluded."deleted";

-- make survey_questions
CREATE TABLE views."survey_questions_v1" ("survey_id" text COLLATE "C" NOT NULL, "customer_id" text COLLATE "C" NOT NULL, "segment" text COLLATE "C", "stands" text COLLATE "C", "next_at" timestamptz, "reason" text COLLATE "C", "asked_at" timestamptz, "answered_at" timestamptz, "answer" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("survey_id", "customer_id"));

-- make survey_questions
CREATE INDEX ON views."survey_questions_v1" (position);

-- make survey_questions
GRANT SELECT, INSERT, UPDATE, DELETE ON views."survey_questions_v1" TO antiphon_projector;

-- make survey_questions
GRANT
SELECT ON views."survey_questions_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of survey_questions
SELECT "t"."survey_id", "t"."customer_id", "t"."segment", "t"."stands", "t"."next_at", "t"."reason", "t"."asked_at", "t"."answered_at", "t"."answer"
FROM views."survey_questions_v1" AS t ;

-- load rows by key of survey_questions
SELECT "t"."survey_id", "t"."customer_id", "t"."segment", "t"."stands", "t"."next_at", "t"."reason", "t"."asked_at", "t"."answered_at", "t"."answer"
FROM views."survey_questions_v1" AS t
JOIN unnest(%b::text[], %b::text[]) AS asked("survey_id", "customer_id") ON ("t"."survey_id", "t"."customer_id") = ("asked"."survey_id", "asked"."customer_id")
WHERE NOT t.deleted;

-- touch rows of survey_questions
UPDATE views."survey_questions_v1" AS t SET position = %b
FROM unnest(%b::text[], %b::text[]) AS asked("survey_id", "customer_id")
WHERE ("t"."survey_id", "t"."customer_id") = ("asked"."survey_id", "asked"."customer_id");

-- add rows to survey_questions
COPY views."survey_questions_v1" ("survey_id", "customer_id", "segment", "stands", "next_at", "reason", "asked_at", "answered_at", "answer", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to survey_questions
INSERT INTO views."survey_questions_v1" ("survey_id", "customer_id", "segment", "stands", "next_at", "reason", "asked_at", "answered_at", "answer", "position", "deleted")
SELECT new."survey_id"::text, new."customer_id"::text, new."segment"::text, new."stands"::text, new."next_at"::timestamptz, new."reason"::text, new."asked_at"::timestamptz, new."answered_at"::timestamptz, new."answer"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::bigint[], %b::boolean[]) AS new("survey_id", "customer_id", "segment", "stands", "next_at", "reason", "asked_at", "answered_at", "answer", "position", "deleted");

-- write rows of survey_questions
INSERT INTO views."survey_questions_v1" ("survey_id", "customer_id", "segment", "stands", "next_at", "reason", "asked_at", "answered_at", "answer", "position", "deleted")
SELECT new."survey_id"::text, new."customer_id"::text, new."segment"::text, new."stands"::text, new."next_at"::timestamptz, new."reason"::text, new."asked_at"::timestamptz, new."answered_at"::timestamptz, new."answer"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::bigint[], %b::boolean[]) AS new("survey_id", "customer_id", "segment", "stands", "next_at", "reason", "asked_at", "answered_at", "answer", "position", "deleted")
ON CONFLICT ("survey_id", "customer_id") DO UPDATE SET "segment" = excluded."segment", "stands" = excluded."stands", "next_at" = excluded."next_at", "reason" = excluded."reason", "asked_at" = excluded."asked_at", "answered_at" = excluded."answered_at", "answer" = excluded."answer", "position" = excluded."position", "deleted" = excluded."deleted";

-- make surveys
CREATE TABLE views."surveys_v1" ("survey_id" text COLLATE "C" NOT NULL, "question" text COLLATE "C", "product_area" text COLLATE "C", "signal_id" text COLLATE "C", "needed" bigint, "drawn" bigint, "opened_at" timestamptz, "opened_by" text COLLATE "C", "closes_at" timestamptz, "closed_early" boolean, "asked" bigint, "answered" bigint, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("survey_id"));

-- make surveys
CREATE INDEX ON views."surveys_v1" (opened_at, survey_id);

-- make surveys
CREATE INDEX ON views."surveys_v1" (position);

-- make surveys
GRANT SELECT, INSERT, UPDATE, DELETE ON views."surveys_v1" TO antiphon_projector;

-- make surveys
GRANT
SELECT ON views."surveys_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of surveys
SELECT "t"."survey_id", "t"."question", "t"."product_area", "t"."signal_id", "t"."needed", "t"."drawn", "t"."opened_at", "t"."opened_by", "t"."closes_at", "t"."closed_early", "t"."asked", "t"."answered"
FROM views."surveys_v1" AS t ;

-- load rows by key of surveys
SELECT "t"."survey_id", "t"."question", "t"."product_area", "t"."signal_id", "t"."needed", "t"."drawn", "t"."opened_at", "t"."opened_by", "t"."closes_at", "t"."closed_early", "t"."asked", "t"."answered"
FROM views."surveys_v1" AS t
JOIN unnest(%b::text[]) AS asked("survey_id") ON ("t"."survey_id") = ("asked"."survey_id")
WHERE NOT t.deleted;

-- touch rows of surveys
UPDATE views."surveys_v1" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("survey_id")
WHERE ("t"."survey_id") = ("asked"."survey_id");

-- add rows to surveys
COPY views."surveys_v1" ("survey_id", "question", "product_area", "signal_id", "needed", "drawn", "opened_at", "opened_by", "closes_at", "closed_early", "asked", "answered", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to surveys
INSERT INTO views."surveys_v1" ("survey_id", "question", "product_area", "signal_id", "needed", "drawn", "opened_at", "opened_by", "closes_at", "closed_early", "asked", "answered", "position", "deleted")
SELECT new."survey_id"::text, new."question"::text, new."product_area"::text, new."signal_id"::text, new."needed"::bigint, new."drawn"::bigint, new."opened_at"::timestamptz, new."opened_by"::text, new."closes_at"::timestamptz, new."closed_early"::boolean, new."asked"::bigint, new."answered"::bigint, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::boolean[], %b::bigint[], %b::bigint[], %b::bigint[], %b::boolean[]) AS new("survey_id", "question", "product_area", "signal_id", "needed", "drawn", "opened_at", "opened_by", "closes_at", "closed_early", "asked", "answered", "position", "deleted");

-- write rows of surveys
INSERT INTO views."surveys_v1" ("survey_id", "question", "product_area", "signal_id", "needed", "drawn", "opened_at", "opened_by", "closes_at", "closed_early", "asked", "answered", "position", "deleted")
SELECT new."survey_id"::text, new."question"::text, new."product_area"::text, new."signal_id"::text, new."needed"::bigint, new."drawn"::bigint, new."opened_at"::timestamptz, new."opened_by"::text, new."closes_at"::timestamptz, new."closed_early"::boolean, new."asked"::bigint, new."answered"::bigint, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::boolean[], %b::bigint[], %b::bigint[], %b::bigint[], %b::boolean[]) AS new("survey_id", "question", "product_area", "signal_id", "needed", "drawn", "opened_at", "opened_by", "closes_at", "closed_early", "asked", "answered", "position", "deleted")
ON CONFLICT ("survey_id") DO UPDATE SET "question" = excluded."question", "product_area" = excluded."product_area", "signal_id" = excluded."signal_id", "needed" = excluded."needed", "drawn" = excluded."drawn", "opened_at" = excluded."opened_at", "opened_by" = excluded."opened_by", "closes_at" = excluded."closes_at", "closed_early" = excluded."closed_early", "asked" = excluded."asked", "answered" = excluded."answered", "position" = excluded."position", "deleted" = excluded."deleted";

-- make legal_holds
CREATE TABLE views."legal_holds_v1" ("hold_id" text COLLATE "C" NOT NULL, "customer_id" text COLLATE "C", "conversation_id" text COLLATE "C", "until" timestamptz, "placed_at" timestamptz, "placed_by" text COLLATE "C", "reason" text COLLATE "C", "ended_at" timestamptz, "ended_by" text COLLATE "C", "end_reason" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("hold_id"));

-- make legal_holds
CREATE INDEX ON views."legal_holds_v1" (placed_at, hold_id);

-- make legal_holds
CREATE INDEX ON views."legal_holds_v1" (position);

-- make legal_holds
GRANT SELECT, INSERT, UPDATE, DELETE ON views."legal_holds_v1" TO antiphon_projector;

-- make legal_holds
GRANT
SELECT ON views."legal_holds_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of legal_holds
SELECT "t"."hold_id", "t"."customer_id", "t"."conversation_id", "t"."until", "t"."placed_at", "t"."placed_by", "t"."reason", "t"."ended_at", "t"."ended_by", "t"."end_reason"
FROM views."legal_holds_v1" AS t ;

-- load rows by key of legal_holds
SELECT "t"."hold_id", "t"."customer_id", "t"."conversation_id", "t"."until", "t"."placed_at", "t"."placed_by", "t"."reason", "t"."ended_at", "t"."ended_by", "t"."end_reason"
FROM views."legal_holds_v1" AS t
JOIN unnest(%b::text[]) AS asked("hold_id") ON ("t"."hold_id") = ("asked"."hold_id")
WHERE NOT t.deleted;

-- touch rows of legal_holds
UPDATE views."legal_holds_v1" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("hold_id")
WHERE ("t"."hold_id") = ("asked"."hold_id");

-- add rows to legal_holds
COPY views."legal_holds_v1" ("hold_id", "customer_id", "conversation_id", "until", "placed_at", "placed_by", "reason", "ended_at", "ended_by", "end_reason", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to legal_holds
INSERT INTO views."legal_holds_v1" ("hold_id", "customer_id", "conversation_id", "until", "placed_at", "placed_by", "reason", "ended_at", "ended_by", "end_reason", "position", "deleted")
SELECT new."hold_id"::text, new."customer_id"::text, new."conversation_id"::text, new."until"::timestamptz, new."placed_at"::timestamptz, new."placed_by"::text, new."reason"::text, new."ended_at"::timestamptz, new."ended_by"::text, new."end_reason"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("hold_id", "customer_id", "conversation_id", "until", "placed_at", "placed_by", "reason", "ended_at", "ended_by", "end_reason", "position", "deleted");

-- write rows of legal_holds
INSERT INTO views."legal_holds_v1" ("hold_id", "customer_id", "conversation_id", "until", "placed_at", "placed_by", "reason", "ended_at", "ended_by", "end_reason", "position", "deleted")
SELECT new."hold_id"::text, new."customer_id"::text, new."conversation_id"::text, new."until"::timestamptz, new."placed_at"::timestamptz, new."placed_by"::text, new."reason"::text, new."ended_at"::timestamptz, new."ended_by"::text, new."end_reason"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("hold_id", "customer_id", "conversation_id", "until", "placed_at", "placed_by", "reason", "ended_at", "ended_by", "end_reason", "position", "deleted")
ON CONFLICT ("hold_id") DO UPDATE SET "customer_id" = excluded."customer_id", "conversation_id" = excluded."conversation_id", "until" = excluded."until", "placed_at" = excluded."placed_at", "placed_by" = excluded."placed_by", "reason" = excluded."reason", "ended_at" = excluded."ended_at", "ended_by" = excluded."ended_by", "end_reason" = excluded."end_reason", "position" = excluded."position", "deleted" = excluded."deleted";

-- make confirmations
CREATE TABLE views."confirmations_v1" ("confirmation_id" text COLLATE "C" NOT NULL, "act" text COLLATE "C", "person_id" text COLLATE "C", "asked_at" timestamptz, "asked_by" text COLLATE "C", "requested_by" text COLLATE "C", "reason" text COLLATE "C", "expires_at" timestamptz, "confirmed_at" timestamptz, "confirmed_by" text COLLATE "C", "done_at" timestamptz, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("confirmation_id"));

-- make confirmations
CREATE INDEX ON views."confirmations_v1" (asked_at, confirmation_id);

-- make confirmations
CREATE INDEX ON views."confirmations_v1" (position);

-- make confirmations
GRANT SELECT, INSERT, UPDATE, DELETE ON views."confirmations_v1" TO antiphon_projector;

-- make confirmations
GRANT
SELECT ON views."confirmations_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of confirmations
SELECT "t"."confirmation_id", "t"."act", "t"."person_id", "t"."asked_at", "t"."asked_by", "t"."requested_by", "t"."reason", "t"."expires_at", "t"."confirmed_at", "t"."confirmed_by", "t"."done_at"
FROM views."confirmations_v1" AS t ;

-- load rows by key of confirmations
SELECT "t"."confirmation_id", "t"."act", "t"."person_id", "t"."asked_at", "t"."asked_by", "t"."requested_by", "t"."reason", "t"."expires_at", "t"."confirmed_at", "t"."confirmed_by", "t"."done_at"
FROM views."confirmations_v1" AS t
JOIN unnest(%b::text[]) AS asked("confirmation_id") ON ("t"."confirmation_id") = ("asked"."confirmation_id")
WHERE NOT t.deleted;

-- touch rows of confirmations
UPDATE views."confirmations_v1" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("confirmation_id")
WHERE ("t"."confirmation_id") = ("asked"."confirmation_id");

-- add rows to confirmations
COPY views."confirmations_v1" ("confirmation_id", "act", "person_id", "asked_at", "asked_by", "requested_by", "reason", "expires_at", "confirmed_at", "confirmed_by", "done_at", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to confirmations
INSERT INTO views."confirmations_v1" ("confirmation_id", "act", "person_id", "asked_at", "asked_by", "requested_by", "reason", "expires_at", "confirmed_at", "confirmed_by", "done_at", "position", "deleted")
SELECT new."confirmation_id"::text, new."act"::text, new."person_id"::text, new."asked_at"::timestamptz, new."asked_by"::text, new."requested_by"::text, new."reason"::text, new."expires_at"::timestamptz, new."confirmed_at"::timestamptz, new."confirmed_by"::text, new."done_at"::timestamptz, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::bigint[], %b::boolean[]) AS new("confirmation_id", "act", "person_id", "asked_at", "asked_by", "requested_by", "reason", "expires_at", "confirmed_at", "confirmed_by", "done_at", "position", "deleted");

-- write rows of confirmations
INSERT INTO views."confirmations_v1" ("confirmation_id", "act", "person_id", "asked_at", "asked_by", "requested_by", "reason", "expires_at", "confirmed_at", "confirmed_by", "done_at", "position", "deleted")
SELECT new."confirmation_id"::text, new."act"::text, new."person_id"::text, new."asked_at"::timestamptz, new."asked_by"::text, new."requested_by"::text, new."reason"::text, new."expires_at"::timestamptz, new."confirmed_at"::timestamptz, new."confirmed_by"::text, new."done_at"::timestamptz, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::bigint[], %b::boolean[]) AS new("confirmation_id", "act", "person_id", "asked_at", "asked_by", "requested_by", "reason", "expires_at", "confirmed_at", "confirmed_by", "done_at", "position", "deleted")
ON CONFLICT ("confirmation_id") DO UPDATE SET "act" = excluded."act", "person_id" = excluded."person_id", "asked_at" = excluded."asked_at", "asked_by" = excluded."asked_by", "requested_by" = excluded."requested_by", "reason" = excluded."reason", "expires_at" = excluded."expires_at", "confirmed_at" = excluded."confirmed_at", "confirmed_by" = excluded."confirmed_by", "done_at" = excluded."done_at", "position" = excluded."position", "deleted" = excluded."deleted";

-- make webhooks
CREATE TABLE views."webhooks_v1" ("webhook_id" text COLLATE "C" NOT NULL, "disabled" text COLLATE "C", position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ("webhook_id"));

-- make webhooks
CREATE INDEX ON views."webhooks_v1" (position);

-- make webhooks
GRANT SELECT, INSERT, UPDATE, DELETE ON views."webhooks_v1" TO antiphon_projector;

-- make webhooks
GRANT
SELECT ON views."webhooks_v1" TO antiphon_reader, antiphon_auditor;

-- read rows of webhooks
SELECT "t"."webhook_id", "t"."disabled"
FROM views."webhooks_v1" AS t ;

-- load rows by key of webhooks
SELECT "t"."webhook_id", "t"."disabled"
FROM views."webhooks_v1" AS t
JOIN unnest(%b::text[]) AS asked("webhook_id") ON ("t"."webhook_id") = ("asked"."webhook_id")
WHERE NOT t.deleted;

-- touch rows of webhooks
UPDATE views."webhooks_v1" AS t SET position = %b
FROM unnest(%b::text[]) AS asked("webhook_id")
WHERE ("t"."webhook_id") = ("asked"."webhook_id");

-- add rows to webhooks
COPY views."webhooks_v1" ("webhook_id", "disabled", "position", "deleted")
FROM STDIN (FORMAT BINARY);

-- add rows in a pipeline to webhooks
INSERT INTO views."webhooks_v1" ("webhook_id", "disabled", "position", "deleted")
SELECT new."webhook_id"::text, new."disabled"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("webhook_id", "disabled", "position", "deleted");

-- write rows of webhooks
INSERT INTO views."webhooks_v1" ("webhook_id", "disabled", "position", "deleted")
SELECT new."webhook_id"::text, new."disabled"::text, new."position"::bigint, new."deleted"::boolean
FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::boolean[]) AS new("webhook_id", "disabled", "position", "deleted")
ON CONFLICT ("webhook_id") DO UPDATE SET "disabled" = excluded."disabled", "position" = excluded."position", "deleted" = excluded."deleted";

-- read a page of projections.attention.OF_CUSTOMER
SELECT "t"."customer_id", "t"."outcome_id", "t"."outcome", "t"."signal_id", "t"."area", "t"."theme", "t"."owed_at", "t"."next_at", "t"."reason", "t"."told_at", "t"."message_id", "t"."conversation_id", ARRAY[(t.outcome_id)::text, (t.customer_id)::text]
FROM views."closing_messages_v1" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.outcome_id, t.customer_id) > (%(closing-messages_0)s::text, %(closing-messages_1)s::text)
ORDER BY t.outcome_id, t.customer_id
LIMIT %(closing-messages_limit)s;

-- page as JSON of projections.attention.OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'closing_messages' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."outcome_id" AS "outcome_id", t."outcome" AS "outcome", t."signal_id" AS "signal_id", t."area" AS "area", t."theme" AS "theme", t."owed_at" AS "owed_at", t."next_at" AS "next_at", t."reason" AS "reason", t."told_at" AS "told_at", t."message_id" AS "message_id", t."conversation_id" AS "conversation_id") AS shown))) FILTER (WHERE (size > %(closing-messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'closing_messages' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(closing-messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) AS size, t.outcome_id AS place_0, t.customer_id AS place_1
FROM views."closing_messages_v1" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.outcome_id, t.customer_id) > (%(closing-messages_0)s::text, %(closing-messages_1)s::text)
ORDER BY t.outcome_id, t.customer_id
LIMIT %(closing-messages_limit)s) AS t) AS "closing-messages";

-- changes of projections.attention.OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'closing_messages' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."outcome_id" AS "outcome_id", t."outcome" AS "outcome", t."signal_id" AS "signal_id", t."area" AS "area", t."theme" AS "theme", t."owed_at" AS "owed_at", t."next_at" AS "next_at", t."reason" AS "reason", t."told_at" AS "told_at", t."message_id" AS "message_id", t."conversation_id" AS "conversation_id") AS shown))) FILTER (WHERE fits AND (size > %(closing-messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'closing_messages' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id", "t"."outcome_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(closing-messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) AS size
FROM views."closing_messages_v1" AS t
WHERE t.position > %(closing-messages_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(closing-messages_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(closing-messages_limit)s + 1) AS t) AS "closing-messages";

-- read a page of projections.attention.OF_SIGNAL
SELECT "t"."customer_id", "t"."outcome_id", "t"."outcome", "t"."signal_id", "t"."area", "t"."theme", "t"."owed_at", "t"."next_at", "t"."reason", "t"."told_at", "t"."message_id", "t"."conversation_id", ARRAY[(t.outcome_id)::text, (t.customer_id)::text]
FROM views."closing_messages_v1" AS t
WHERE NOT t.deleted AND (t.signal_id = %(id)s) AND (true) AND (t.outcome_id, t.customer_id) > (%(closing-messages_0)s::text, %(closing-messages_1)s::text)
ORDER BY t.outcome_id, t.customer_id
LIMIT %(closing-messages_limit)s;

-- page as JSON of projections.attention.OF_SIGNAL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'closing_messages' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."outcome_id" AS "outcome_id", t."outcome" AS "outcome", t."signal_id" AS "signal_id", t."area" AS "area", t."theme" AS "theme", t."owed_at" AS "owed_at", t."next_at" AS "next_at", t."reason" AS "reason", t."told_at" AS "told_at", t."message_id" AS "message_id", t."conversation_id" AS "conversation_id") AS shown))) FILTER (WHERE (size > %(closing-messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'closing_messages' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(closing-messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) AS size, t.outcome_id AS place_0, t.customer_id AS place_1
FROM views."closing_messages_v1" AS t
WHERE NOT t.deleted AND (t.signal_id = %(id)s) AND (true) AND (t.outcome_id, t.customer_id) > (%(closing-messages_0)s::text, %(closing-messages_1)s::text)
ORDER BY t.outcome_id, t.customer_id
LIMIT %(closing-messages_limit)s) AS t) AS "closing-messages";

-- changes of projections.attention.OF_SIGNAL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'closing_messages' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."outcome_id" AS "outcome_id", t."outcome" AS "outcome", t."signal_id" AS "signal_id", t."area" AS "area", t."theme" AS "theme", t."owed_at" AS "owed_at", t."next_at" AS "next_at", t."reason" AS "reason", t."told_at" AS "told_at", t."message_id" AS "message_id", t."conversation_id" AS "conversation_id") AS shown))) FILTER (WHERE fits AND (size > %(closing-messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'closing_messages' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id", "t"."outcome_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(closing-messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) AS size
FROM views."closing_messages_v1" AS t
WHERE t.position > %(closing-messages_since)s AND (t.signal_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(closing-messages_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(closing-messages_limit)s + 1) AS t) AS "closing-messages";

-- read a page of projections.confirmation.ALL
SELECT "t"."confirmation_id", "t"."act", "t"."person_id", "t"."asked_at", "t"."asked_by", "t"."requested_by", "t"."reason", "t"."expires_at", "t"."confirmed_at", "t"."confirmed_by", "t"."done_at", ARRAY[(t.asked_at)::text, (t.confirmation_id)::text]
FROM views."confirmations_v1" AS t
WHERE NOT t.deleted AND (true) AND ((%(ended)s OR (t.done_at IS NULL AND (t.confirmed_at IS NOT NULL OR t.expires_at > %(now)s::timestamptz)))) AND (t.asked_at, t.confirmation_id) > (%(confirmations_0)s::timestamptz, %(confirmations_1)s::text)
ORDER BY t.asked_at, t.confirmation_id
LIMIT %(confirmations_limit)s;

-- page as JSON of projections.confirmation.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'confirmations' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."confirmation_id" AS "confirmation_id", t."act" AS "act", t."person_id" AS "person_id", t."asked_at" AS "asked_at", t."asked_by" AS "asked_by", t."requested_by" AS "requested_by", t."reason" AS "reason", t."expires_at" AS "expires_at", t."confirmed_at" AS "confirmed_at", t."confirmed_by" AS "confirmed_by", t."done_at" AS "done_at") AS shown))) FILTER (WHERE (size > %(confirmations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'confirmations' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(confirmations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."asked_by"), 0) + coalesce(octet_length("t"."requested_by"), 0) + coalesce(octet_length("t"."reason"), 0) + coalesce(octet_length("t"."confirmed_by"), 0) AS size, t.asked_at AS place_0, t.confirmation_id AS place_1
FROM views."confirmations_v1" AS t
WHERE NOT t.deleted AND (true) AND ((%(ended)s OR (t.done_at IS NULL AND (t.confirmed_at IS NOT NULL OR t.expires_at > %(now)s::timestamptz)))) AND (t.asked_at, t.confirmation_id) > (%(confirmations_0)s::timestamptz, %(confirmations_1)s::text)
ORDER BY t.asked_at, t.confirmation_id
LIMIT %(confirmations_limit)s) AS t) AS "confirmations";

-- changes of projections.confirmation.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'confirmations' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."confirmation_id" AS "confirmation_id", t."act" AS "act", t."person_id" AS "person_id", t."asked_at" AS "asked_at", t."asked_by" AS "asked_by", t."requested_by" AS "requested_by", t."reason" AS "reason", t."expires_at" AS "expires_at", t."confirmed_at" AS "confirmed_at", t."confirmed_by" AS "confirmed_by", t."done_at" AS "done_at") AS shown))) FILTER (WHERE fits AND (size > %(confirmations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'confirmations' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."confirmation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(confirmations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((%(ended)s OR (t.done_at IS NULL AND (t.confirmed_at IS NOT NULL OR t.expires_at > %(now)s::timestamptz)))), false) AS fits, 0 + coalesce(octet_length("t"."asked_by"), 0) + coalesce(octet_length("t"."requested_by"), 0) + coalesce(octet_length("t"."reason"), 0) + coalesce(octet_length("t"."confirmed_by"), 0) AS size
FROM views."confirmations_v1" AS t
WHERE t.position > %(confirmations_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(confirmations_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(confirmations_limit)s + 1) AS t) AS "confirmations";

-- read a page of projections.conversation.history.LINES
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL)
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)), "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = linked.id) AND (t.kind <> 'heard') AND (t.occurred_at, t.place) > (%(lines_0)s::timestamptz, %(lines_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s;

-- page as JSON of projections.conversation.history.LINES
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = linked.id) AND (t.kind <> 'heard') AND (t.occurred_at, t.place) > (%(lines_0)s::timestamptz, %(lines_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s) AS t) AS "lines";

-- changes of projections.conversation.history.LINES
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE fits AND (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind <> 'heard'), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(lines_since)s AND (coalesce(t.split_into, t.conversation_id) = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(lines_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(lines_limit)s + 1) AS t) AS "lines";

-- read a page of projections.conversation.history.NEWEST
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", "t"."late", "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.version)::text]
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.version) < (%(newest_0)s::bigint)
ORDER BY t.version DESC
LIMIT %(newest_limit)s;

-- page as JSON of projections.conversation.history.NEWEST
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg("t"."document") FILTER (WHERE (size > %(newest_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(newest_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.version AS place_0
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.version) < (%(newest_0)s::bigint)
ORDER BY t.version DESC
LIMIT %(newest_limit)s) AS t) AS "newest";

-- changes of projections.conversation.history.NEWEST
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg("t"."document") FILTER (WHERE fits AND (size > %(newest_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(newest_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(newest_since)s AND (t.conversation_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(newest_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(newest_limit)s + 1) AS t) AS "newest";

-- read a page of projections.conversation.history.OF_AUTHOR
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", "t"."late", "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.conversation_id)::text, (t.version)::text]
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (t.author_id = %(author_id)s) AND (t.conversation_id, t.version) > (%(lines_0)s::text, %(lines_1)s::bigint)
ORDER BY t.conversation_id, t.version
LIMIT %(lines_limit)s;

-- page as JSON of projections.conversation.history.OF_AUTHOR
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg("t"."document") FILTER (WHERE (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.conversation_id AS place_0, t.version AS place_1
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (t.author_id = %(author_id)s) AND (t.conversation_id, t.version) > (%(lines_0)s::text, %(lines_1)s::bigint)
ORDER BY t.conversation_id, t.version
LIMIT %(lines_limit)s) AS t) AS "lines";

-- changes of projections.conversation.history.OF_AUTHOR
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg("t"."document") FILTER (WHERE fits AND (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.author_id = %(author_id)s), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(lines_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(lines_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(lines_limit)s + 1) AS t) AS "lines";

-- read a page of projections.conversation.history.OF_PARTICIPANT
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)), "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = %(id)s) AND (t.kind IN ('received', 'sent')) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s;

-- page as JSON of projections.conversation.history.OF_PARTICIPANT
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = %(id)s) AND (t.kind IN ('received', 'sent')) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s) AS t) AS "messages";

-- changes of projections.conversation.history.OF_PARTICIPANT
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE fits AND (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind IN ('received', 'sent')), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(messages_since)s AND (t.participant_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(messages_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(messages_limit)s + 1) AS t) AS "messages";

-- read a page of projections.conversation.history.PARTICIPANTS
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL)
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", "t"."late", "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = linked.id) AND (t.kind = 'participant') AND (t.occurred_at, t.place) > (%(participants_0)s::timestamptz, %(participants_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(participants_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(participants_limit)s;

-- page as JSON of projections.conversation.history.PARTICIPANTS
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.participant_id AS "participant_id", t.occurred_at AS "since", t.channel AS "channel", t.new AS "contact_kind", t.text AS "contact", t.conversation_id AS "conversation_id", (SELECT min(gone.occurred_at)
FROM views."history_v15" AS gone
WHERE gone.participant_id = t.participant_id
    AND gone.conversation_id = t.conversation_id AND gone.field = 'participant' AND gone.place > t.place
    AND NOT gone.deleted) AS "until") AS shown))) FILTER (WHERE (size > %(participants_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(participants_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = linked.id) AND (t.kind = 'participant') AND (t.occurred_at, t.place) > (%(participants_0)s::timestamptz, %(participants_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(participants_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(participants_limit)s) AS t) AS "participants";

-- changes of projections.conversation.history.PARTICIPANTS
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.participant_id AS "participant_id", t.occurred_at AS "since", t.channel AS "channel", t.new AS "contact_kind", t.text AS "contact", t.conversation_id AS "conversation_id", (SELECT min(gone.occurred_at)
FROM views."history_v15" AS gone
WHERE gone.participant_id = t.participant_id
    AND gone.conversation_id = t.conversation_id AND gone.field = 'participant' AND gone.place > t.place
    AND NOT gone.deleted) AS "until") AS shown))) FILTER (WHERE fits AND (size > %(participants_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(participants_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind = 'participant'), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(participants_since)s AND (coalesce(t.split_into, t.conversation_id) = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(participants_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(participants_limit)s + 1) AS t) AS "participants";

-- read a page of projections.conversation.inbox.BY_DUE
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(coalesce(t.due_at, 'infinity'))::text, (coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'))::text, (t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND (CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (coalesce(t.due_at, 'infinity'), coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id) > (%(items_0)s::timestamptz, %(items_1)s::timestamptz, %(items_2)s::text)
ORDER BY coalesce(t.due_at, 'infinity'), coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id
LIMIT %(items_limit)s;

-- page as JSON of projections.conversation.inbox.BY_DUE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text, (array_agg(place_2))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, coalesce(t.due_at, 'infinity') AS place_0, coalesce(least(t.stands_at, t.reply_failed_at), 'infinity') AS place_1, t.conversation_id AS place_2
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND (CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (coalesce(t.due_at, 'infinity'), coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id) > (%(items_0)s::timestamptz, %(items_1)s::timestamptz, %(items_2)s::text)
ORDER BY coalesce(t.due_at, 'infinity'), coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.conversation.inbox.BY_DUE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.conversation.inbox.BY_ID
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND (t.conversation_id = ANY (%(ids)s::text[])) AND (t.conversation_id) > (%(items_0)s::text)
ORDER BY t.conversation_id
LIMIT %(items_limit)s;

-- page as JSON of projections.conversation.inbox.BY_ID
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, t.conversation_id AS place_0
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND (t.conversation_id = ANY (%(ids)s::text[])) AND (t.conversation_id) > (%(items_0)s::text)
ORDER BY t.conversation_id
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.conversation.inbox.BY_ID
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.conversation_id = ANY (%(ids)s::text[])), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.conversation.inbox.ITEMS
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'))::text, (t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND (CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id) > (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id
LIMIT %(items_limit)s;

-- page as JSON of projections.conversation.inbox.ITEMS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, coalesce(least(t.stands_at, t.reply_failed_at), 'infinity') AS place_0, t.conversation_id AS place_1
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND (CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id) > (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.conversation.inbox.ITEMS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.conversation.inbox.OF_CUSTOMER
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(t.opened_at)::text, (t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.opened_at, t.conversation_id) < (%(conversations_0)s::timestamptz, %(conversations_1)s::text)
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s;

-- page as JSON of projections.conversation.inbox.OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(conversations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, t.opened_at AS place_0, t.conversation_id AS place_1
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.opened_at, t.conversation_id) < (%(conversations_0)s::timestamptz, %(conversations_1)s::text)
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s) AS t) AS "conversations";

-- changes of projections.conversation.inbox.OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(conversations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(conversations_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(conversations_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(conversations_limit)s + 1) AS t) AS "conversations";

-- read a page of projections.conversation.inbox.ONE
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(t.version)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.version) > (%(conversation_0)s::bigint)
ORDER BY t.version
LIMIT %(conversation_limit)s;

-- page as JSON of projections.conversation.inbox.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(conversation_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversation_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, t.version AS place_0
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.version) > (%(conversation_0)s::bigint)
ORDER BY t.version
LIMIT %(conversation_limit)s) AS t) AS "conversation";

-- changes of projections.conversation.inbox.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(conversation_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversation_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(conversation_since)s AND (t.conversation_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(conversation_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(conversation_limit)s + 1) AS t) AS "conversation";

-- read a page of projections.conversation.inbox.OPEN_OF_CUSTOMER
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (NOT t.status IN ('resolved', 'withdrawn') AND t.merged_into IS NULL) AND (t.conversation_id) > (%(open_0)s::text)
ORDER BY t.conversation_id
LIMIT %(open_limit)s;

-- page as JSON of projections.conversation.inbox.OPEN_OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(open_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(open_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, t.conversation_id AS place_0
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (NOT t.status IN ('resolved', 'withdrawn') AND t.merged_into IS NULL) AND (t.conversation_id) > (%(open_0)s::text)
ORDER BY t.conversation_id
LIMIT %(open_limit)s) AS t) AS "open";

-- changes of projections.conversation.inbox.OPEN_OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(open_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(open_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (NOT t.status IN ('resolved', 'withdrawn') AND t.merged_into IS NULL), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(open_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(open_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(open_limit)s + 1) AS t) AS "open";

-- read a page of projections.customer.contacts.ALL
SELECT "t"."customer_id", "t"."name", "t"."points", "t"."channel", "t"."language", "t"."quiet", "t"."chosen_at", "t"."consents", "t"."zone", ARRAY[(t.customer_id)::text]
FROM views."contacts_v4" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.customer_id) > (%(contacts_0)s::text)
ORDER BY t.customer_id
LIMIT %(contacts_limit)s;

-- page as JSON of projections.customer.contacts.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'contacts' AND version = 4 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."name" AS "name", t."points" AS "points", t."channel" AS "channel", t."language" AS "language", t."quiet" AS "quiet", t."chosen_at" AS "chosen_at", t."consents" AS "consents", t."zone" AS "zone") AS shown))) FILTER (WHERE (size > %(contacts_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'contacts' AND version = 4) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(contacts_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."points") > 128 THEN octet_length("t"."points"::text)
ELSE 0 END + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."consents") > 128 THEN octet_length("t"."consents"::text)
ELSE 0 END + coalesce(octet_length("t"."zone"), 0) AS size, t.customer_id AS place_0
FROM views."contacts_v4" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.customer_id) > (%(contacts_0)s::text)
ORDER BY t.customer_id
LIMIT %(contacts_limit)s) AS t) AS "contacts";

-- changes of projections.customer.contacts.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'contacts' AND version = 4 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."name" AS "name", t."points" AS "points", t."channel" AS "channel", t."language" AS "language", t."quiet" AS "quiet", t."chosen_at" AS "chosen_at", t."consents" AS "consents", t."zone" AS "zone") AS shown))) FILTER (WHERE fits AND (size > %(contacts_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'contacts' AND version = 4) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(contacts_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."points") > 128 THEN octet_length("t"."points"::text)
ELSE 0 END + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."consents") > 128 THEN octet_length("t"."consents"::text)
ELSE 0 END + coalesce(octet_length("t"."zone"), 0) AS size
FROM views."contacts_v4" AS t
WHERE t.position > %(contacts_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(contacts_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(contacts_limit)s + 1) AS t) AS "contacts";

-- read a page of projections.customer.contacts.NAMED
SELECT "t"."customer_id", "t"."name", "t"."points", "t"."channel", "t"."language", "t"."quiet", "t"."chosen_at", "t"."consents", "t"."zone", ARRAY[(t.customer_id)::text]
FROM views."contacts_v4" AS t
WHERE NOT t.deleted AND (true) AND (strpos(lower(t.name), lower(%(name)s::text)) > 0) AND (t.customer_id) > (%(customers_named_0)s::text)
ORDER BY t.customer_id
LIMIT %(customers_named_limit)s;

-- page as JSON of projections.customer.contacts.NAMED
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'contacts' AND version = 4 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."name" AS "name", t."points" AS "points", t."channel" AS "channel", t."language" AS "language", t."quiet" AS "quiet", t."chosen_at" AS "chosen_at", t."consents" AS "consents", t."zone" AS "zone") AS shown))) FILTER (WHERE (size > %(customers_named_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'contacts' AND version = 4) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(customers_named_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."points") > 128 THEN octet_length("t"."points"::text)
ELSE 0 END + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."consents") > 128 THEN octet_length("t"."consents"::text)
ELSE 0 END + coalesce(octet_length("t"."zone"), 0) AS size, t.customer_id AS place_0
FROM views."contacts_v4" AS t
WHERE NOT t.deleted AND (true) AND (strpos(lower(t.name), lower(%(name)s::text)) > 0) AND (t.customer_id) > (%(customers_named_0)s::text)
ORDER BY t.customer_id
LIMIT %(customers_named_limit)s) AS t) AS "customers_named";

-- changes of projections.customer.contacts.NAMED
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'contacts' AND version = 4 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."name" AS "name", t."points" AS "points", t."channel" AS "channel", t."language" AS "language", t."quiet" AS "quiet", t."chosen_at" AS "chosen_at", t."consents" AS "consents", t."zone" AS "zone") AS shown))) FILTER (WHERE fits AND (size > %(customers_named_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'contacts' AND version = 4) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(customers_named_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (strpos(lower(t.name), lower(%(name)s::text)) > 0), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."points") > 128 THEN octet_length("t"."points"::text)
ELSE 0 END + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."consents") > 128 THEN octet_length("t"."consents"::text)
ELSE 0 END + coalesce(octet_length("t"."zone"), 0) AS size
FROM views."contacts_v4" AS t
WHERE t.position > %(customers_named_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(customers_named_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(customers_named_limit)s + 1) AS t) AS "customers_named";

-- read a page of projections.customer.contacts.ONE
SELECT "t"."customer_id", "t"."name", "t"."points", "t"."channel", "t"."language", "t"."quiet", "t"."chosen_at", "t"."consents", "t"."zone", ARRAY[(t.customer_id)::text]
FROM views."contacts_v4" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.customer_id) > (%(contact_0)s::text)
ORDER BY t.customer_id
LIMIT %(contact_limit)s;

-- page as JSON of projections.customer.contacts.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'contacts' AND version = 4 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."name" AS "name", t."points" AS "points", t."channel" AS "channel", t."language" AS "language", t."quiet" AS "quiet", t."chosen_at" AS "chosen_at", t."consents" AS "consents", t."zone" AS "zone") AS shown))) FILTER (WHERE (size > %(contact_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'contacts' AND version = 4) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(contact_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."points") > 128 THEN octet_length("t"."points"::text)
ELSE 0 END + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."consents") > 128 THEN octet_length("t"."consents"::text)
ELSE 0 END + coalesce(octet_length("t"."zone"), 0) AS size, t.customer_id AS place_0
FROM views."contacts_v4" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.customer_id) > (%(contact_0)s::text)
ORDER BY t.customer_id
LIMIT %(contact_limit)s) AS t) AS "contact";

-- changes of projections.customer.contacts.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'contacts' AND version = 4 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."name" AS "name", t."points" AS "points", t."channel" AS "channel", t."language" AS "language", t."quiet" AS "quiet", t."chosen_at" AS "chosen_at", t."consents" AS "consents", t."zone" AS "zone") AS shown))) FILTER (WHERE fits AND (size > %(contact_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'contacts' AND version = 4) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(contact_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."points") > 128 THEN octet_length("t"."points"::text)
ELSE 0 END + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."consents") > 128 THEN octet_length("t"."consents"::text)
ELSE 0 END + coalesce(octet_length("t"."zone"), 0) AS size
FROM views."contacts_v4" AS t
WHERE t.position > %(contact_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(contact_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(contact_limit)s + 1) AS t) AS "contact";

-- read a page of projections.customer.customer_promises.HEAR_BY
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.due_at)::text, (t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s) AND (t.ended_at IS NULL) AND (t.due_at, t.promise_id) > (%(hear_by_0)s::timestamptz, %(hear_by_1)s::text)
ORDER BY t.due_at, t.promise_id
LIMIT %(hear_by_limit)s;

-- page as JSON of projections.customer.customer_promises.HEAR_BY
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.promise_id AS "promise_id", t.conversation_id AS "conversation_id", t.order_id AS "order_id", t.delivery AS "delivery", t.text AS "text", t.original_due_at AS "original_due_at", t.due_at AS "due_at", t.made_at AS "made_at", t.state AS "state", (SELECT coalesce(json_agg(json_build_object('due_at', each -> 'due_at', 'previous', each -> 'previous', 'because', each -> 'because', 'at', each -> 'at')
ORDER BY n), '[]')
FROM jsonb_array_elements(t.revisions) WITH ORDINALITY AS listed(each, n)) AS "revisions", t.overdue_at AS "overdue_at", t.ended_at AS "ended_at", t.because AS "because") AS shown))) FILTER (WHERE (size > %(hear_by_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(hear_by_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.due_at AS place_0, t.promise_id AS place_1
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s) AND (t.ended_at IS NULL) AND (t.due_at, t.promise_id) > (%(hear_by_0)s::timestamptz, %(hear_by_1)s::text)
ORDER BY t.due_at, t.promise_id
LIMIT %(hear_by_limit)s) AS t) AS "hear_by";

-- changes of projections.customer.customer_promises.HEAR_BY
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.promise_id AS "promise_id", t.conversation_id AS "conversation_id", t.order_id AS "order_id", t.delivery AS "delivery", t.text AS "text", t.original_due_at AS "original_due_at", t.due_at AS "due_at", t.made_at AS "made_at", t.state AS "state", (SELECT coalesce(json_agg(json_build_object('due_at', each -> 'due_at', 'previous', each -> 'previous', 'because', each -> 'because', 'at', each -> 'at')
ORDER BY n), '[]')
FROM jsonb_array_elements(t.revisions) WITH ORDINALITY AS listed(each, n)) AS "revisions", t.overdue_at AS "overdue_at", t.ended_at AS "ended_at", t.because AS "because") AS shown))) FILTER (WHERE fits AND (size > %(hear_by_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(hear_by_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.ended_at IS NULL), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(hear_by_since)s AND (t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(hear_by_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(hear_by_limit)s + 1) AS t) AS "hear_by";

-- read a page of projections.customer.customer_promises.PROMISES
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = %(customer_id)s) AND (%(conversation_id)s::text IS NULL OR t.conversation_id = %(conversation_id)s) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.customer.customer_promises.PROMISES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.promise_id AS "promise_id", t.conversation_id AS "conversation_id", t.order_id AS "order_id", t.delivery AS "delivery", t.text AS "text", t.original_due_at AS "original_due_at", t.due_at AS "due_at", t.made_at AS "made_at", t.state AS "state", (SELECT coalesce(json_agg(json_build_object('due_at', each -> 'due_at', 'previous', each -> 'previous', 'because', each -> 'because', 'at', each -> 'at')
ORDER BY n), '[]')
FROM jsonb_array_elements(t.revisions) WITH ORDINALITY AS listed(each, n)) AS "revisions", t.overdue_at AS "overdue_at", t.ended_at AS "ended_at", t.because AS "because") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = %(customer_id)s) AND (%(conversation_id)s::text IS NULL OR t.conversation_id = %(conversation_id)s) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.customer.customer_promises.PROMISES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.promise_id AS "promise_id", t.conversation_id AS "conversation_id", t.order_id AS "order_id", t.delivery AS "delivery", t.text AS "text", t.original_due_at AS "original_due_at", t.due_at AS "due_at", t.made_at AS "made_at", t.state AS "state", (SELECT coalesce(json_agg(json_build_object('due_at', each -> 'due_at', 'previous', each -> 'previous', 'because', each -> 'because', 'at', each -> 'at')
ORDER BY n), '[]')
FROM jsonb_array_elements(t.revisions) WITH ORDINALITY AS listed(each, n)) AS "revisions", t.overdue_at AS "overdue_at", t.ended_at AS "ended_at", t.because AS "because") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (%(conversation_id)s::text IS NULL OR t.conversation_id = %(conversation_id)s), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.customer.customer_side.CONTACT
SELECT "t"."customer_id", "t"."name", "t"."points", "t"."channel", "t"."language", "t"."quiet", "t"."chosen_at", "t"."consents", "t"."zone", ARRAY[(t.customer_id)::text]
FROM views."contacts_v4" AS t
WHERE NOT t.deleted AND (t.customer_id = %(customer_id)s) AND (true) AND (t.customer_id) > (%(contact_0)s::text)
ORDER BY t.customer_id
LIMIT %(contact_limit)s;

-- page as JSON of projections.customer.customer_side.CONTACT
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'contacts' AND version = 4 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.customer_id AS "customer_id", t.name AS "name", t.points AS "points", t.channel AS "channel", t.language AS "language", t.quiet AS "quiet", t.chosen_at AS "chosen_at", (SELECT coalesce(json_agg(json_build_object('purpose', each -> 'purpose', 'given', each -> 'given', 'at', each -> 'at', 'by',
CASE each ->> 'by'
WHEN 'customer' THEN 'customer'
ELSE 'company' END)
ORDER BY n), '[]')
FROM jsonb_array_elements(t.consents) WITH ORDINALITY AS listed(each, n)) AS "consents", t.zone AS "zone") AS shown))) FILTER (WHERE (size > %(contact_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'contacts' AND version = 4) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(contact_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."points") > 128 THEN octet_length("t"."points"::text)
ELSE 0 END + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."consents") > 128 THEN octet_length("t"."consents"::text)
ELSE 0 END + coalesce(octet_length("t"."zone"), 0) AS size, t.customer_id AS place_0
FROM views."contacts_v4" AS t
WHERE NOT t.deleted AND (t.customer_id = %(customer_id)s) AND (true) AND (t.customer_id) > (%(contact_0)s::text)
ORDER BY t.customer_id
LIMIT %(contact_limit)s) AS t) AS "contact";

-- changes of projections.customer.customer_side.CONTACT
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'contacts' AND version = 4 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.customer_id AS "customer_id", t.name AS "name", t.points AS "points", t.channel AS "channel", t.language AS "language", t.quiet AS "quiet", t.chosen_at AS "chosen_at", (SELECT coalesce(json_agg(json_build_object('purpose', each -> 'purpose', 'given', each -> 'given', 'at', each -> 'at', 'by',
CASE each ->> 'by'
WHEN 'customer' THEN 'customer'
ELSE 'company' END)
ORDER BY n), '[]')
FROM jsonb_array_elements(t.consents) WITH ORDINALITY AS listed(each, n)) AS "consents", t.zone AS "zone") AS shown))) FILTER (WHERE fits AND (size > %(contact_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'contacts' AND version = 4) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(contact_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."points") > 128 THEN octet_length("t"."points"::text)
ELSE 0 END + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."consents") > 128 THEN octet_length("t"."consents"::text)
ELSE 0 END + coalesce(octet_length("t"."zone"), 0) AS size
FROM views."contacts_v4" AS t
WHERE t.position > %(contact_since)s AND (t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(contact_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(contact_limit)s + 1) AS t) AS "contact";

-- read a page of projections.customer.customer_side.CONVERSATION
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s) AND (true) AND (t.conversation_id) > (%(conversation_0)s::text)
ORDER BY t.conversation_id
LIMIT %(conversation_limit)s;

-- page as JSON of projections.customer.customer_side.CONVERSATION
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.conversation_id AS "conversation_id", t.subject AS "subject", t.channel AS "channel", t.language AS "language", t.opened_at AS "opened_at", t.kinds AS "brought",
CASE
WHEN t.status IN ('resolved', 'withdrawn') THEN t.status END AS "closed", t.next_move AS "next_move", json_build_array(json_build_object('stage', 'received', 'at', t.opened_at), json_build_object('stage', 'taken-up', 'at', t.taken_up_at), json_build_object('stage', 'answered', 'at', t.answered_at), json_build_object('stage', 'closed', 'at', t.closed_at)) AS "stages", t.waiting_since AS "waiting_since", t.person_requested_at AS "person_requested_at", t.answered AS "answered", t.merged_into AS "merged_into", t.split_from AS "split_from", t.bidi AS "bidi") AS shown))) FILTER (WHERE (size > %(conversation_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversation_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, t.conversation_id AS place_0
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s) AND (true) AND (t.conversation_id) > (%(conversation_0)s::text)
ORDER BY t.conversation_id
LIMIT %(conversation_limit)s) AS t) AS "conversation";

-- changes of projections.customer.customer_side.CONVERSATION
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.conversation_id AS "conversation_id", t.subject AS "subject", t.channel AS "channel", t.language AS "language", t.opened_at AS "opened_at", t.kinds AS "brought",
CASE
WHEN t.status IN ('resolved', 'withdrawn') THEN t.status END AS "closed", t.next_move AS "next_move", json_build_array(json_build_object('stage', 'received', 'at', t.opened_at), json_build_object('stage', 'taken-up', 'at', t.taken_up_at), json_build_object('stage', 'answered', 'at', t.answered_at), json_build_object('stage', 'closed', 'at', t.closed_at)) AS "stages", t.waiting_since AS "waiting_since", t.person_requested_at AS "person_requested_at", t.answered AS "answered", t.merged_into AS "merged_into", t.split_from AS "split_from", t.bidi AS "bidi") AS shown))) FILTER (WHERE fits AND (size > %(conversation_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversation_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(conversation_since)s AND (t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(conversation_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(conversation_limit)s + 1) AS t) AS "conversation";

-- read a page of projections.customer.customer_side.CONVERSATIONS
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(t.opened_at)::text, (t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = %(customer_id)s) AND (true) AND (t.opened_at, t.conversation_id) < (%(conversations_0)s::timestamptz, %(conversations_1)s::text)
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s;

-- page as JSON of projections.customer.customer_side.CONVERSATIONS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.conversation_id AS "conversation_id", t.subject AS "subject", t.channel AS "channel", t.language AS "language", t.opened_at AS "opened_at", t.kinds AS "brought",
CASE
WHEN t.status IN ('resolved', 'withdrawn') THEN t.status END AS "closed", t.next_move AS "next_move", json_build_array(json_build_object('stage', 'received', 'at', t.opened_at), json_build_object('stage', 'taken-up', 'at', t.taken_up_at), json_build_object('stage', 'answered', 'at', t.answered_at), json_build_object('stage', 'closed', 'at', t.closed_at)) AS "stages", t.waiting_since AS "waiting_since", t.person_requested_at AS "person_requested_at", t.answered AS "answered", t.merged_into AS "merged_into", t.split_from AS "split_from", t.bidi AS "bidi") AS shown))) FILTER (WHERE (size > %(conversations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, t.opened_at AS place_0, t.conversation_id AS place_1
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = %(customer_id)s) AND (true) AND (t.opened_at, t.conversation_id) < (%(conversations_0)s::timestamptz, %(conversations_1)s::text)
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s) AS t) AS "conversations";

-- changes of projections.customer.customer_side.CONVERSATIONS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.conversation_id AS "conversation_id", t.subject AS "subject", t.channel AS "channel", t.language AS "language", t.opened_at AS "opened_at", t.kinds AS "brought",
CASE
WHEN t.status IN ('resolved', 'withdrawn') THEN t.status END AS "closed", t.next_move AS "next_move", json_build_array(json_build_object('stage', 'received', 'at', t.opened_at), json_build_object('stage', 'taken-up', 'at', t.taken_up_at), json_build_object('stage', 'answered', 'at', t.answered_at), json_build_object('stage', 'closed', 'at', t.closed_at)) AS "stages", t.waiting_since AS "waiting_since", t.person_requested_at AS "person_requested_at", t.answered AS "answered", t.merged_into AS "merged_into", t.split_from AS "split_from", t.bidi AS "bidi") AS shown))) FILTER (WHERE fits AND (size > %(conversations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(conversations_since)s AND (t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(conversations_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(conversations_limit)s + 1) AS t) AS "conversations";

-- read a page of projections.customer.customer_side.LINES
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", "t"."late", "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = %(id)s AND t.customer_id = %(customer_id)s) AND (t.kind IN ('opened') OR t.kind IN ('received') OR t.kind IN ('sent') OR t.kind IN ('participant') OR t.kind IN ('verdict') OR t.kind IN ('person-requested') OR t.kind IN ('interaction') OR t.kind IN ('change') AND t.field IN ('split') OR t.kind IN ('change') AND t.field IN ('participant') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') OR t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn')) AND (t.occurred_at, t.place) > (%(lines_0)s::timestamptz, %(lines_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s;

-- page as JSON of projections.customer.customer_side.LINES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT
CASE
WHEN t.kind IN ('opened') THEN 'opened'
WHEN t.kind IN ('received') THEN 'message'
WHEN t.kind IN ('sent') THEN 'message'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'verdict'
WHEN t.kind IN ('person-requested') THEN 'person-requested'
WHEN t.kind IN ('interaction') THEN 'interaction'
WHEN t.kind IN ('change') AND t.field IN ('split') THEN 'split'
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'status' END AS "kind",
CASE
WHEN t.kind = 'received' AND t.participant_id IS NOT NULL THEN 'participant'
ELSE
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN 'customer'
WHEN t.kind IN ('sent') THEN 'company'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'customer'
WHEN t.kind IN ('person-requested') THEN 'customer'
WHEN t.kind IN ('interaction') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('split') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'customer'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'company'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN NULL END END AS "by", t.occurred_at AS "at", t.time_precision AS "time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) AS "late", t.about AS "about",
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN NULL
WHEN t.kind IN ('sent') THEN NULL
WHEN t.kind IN ('participant') THEN t.new
WHEN t.kind IN ('verdict') THEN t.new
WHEN t.kind IN ('person-requested') THEN NULL
WHEN t.kind IN ('interaction') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('split') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'left'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'open' END AS "what",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.text END AS "text", t.channel AS "channel", t.language AS "language", t.automatic AS "automatic", t.attachments AS "attachments", t.bidi AND
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END AS "bidi", t.adjusted AS "adjusted", t.removed AS "removed",
CASE
WHEN jsonb_array_length(t.adjusted) > 0 THEN '/conversations/' || t.conversation_id || '/as-sent?version=' || t.version END AS "as_sent",
CASE
WHEN jsonb_path_exists(t.attachments, '$[*].content_id') AND NOT t.removed THEN '/conversations/' || t.conversation_id || '/content?version=' || t.version END AS "content", t.participant_id AS "participant_id",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.subject END AS "subject") AS shown))) FILTER (WHERE (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = %(id)s AND t.customer_id = %(customer_id)s) AND (t.kind IN ('opened') OR t.kind IN ('received') OR t.kind IN ('sent') OR t.kind IN ('participant') OR t.kind IN ('verdict') OR t.kind IN ('person-requested') OR t.kind IN ('interaction') OR t.kind IN ('change') AND t.field IN ('split') OR t.kind IN ('change') AND t.field IN ('participant') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') OR t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn')) AND (t.occurred_at, t.place) > (%(lines_0)s::timestamptz, %(lines_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s) AS t) AS "lines";

-- changes of projections.customer.customer_side.LINES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT
CASE
WHEN t.kind IN ('opened') THEN 'opened'
WHEN t.kind IN ('received') THEN 'message'
WHEN t.kind IN ('sent') THEN 'message'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'verdict'
WHEN t.kind IN ('person-requested') THEN 'person-requested'
WHEN t.kind IN ('interaction') THEN 'interaction'
WHEN t.kind IN ('change') AND t.field IN ('split') THEN 'split'
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'status' END AS "kind",
CASE
WHEN t.kind = 'received' AND t.participant_id IS NOT NULL THEN 'participant'
ELSE
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN 'customer'
WHEN t.kind IN ('sent') THEN 'company'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'customer'
WHEN t.kind IN ('person-requested') THEN 'customer'
WHEN t.kind IN ('interaction') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('split') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'customer'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'company'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN NULL END END AS "by", t.occurred_at AS "at", t.time_precision AS "time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) AS "late", t.about AS "about",
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN NULL
WHEN t.kind IN ('sent') THEN NULL
WHEN t.kind IN ('participant') THEN t.new
WHEN t.kind IN ('verdict') THEN t.new
WHEN t.kind IN ('person-requested') THEN NULL
WHEN t.kind IN ('interaction') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('split') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'left'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'open' END AS "what",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.text END AS "text", t.channel AS "channel", t.language AS "language", t.automatic AS "automatic", t.attachments AS "attachments", t.bidi AND
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END AS "bidi", t.adjusted AS "adjusted", t.removed AS "removed",
CASE
WHEN jsonb_array_length(t.adjusted) > 0 THEN '/conversations/' || t.conversation_id || '/as-sent?version=' || t.version END AS "as_sent",
CASE
WHEN jsonb_path_exists(t.attachments, '$[*].content_id') AND NOT t.removed THEN '/conversations/' || t.conversation_id || '/content?version=' || t.version END AS "content", t.participant_id AS "participant_id",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.subject END AS "subject") AS shown))) FILTER (WHERE fits AND (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind IN ('opened') OR t.kind IN ('received') OR t.kind IN ('sent') OR t.kind IN ('participant') OR t.kind IN ('verdict') OR t.kind IN ('person-requested') OR t.kind IN ('interaction') OR t.kind IN ('change') AND t.field IN ('split') OR t.kind IN ('change') AND t.field IN ('participant') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') OR t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn')), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(lines_since)s AND (coalesce(t.split_into, t.conversation_id) = %(id)s AND t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(lines_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(lines_limit)s + 1) AS t) AS "lines";

-- read a page of projections.customer.customer_side.MESSAGES
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", "t"."late", "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = %(customer_id)s) AND (t.kind IN ('received', 'sent')) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s;

-- page as JSON of projections.customer.customer_side.MESSAGES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.conversation_id AS "conversation_id",
CASE t.kind
WHEN 'received' THEN 'customer'
ELSE 'company' END AS "by", t.occurred_at AS "at", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) AS "late", t.time_precision AS "time_precision", t.about AS "about", t.text AS "text", t.channel AS "channel", t.language AS "language", t.automatic AS "automatic", t.attachments AS "attachments", t.bidi AS "bidi", t.adjusted AS "adjusted", t.removed AS "removed",
CASE
WHEN jsonb_array_length(t.adjusted) > 0 THEN '/conversations/' || t.conversation_id || '/as-sent?version=' || t.version END AS "as_sent",
CASE
WHEN jsonb_path_exists(t.attachments, '$[*].content_id') AND NOT t.removed THEN '/conversations/' || t.conversation_id || '/content?version=' || t.version END AS "content") AS shown))) FILTER (WHERE (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = %(customer_id)s) AND (t.kind IN ('received', 'sent')) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s) AS t) AS "messages";

-- changes of projections.customer.customer_side.MESSAGES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.conversation_id AS "conversation_id",
CASE t.kind
WHEN 'received' THEN 'customer'
ELSE 'company' END AS "by", t.occurred_at AS "at", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) AS "late", t.time_precision AS "time_precision", t.about AS "about", t.text AS "text", t.channel AS "channel", t.language AS "language", t.automatic AS "automatic", t.attachments AS "attachments", t.bidi AS "bidi", t.adjusted AS "adjusted", t.removed AS "removed",
CASE
WHEN jsonb_array_length(t.adjusted) > 0 THEN '/conversations/' || t.conversation_id || '/as-sent?version=' || t.version END AS "as_sent",
CASE
WHEN jsonb_path_exists(t.attachments, '$[*].content_id') AND NOT t.removed THEN '/conversations/' || t.conversation_id || '/content?version=' || t.version END AS "content") AS shown))) FILTER (WHERE fits AND (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind IN ('received', 'sent')), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(messages_since)s AND (t.participant_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(messages_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(messages_limit)s + 1) AS t) AS "messages";

-- read a page of projections.customer.customer_side.NEWEST
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL)
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", "t"."late", "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = linked.id AND t.customer_id = %(customer_id)s) AND (t.kind IN ('opened') OR t.kind IN ('received') OR t.kind IN ('sent') OR t.kind IN ('participant') OR t.kind IN ('verdict') OR t.kind IN ('person-requested') OR t.kind IN ('interaction') OR t.kind IN ('change') AND t.field IN ('split') OR t.kind IN ('change') AND t.field IN ('participant') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') OR t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn')) AND (t.occurred_at, t.place) < (%(lines_0)s::timestamptz, %(lines_1)s::bigint)
ORDER BY t.occurred_at DESC, t.place DESC
LIMIT %(lines_limit)s) AS t
ORDER BY t.occurred_at DESC, t.place DESC
LIMIT %(lines_limit)s;

-- page as JSON of projections.customer.customer_side.NEWEST
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT
CASE
WHEN t.kind IN ('opened') THEN 'opened'
WHEN t.kind IN ('received') THEN 'message'
WHEN t.kind IN ('sent') THEN 'message'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'verdict'
WHEN t.kind IN ('person-requested') THEN 'person-requested'
WHEN t.kind IN ('interaction') THEN 'interaction'
WHEN t.kind IN ('change') AND t.field IN ('split') THEN 'split'
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'status' END AS "kind",
CASE
WHEN t.kind = 'received' AND t.participant_id IS NOT NULL THEN 'participant'
ELSE
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN 'customer'
WHEN t.kind IN ('sent') THEN 'company'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'customer'
WHEN t.kind IN ('person-requested') THEN 'customer'
WHEN t.kind IN ('interaction') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('split') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'customer'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'company'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN NULL END END AS "by", t.occurred_at AS "at", t.time_precision AS "time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) AS "late", t.about AS "about",
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN NULL
WHEN t.kind IN ('sent') THEN NULL
WHEN t.kind IN ('participant') THEN t.new
WHEN t.kind IN ('verdict') THEN t.new
WHEN t.kind IN ('person-requested') THEN NULL
WHEN t.kind IN ('interaction') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('split') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'left'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'open' END AS "what",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.text END AS "text", t.channel AS "channel", t.language AS "language", t.automatic AS "automatic", t.attachments AS "attachments", t.bidi AND
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END AS "bidi", t.adjusted AS "adjusted", t.removed AS "removed",
CASE
WHEN jsonb_array_length(t.adjusted) > 0 THEN '/conversations/' || t.conversation_id || '/as-sent?version=' || t.version END AS "as_sent",
CASE
WHEN jsonb_path_exists(t.attachments, '$[*].content_id') AND NOT t.removed THEN '/conversations/' || t.conversation_id || '/content?version=' || t.version END AS "content", t.participant_id AS "participant_id",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.subject END AS "subject") AS shown))) FILTER (WHERE (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = linked.id AND t.customer_id = %(customer_id)s) AND (t.kind IN ('opened') OR t.kind IN ('received') OR t.kind IN ('sent') OR t.kind IN ('participant') OR t.kind IN ('verdict') OR t.kind IN ('person-requested') OR t.kind IN ('interaction') OR t.kind IN ('change') AND t.field IN ('split') OR t.kind IN ('change') AND t.field IN ('participant') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') OR t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn')) AND (t.occurred_at, t.place) < (%(lines_0)s::timestamptz, %(lines_1)s::bigint)
ORDER BY t.occurred_at DESC, t.place DESC
LIMIT %(lines_limit)s) AS t
ORDER BY t.occurred_at DESC, t.place DESC
LIMIT %(lines_limit)s) AS t) AS "lines";

-- changes of projections.customer.customer_side.NEWEST
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT
CASE
WHEN t.kind IN ('opened') THEN 'opened'
WHEN t.kind IN ('received') THEN 'message'
WHEN t.kind IN ('sent') THEN 'message'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'verdict'
WHEN t.kind IN ('person-requested') THEN 'person-requested'
WHEN t.kind IN ('interaction') THEN 'interaction'
WHEN t.kind IN ('change') AND t.field IN ('split') THEN 'split'
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'status' END AS "kind",
CASE
WHEN t.kind = 'received' AND t.participant_id IS NOT NULL THEN 'participant'
ELSE
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN 'customer'
WHEN t.kind IN ('sent') THEN 'company'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'customer'
WHEN t.kind IN ('person-requested') THEN 'customer'
WHEN t.kind IN ('interaction') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('split') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'customer'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'company'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN NULL END END AS "by", t.occurred_at AS "at", t.time_precision AS "time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) AS "late", t.about AS "about",
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN NULL
WHEN t.kind IN ('sent') THEN NULL
WHEN t.kind IN ('participant') THEN t.new
WHEN t.kind IN ('verdict') THEN t.new
WHEN t.kind IN ('person-requested') THEN NULL
WHEN t.kind IN ('interaction') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('split') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'left'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'open' END AS "what",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.text END AS "text", t.channel AS "channel", t.language AS "language", t.automatic AS "automatic", t.attachments AS "attachments", t.bidi AND
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END AS "bidi", t.adjusted AS "adjusted", t.removed AS "removed",
CASE
WHEN jsonb_array_length(t.adjusted) > 0 THEN '/conversations/' || t.conversation_id || '/as-sent?version=' || t.version END AS "as_sent",
CASE
WHEN jsonb_path_exists(t.attachments, '$[*].content_id') AND NOT t.removed THEN '/conversations/' || t.conversation_id || '/content?version=' || t.version END AS "content", t.participant_id AS "participant_id",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.subject END AS "subject") AS shown))) FILTER (WHERE fits AND (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind IN ('opened') OR t.kind IN ('received') OR t.kind IN ('sent') OR t.kind IN ('participant') OR t.kind IN ('verdict') OR t.kind IN ('person-requested') OR t.kind IN ('interaction') OR t.kind IN ('change') AND t.field IN ('split') OR t.kind IN ('change') AND t.field IN ('participant') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') OR t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn')), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(lines_since)s AND (coalesce(t.split_into, t.conversation_id) = ANY (ARRAY(SELECT id
FROM linked)) AND t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(lines_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(lines_limit)s + 1) AS t) AS "lines";

-- read a page of projections.customer.customer_side.ORDERS
SELECT "t"."order_id", "t"."customer_id", "t"."status", "t"."number", "t"."placed_at", "t"."placed_on", "t"."item_count", "t"."value", "t"."currency", "t"."lines", "t"."promise_id", "t"."promised_at", "t"."shipped_at", "t"."carrier", "t"."tracking", "t"."delivered_at", "t"."in_full", "t"."undamaged", "t"."documents_right", "t"."cancelled_at", "t"."returned_at", "t"."because", "t"."perfect", "t"."conversations", "t"."parcels", "t"."cancellations", "t"."contradictions", "t"."inexact", "t"."same_number", "t"."number_leads_to", "t"."further_parcels", "t"."adjusted", ARRAY[(t.order_id)::text]
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.customer_id = %(customer_id)s) AND (t.status IS NOT NULL) AND (t.order_id) > (%(orders_0)s::text)
ORDER BY t.order_id
LIMIT %(orders_limit)s;

-- page as JSON of projections.customer.customer_side.ORDERS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.order_id AS "order_id", t.status AS "status", t.number AS "number", t.placed_at AS "placed_at", t.placed_on AS "placed_on", t.item_count AS "item_count", t.value::text AS "value", t.currency AS "currency", t.lines AS "lines", t.promise_id AS "promise_id", t.promised_at AS "promised_at", t.shipped_at AS "shipped_at", t.carrier AS "carrier", t.tracking AS "tracking", t.delivered_at AS "delivered_at", t.in_full AS "in_full", t.undamaged AS "undamaged", t.documents_right AS "documents_right", t.cancelled_at AS "cancelled_at", t.returned_at AS "returned_at", t.conversations AS "conversations", (SELECT coalesce(jsonb_agg(each.document - 'because'
ORDER BY each.number), '[]')
FROM jsonb_array_elements(t.parcels) WITH ORDINALITY AS each (document, number)) AS "parcels", (SELECT coalesce(jsonb_agg(each.document - 'because'
ORDER BY each.number), '[]')
FROM jsonb_array_elements(t.cancellations) WITH ORDINALITY AS each (document, number)) AS "cancellations", t.inexact AS "inexact") AS shown))) FILTER (WHERE (size > %(orders_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(orders_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size, t.order_id AS place_0
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.customer_id = %(customer_id)s) AND (t.status IS NOT NULL) AND (t.order_id) > (%(orders_0)s::text)
ORDER BY t.order_id
LIMIT %(orders_limit)s) AS t) AS "orders";

-- changes of projections.customer.customer_side.ORDERS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t.order_id AS "order_id", t.status AS "status", t.number AS "number", t.placed_at AS "placed_at", t.placed_on AS "placed_on", t.item_count AS "item_count", t.value::text AS "value", t.currency AS "currency", t.lines AS "lines", t.promise_id AS "promise_id", t.promised_at AS "promised_at", t.shipped_at AS "shipped_at", t.carrier AS "carrier", t.tracking AS "tracking", t.delivered_at AS "delivered_at", t.in_full AS "in_full", t.undamaged AS "undamaged", t.documents_right AS "documents_right", t.cancelled_at AS "cancelled_at", t.returned_at AS "returned_at", t.conversations AS "conversations", (SELECT coalesce(jsonb_agg(each.document - 'because'
ORDER BY each.number), '[]')
FROM jsonb_array_elements(t.parcels) WITH ORDINALITY AS each (document, number)) AS "parcels", (SELECT coalesce(jsonb_agg(each.document - 'because'
ORDER BY each.number), '[]')
FROM jsonb_array_elements(t.cancellations) WITH ORDINALITY AS each (document, number)) AS "cancellations", t.inexact AS "inexact") AS shown))) FILTER (WHERE fits AND (size > %(orders_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."order_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(orders_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.status IS NOT NULL), false) AS fits, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size
FROM views."orders_v7" AS t
WHERE t.position > %(orders_since)s AND (t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(orders_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(orders_limit)s + 1) AS t) AS "orders";

-- read a page of projections.customer.customer_side.TOGETHER
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL)
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", "t"."late", "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = linked.id AND t.customer_id = %(customer_id)s) AND (t.kind IN ('opened') OR t.kind IN ('received') OR t.kind IN ('sent') OR t.kind IN ('participant') OR t.kind IN ('verdict') OR t.kind IN ('person-requested') OR t.kind IN ('interaction') OR t.kind IN ('change') AND t.field IN ('split') OR t.kind IN ('change') AND t.field IN ('participant') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') OR t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn')) AND (t.occurred_at, t.place) > (%(lines_0)s::timestamptz, %(lines_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s;

-- page as JSON of projections.customer.customer_side.TOGETHER
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT
CASE
WHEN t.kind IN ('opened') THEN 'opened'
WHEN t.kind IN ('received') THEN 'message'
WHEN t.kind IN ('sent') THEN 'message'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'verdict'
WHEN t.kind IN ('person-requested') THEN 'person-requested'
WHEN t.kind IN ('interaction') THEN 'interaction'
WHEN t.kind IN ('change') AND t.field IN ('split') THEN 'split'
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'status' END AS "kind",
CASE
WHEN t.kind = 'received' AND t.participant_id IS NOT NULL THEN 'participant'
ELSE
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN 'customer'
WHEN t.kind IN ('sent') THEN 'company'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'customer'
WHEN t.kind IN ('person-requested') THEN 'customer'
WHEN t.kind IN ('interaction') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('split') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'customer'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'company'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN NULL END END AS "by", t.occurred_at AS "at", t.time_precision AS "time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) AS "late", t.about AS "about",
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN NULL
WHEN t.kind IN ('sent') THEN NULL
WHEN t.kind IN ('participant') THEN t.new
WHEN t.kind IN ('verdict') THEN t.new
WHEN t.kind IN ('person-requested') THEN NULL
WHEN t.kind IN ('interaction') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('split') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'left'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'open' END AS "what",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.text END AS "text", t.channel AS "channel", t.language AS "language", t.automatic AS "automatic", t.attachments AS "attachments", t.bidi AND
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END AS "bidi", t.adjusted AS "adjusted", t.removed AS "removed",
CASE
WHEN jsonb_array_length(t.adjusted) > 0 THEN '/conversations/' || t.conversation_id || '/as-sent?version=' || t.version END AS "as_sent",
CASE
WHEN jsonb_path_exists(t.attachments, '$[*].content_id') AND NOT t.removed THEN '/conversations/' || t.conversation_id || '/content?version=' || t.version END AS "content", t.participant_id AS "participant_id",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.subject END AS "subject") AS shown))) FILTER (WHERE (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (coalesce(t.split_into, t.conversation_id) = linked.id AND t.customer_id = %(customer_id)s) AND (t.kind IN ('opened') OR t.kind IN ('received') OR t.kind IN ('sent') OR t.kind IN ('participant') OR t.kind IN ('verdict') OR t.kind IN ('person-requested') OR t.kind IN ('interaction') OR t.kind IN ('change') AND t.field IN ('split') OR t.kind IN ('change') AND t.field IN ('participant') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') OR t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn')) AND (t.occurred_at, t.place) > (%(lines_0)s::timestamptz, %(lines_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(lines_limit)s) AS t) AS "lines";

-- changes of projections.customer.customer_side.TOGETHER
WITH RECURSIVE shown(id) AS (SELECT %(id)s::text UNION ALL
SELECT unnest(parts)
FROM (
   
SELECT parts
FROM views."history_v15" AS joined
WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL
ORDER BY joined.place DESC
LIMIT 1) AS present),
    linked(id) AS (SELECT id
FROM shown
    UNION ALL
SELECT come.about
FROM shown
JOIN views."history_v15" AS come ON come.split_into = shown.id
    UNION ALL
SELECT gone.about
FROM shown
JOIN views."history_v15" AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT
CASE
WHEN t.kind IN ('opened') THEN 'opened'
WHEN t.kind IN ('received') THEN 'message'
WHEN t.kind IN ('sent') THEN 'message'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'verdict'
WHEN t.kind IN ('person-requested') THEN 'person-requested'
WHEN t.kind IN ('interaction') THEN 'interaction'
WHEN t.kind IN ('change') AND t.field IN ('split') THEN 'split'
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'status'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'status' END AS "kind",
CASE
WHEN t.kind = 'received' AND t.participant_id IS NOT NULL THEN 'participant'
ELSE
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN 'customer'
WHEN t.kind IN ('sent') THEN 'company'
WHEN t.kind IN ('participant') THEN 'participant'
WHEN t.kind IN ('verdict') THEN 'customer'
WHEN t.kind IN ('person-requested') THEN 'customer'
WHEN t.kind IN ('interaction') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('split') THEN NULL
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'participant'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN 'customer'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN 'company'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN NULL END END AS "by", t.occurred_at AS "at", t.time_precision AS "time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) AS "late", t.about AS "about",
CASE
WHEN t.kind IN ('opened') THEN NULL
WHEN t.kind IN ('received') THEN NULL
WHEN t.kind IN ('sent') THEN NULL
WHEN t.kind IN ('participant') THEN t.new
WHEN t.kind IN ('verdict') THEN t.new
WHEN t.kind IN ('person-requested') THEN NULL
WHEN t.kind IN ('interaction') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('split') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN 'left'
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN t.new
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN 'open' END AS "what",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.text END AS "text", t.channel AS "channel", t.language AS "language", t.automatic AS "automatic", t.attachments AS "attachments", t.bidi AND
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END AS "bidi", t.adjusted AS "adjusted", t.removed AS "removed",
CASE
WHEN jsonb_array_length(t.adjusted) > 0 THEN '/conversations/' || t.conversation_id || '/as-sent?version=' || t.version END AS "as_sent",
CASE
WHEN jsonb_path_exists(t.attachments, '$[*].content_id') AND NOT t.removed THEN '/conversations/' || t.conversation_id || '/content?version=' || t.version END AS "content", t.participant_id AS "participant_id",
CASE
WHEN
CASE
WHEN t.kind IN ('opened') THEN true
WHEN t.kind IN ('received') THEN true
WHEN t.kind IN ('sent') THEN true
WHEN t.kind IN ('participant') THEN true
WHEN t.kind IN ('verdict') THEN true
WHEN t.kind IN ('person-requested') THEN true
WHEN t.kind IN ('interaction') THEN false
WHEN t.kind IN ('change') AND t.field IN ('split') THEN false
WHEN t.kind IN ('change') AND t.field IN ('participant') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') THEN true
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') THEN false
WHEN t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn') THEN false END THEN t.subject END AS "subject") AS shown))) FILTER (WHERE fits AND (size > %(lines_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(lines_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind IN ('opened') OR t.kind IN ('received') OR t.kind IN ('sent') OR t.kind IN ('participant') OR t.kind IN ('verdict') OR t.kind IN ('person-requested') OR t.kind IN ('interaction') OR t.kind IN ('change') AND t.field IN ('split') OR t.kind IN ('change') AND t.field IN ('participant') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('withdrawn') OR t.kind IN ('change') AND t.field IN ('status') AND t.new IN ('resolved') OR t.kind IN ('change') AND t.field IN ('status') AND t.old IN ('resolved', 'withdrawn')), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(lines_since)s AND (coalesce(t.split_into, t.conversation_id) = ANY (ARRAY(SELECT id
FROM linked)) AND t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(lines_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(lines_limit)s + 1) AS t) AS "lines";

-- read a page of projections.customer.links.LINKS
SELECT "t"."customer_id", "t"."merged_into", "t"."merged_at", "t"."merged_by", ARRAY[(t.customer_id)::text]
FROM views."customer_links_v2" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.customer_id) > (%(links_0)s::text)
ORDER BY t.customer_id
LIMIT %(links_limit)s;

-- page as JSON of projections.customer.links.LINKS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'customer_links' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."merged_into" AS "merged_into", t."merged_at" AS "merged_at", t."merged_by" AS "merged_by") AS shown))) FILTER (WHERE (size > %(links_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'customer_links' AND version = 2) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(links_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."merged_by"), 0) AS size, t.customer_id AS place_0
FROM views."customer_links_v2" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.customer_id) > (%(links_0)s::text)
ORDER BY t.customer_id
LIMIT %(links_limit)s) AS t) AS "links";

-- changes of projections.customer.links.LINKS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'customer_links' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."merged_into" AS "merged_into", t."merged_at" AS "merged_at", t."merged_by" AS "merged_by") AS shown))) FILTER (WHERE fits AND (size > %(links_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'customer_links' AND version = 2) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(links_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."merged_by"), 0) AS size
FROM views."customer_links_v2" AS t
WHERE t.position > %(links_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(links_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(links_limit)s + 1) AS t) AS "links";

-- read a page of projections.customer.overview.CONVERSATIONS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(t.opened_at)::text, (t.conversation_id)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.opened_at, t.conversation_id) < (%(conversations_0)s::timestamptz, %(conversations_1)s::text)
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s) AS t
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s;

-- page as JSON of projections.customer.overview.CONVERSATIONS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(conversations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, t.opened_at AS place_0, t.conversation_id AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.opened_at, t.conversation_id) < (%(conversations_0)s::timestamptz, %(conversations_1)s::text)
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s) AS t
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s) AS t) AS "conversations";

-- changes of projections.customer.overview.CONVERSATIONS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(conversations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(conversations_since)s AND (t.customer_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(conversations_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(conversations_limit)s + 1) AS t) AS "conversations";

-- read a page of projections.customer.overview.LINKS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."customer_id", "t"."merged_into", "t"."merged_at", "t"."merged_by", ARRAY[(t.customer_id)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."customer_links_v2" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.customer_id) > (%(links_0)s::text)
ORDER BY t.customer_id
LIMIT %(links_limit)s) AS t
ORDER BY t.customer_id
LIMIT %(links_limit)s;

-- page as JSON of projections.customer.overview.LINKS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'customer_links' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."merged_into" AS "merged_into", t."merged_at" AS "merged_at", t."merged_by" AS "merged_by") AS shown))) FILTER (WHERE (size > %(links_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'customer_links' AND version = 2)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(links_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."merged_by"), 0) AS size, t.customer_id AS place_0
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."customer_links_v2" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.customer_id) > (%(links_0)s::text)
ORDER BY t.customer_id
LIMIT %(links_limit)s) AS t
ORDER BY t.customer_id
LIMIT %(links_limit)s) AS t) AS "links";

-- changes of projections.customer.overview.LINKS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'customer_links' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."merged_into" AS "merged_into", t."merged_at" AS "merged_at", t."merged_by" AS "merged_by") AS shown))) FILTER (WHERE fits AND (size > %(links_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'customer_links' AND version = 2)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(links_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."merged_by"), 0) AS size
FROM views."customer_links_v2" AS t
WHERE t.position > %(links_since)s AND (t.customer_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(links_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(links_limit)s + 1) AS t) AS "links";

-- read a page of projections.customer.overview.MESSAGES
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)), "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = linked.id) AND (t.kind IN ('received', 'sent')) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s;

-- page as JSON of projections.customer.overview.MESSAGES
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = linked.id) AND (t.kind IN ('received', 'sent')) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s) AS t) AS "messages";

-- changes of projections.customer.overview.MESSAGES
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE fits AND (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind IN ('received', 'sent')), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(messages_since)s AND (t.participant_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(messages_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(messages_limit)s + 1) AS t) AS "messages";

-- read a page of projections.customer.overview.MOMENTS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."place", "t"."customer_id", "t"."stream", "t"."kind", "t"."at", "t"."recorded_at", "t"."time_precision", "t"."author_id", "t"."what", "t"."text", "t"."order_id", "t"."item_count", "t"."value", "t"."currency", "t"."due_at", "t"."bidi", ARRAY[(t.at)::text, (t.place)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."timeline_v5" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.at, t.place) < (%(moments_0)s::timestamptz, %(moments_1)s::bigint)
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s) AS t
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s;

-- page as JSON of projections.customer.overview.MOMENTS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timeline' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."place" AS "place", t."customer_id" AS "customer_id", t."stream" AS "stream", t."kind" AS "kind", t."at" AS "at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", t."author_id" AS "author_id", t."what" AS "what", t."text" AS "text", t."order_id" AS "order_id", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."due_at" AS "due_at", t."bidi" AS "bidi") AS shown))) FILTER (WHERE (size > %(moments_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'timeline' AND version = 5)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(moments_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."stream"), 0) + coalesce(octet_length("t"."what"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."currency"), 0) AS size, t.at AS place_0, t.place AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."timeline_v5" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.at, t.place) < (%(moments_0)s::timestamptz, %(moments_1)s::bigint)
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s) AS t
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s) AS t) AS "moments";

-- changes of projections.customer.overview.MOMENTS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timeline' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."place" AS "place", t."customer_id" AS "customer_id", t."stream" AS "stream", t."kind" AS "kind", t."at" AS "at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", t."author_id" AS "author_id", t."what" AS "what", t."text" AS "text", t."order_id" AS "order_id", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."due_at" AS "due_at", t."bidi" AS "bidi") AS shown))) FILTER (WHERE fits AND (size > %(moments_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'timeline' AND version = 5)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."place")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(moments_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."stream"), 0) + coalesce(octet_length("t"."what"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."currency"), 0) AS size
FROM views."timeline_v5" AS t
WHERE t.position > %(moments_since)s AND (t.customer_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(moments_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(moments_limit)s + 1) AS t) AS "moments";

-- read a page of projections.customer.overview.ORDERS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."order_id", "t"."customer_id", "t"."status", "t"."number", "t"."placed_at", "t"."placed_on", "t"."item_count", "t"."value", "t"."currency", "t"."lines", "t"."promise_id", "t"."promised_at", "t"."shipped_at", "t"."carrier", "t"."tracking", "t"."delivered_at", "t"."in_full", "t"."undamaged", "t"."documents_right", "t"."cancelled_at", "t"."returned_at", "t"."because", "t"."perfect", "t"."conversations", "t"."parcels", "t"."cancellations", "t"."contradictions", "t"."inexact", "t"."same_number", "t"."number_leads_to", "t"."further_parcels", "t"."adjusted", ARRAY[(t.order_id)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.order_id) > (%(orders_0)s::text)
ORDER BY t.order_id
LIMIT %(orders_limit)s) AS t
ORDER BY t.order_id
LIMIT %(orders_limit)s;

-- page as JSON of projections.customer.overview.ORDERS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", t."conversations" AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE (size > %(orders_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(orders_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size, t.order_id AS place_0
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.order_id) > (%(orders_0)s::text)
ORDER BY t.order_id
LIMIT %(orders_limit)s) AS t
ORDER BY t.order_id
LIMIT %(orders_limit)s) AS t) AS "orders";

-- changes of projections.customer.overview.ORDERS
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", t."conversations" AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE fits AND (size > %(orders_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."order_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(orders_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size
FROM views."orders_v7" AS t
WHERE t.position > %(orders_since)s AND (t.customer_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(orders_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(orders_limit)s + 1) AS t) AS "orders";

-- read a page of projections.customer.overview.PROMISES
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t
ORDER BY t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.customer.overview.PROMISES
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.customer.overview.PROMISES
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (t.customer_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.customer.overview.UNDECIDED
SELECT "t"."proposal_id", "t"."what", "t"."customer_id", "t"."other_id", "t"."contact_kind", "t"."conversation_id", "t"."merged_into", "t"."since", ARRAY[(t.since)::text, (t.proposal_id)::text]
FROM views."proposals_v1" AS t
WHERE NOT t.deleted AND (true) AND (t.customer_id IS NOT NULL AND
CASE
WHEN t.other_id IS NULL THEN t.what = 'two-people'
ELSE NOT EXISTS (WITH RECURSIVE one(id) AS (SELECT t.customer_id UNION
SELECT l.merged_into
FROM one
JOIN views."customer_links_v2" AS l ON l.customer_id = one.id AND NOT l.deleted), other(id) AS (SELECT t.other_id UNION
SELECT l.merged_into
FROM other
JOIN views."customer_links_v2" AS l ON l.customer_id = other.id AND NOT l.deleted)
SELECT
FROM one
JOIN other USING (id)) END) AND (t.since, t.proposal_id) > (%(proposals_0)s::timestamptz, %(proposals_1)s::text)
ORDER BY t.since, t.proposal_id
LIMIT %(proposals_limit)s;

-- page as JSON of projections.customer.overview.UNDECIDED
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'proposals' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."proposal_id" AS "proposal_id", t."what" AS "what", t."customer_id" AS "customer_id", t."other_id" AS "other_id", t."contact_kind" AS "contact_kind", t."conversation_id" AS "conversation_id", t."merged_into" AS "merged_into", t."since" AS "since") AS shown))) FILTER (WHERE (size > %(proposals_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'proposals' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(proposals_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."merged_into"), 0) AS size, t.since AS place_0, t.proposal_id AS place_1
FROM views."proposals_v1" AS t
WHERE NOT t.deleted AND (true) AND (t.customer_id IS NOT NULL AND
CASE
WHEN t.other_id IS NULL THEN t.what = 'two-people'
ELSE NOT EXISTS (WITH RECURSIVE one(id) AS (SELECT t.customer_id UNION
SELECT l.merged_into
FROM one
JOIN views."customer_links_v2" AS l ON l.customer_id = one.id AND NOT l.deleted), other(id) AS (SELECT t.other_id UNION
SELECT l.merged_into
FROM other
JOIN views."customer_links_v2" AS l ON l.customer_id = other.id AND NOT l.deleted)
SELECT
FROM one
JOIN other USING (id)) END) AND (t.since, t.proposal_id) > (%(proposals_0)s::timestamptz, %(proposals_1)s::text)
ORDER BY t.since, t.proposal_id
LIMIT %(proposals_limit)s) AS t) AS "proposals";

-- changes of projections.customer.overview.UNDECIDED
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'proposals' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."proposal_id" AS "proposal_id", t."what" AS "what", t."customer_id" AS "customer_id", t."other_id" AS "other_id", t."contact_kind" AS "contact_kind", t."conversation_id" AS "conversation_id", t."merged_into" AS "merged_into", t."since" AS "since") AS shown))) FILTER (WHERE fits AND (size > %(proposals_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'proposals' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."proposal_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(proposals_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.customer_id IS NOT NULL AND
CASE
WHEN t.other_id IS NULL THEN t.what = 'two-people'
ELSE NOT EXISTS (WITH RECURSIVE one(id) AS (SELECT t.customer_id UNION
SELECT l.merged_into
FROM one
JOIN views."customer_links_v2" AS l ON l.customer_id = one.id AND NOT l.deleted), other(id) AS (SELECT t.other_id UNION
SELECT l.merged_into
FROM other
JOIN views."customer_links_v2" AS l ON l.customer_id = other.id AND NOT l.deleted)
SELECT
FROM one
JOIN other USING (id)) END), false) AS fits, 0 + coalesce(octet_length("t"."merged_into"), 0) AS size
FROM views."proposals_v1" AS t
WHERE t.position > %(proposals_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(proposals_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(proposals_limit)s + 1) AS t) AS "proposals";

-- read a page of projections.customer.timeline.MOMENTS
SELECT "t"."place", "t"."customer_id", "t"."stream", "t"."kind", "t"."at", "t"."recorded_at", "t"."time_precision", "t"."author_id", "t"."what", "t"."text", "t"."order_id", "t"."item_count", "t"."value", "t"."currency", "t"."due_at", "t"."bidi", ARRAY[(t.at)::text, (t.place)::text]
FROM views."timeline_v5" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.at, t.place) < (%(moments_0)s::timestamptz, %(moments_1)s::bigint)
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s;

-- page as JSON of projections.customer.timeline.MOMENTS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timeline' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."place" AS "place", t."customer_id" AS "customer_id", t."stream" AS "stream", t."kind" AS "kind", t."at" AS "at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", t."author_id" AS "author_id", t."what" AS "what", t."text" AS "text", t."order_id" AS "order_id", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."due_at" AS "due_at", t."bidi" AS "bidi") AS shown))) FILTER (WHERE (size > %(moments_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'timeline' AND version = 5) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(moments_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."stream"), 0) + coalesce(octet_length("t"."what"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."currency"), 0) AS size, t.at AS place_0, t.place AS place_1
FROM views."timeline_v5" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.at, t.place) < (%(moments_0)s::timestamptz, %(moments_1)s::bigint)
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s) AS t) AS "moments";

-- changes of projections.customer.timeline.MOMENTS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timeline' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."place" AS "place", t."customer_id" AS "customer_id", t."stream" AS "stream", t."kind" AS "kind", t."at" AS "at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", t."author_id" AS "author_id", t."what" AS "what", t."text" AS "text", t."order_id" AS "order_id", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."due_at" AS "due_at", t."bidi" AS "bidi") AS shown))) FILTER (WHERE fits AND (size > %(moments_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'timeline' AND version = 5) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."place")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(moments_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."stream"), 0) + coalesce(octet_length("t"."what"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."currency"), 0) AS size
FROM views."timeline_v5" AS t
WHERE t.position > %(moments_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(moments_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(moments_limit)s + 1) AS t) AS "moments";

-- read a page of projections.decision_table.ALL
SELECT "t"."id", "t"."version", "t"."name", "t"."effective_from", "t"."content", "t"."recorded_at", "t"."author_id", "t"."reason", ARRAY[(t.name)::text, (t.version)::text]
FROM views."tables_v1" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.name, t.version) > (%(tables_0)s::text, %(tables_1)s::bigint)
ORDER BY t.name, t.version
LIMIT %(tables_limit)s;

-- page as JSON of projections.decision_table.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'tables' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."version" AS "version", t."name" AS "name", t."effective_from" AS "effective_from", t."content" AS "content", t."recorded_at" AS "recorded_at", t."author_id" AS "author_id", t."reason" AS "reason") AS shown))) FILTER (WHERE (size > %(tables_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'tables' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(tables_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."content") > 128 THEN octet_length("t"."content"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) AS size, t.name AS place_0, t.version AS place_1
FROM views."tables_v1" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.name, t.version) > (%(tables_0)s::text, %(tables_1)s::bigint)
ORDER BY t.name, t.version
LIMIT %(tables_limit)s) AS t) AS "tables";

-- changes of projections.decision_table.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'tables' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."version" AS "version", t."name" AS "name", t."effective_from" AS "effective_from", t."content" AS "content", t."recorded_at" AS "recorded_at", t."author_id" AS "author_id", t."reason" AS "reason") AS shown))) FILTER (WHERE fits AND (size > %(tables_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'tables' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(tables_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."content") > 128 THEN octet_length("t"."content"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) AS size
FROM views."tables_v1" AS t
WHERE t.position > %(tables_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(tables_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(tables_limit)s + 1) AS t) AS "tables";

-- read a page of projections.decision_table.OF_TABLE
SELECT "t"."id", "t"."version", "t"."name", "t"."effective_from", "t"."content", "t"."recorded_at", "t"."author_id", "t"."reason", ARRAY[(t.name)::text, (t.version)::text]
FROM views."tables_v1" AS t
WHERE NOT t.deleted AND (t.id = %(id)s) AND (true) AND (t.name, t.version) > (%(tables_0)s::text, %(tables_1)s::bigint)
ORDER BY t.name, t.version
LIMIT %(tables_limit)s;

-- page as JSON of projections.decision_table.OF_TABLE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'tables' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."version" AS "version", t."name" AS "name", t."effective_from" AS "effective_from", t."content" AS "content", t."recorded_at" AS "recorded_at", t."author_id" AS "author_id", t."reason" AS "reason") AS shown))) FILTER (WHERE (size > %(tables_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'tables' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(tables_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."content") > 128 THEN octet_length("t"."content"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) AS size, t.name AS place_0, t.version AS place_1
FROM views."tables_v1" AS t
WHERE NOT t.deleted AND (t.id = %(id)s) AND (true) AND (t.name, t.version) > (%(tables_0)s::text, %(tables_1)s::bigint)
ORDER BY t.name, t.version
LIMIT %(tables_limit)s) AS t) AS "tables";

-- changes of projections.decision_table.OF_TABLE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'tables' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."version" AS "version", t."name" AS "name", t."effective_from" AS "effective_from", t."content" AS "content", t."recorded_at" AS "recorded_at", t."author_id" AS "author_id", t."reason" AS "reason") AS shown))) FILTER (WHERE fits AND (size > %(tables_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'tables' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(tables_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."content") > 128 THEN octet_length("t"."content"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) AS size
FROM views."tables_v1" AS t
WHERE t.position > %(tables_since)s AND (t.id = %(id)s)
ORDER BY t.position FETCH FIRST (%(tables_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(tables_limit)s + 1) AS t) AS "tables";

-- read a page of projections.hold.ALL
SELECT "t"."hold_id", "t"."customer_id", "t"."conversation_id", "t"."until", "t"."placed_at", "t"."placed_by", "t"."reason", "t"."ended_at", "t"."ended_by", "t"."end_reason", ARRAY[(t.placed_at)::text, (t.hold_id)::text]
FROM views."legal_holds_v1" AS t
WHERE NOT t.deleted AND (true) AND ((%(ended)s OR t.ended_at IS NULL)) AND (t.placed_at, t.hold_id) > (%(legal_holds_0)s::timestamptz, %(legal_holds_1)s::text)
ORDER BY t.placed_at, t.hold_id
LIMIT %(legal_holds_limit)s;

-- page as JSON of projections.hold.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'legal_holds' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."hold_id" AS "hold_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."until" AS "until", t."placed_at" AS "placed_at", t."placed_by" AS "placed_by", t."reason" AS "reason", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."end_reason" AS "end_reason") AS shown))) FILTER (WHERE (size > %(legal_holds_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'legal_holds' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(legal_holds_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."placed_by"), 0) + coalesce(octet_length("t"."reason"), 0) + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."end_reason"), 0) AS size, t.placed_at AS place_0, t.hold_id AS place_1
FROM views."legal_holds_v1" AS t
WHERE NOT t.deleted AND (true) AND ((%(ended)s OR t.ended_at IS NULL)) AND (t.placed_at, t.hold_id) > (%(legal_holds_0)s::timestamptz, %(legal_holds_1)s::text)
ORDER BY t.placed_at, t.hold_id
LIMIT %(legal_holds_limit)s) AS t) AS "legal_holds";

-- changes of projections.hold.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'legal_holds' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."hold_id" AS "hold_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."until" AS "until", t."placed_at" AS "placed_at", t."placed_by" AS "placed_by", t."reason" AS "reason", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."end_reason" AS "end_reason") AS shown))) FILTER (WHERE fits AND (size > %(legal_holds_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'legal_holds' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."hold_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(legal_holds_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((%(ended)s OR t.ended_at IS NULL)), false) AS fits, 0 + coalesce(octet_length("t"."placed_by"), 0) + coalesce(octet_length("t"."reason"), 0) + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."end_reason"), 0) AS size
FROM views."legal_holds_v1" AS t
WHERE t.position > %(legal_holds_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(legal_holds_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(legal_holds_limit)s + 1) AS t) AS "legal_holds";

-- read a page of projections.message.OF_CONVERSATION
SELECT "t"."message_id", "t"."conversation_id", "t"."customer_id", "t"."state", "t"."queued_at", "t"."sent_at", "t"."failed_at", "t"."delivered_at", "t"."read_at", "t"."code", "t"."adjusted", ARRAY[(t.message_id)::text]
FROM views."receipts_v2" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.message_id) < (%(receipts_0)s::text)
ORDER BY t.message_id DESC
LIMIT %(receipts_limit)s;

-- page as JSON of projections.message.OF_CONVERSATION
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'receipts' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."message_id" AS "message_id", t."conversation_id" AS "conversation_id", t."customer_id" AS "customer_id", t."state" AS "state", t."queued_at" AS "queued_at", t."sent_at" AS "sent_at", t."failed_at" AS "failed_at", t."delivered_at" AS "delivered_at", t."read_at" AS "read_at", t."code" AS "code", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE (size > %(receipts_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'receipts' AND version = 2) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(receipts_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."code"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size, t.message_id AS place_0
FROM views."receipts_v2" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.message_id) < (%(receipts_0)s::text)
ORDER BY t.message_id DESC
LIMIT %(receipts_limit)s) AS t) AS "receipts";

-- changes of projections.message.OF_CONVERSATION
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'receipts' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."message_id" AS "message_id", t."conversation_id" AS "conversation_id", t."customer_id" AS "customer_id", t."state" AS "state", t."queued_at" AS "queued_at", t."sent_at" AS "sent_at", t."failed_at" AS "failed_at", t."delivered_at" AS "delivered_at", t."read_at" AS "read_at", t."code" AS "code", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE fits AND (size > %(receipts_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'receipts' AND version = 2) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."message_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(receipts_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."code"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size
FROM views."receipts_v2" AS t
WHERE t.position > %(receipts_since)s AND (t.conversation_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(receipts_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(receipts_limit)s + 1) AS t) AS "receipts";

-- read a page of projections.message.TO_CUSTOMER
SELECT "t"."message_id", "t"."conversation_id", "t"."customer_id", "t"."state", "t"."queued_at", "t"."sent_at", "t"."failed_at", "t"."delivered_at", "t"."read_at", "t"."code", "t"."adjusted", ARRAY[(t.message_id)::text]
FROM views."receipts_v2" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s) AND (true) AND (t.message_id) < (%(receipts_0)s::text)
ORDER BY t.message_id DESC
LIMIT %(receipts_limit)s;

-- page as JSON of projections.message.TO_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'receipts' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."message_id" AS "message_id", t."conversation_id" AS "conversation_id", t."customer_id" AS "customer_id", t."state" AS "state", t."queued_at" AS "queued_at", t."sent_at" AS "sent_at", t."failed_at" AS "failed_at", t."delivered_at" AS "delivered_at", t."read_at" AS "read_at", t."code" AS "code", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE (size > %(receipts_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'receipts' AND version = 2) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(receipts_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."code"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size, t.message_id AS place_0
FROM views."receipts_v2" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s) AND (true) AND (t.message_id) < (%(receipts_0)s::text)
ORDER BY t.message_id DESC
LIMIT %(receipts_limit)s) AS t) AS "receipts";

-- changes of projections.message.TO_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'receipts' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."message_id" AS "message_id", t."conversation_id" AS "conversation_id", t."customer_id" AS "customer_id", t."state" AS "state", t."queued_at" AS "queued_at", t."sent_at" AS "sent_at", t."failed_at" AS "failed_at", t."delivered_at" AS "delivered_at", t."read_at" AS "read_at", t."code" AS "code", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE fits AND (size > %(receipts_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'receipts' AND version = 2) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."message_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(receipts_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."code"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size
FROM views."receipts_v2" AS t
WHERE t.position > %(receipts_since)s AND (t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s)
ORDER BY t.position FETCH FIRST (%(receipts_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(receipts_limit)s + 1) AS t) AS "receipts";

-- read a page of projections.order.OF_CUSTOMER
SELECT "t"."order_id", "t"."customer_id", "t"."status", "t"."number", "t"."placed_at", "t"."placed_on", "t"."item_count", "t"."value", "t"."currency", "t"."lines", "t"."promise_id", "t"."promised_at", "t"."shipped_at", "t"."carrier", "t"."tracking", "t"."delivered_at", "t"."in_full", "t"."undamaged", "t"."documents_right", "t"."cancelled_at", "t"."returned_at", "t"."because", "t"."perfect", "t"."conversations", "t"."parcels", "t"."cancellations", "t"."contradictions", "t"."inexact", "t"."same_number", "t"."number_leads_to", "t"."further_parcels", "t"."adjusted", ARRAY[(t.order_id)::text]
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.order_id) > (%(orders_0)s::text)
ORDER BY t.order_id
LIMIT %(orders_limit)s;

-- page as JSON of projections.order.OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", t."conversations" AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE (size > %(orders_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(orders_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size, t.order_id AS place_0
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.order_id) > (%(orders_0)s::text)
ORDER BY t.order_id
LIMIT %(orders_limit)s) AS t) AS "orders";

-- changes of projections.order.OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", t."conversations" AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE fits AND (size > %(orders_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."order_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(orders_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size
FROM views."orders_v7" AS t
WHERE t.position > %(orders_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(orders_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(orders_limit)s + 1) AS t) AS "orders";

-- read a page of projections.order.ONE
SELECT "t"."order_id", "t"."customer_id", "t"."status", "t"."number", "t"."placed_at", "t"."placed_on", "t"."item_count", "t"."value", "t"."currency", "t"."lines", "t"."promise_id", "t"."promised_at", "t"."shipped_at", "t"."carrier", "t"."tracking", "t"."delivered_at", "t"."in_full", "t"."undamaged", "t"."documents_right", "t"."cancelled_at", "t"."returned_at", "t"."because", "t"."perfect", "t"."conversations", "t"."parcels", "t"."cancellations", "t"."contradictions", "t"."inexact", "t"."same_number", "t"."number_leads_to", "t"."further_parcels", "t"."adjusted", ARRAY[(t.order_id)::text]
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.order_id = %(id)s) AND (t.status IS NOT NULL) AND (t.order_id) > (%(order_0)s::text)
ORDER BY t.order_id
LIMIT %(order_limit)s;

-- page as JSON of projections.order.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", t."conversations" AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE (size > %(order_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(order_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size, t.order_id AS place_0
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.order_id = %(id)s) AND (t.status IS NOT NULL) AND (t.order_id) > (%(order_0)s::text)
ORDER BY t.order_id
LIMIT %(order_limit)s) AS t) AS "order";

-- changes of projections.order.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", t."conversations" AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE fits AND (size > %(order_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."order_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(order_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.status IS NOT NULL), false) AS fits, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size
FROM views."orders_v7" AS t
WHERE t.position > %(order_since)s AND (t.order_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(order_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(order_limit)s + 1) AS t) AS "order";

-- read a page of projections.promise.OF_CONVERSATION
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.promise.OF_CONVERSATION
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.promise.OF_CONVERSATION
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (t.conversation_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.promise.OF_CUSTOMER
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.promise.OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.promise.OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.promise.OF_ORDER
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.order_id = %(id)s) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.promise.OF_ORDER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.order_id = %(id)s) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.promise.OF_ORDER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (t.order_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.promise.OF_SIGNAL
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.signal_id = %(id)s) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.promise.OF_SIGNAL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.signal_id = %(id)s) AND (true) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.promise.OF_SIGNAL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (t.signal_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.promise.ONE
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.promise_id = %(id)s) AND (true) AND (t.promise_id) > (%(promise_0)s::text)
ORDER BY t.promise_id
LIMIT %(promise_limit)s;

-- page as JSON of projections.promise.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promise_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promise_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.promise_id = %(id)s) AND (true) AND (t.promise_id) > (%(promise_0)s::text)
ORDER BY t.promise_id
LIMIT %(promise_limit)s) AS t) AS "promise";

-- changes of projections.promise.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promise_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promise_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promise_since)s AND (t.promise_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(promise_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promise_limit)s + 1) AS t) AS "promise";

-- read a page of projections.promise.OPEN
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[((CASE
WHEN ended_at IS NULL THEN due_at END))::text, (t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (true) AND ((CASE
WHEN ended_at IS NULL THEN due_at END) < %(before)s::timestamptz) AND ((CASE
WHEN ended_at IS NULL THEN due_at END), t.promise_id) > (%(promises_0)s::timestamptz, %(promises_1)s::text)
ORDER BY (CASE
WHEN ended_at IS NULL THEN due_at END), t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.promise.OPEN
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, (CASE
WHEN ended_at IS NULL THEN due_at END) AS place_0, t.promise_id AS place_1
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (true) AND ((CASE
WHEN ended_at IS NULL THEN due_at END) < %(before)s::timestamptz) AND ((CASE
WHEN ended_at IS NULL THEN due_at END), t.promise_id) > (%(promises_0)s::timestamptz, %(promises_1)s::text)
ORDER BY (CASE
WHEN ended_at IS NULL THEN due_at END), t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.promise.OPEN
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((CASE
WHEN ended_at IS NULL THEN due_at END) < %(before)s::timestamptz), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.promise.STANDING_OF_CUSTOMER
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (t.ended_at IS NULL) AND (t.promise_id) > (%(standing_0)s::text)
ORDER BY t.promise_id
LIMIT %(standing_limit)s;

-- page as JSON of projections.promise.STANDING_OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(standing_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(standing_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND (t.ended_at IS NULL) AND (t.promise_id) > (%(standing_0)s::text)
ORDER BY t.promise_id
LIMIT %(standing_limit)s) AS t) AS "standing";

-- changes of projections.promise.STANDING_OF_CUSTOMER
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(standing_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(standing_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.ended_at IS NULL), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(standing_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(standing_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(standing_limit)s + 1) AS t) AS "standing";

-- read a page of projections.service_level.clocks.ONE
SELECT "t"."conversation_id", "t"."version", "t"."seen_version", "t"."unseen", "t"."runs", "t"."next_at", "t"."clocks", ARRAY[(t.conversation_id)::text]
FROM views."sla_clocks_v3" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.conversation_id) > (%(clocks_0)s::text)
ORDER BY t.conversation_id
LIMIT %(clocks_limit)s;

-- page as JSON of projections.service_level.clocks.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'sla_clocks' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."seen_version" AS "seen_version", t."unseen" AS "unseen", t."runs" AS "runs", t."next_at" AS "next_at", t."clocks" AS "clocks") AS shown))) FILTER (WHERE (size > %(clocks_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'sla_clocks' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(clocks_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 +
CASE
WHEN pg_column_size("t"."clocks") > 128 THEN octet_length("t"."clocks"::text)
ELSE 0 END AS size, t.conversation_id AS place_0
FROM views."sla_clocks_v3" AS t
WHERE NOT t.deleted AND (t.conversation_id = %(id)s) AND (true) AND (t.conversation_id) > (%(clocks_0)s::text)
ORDER BY t.conversation_id
LIMIT %(clocks_limit)s) AS t) AS "clocks";

-- changes of projections.service_level.clocks.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'sla_clocks' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."seen_version" AS "seen_version", t."unseen" AS "unseen", t."runs" AS "runs", t."next_at" AS "next_at", t."clocks" AS "clocks") AS shown))) FILTER (WHERE fits AND (size > %(clocks_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'sla_clocks' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(clocks_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 +
CASE
WHEN pg_column_size("t"."clocks") > 128 THEN octet_length("t"."clocks"::text)
ELSE 0 END AS size
FROM views."sla_clocks_v3" AS t
WHERE t.position > %(clocks_since)s AND (t.conversation_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(clocks_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(clocks_limit)s + 1) AS t) AS "clocks";

-- read a page of projections.service_level.clocks._ALL
SELECT "t"."conversation_id", "t"."version", "t"."seen_version", "t"."unseen", "t"."runs", "t"."next_at", "t"."clocks", ARRAY[(t.conversation_id)::text]
FROM views."sla_clocks_v3" AS t
WHERE NOT t.deleted AND (true) AND (t.seen_version > 0) AND (t.conversation_id) > (%(all_0)s::text)
ORDER BY t.conversation_id
LIMIT %(all_limit)s;

-- page as JSON of projections.service_level.clocks._ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'sla_clocks' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."seen_version" AS "seen_version", t."unseen" AS "unseen", t."runs" AS "runs", t."next_at" AS "next_at", t."clocks" AS "clocks") AS shown))) FILTER (WHERE (size > %(all_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'sla_clocks' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(all_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 +
CASE
WHEN pg_column_size("t"."clocks") > 128 THEN octet_length("t"."clocks"::text)
ELSE 0 END AS size, t.conversation_id AS place_0
FROM views."sla_clocks_v3" AS t
WHERE NOT t.deleted AND (true) AND (t.seen_version > 0) AND (t.conversation_id) > (%(all_0)s::text)
ORDER BY t.conversation_id
LIMIT %(all_limit)s) AS t) AS "all";

-- changes of projections.service_level.clocks._ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'sla_clocks' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."seen_version" AS "seen_version", t."unseen" AS "unseen", t."runs" AS "runs", t."next_at" AS "next_at", t."clocks" AS "clocks") AS shown))) FILTER (WHERE fits AND (size > %(all_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'sla_clocks' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(all_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.seen_version > 0), false) AS fits, 0 +
CASE
WHEN pg_column_size("t"."clocks") > 128 THEN octet_length("t"."clocks"::text)
ELSE 0 END AS size
FROM views."sla_clocks_v3" AS t
WHERE t.position > %(all_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(all_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(all_limit)s + 1) AS t) AS "all";

-- read a page of projections.service_level.clocks._RUNNING
SELECT "t"."conversation_id", "t"."version", "t"."seen_version", "t"."unseen", "t"."runs", "t"."next_at", "t"."clocks", ARRAY[(t.conversation_id)::text]
FROM views."sla_clocks_v3" AS t
WHERE NOT t.deleted AND (true) AND (t.runs) AND (t.conversation_id) > (%(running_0)s::text)
ORDER BY t.conversation_id
LIMIT %(running_limit)s;

-- page as JSON of projections.service_level.clocks._RUNNING
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'sla_clocks' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."seen_version" AS "seen_version", t."unseen" AS "unseen", t."runs" AS "runs", t."next_at" AS "next_at", t."clocks" AS "clocks") AS shown))) FILTER (WHERE (size > %(running_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'sla_clocks' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(running_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 +
CASE
WHEN pg_column_size("t"."clocks") > 128 THEN octet_length("t"."clocks"::text)
ELSE 0 END AS size, t.conversation_id AS place_0
FROM views."sla_clocks_v3" AS t
WHERE NOT t.deleted AND (true) AND (t.runs) AND (t.conversation_id) > (%(running_0)s::text)
ORDER BY t.conversation_id
LIMIT %(running_limit)s) AS t) AS "running";

-- changes of projections.service_level.clocks._RUNNING
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'sla_clocks' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."seen_version" AS "seen_version", t."unseen" AS "unseen", t."runs" AS "runs", t."next_at" AS "next_at", t."clocks" AS "clocks") AS shown))) FILTER (WHERE fits AND (size > %(running_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'sla_clocks' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(running_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.runs), false) AS fits, 0 +
CASE
WHEN pg_column_size("t"."clocks") > 128 THEN octet_length("t"."clocks"::text)
ELSE 0 END AS size
FROM views."sla_clocks_v3" AS t
WHERE t.position > %(running_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(running_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(running_limit)s + 1) AS t) AS "running";

-- read a page of projections.service_level.policies.CALENDARS
SELECT "t"."id", "t"."kind", "t"."name", "t"."versions", ARRAY[(t.id)::text]
FROM views."rules_v1" AS t
WHERE NOT t.deleted AND (true) AND (t.kind = 'calendar') AND (t.id) > (%(calendars_0)s::text)
ORDER BY t.id
LIMIT %(calendars_limit)s;

-- page as JSON of projections.service_level.policies.CALENDARS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'rules' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."kind" AS "kind", t."name" AS "name", t."versions" AS "versions") AS shown))) FILTER (WHERE (size > %(calendars_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'rules' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(calendars_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."versions") > 128 THEN octet_length("t"."versions"::text)
ELSE 0 END AS size, t.id AS place_0
FROM views."rules_v1" AS t
WHERE NOT t.deleted AND (true) AND (t.kind = 'calendar') AND (t.id) > (%(calendars_0)s::text)
ORDER BY t.id
LIMIT %(calendars_limit)s) AS t) AS "calendars";

-- changes of projections.service_level.policies.CALENDARS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'rules' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."kind" AS "kind", t."name" AS "name", t."versions" AS "versions") AS shown))) FILTER (WHERE fits AND (size > %(calendars_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'rules' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(calendars_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind = 'calendar'), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."versions") > 128 THEN octet_length("t"."versions"::text)
ELSE 0 END AS size
FROM views."rules_v1" AS t
WHERE t.position > %(calendars_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(calendars_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(calendars_limit)s + 1) AS t) AS "calendars";

-- read a page of projections.service_level.policies.ONE
SELECT "t"."id", "t"."kind", "t"."name", "t"."versions", ARRAY[(t.id)::text]
FROM views."rules_v1" AS t
WHERE NOT t.deleted AND (t.id = %(id)s) AND (t.kind = %(kind)s) AND (t.id) > (%(rule_0)s::text)
ORDER BY t.id
LIMIT %(rule_limit)s;

-- page as JSON of projections.service_level.policies.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'rules' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."kind" AS "kind", t."name" AS "name", t."versions" AS "versions") AS shown))) FILTER (WHERE (size > %(rule_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'rules' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(rule_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."versions") > 128 THEN octet_length("t"."versions"::text)
ELSE 0 END AS size, t.id AS place_0
FROM views."rules_v1" AS t
WHERE NOT t.deleted AND (t.id = %(id)s) AND (t.kind = %(kind)s) AND (t.id) > (%(rule_0)s::text)
ORDER BY t.id
LIMIT %(rule_limit)s) AS t) AS "rule";

-- changes of projections.service_level.policies.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'rules' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."kind" AS "kind", t."name" AS "name", t."versions" AS "versions") AS shown))) FILTER (WHERE fits AND (size > %(rule_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'rules' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(rule_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind = %(kind)s), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."versions") > 128 THEN octet_length("t"."versions"::text)
ELSE 0 END AS size
FROM views."rules_v1" AS t
WHERE t.position > %(rule_since)s AND (t.id = %(id)s)
ORDER BY t.position FETCH FIRST (%(rule_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(rule_limit)s + 1) AS t) AS "rule";

-- read a page of projections.service_level.policies.POLICIES
SELECT "t"."id", "t"."kind", "t"."name", "t"."versions", ARRAY[(t.id)::text]
FROM views."rules_v1" AS t
WHERE NOT t.deleted AND (true) AND (t.kind = 'policy') AND (t.id) > (%(policies_0)s::text)
ORDER BY t.id
LIMIT %(policies_limit)s;

-- page as JSON of projections.service_level.policies.POLICIES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'rules' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."kind" AS "kind", t."name" AS "name", t."versions" AS "versions") AS shown))) FILTER (WHERE (size > %(policies_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'rules' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(policies_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."versions") > 128 THEN octet_length("t"."versions"::text)
ELSE 0 END AS size, t.id AS place_0
FROM views."rules_v1" AS t
WHERE NOT t.deleted AND (true) AND (t.kind = 'policy') AND (t.id) > (%(policies_0)s::text)
ORDER BY t.id
LIMIT %(policies_limit)s) AS t) AS "policies";

-- changes of projections.service_level.policies.POLICIES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'rules' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."kind" AS "kind", t."name" AS "name", t."versions" AS "versions") AS shown))) FILTER (WHERE fits AND (size > %(policies_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'rules' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(policies_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.kind = 'policy'), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) +
CASE
WHEN pg_column_size("t"."versions") > 128 THEN octet_length("t"."versions"::text)
ELSE 0 END AS size
FROM views."rules_v1" AS t
WHERE t.position > %(policies_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(policies_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(policies_limit)s + 1) AS t) AS "policies";

-- read a page of projections.signal.board.OVERDUE
SELECT "t"."signal_id", "t"."version", "t"."area", "t"."theme", "t"."stage", "t"."team_id", "t"."lane", "t"."status", "t"."strength", "t"."people", "t"."routed_at", "t"."changed_at", "t"."changed_by", "t"."acknowledged_at", "t"."answered_at", "t"."said", "t"."launch_id", "t"."launch_area", "t"."launch_first_due_at", "t"."launch_due_at", "t"."overdue_at", "t"."merged_into", "t"."parts", "t"."due_metric", "t"."due_at", "t"."missed_at", "t"."goes_on_as", ARRAY[(t.missed_at)::text, (t.signal_id)::text]
FROM views."board_v2" AS t
WHERE NOT t.deleted AND (true) AND (t.missed_at IS NOT NULL AND t.merged_into IS NULL AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[])) AND (%(area)s::text[] IS NULL OR t.area = ANY (%(area)s::text[]))) AND (t.missed_at, t.signal_id) > (%(overdue_0)s::timestamptz, %(overdue_1)s::text)
ORDER BY t.missed_at, t.signal_id
LIMIT %(overdue_limit)s;

-- page as JSON of projections.signal.board.OVERDUE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'board' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."signal_id" AS "signal_id", t."version" AS "version", t."area" AS "area", t."theme" AS "theme", t."stage" AS "stage", t."team_id" AS "team_id", t."lane" AS "lane", t."status" AS "status", t."strength" AS "strength", t."people" AS "people", t."routed_at" AS "routed_at", t."changed_at" AS "changed_at", t."changed_by" AS "changed_by", t."acknowledged_at" AS "acknowledged_at", t."answered_at" AS "answered_at", t."said" AS "said", t."launch_id" AS "launch_id", t."launch_area" AS "launch_area", t."launch_first_due_at" AS "launch_first_due_at", t."launch_due_at" AS "launch_due_at", t."overdue_at" AS "overdue_at", t."merged_into" AS "merged_into", t."parts" AS "parts", t."due_metric" AS "due_metric", t."due_at" AS "due_at", t."missed_at" AS "missed_at") AS shown))) FILTER (WHERE (size > %(overdue_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'board' AND version = 2) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(overdue_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."changed_by"), 0) + coalesce(octet_length("t"."said"), 0) + coalesce(octet_length("t"."launch_area"), 0) + coalesce(octet_length("t"."merged_into"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END AS size, t.missed_at AS place_0, t.signal_id AS place_1
FROM views."board_v2" AS t
WHERE NOT t.deleted AND (true) AND (t.missed_at IS NOT NULL AND t.merged_into IS NULL AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[])) AND (%(area)s::text[] IS NULL OR t.area = ANY (%(area)s::text[]))) AND (t.missed_at, t.signal_id) > (%(overdue_0)s::timestamptz, %(overdue_1)s::text)
ORDER BY t.missed_at, t.signal_id
LIMIT %(overdue_limit)s) AS t) AS "overdue";

-- changes of projections.signal.board.OVERDUE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'board' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."signal_id" AS "signal_id", t."version" AS "version", t."area" AS "area", t."theme" AS "theme", t."stage" AS "stage", t."team_id" AS "team_id", t."lane" AS "lane", t."status" AS "status", t."strength" AS "strength", t."people" AS "people", t."routed_at" AS "routed_at", t."changed_at" AS "changed_at", t."changed_by" AS "changed_by", t."acknowledged_at" AS "acknowledged_at", t."answered_at" AS "answered_at", t."said" AS "said", t."launch_id" AS "launch_id", t."launch_area" AS "launch_area", t."launch_first_due_at" AS "launch_first_due_at", t."launch_due_at" AS "launch_due_at", t."overdue_at" AS "overdue_at", t."merged_into" AS "merged_into", t."parts" AS "parts", t."due_metric" AS "due_metric", t."due_at" AS "due_at", t."missed_at" AS "missed_at") AS shown))) FILTER (WHERE fits AND (size > %(overdue_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'board' AND version = 2) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."signal_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(overdue_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.missed_at IS NOT NULL AND t.merged_into IS NULL AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[])) AND (%(area)s::text[] IS NULL OR t.area = ANY (%(area)s::text[]))), false) AS fits, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."changed_by"), 0) + coalesce(octet_length("t"."said"), 0) + coalesce(octet_length("t"."launch_area"), 0) + coalesce(octet_length("t"."merged_into"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END AS size
FROM views."board_v2" AS t
WHERE t.position > %(overdue_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(overdue_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(overdue_limit)s + 1) AS t) AS "overdue";

-- read a page of projections.signal.board.SIGNALS
SELECT "t"."signal_id", "t"."version", "t"."area", "t"."theme", "t"."stage", "t"."team_id", "t"."lane", "t"."status", "t"."strength", "t"."people", "t"."routed_at", "t"."changed_at", "t"."changed_by", "t"."acknowledged_at", "t"."answered_at", "t"."said", "t"."launch_id", "t"."launch_area", "t"."launch_first_due_at", "t"."launch_due_at", "t"."overdue_at", "t"."merged_into", "t"."parts", "t"."due_metric", "t"."due_at", "t"."missed_at", "t"."goes_on_as", ARRAY[(t.routed_at)::text, (t.signal_id)::text]
FROM views."board_v2" AS t
WHERE NOT t.deleted AND (true) AND (t.merged_into IS NULL AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[])) AND (%(lane)s::text[] IS NULL OR t.lane = ANY (%(lane)s::text[])) AND (%(area)s::text[] IS NULL OR t.area = ANY (%(area)s::text[]))) AND (t.routed_at, t.signal_id) > (%(signals_0)s::timestamptz, %(signals_1)s::text)
ORDER BY t.routed_at, t.signal_id
LIMIT %(signals_limit)s;

-- page as JSON of projections.signal.board.SIGNALS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'board' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."signal_id" AS "signal_id", t."version" AS "version", t."area" AS "area", t."theme" AS "theme", t."stage" AS "stage", t."team_id" AS "team_id", t."lane" AS "lane", t."status" AS "status", t."strength" AS "strength", t."people" AS "people", t."routed_at" AS "routed_at", t."changed_at" AS "changed_at", t."changed_by" AS "changed_by", t."acknowledged_at" AS "acknowledged_at", t."answered_at" AS "answered_at", t."said" AS "said", t."launch_id" AS "launch_id", t."launch_area" AS "launch_area", t."launch_first_due_at" AS "launch_first_due_at", t."launch_due_at" AS "launch_due_at", t."overdue_at" AS "overdue_at", t."merged_into" AS "merged_into", t."parts" AS "parts", t."due_metric" AS "due_metric", t."due_at" AS "due_at", t."missed_at" AS "missed_at") AS shown))) FILTER (WHERE (size > %(signals_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'board' AND version = 2) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(signals_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."changed_by"), 0) + coalesce(octet_length("t"."said"), 0) + coalesce(octet_length("t"."launch_area"), 0) + coalesce(octet_length("t"."merged_into"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END AS size, t.routed_at AS place_0, t.signal_id AS place_1
FROM views."board_v2" AS t
WHERE NOT t.deleted AND (true) AND (t.merged_into IS NULL AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[])) AND (%(lane)s::text[] IS NULL OR t.lane = ANY (%(lane)s::text[])) AND (%(area)s::text[] IS NULL OR t.area = ANY (%(area)s::text[]))) AND (t.routed_at, t.signal_id) > (%(signals_0)s::timestamptz, %(signals_1)s::text)
ORDER BY t.routed_at, t.signal_id
LIMIT %(signals_limit)s) AS t) AS "signals";

-- changes of projections.signal.board.SIGNALS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'board' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."signal_id" AS "signal_id", t."version" AS "version", t."area" AS "area", t."theme" AS "theme", t."stage" AS "stage", t."team_id" AS "team_id", t."lane" AS "lane", t."status" AS "status", t."strength" AS "strength", t."people" AS "people", t."routed_at" AS "routed_at", t."changed_at" AS "changed_at", t."changed_by" AS "changed_by", t."acknowledged_at" AS "acknowledged_at", t."answered_at" AS "answered_at", t."said" AS "said", t."launch_id" AS "launch_id", t."launch_area" AS "launch_area", t."launch_first_due_at" AS "launch_first_due_at", t."launch_due_at" AS "launch_due_at", t."overdue_at" AS "overdue_at", t."merged_into" AS "merged_into", t."parts" AS "parts", t."due_metric" AS "due_metric", t."due_at" AS "due_at", t."missed_at" AS "missed_at") AS shown))) FILTER (WHERE fits AND (size > %(signals_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'board' AND version = 2) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."signal_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(signals_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.merged_into IS NULL AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[])) AND (%(lane)s::text[] IS NULL OR t.lane = ANY (%(lane)s::text[])) AND (%(area)s::text[] IS NULL OR t.area = ANY (%(area)s::text[]))), false) AS fits, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."changed_by"), 0) + coalesce(octet_length("t"."said"), 0) + coalesce(octet_length("t"."launch_area"), 0) + coalesce(octet_length("t"."merged_into"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END AS size
FROM views."board_v2" AS t
WHERE t.position > %(signals_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(signals_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(signals_limit)s + 1) AS t) AS "signals";

-- read a page of projections.signal.items.ALL
SELECT "t"."item_id", "t"."person_id", "t"."kind", "t"."did", "t"."conversation_id", "t"."order_id", "t"."message_id", "t"."first_character", "t"."end_character", "t"."channel", "t"."language", "t"."segment", "t"."prompted", "t"."said_at", "t"."product_area", "t"."theme", "t"."step", "t"."stage", "t"."weight", "t"."stance", "t"."signal_id", "t"."undecided", "t"."decided_by", "t"."table_version", "t"."table_theme", "t"."rules", "t"."corrected", "t"."withdrawn", "t"."words", "t"."like_item", "t"."product", "t"."suggested_theme", "t"."suggested_probability", "t"."suggested_by", ARRAY[(t.said_at)::text, (t.item_id)::text]
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (true) AND ((%(area)s::text IS NULL OR t.product_area = %(area)s) AND (%(theme)s::text IS NULL OR t.theme = %(theme)s) AND (NOT %(without_signal)s OR (t.signal_id IS NULL AND NOT t.withdrawn))) AND (t.said_at, t.item_id) < (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY t.said_at DESC, t.item_id DESC
LIMIT %(items_limit)s;

-- page as JSON of projections.signal.items.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size, t.said_at AS place_0, t.item_id AS place_1
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (true) AND ((%(area)s::text IS NULL OR t.product_area = %(area)s) AND (%(theme)s::text IS NULL OR t.theme = %(theme)s) AND (NOT %(without_signal)s OR (t.signal_id IS NULL AND NOT t.withdrawn))) AND (t.said_at, t.item_id) < (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY t.said_at DESC, t.item_id DESC
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.signal.items.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."item_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((%(area)s::text IS NULL OR t.product_area = %(area)s) AND (%(theme)s::text IS NULL OR t.theme = %(theme)s) AND (NOT %(without_signal)s OR (t.signal_id IS NULL AND NOT t.withdrawn))), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size
FROM views."items_v5" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.signal.items.OF_PERSON
SELECT "t"."item_id", "t"."person_id", "t"."kind", "t"."did", "t"."conversation_id", "t"."order_id", "t"."message_id", "t"."first_character", "t"."end_character", "t"."channel", "t"."language", "t"."segment", "t"."prompted", "t"."said_at", "t"."product_area", "t"."theme", "t"."step", "t"."stage", "t"."weight", "t"."stance", "t"."signal_id", "t"."undecided", "t"."decided_by", "t"."table_version", "t"."table_theme", "t"."rules", "t"."corrected", "t"."withdrawn", "t"."words", "t"."like_item", "t"."product", "t"."suggested_theme", "t"."suggested_probability", "t"."suggested_by", ARRAY[(t.said_at)::text, (t.item_id)::text]
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (true) AND (t.person_id = %(id)s) AND (t.said_at, t.item_id) < (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY t.said_at DESC, t.item_id DESC
LIMIT %(items_limit)s;

-- page as JSON of projections.signal.items.OF_PERSON
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size, t.said_at AS place_0, t.item_id AS place_1
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (true) AND (t.person_id = %(id)s) AND (t.said_at, t.item_id) < (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY t.said_at DESC, t.item_id DESC
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.signal.items.OF_PERSON
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."item_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.person_id = %(id)s), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size
FROM views."items_v5" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.signal.items.OF_SIGNAL
SELECT "t"."item_id", "t"."person_id", "t"."kind", "t"."did", "t"."conversation_id", "t"."order_id", "t"."message_id", "t"."first_character", "t"."end_character", "t"."channel", "t"."language", "t"."segment", "t"."prompted", "t"."said_at", "t"."product_area", "t"."theme", "t"."step", "t"."stage", "t"."weight", "t"."stance", "t"."signal_id", "t"."undecided", "t"."decided_by", "t"."table_version", "t"."table_theme", "t"."rules", "t"."corrected", "t"."withdrawn", "t"."words", "t"."like_item", "t"."product", "t"."suggested_theme", "t"."suggested_probability", "t"."suggested_by", ARRAY[(t.said_at)::text, (t.item_id)::text]
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (true) AND (t.signal_id = %(id)s) AND (t.said_at, t.item_id) < (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY t.said_at DESC, t.item_id DESC
LIMIT %(items_limit)s;

-- page as JSON of projections.signal.items.OF_SIGNAL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size, t.said_at AS place_0, t.item_id AS place_1
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (true) AND (t.signal_id = %(id)s) AND (t.said_at, t.item_id) < (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY t.said_at DESC, t.item_id DESC
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.signal.items.OF_SIGNAL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."item_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.signal_id = %(id)s), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size
FROM views."items_v5" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.signal.items.ONE
SELECT "t"."item_id", "t"."person_id", "t"."kind", "t"."did", "t"."conversation_id", "t"."order_id", "t"."message_id", "t"."first_character", "t"."end_character", "t"."channel", "t"."language", "t"."segment", "t"."prompted", "t"."said_at", "t"."product_area", "t"."theme", "t"."step", "t"."stage", "t"."weight", "t"."stance", "t"."signal_id", "t"."undecided", "t"."decided_by", "t"."table_version", "t"."table_theme", "t"."rules", "t"."corrected", "t"."withdrawn", "t"."words", "t"."like_item", "t"."product", "t"."suggested_theme", "t"."suggested_probability", "t"."suggested_by", ARRAY[(t.item_id)::text]
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (t.item_id = %(id)s) AND (true) AND (t.item_id) > (%(item_0)s::text)
ORDER BY t.item_id
LIMIT %(item_limit)s;

-- page as JSON of projections.signal.items.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE (size > %(item_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(item_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size, t.item_id AS place_0
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (t.item_id = %(id)s) AND (true) AND (t.item_id) > (%(item_0)s::text)
ORDER BY t.item_id
LIMIT %(item_limit)s) AS t) AS "item";

-- changes of projections.signal.items.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE fits AND (size > %(item_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."item_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(item_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size
FROM views."items_v5" AS t
WHERE t.position > %(item_since)s AND (t.item_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(item_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(item_limit)s + 1) AS t) AS "item";

-- read a page of projections.signal.themes.ALL
SELECT "t"."theme_id", "t"."key", "t"."name", "t"."version", "t"."changed_at", "t"."changed_by", "t"."former_names", "t"."merged_into", "t"."parts", "t"."splits", ARRAY[(t.key)::text]
FROM views."themes_v1" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.key) > (%(themes_0)s::text)
ORDER BY t.key
LIMIT %(themes_limit)s;

-- page as JSON of projections.signal.themes.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'themes' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."theme_id" AS "theme_id", t."key" AS "key", t."name" AS "name", t."version" AS "version", t."changed_at" AS "changed_at", t."changed_by" AS "changed_by", t."former_names" AS "former_names", t."merged_into" AS "merged_into", t."parts" AS "parts", t."splits" AS "splits") AS shown))) FILTER (WHERE (size > %(themes_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'themes' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(themes_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."key"), 0) + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."changed_by"), 0) +
CASE
WHEN pg_column_size("t"."former_names") > 128 THEN octet_length("t"."former_names"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."splits") > 128 THEN octet_length("t"."splits"::text)
ELSE 0 END AS size, t.key AS place_0
FROM views."themes_v1" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.key) > (%(themes_0)s::text)
ORDER BY t.key
LIMIT %(themes_limit)s) AS t) AS "themes";

-- changes of projections.signal.themes.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'themes' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."theme_id" AS "theme_id", t."key" AS "key", t."name" AS "name", t."version" AS "version", t."changed_at" AS "changed_at", t."changed_by" AS "changed_by", t."former_names" AS "former_names", t."merged_into" AS "merged_into", t."parts" AS "parts", t."splits" AS "splits") AS shown))) FILTER (WHERE fits AND (size > %(themes_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'themes' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."theme_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(themes_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."key"), 0) + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."changed_by"), 0) +
CASE
WHEN pg_column_size("t"."former_names") > 128 THEN octet_length("t"."former_names"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."splits") > 128 THEN octet_length("t"."splits"::text)
ELSE 0 END AS size
FROM views."themes_v1" AS t
WHERE t.position > %(themes_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(themes_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(themes_limit)s + 1) AS t) AS "themes";

-- read a page of projections.signal.themes.ONE
SELECT "t"."theme_id", "t"."key", "t"."name", "t"."version", "t"."changed_at", "t"."changed_by", "t"."former_names", "t"."merged_into", "t"."parts", "t"."splits", ARRAY[(t.theme_id)::text]
FROM views."themes_v1" AS t
WHERE NOT t.deleted AND (t.theme_id = %(id)s) AND (true) AND (t.theme_id) > (%(theme_0)s::text)
ORDER BY t.theme_id
LIMIT %(theme_limit)s;

-- page as JSON of projections.signal.themes.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'themes' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."theme_id" AS "theme_id", t."key" AS "key", t."name" AS "name", t."version" AS "version", t."changed_at" AS "changed_at", t."changed_by" AS "changed_by", t."former_names" AS "former_names", t."merged_into" AS "merged_into", t."parts" AS "parts", t."splits" AS "splits") AS shown))) FILTER (WHERE (size > %(theme_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'themes' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(theme_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."key"), 0) + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."changed_by"), 0) +
CASE
WHEN pg_column_size("t"."former_names") > 128 THEN octet_length("t"."former_names"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."splits") > 128 THEN octet_length("t"."splits"::text)
ELSE 0 END AS size, t.theme_id AS place_0
FROM views."themes_v1" AS t
WHERE NOT t.deleted AND (t.theme_id = %(id)s) AND (true) AND (t.theme_id) > (%(theme_0)s::text)
ORDER BY t.theme_id
LIMIT %(theme_limit)s) AS t) AS "theme";

-- changes of projections.signal.themes.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'themes' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."theme_id" AS "theme_id", t."key" AS "key", t."name" AS "name", t."version" AS "version", t."changed_at" AS "changed_at", t."changed_by" AS "changed_by", t."former_names" AS "former_names", t."merged_into" AS "merged_into", t."parts" AS "parts", t."splits" AS "splits") AS shown))) FILTER (WHERE fits AND (size > %(theme_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'themes' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."theme_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(theme_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."key"), 0) + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."changed_by"), 0) +
CASE
WHEN pg_column_size("t"."former_names") > 128 THEN octet_length("t"."former_names"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."splits") > 128 THEN octet_length("t"."splits"::text)
ELSE 0 END AS size
FROM views."themes_v1" AS t
WHERE t.position > %(theme_since)s AND (t.theme_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(theme_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(theme_limit)s + 1) AS t) AS "theme";

-- read a page of projections.staff.COLLEAGUES
SELECT "t"."id", "t"."name", "t"."handle", "t"."team_id", "t"."roles", "t"."left_at", ARRAY[(t.id)::text]
FROM views."staffing_v2" AS t
WHERE NOT t.deleted AND (true) AND (t.handle IS NOT NULL AND (%(team_id)s::text IS NULL OR t.team_id = %(team_id)s)) AND (t.id) > (%(staff_0)s::text)
ORDER BY t.id
LIMIT %(staff_limit)s;

-- page as JSON of projections.staff.COLLEAGUES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'staffing' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."name" AS "name", t."handle" AS "handle", t."team_id" AS "team_id", t."roles" AS "roles", t."left_at" AS "left_at") AS shown))) FILTER (WHERE (size > %(staff_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'staffing' AND version = 2) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(staff_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."handle"), 0) +
CASE
WHEN pg_column_size("t"."roles") > 128 THEN octet_length("t"."roles"::text)
ELSE 0 END AS size, t.id AS place_0
FROM views."staffing_v2" AS t
WHERE NOT t.deleted AND (true) AND (t.handle IS NOT NULL AND (%(team_id)s::text IS NULL OR t.team_id = %(team_id)s)) AND (t.id) > (%(staff_0)s::text)
ORDER BY t.id
LIMIT %(staff_limit)s) AS t) AS "staff";

-- changes of projections.staff.COLLEAGUES
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'staffing' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."name" AS "name", t."handle" AS "handle", t."team_id" AS "team_id", t."roles" AS "roles", t."left_at" AS "left_at") AS shown))) FILTER (WHERE fits AND (size > %(staff_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'staffing' AND version = 2) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(staff_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.handle IS NOT NULL AND (%(team_id)s::text IS NULL OR t.team_id = %(team_id)s)), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."handle"), 0) +
CASE
WHEN pg_column_size("t"."roles") > 128 THEN octet_length("t"."roles"::text)
ELSE 0 END AS size
FROM views."staffing_v2" AS t
WHERE t.position > %(staff_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(staff_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(staff_limit)s + 1) AS t) AS "staff";

-- read a page of projections.staff.TEAMS
SELECT "t"."id", "t"."name", "t"."handle", "t"."team_id", "t"."roles", "t"."left_at", ARRAY[(t.id)::text]
FROM views."staffing_v2" AS t
WHERE NOT t.deleted AND (true) AND (t.handle IS NULL) AND (t.id) > (%(teams_0)s::text)
ORDER BY t.id
LIMIT %(teams_limit)s;

-- page as JSON of projections.staff.TEAMS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'staffing' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."name" AS "name", t."handle" AS "handle", t."team_id" AS "team_id", t."roles" AS "roles", t."left_at" AS "left_at") AS shown))) FILTER (WHERE (size > %(teams_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'staffing' AND version = 2) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(teams_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."handle"), 0) +
CASE
WHEN pg_column_size("t"."roles") > 128 THEN octet_length("t"."roles"::text)
ELSE 0 END AS size, t.id AS place_0
FROM views."staffing_v2" AS t
WHERE NOT t.deleted AND (true) AND (t.handle IS NULL) AND (t.id) > (%(teams_0)s::text)
ORDER BY t.id
LIMIT %(teams_limit)s) AS t) AS "teams";

-- changes of projections.staff.TEAMS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'staffing' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."id" AS "id", t."name" AS "name", t."handle" AS "handle", t."team_id" AS "team_id", t."roles" AS "roles", t."left_at" AS "left_at") AS shown))) FILTER (WHERE fits AND (size > %(teams_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'staffing' AND version = 2) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(teams_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.handle IS NULL), false) AS fits, 0 + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."handle"), 0) +
CASE
WHEN pg_column_size("t"."roles") > 128 THEN octet_length("t"."roles"::text)
ELSE 0 END AS size
FROM views."staffing_v2" AS t
WHERE t.position > %(teams_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(teams_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(teams_limit)s + 1) AS t) AS "teams";

-- read a page of projections.stranger.ALL
SELECT "t"."stranger_id", "t"."contact_kind", "t"."value", "t"."name", "t"."met_at", "t"."merged_into", ARRAY[(t.stranger_id)::text]
FROM views."strangers_v2" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.stranger_id) > (%(strangers_0)s::text)
ORDER BY t.stranger_id
LIMIT %(strangers_limit)s;

-- page as JSON of projections.stranger.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'strangers' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."stranger_id" AS "stranger_id", t."contact_kind" AS "contact_kind", t."value" AS "value", t."name" AS "name", t."met_at" AS "met_at", t."merged_into" AS "merged_into") AS shown))) FILTER (WHERE (size > %(strangers_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'strangers' AND version = 2) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(strangers_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."value"), 0) + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."merged_into"), 0) AS size, t.stranger_id AS place_0
FROM views."strangers_v2" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.stranger_id) > (%(strangers_0)s::text)
ORDER BY t.stranger_id
LIMIT %(strangers_limit)s) AS t) AS "strangers";

-- changes of projections.stranger.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'strangers' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."stranger_id" AS "stranger_id", t."contact_kind" AS "contact_kind", t."value" AS "value", t."name" AS "name", t."met_at" AS "met_at", t."merged_into" AS "merged_into") AS shown))) FILTER (WHERE fits AND (size > %(strangers_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'strangers' AND version = 2) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."stranger_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(strangers_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."value"), 0) + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."merged_into"), 0) AS size
FROM views."strangers_v2" AS t
WHERE t.position > %(strangers_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(strangers_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(strangers_limit)s + 1) AS t) AS "strangers";

-- read a page of projections.stranger.ONE
SELECT "t"."stranger_id", "t"."contact_kind", "t"."value", "t"."name", "t"."met_at", "t"."merged_into", ARRAY[(t.stranger_id)::text]
FROM views."strangers_v2" AS t
WHERE NOT t.deleted AND (t.stranger_id = %(id)s) AND (true) AND (t.stranger_id) > (%(stranger_0)s::text)
ORDER BY t.stranger_id
LIMIT %(stranger_limit)s;

-- page as JSON of projections.stranger.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'strangers' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."stranger_id" AS "stranger_id", t."contact_kind" AS "contact_kind", t."value" AS "value", t."name" AS "name", t."met_at" AS "met_at", t."merged_into" AS "merged_into") AS shown))) FILTER (WHERE (size > %(stranger_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'strangers' AND version = 2) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(stranger_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."value"), 0) + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."merged_into"), 0) AS size, t.stranger_id AS place_0
FROM views."strangers_v2" AS t
WHERE NOT t.deleted AND (t.stranger_id = %(id)s) AND (true) AND (t.stranger_id) > (%(stranger_0)s::text)
ORDER BY t.stranger_id
LIMIT %(stranger_limit)s) AS t) AS "stranger";

-- changes of projections.stranger.ONE
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'strangers' AND version = 2 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."stranger_id" AS "stranger_id", t."contact_kind" AS "contact_kind", t."value" AS "value", t."name" AS "name", t."met_at" AS "met_at", t."merged_into" AS "merged_into") AS shown))) FILTER (WHERE fits AND (size > %(stranger_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'strangers' AND version = 2) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."stranger_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(stranger_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."value"), 0) + coalesce(octet_length("t"."name"), 0) + coalesce(octet_length("t"."merged_into"), 0) AS size
FROM views."strangers_v2" AS t
WHERE t.position > %(stranger_since)s AND (t.stranger_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(stranger_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(stranger_limit)s + 1) AS t) AS "stranger";

-- read a page of projections.survey_list.ALL
SELECT "t"."survey_id", "t"."question", "t"."product_area", "t"."signal_id", "t"."needed", "t"."drawn", "t"."opened_at", "t"."opened_by", "t"."closes_at", "t"."closed_early", "t"."asked", "t"."answered", ARRAY[(t.opened_at)::text, (t.survey_id)::text]
FROM views."surveys_v1" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.opened_at, t.survey_id) < (%(surveys_0)s::timestamptz, %(surveys_1)s::text)
ORDER BY t.opened_at DESC, t.survey_id DESC
LIMIT %(surveys_limit)s;

-- page as JSON of projections.survey_list.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'surveys' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."survey_id" AS "survey_id", t."question" AS "question", t."product_area" AS "product_area", t."signal_id" AS "signal_id", t."needed" AS "needed", t."drawn" AS "drawn", t."opened_at" AS "opened_at", t."opened_by" AS "opened_by", t."closes_at" AS "closes_at", t."closed_early" AS "closed_early", t."asked" AS "asked", t."answered" AS "answered") AS shown))) FILTER (WHERE (size > %(surveys_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'surveys' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(surveys_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."opened_by"), 0) AS size, t.opened_at AS place_0, t.survey_id AS place_1
FROM views."surveys_v1" AS t
WHERE NOT t.deleted AND (true) AND (true) AND (t.opened_at, t.survey_id) < (%(surveys_0)s::timestamptz, %(surveys_1)s::text)
ORDER BY t.opened_at DESC, t.survey_id DESC
LIMIT %(surveys_limit)s) AS t) AS "surveys";

-- changes of projections.survey_list.ALL
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'surveys' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."survey_id" AS "survey_id", t."question" AS "question", t."product_area" AS "product_area", t."signal_id" AS "signal_id", t."needed" AS "needed", t."drawn" AS "drawn", t."opened_at" AS "opened_at", t."opened_by" AS "opened_by", t."closes_at" AS "closes_at", t."closed_early" AS "closed_early", t."asked" AS "asked", t."answered" AS "answered") AS shown))) FILTER (WHERE fits AND (size > %(surveys_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'surveys' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."survey_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(surveys_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (true), false) AS fits, 0 + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."opened_by"), 0) AS size
FROM views."surveys_v1" AS t
WHERE t.position > %(surveys_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(surveys_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(surveys_limit)s + 1) AS t) AS "surveys";

-- read a page of projections.survey_list.OPEN
SELECT "t"."survey_id", "t"."question", "t"."product_area", "t"."signal_id", "t"."needed", "t"."drawn", "t"."opened_at", "t"."opened_by", "t"."closes_at", "t"."closed_early", "t"."asked", "t"."answered", ARRAY[(t.opened_at)::text, (t.survey_id)::text]
FROM views."surveys_v1" AS t
WHERE NOT t.deleted AND (true) AND (t.closes_at > now()) AND (t.opened_at, t.survey_id) < (%(open_surveys_0)s::timestamptz, %(open_surveys_1)s::text)
ORDER BY t.opened_at DESC, t.survey_id DESC
LIMIT %(open_surveys_limit)s;

-- page as JSON of projections.survey_list.OPEN
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'surveys' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."survey_id" AS "survey_id", t."question" AS "question", t."product_area" AS "product_area", t."signal_id" AS "signal_id", t."needed" AS "needed", t."drawn" AS "drawn", t."opened_at" AS "opened_at", t."opened_by" AS "opened_by", t."closes_at" AS "closes_at", t."closed_early" AS "closed_early", t."asked" AS "asked", t."answered" AS "answered") AS shown))) FILTER (WHERE (size > %(open_surveys_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'surveys' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(open_surveys_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."opened_by"), 0) AS size, t.opened_at AS place_0, t.survey_id AS place_1
FROM views."surveys_v1" AS t
WHERE NOT t.deleted AND (true) AND (t.closes_at > now()) AND (t.opened_at, t.survey_id) < (%(open_surveys_0)s::timestamptz, %(open_surveys_1)s::text)
ORDER BY t.opened_at DESC, t.survey_id DESC
LIMIT %(open_surveys_limit)s) AS t) AS "open_surveys";

-- changes of projections.survey_list.OPEN
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'surveys' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."survey_id" AS "survey_id", t."question" AS "question", t."product_area" AS "product_area", t."signal_id" AS "signal_id", t."needed" AS "needed", t."drawn" AS "drawn", t."opened_at" AS "opened_at", t."opened_by" AS "opened_by", t."closes_at" AS "closes_at", t."closed_early" AS "closed_early", t."asked" AS "asked", t."answered" AS "answered") AS shown))) FILTER (WHERE fits AND (size > %(open_surveys_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'surveys' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."survey_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(open_surveys_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.closes_at > now()), false) AS fits, 0 + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."opened_by"), 0) AS size
FROM views."surveys_v1" AS t
WHERE t.position > %(open_surveys_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(open_surveys_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(open_surveys_limit)s + 1) AS t) AS "open_surveys";

-- read a page of projections.timer._OF_SIGNALS
SELECT "t"."kind", "t"."id", "t"."version", "t"."due_at", "t"."ahead", "t"."warned", ARRAY[(t.id)::text]
FROM views."timers_v3" AS t
WHERE NOT t.deleted AND (t.kind = 'clocks') AND (t.id >= 'signal-' AND t.id < 'signal.') AND (t.id) > (%(of_signals_0)s::text)
ORDER BY t.id
LIMIT %(of_signals_limit)s;

-- page as JSON of projections.timer._OF_SIGNALS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timers' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."kind" AS "kind", t."id" AS "id", t."version" AS "version", t."due_at" AS "due_at", t."ahead" AS "ahead", t."warned" AS "warned") AS shown))) FILTER (WHERE (size > %(of_signals_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'timers' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(of_signals_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 +
CASE
WHEN pg_column_size("t"."ahead") > 128 THEN octet_length("t"."ahead"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."warned") > 128 THEN octet_length("t"."warned"::text)
ELSE 0 END AS size, t.id AS place_0
FROM views."timers_v3" AS t
WHERE NOT t.deleted AND (t.kind = 'clocks') AND (t.id >= 'signal-' AND t.id < 'signal.') AND (t.id) > (%(of_signals_0)s::text)
ORDER BY t.id
LIMIT %(of_signals_limit)s) AS t) AS "of_signals";

-- changes of projections.timer._OF_SIGNALS
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timers' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."kind" AS "kind", t."id" AS "id", t."version" AS "version", t."due_at" AS "due_at", t."ahead" AS "ahead", t."warned" AS "warned") AS shown))) FILTER (WHERE fits AND (size > %(of_signals_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'timers' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."kind", "t"."id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(of_signals_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.id >= 'signal-' AND t.id < 'signal.'), false) AS fits, 0 +
CASE
WHEN pg_column_size("t"."ahead") > 128 THEN octet_length("t"."ahead"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."warned") > 128 THEN octet_length("t"."warned"::text)
ELSE 0 END AS size
FROM views."timers_v3" AS t
WHERE t.position > %(of_signals_since)s AND (t.kind = 'clocks')
ORDER BY t.position FETCH FIRST (%(of_signals_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(of_signals_limit)s + 1) AS t) AS "of_signals";

-- read a page of projections.timer._PASSED
SELECT "t"."kind", "t"."id", "t"."version", "t"."due_at", "t"."ahead", "t"."warned", ARRAY[(t.due_at)::text, (t.id)::text]
FROM views."timers_v3" AS t
WHERE NOT t.deleted AND (t.kind = %(kind)s) AND (t.due_at < %(now)s::timestamptz) AND (t.due_at, t.id) > (%(timers_0)s::timestamptz, %(timers_1)s::text)
ORDER BY t.due_at, t.id
LIMIT %(timers_limit)s;

-- page as JSON of projections.timer._PASSED
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timers' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."kind" AS "kind", t."id" AS "id", t."version" AS "version", t."due_at" AS "due_at", t."ahead" AS "ahead", t."warned" AS "warned") AS shown))) FILTER (WHERE (size > %(timers_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'timers' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(timers_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 +
CASE
WHEN pg_column_size("t"."ahead") > 128 THEN octet_length("t"."ahead"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."warned") > 128 THEN octet_length("t"."warned"::text)
ELSE 0 END AS size, t.due_at AS place_0, t.id AS place_1
FROM views."timers_v3" AS t
WHERE NOT t.deleted AND (t.kind = %(kind)s) AND (t.due_at < %(now)s::timestamptz) AND (t.due_at, t.id) > (%(timers_0)s::timestamptz, %(timers_1)s::text)
ORDER BY t.due_at, t.id
LIMIT %(timers_limit)s) AS t) AS "timers";

-- changes of projections.timer._PASSED
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timers' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."kind" AS "kind", t."id" AS "id", t."version" AS "version", t."due_at" AS "due_at", t."ahead" AS "ahead", t."warned" AS "warned") AS shown))) FILTER (WHERE fits AND (size > %(timers_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'timers' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."kind", "t"."id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(timers_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.due_at < %(now)s::timestamptz), false) AS fits, 0 +
CASE
WHEN pg_column_size("t"."ahead") > 128 THEN octet_length("t"."ahead"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."warned") > 128 THEN octet_length("t"."warned"::text)
ELSE 0 END AS size
FROM views."timers_v3" AS t
WHERE t.position > %(timers_since)s AND (t.kind = %(kind)s)
ORDER BY t.position FETCH FIRST (%(timers_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(timers_limit)s + 1) AS t) AS "timers";

-- read a page of projections.timer._TO_COME
SELECT "t"."kind", "t"."id", "t"."version", "t"."due_at", "t"."ahead", "t"."warned", ARRAY[(t.due_at)::text, (t.id)::text]
FROM views."timers_v3" AS t
WHERE NOT t.deleted AND (t.kind = %(kind)s) AND (t.due_at >= %(now)s::timestamptz) AND (t.due_at, t.id) > (%(timers_0)s::timestamptz, %(timers_1)s::text)
ORDER BY t.due_at, t.id
LIMIT %(timers_limit)s;

-- page as JSON of projections.timer._TO_COME
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timers' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."kind" AS "kind", t."id" AS "id", t."version" AS "version", t."due_at" AS "due_at", t."ahead" AS "ahead", t."warned" AS "warned") AS shown))) FILTER (WHERE (size > %(timers_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'timers' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(timers_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 +
CASE
WHEN pg_column_size("t"."ahead") > 128 THEN octet_length("t"."ahead"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."warned") > 128 THEN octet_length("t"."warned"::text)
ELSE 0 END AS size, t.due_at AS place_0, t.id AS place_1
FROM views."timers_v3" AS t
WHERE NOT t.deleted AND (t.kind = %(kind)s) AND (t.due_at >= %(now)s::timestamptz) AND (t.due_at, t.id) > (%(timers_0)s::timestamptz, %(timers_1)s::text)
ORDER BY t.due_at, t.id
LIMIT %(timers_limit)s) AS t) AS "timers";

-- changes of projections.timer._TO_COME
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timers' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."kind" AS "kind", t."id" AS "id", t."version" AS "version", t."due_at" AS "due_at", t."ahead" AS "ahead", t."warned" AS "warned") AS shown))) FILTER (WHERE fits AND (size > %(timers_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'timers' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."kind", "t"."id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(timers_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (t.due_at >= %(now)s::timestamptz), false) AS fits, 0 +
CASE
WHEN pg_column_size("t"."ahead") > 128 THEN octet_length("t"."ahead"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."warned") > 128 THEN octet_length("t"."warned"::text)
ELSE 0 END AS size
FROM views."timers_v3" AS t
WHERE t.position > %(timers_since)s AND (t.kind = %(kind)s)
ORDER BY t.position FETCH FIRST (%(timers_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(timers_limit)s + 1) AS t) AS "timers";

-- read a page of projections.conversation.inbox.ITEMS, by team
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'))::text, (t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND ((CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (t.team_id IS NULL OR t.team_id = ANY (%(teams_seen)s::text[]))) AND (coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id) > (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id
LIMIT %(items_limit)s;

-- page as JSON of projections.conversation.inbox.ITEMS, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, coalesce(least(t.stands_at, t.reply_failed_at), 'infinity') AS place_0, t.conversation_id AS place_1
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND ((CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (t.team_id IS NULL OR t.team_id = ANY (%(teams_seen)s::text[]))) AND (coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id) > (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.conversation.inbox.ITEMS, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (t.team_id IS NULL OR t.team_id = ANY (%(teams_seen)s::text[]))), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.conversation.inbox.BY_DUE, by team
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(coalesce(t.due_at, 'infinity'))::text, (coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'))::text, (t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND ((CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (t.team_id IS NULL OR t.team_id = ANY (%(teams_seen)s::text[]))) AND (coalesce(t.due_at, 'infinity'), coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id) > (%(items_0)s::timestamptz, %(items_1)s::timestamptz, %(items_2)s::text)
ORDER BY coalesce(t.due_at, 'infinity'), coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id
LIMIT %(items_limit)s;

-- page as JSON of projections.conversation.inbox.BY_DUE, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text, (array_agg(place_2))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, coalesce(t.due_at, 'infinity') AS place_0, coalesce(least(t.stands_at, t.reply_failed_at), 'infinity') AS place_1, t.conversation_id AS place_2
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND ((CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (t.team_id IS NULL OR t.team_id = ANY (%(teams_seen)s::text[]))) AND (coalesce(t.due_at, 'infinity'), coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id) > (%(items_0)s::timestamptz, %(items_1)s::timestamptz, %(items_2)s::text)
ORDER BY coalesce(t.due_at, 'infinity'), coalesce(least(t.stands_at, t.reply_failed_at), 'infinity'), t.conversation_id
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.conversation.inbox.BY_DUE, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((CASE
WHEN %(status)s::text[] IS NULL THEN NOT t.status IN ('resolved', 'withdrawn')
ELSE t.status = ANY (%(status)s::text[]) END AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[]) AND (%(team_id)s::text[] IS NULL OR t.team_id = ANY (%(team_id)s::text[]) OR 'null' = ANY (%(team_id)s::text[]) AND t.team_id IS NULL) AND (coalesce(cardinality(%(team_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(team_id)s::text[]) OR t.team_id = (%(team_id)s::text[])[1]) AND (%(agent_id)s::text[] IS NULL OR t.agent_id = ANY (%(agent_id)s::text[]) OR 'null' = ANY (%(agent_id)s::text[]) AND t.agent_id IS NULL) AND (coalesce(cardinality(%(agent_id)s::text[]), 0) <> 1 OR 'null' = ANY (%(agent_id)s::text[]) OR t.agent_id = (%(agent_id)s::text[])[1]) AND (%(product_area)s::text[] IS NULL OR t.product_area = ANY (%(product_area)s::text[])) AND (%(channel)s::text[] IS NULL OR t.channel = ANY (%(channel)s::text[])) AND (%(language)s::text[] IS NULL OR t.language = ANY (%(language)s::text[])) AND (%(priority)s::text[] IS NULL OR t.priority = ANY (%(priority)s::text[])) AND (%(segment)s::text[] IS NULL OR t.segment = ANY (%(segment)s::text[])) AND (%(opened_from)s::timestamptz IS NULL OR t.opened_at >= %(opened_from)s::timestamptz) AND (%(opened_before)s::timestamptz IS NULL OR t.opened_at < %(opened_before)s::timestamptz) AND (%(due_from)s::timestamptz IS NULL OR t.due_at >= %(due_from)s::timestamptz) AND (%(due_before)s::timestamptz IS NULL OR t.due_at < %(due_before)s::timestamptz) AND (%(person_requested)s::boolean IS NULL OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean) AND t.merged_into IS NULL) AND (t.team_id IS NULL OR t.team_id = ANY (%(teams_seen)s::text[]))), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.conversation.inbox.BY_ID, by team
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(t.conversation_id)::text]
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND ((t.conversation_id = ANY (%(ids)s::text[])) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.conversation_id) > (%(items_0)s::text)
ORDER BY t.conversation_id
LIMIT %(items_limit)s;

-- page as JSON of projections.conversation.inbox.BY_ID, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, t.conversation_id AS place_0
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (true) AND ((t.conversation_id = ANY (%(ids)s::text[])) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.conversation_id) > (%(items_0)s::text)
ORDER BY t.conversation_id
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.conversation.inbox.BY_ID, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((t.conversation_id = ANY (%(ids)s::text[])) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.customer.overview.CONVERSATIONS, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."conversation_id", "t"."version", "t"."customer_id", "t"."channel", "t"."priority", "t"."opened_at", "t"."last_at", "t"."status", "t"."subject", "t"."language", "t"."product_area", "t"."segment", "t"."team_id", "t"."agent_id", "t"."interactions", "t"."kinds", "t"."waiting_since", "t"."messages_in", "t"."messages_out", "t"."answered", "t"."person_requested_at", "t"."taken_up_at", "t"."answered_at", "t"."closed_at", "t"."merged_into", "t"."split_from", "t"."members", "t"."next_move", "t"."bidi", "t"."due_at", "t"."due_metric", "t"."due_warned", "t"."due_missed", "t"."undelivered_since", "t"."reply_failed_at", "t"."unanswered", "t"."last_answer_at", "t"."for_person", "t"."taken", "t"."brings", "t"."stands_at", "t"."apart", "t"."reply_id", ARRAY[(t.opened_at)::text, (t.conversation_id)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND ((true) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.opened_at, t.conversation_id) < (%(conversations_0)s::timestamptz, %(conversations_1)s::text)
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s) AS t
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s;

-- page as JSON of projections.customer.overview.CONVERSATIONS, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE (size > %(conversations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size, t.opened_at AS place_0, t.conversation_id AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."inbox_v18" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND ((true) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.opened_at, t.conversation_id) < (%(conversations_0)s::timestamptz, %(conversations_1)s::text)
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s) AS t
ORDER BY t.opened_at DESC, t.conversation_id DESC
LIMIT %(conversations_limit)s) AS t) AS "conversations";

-- changes of projections.customer.overview.CONVERSATIONS, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'inbox' AND version = 18 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."customer_id" AS "customer_id", t."channel" AS "channel", t."priority" AS "priority", t."opened_at" AS "opened_at", t."last_at" AS "last_at", t."status" AS "status", t."subject" AS "subject", t."language" AS "language", t."product_area" AS "product_area", t."segment" AS "segment", t."team_id" AS "team_id", t."agent_id" AS "agent_id", t."interactions" AS "interactions", t."kinds" AS "kinds", t."waiting_since" AS "waiting_since", t."messages_in" AS "messages_in", t."messages_out" AS "messages_out", t."answered" AS "answered", t."person_requested_at" AS "person_requested_at", t."taken_up_at" AS "taken_up_at", t."answered_at" AS "answered_at", t."closed_at" AS "closed_at", t."merged_into" AS "merged_into", t."split_from" AS "split_from", t."members" AS "members", t."next_move" AS "next_move", t."bidi" AS "bidi", t."due_at" AS "due_at", t."due_metric" AS "due_metric", t."due_warned" AS "due_warned", t."due_missed" AS "due_missed", t."undelivered_since" AS "undelivered_since", t."reply_failed_at" AS "reply_failed_at") AS shown))) FILTER (WHERE fits AND (size > %(conversations_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'inbox' AND version = 18)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(conversations_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((true) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."subject"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."segment"), 0) +
CASE
WHEN pg_column_size("t"."interactions") > 128 THEN octet_length("t"."interactions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."kinds") > 128 THEN octet_length("t"."kinds"::text)
ELSE 0 END + coalesce(octet_length("t"."merged_into"), 0) + coalesce(octet_length("t"."split_from"), 0) +
CASE
WHEN pg_column_size("t"."members") > 128 THEN octet_length("t"."members"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."unanswered") > 128 THEN octet_length("t"."unanswered"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."brings") > 128 THEN octet_length("t"."brings"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."apart") > 128 THEN octet_length("t"."apart"::text)
ELSE 0 END AS size
FROM views."inbox_v18" AS t
WHERE t.position > %(conversations_since)s AND (t.customer_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(conversations_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(conversations_limit)s + 1) AS t) AS "conversations";

-- read a page of projections.customer.overview.MOMENTS, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."place", "t"."customer_id", "t"."stream", "t"."kind", "t"."at", "t"."recorded_at", "t"."time_precision", "t"."author_id", "t"."what", "t"."text", "t"."order_id", "t"."item_count", "t"."value", "t"."currency", "t"."due_at", "t"."bidi", ARRAY[(t.at)::text, (t.place)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."timeline_v5" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND ((true) AND (CASE split_part(t.stream, '-', 1)
WHEN 'conversation' THEN EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.stream AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))
WHEN 'promise' THEN EXISTS (SELECT
FROM views."promises_v3" AS p
WHERE p.promise_id = t.stream AND (p.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = p.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))))
ELSE true END)) AND (t.at, t.place) < (%(moments_0)s::timestamptz, %(moments_1)s::bigint)
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s) AS t
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s;

-- page as JSON of projections.customer.overview.MOMENTS, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timeline' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."place" AS "place", t."customer_id" AS "customer_id", t."stream" AS "stream", t."kind" AS "kind", t."at" AS "at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", t."author_id" AS "author_id", t."what" AS "what", t."text" AS "text", t."order_id" AS "order_id", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."due_at" AS "due_at", t."bidi" AS "bidi") AS shown))) FILTER (WHERE (size > %(moments_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'timeline' AND version = 5)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(moments_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."stream"), 0) + coalesce(octet_length("t"."what"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."currency"), 0) AS size, t.at AS place_0, t.place AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."timeline_v5" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND ((true) AND (CASE split_part(t.stream, '-', 1)
WHEN 'conversation' THEN EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.stream AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))
WHEN 'promise' THEN EXISTS (SELECT
FROM views."promises_v3" AS p
WHERE p.promise_id = t.stream AND (p.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = p.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))))
ELSE true END)) AND (t.at, t.place) < (%(moments_0)s::timestamptz, %(moments_1)s::bigint)
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s) AS t
ORDER BY t.at DESC, t.place DESC
LIMIT %(moments_limit)s) AS t) AS "moments";

-- changes of projections.customer.overview.MOMENTS, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'timeline' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."place" AS "place", t."customer_id" AS "customer_id", t."stream" AS "stream", t."kind" AS "kind", t."at" AS "at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", t."author_id" AS "author_id", t."what" AS "what", t."text" AS "text", t."order_id" AS "order_id", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."due_at" AS "due_at", t."bidi" AS "bidi") AS shown))) FILTER (WHERE fits AND (size > %(moments_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'timeline' AND version = 5)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."place")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(moments_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((true) AND (CASE split_part(t.stream, '-', 1)
WHEN 'conversation' THEN EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.stream AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))
WHEN 'promise' THEN EXISTS (SELECT
FROM views."promises_v3" AS p
WHERE p.promise_id = t.stream AND (p.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = p.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))))
ELSE true END)), false) AS fits, 0 + coalesce(octet_length("t"."stream"), 0) + coalesce(octet_length("t"."what"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."currency"), 0) AS size
FROM views."timeline_v5" AS t
WHERE t.position > %(moments_since)s AND (t.customer_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(moments_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(moments_limit)s + 1) AS t) AS "moments";

-- read a page of projections.customer.overview.UNDECIDED, by team
SELECT "t"."proposal_id", "t"."what", "t"."customer_id", "t"."other_id", "t"."contact_kind", "t"."conversation_id", "t"."merged_into", "t"."since", ARRAY[(t.since)::text, (t.proposal_id)::text]
FROM views."proposals_v1" AS t
WHERE NOT t.deleted AND (true) AND ((t.customer_id IS NOT NULL AND
CASE
WHEN t.other_id IS NULL THEN t.what = 'two-people'
ELSE NOT EXISTS (WITH RECURSIVE one(id) AS (SELECT t.customer_id UNION
SELECT l.merged_into
FROM one
JOIN views."customer_links_v2" AS l ON l.customer_id = one.id AND NOT l.deleted), other(id) AS (SELECT t.other_id UNION
SELECT l.merged_into
FROM other
JOIN views."customer_links_v2" AS l ON l.customer_id = other.id AND NOT l.deleted)
SELECT
FROM one
JOIN other USING (id)) END) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.since, t.proposal_id) > (%(proposals_0)s::timestamptz, %(proposals_1)s::text)
ORDER BY t.since, t.proposal_id
LIMIT %(proposals_limit)s;

-- page as JSON of projections.customer.overview.UNDECIDED, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'proposals' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."proposal_id" AS "proposal_id", t."what" AS "what", t."customer_id" AS "customer_id", t."other_id" AS "other_id", t."contact_kind" AS "contact_kind", t."conversation_id" AS "conversation_id", t."merged_into" AS "merged_into", t."since" AS "since") AS shown))) FILTER (WHERE (size > %(proposals_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'proposals' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(proposals_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."merged_into"), 0) AS size, t.since AS place_0, t.proposal_id AS place_1
FROM views."proposals_v1" AS t
WHERE NOT t.deleted AND (true) AND ((t.customer_id IS NOT NULL AND
CASE
WHEN t.other_id IS NULL THEN t.what = 'two-people'
ELSE NOT EXISTS (WITH RECURSIVE one(id) AS (SELECT t.customer_id UNION
SELECT l.merged_into
FROM one
JOIN views."customer_links_v2" AS l ON l.customer_id = one.id AND NOT l.deleted), other(id) AS (SELECT t.other_id UNION
SELECT l.merged_into
FROM other
JOIN views."customer_links_v2" AS l ON l.customer_id = other.id AND NOT l.deleted)
SELECT
FROM one
JOIN other USING (id)) END) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.since, t.proposal_id) > (%(proposals_0)s::timestamptz, %(proposals_1)s::text)
ORDER BY t.since, t.proposal_id
LIMIT %(proposals_limit)s) AS t) AS "proposals";

-- changes of projections.customer.overview.UNDECIDED, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'proposals' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."proposal_id" AS "proposal_id", t."what" AS "what", t."customer_id" AS "customer_id", t."other_id" AS "other_id", t."contact_kind" AS "contact_kind", t."conversation_id" AS "conversation_id", t."merged_into" AS "merged_into", t."since" AS "since") AS shown))) FILTER (WHERE fits AND (size > %(proposals_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'proposals' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."proposal_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(proposals_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((t.customer_id IS NOT NULL AND
CASE
WHEN t.other_id IS NULL THEN t.what = 'two-people'
ELSE NOT EXISTS (WITH RECURSIVE one(id) AS (SELECT t.customer_id UNION
SELECT l.merged_into
FROM one
JOIN views."customer_links_v2" AS l ON l.customer_id = one.id AND NOT l.deleted), other(id) AS (SELECT t.other_id UNION
SELECT l.merged_into
FROM other
JOIN views."customer_links_v2" AS l ON l.customer_id = other.id AND NOT l.deleted)
SELECT
FROM one
JOIN other USING (id)) END) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."merged_into"), 0) AS size
FROM views."proposals_v1" AS t
WHERE t.position > %(proposals_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(proposals_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(proposals_limit)s + 1) AS t) AS "proposals";

-- read a page of projections.customer.overview.MESSAGES, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)), "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = linked.id) AND ((t.kind IN ('received', 'sent')) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = coalesce(t.split_into, t.conversation_id) AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s;

-- page as JSON of projections.customer.overview.MESSAGES, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = linked.id) AND ((t.kind IN ('received', 'sent')) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = coalesce(t.split_into, t.conversation_id) AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s) AS t
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s) AS t) AS "messages";

-- changes of projections.customer.overview.MESSAGES, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE fits AND (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((t.kind IN ('received', 'sent')) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = coalesce(t.split_into, t.conversation_id) AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(messages_since)s AND (t.participant_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(messages_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(messages_limit)s + 1) AS t) AS "messages";

-- read a page of projections.customer.overview.PROMISES, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t
ORDER BY t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.customer.overview.PROMISES, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.customer.overview.PROMISES, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (t.customer_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.customer.overview.ORDERS, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted)
SELECT "t"."order_id", "t"."customer_id", "t"."status", "t"."number", "t"."placed_at", "t"."placed_on", "t"."item_count", "t"."value", "t"."currency", "t"."lines", "t"."promise_id", "t"."promised_at", "t"."shipped_at", "t"."carrier", "t"."tracking", "t"."delivered_at", "t"."in_full", "t"."undamaged", "t"."documents_right", "t"."cancelled_at", "t"."returned_at", "t"."because", "t"."perfect", ARRAY(SELECT id
FROM unnest(t.conversations) AS listed(id)
WHERE EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = listed.id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))), "t"."parcels", "t"."cancellations", "t"."contradictions", "t"."inexact", "t"."same_number", "t"."number_leads_to", "t"."further_parcels", "t"."adjusted", ARRAY[(t.order_id)::text]
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND ((true) AND (true)) AND (t.order_id) > (%(orders_0)s::text)
ORDER BY t.order_id
LIMIT %(orders_limit)s) AS t
ORDER BY t.order_id
LIMIT %(orders_limit)s;

-- page as JSON of projections.customer.overview.ORDERS, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", ARRAY(SELECT id
FROM unnest(t.conversations) AS listed(id)
WHERE EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = listed.id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))) AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE (size > %(orders_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7)) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(orders_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size, t.order_id AS place_0
FROM linked
CROSS
JOIN LATERAL (SELECT t.*
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.customer_id = linked.id) AND ((true) AND (true)) AND (t.order_id) > (%(orders_0)s::text)
ORDER BY t.order_id
LIMIT %(orders_limit)s) AS t
ORDER BY t.order_id
LIMIT %(orders_limit)s) AS t) AS "orders";

-- changes of projections.customer.overview.ORDERS, by team
WITH RECURSIVE linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION
SELECT l.customer_id
FROM linked
JOIN views."customer_links_v2" AS l ON l.merged_into = linked.id AND NOT l.deleted) (SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", ARRAY(SELECT id
FROM unnest(t.conversations) AS listed(id)
WHERE EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = listed.id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))) AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE fits AND (size > %(orders_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, hashtextextended((SELECT string_agg(id, ' '
ORDER BY id)
FROM linked), (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7)) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."order_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(orders_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((true) AND (true)), false) AS fits, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size
FROM views."orders_v7" AS t
WHERE t.position > %(orders_since)s AND (t.customer_id = ANY (ARRAY(SELECT id
FROM linked)))
ORDER BY t.position FETCH FIRST (%(orders_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(orders_limit)s + 1) AS t) AS "orders";

-- read a page of projections.conversation.history.OF_PARTICIPANT, by team
SELECT "t"."conversation_id", "t"."version", "t"."place", "t"."customer_id", "t"."kind", "t"."author_id", "t"."author_kind", "t"."author_team", "t"."occurred_at", "t"."recorded_at", "t"."time_precision", (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)), "t"."about", "t"."field", "t"."old", "t"."new", "t"."text", "t"."channel", "t"."language", "t"."automatic", "t"."attachments", "t"."reason", "t"."parts", "t"."split_into", "t"."bidi", "t"."adjusted", "t"."removed", "t"."participant_id", "t"."subject", "t"."authentication", "t"."sender_failed", "t"."template", "t"."template_version", ARRAY[(t.occurred_at)::text, (t.place)::text]
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = %(id)s) AND ((t.kind IN ('received', 'sent')) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = coalesce(t.split_into, t.conversation_id) AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s;

-- page as JSON of projections.conversation.history.OF_PARTICIPANT, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size, t.occurred_at AS place_0, t.place AS place_1
FROM views."history_v15" AS t
WHERE NOT t.deleted AND (t.participant_id = %(id)s) AND ((t.kind IN ('received', 'sent')) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = coalesce(t.split_into, t.conversation_id) AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.occurred_at, t.place) > (%(messages_0)s::timestamptz, %(messages_1)s::bigint)
ORDER BY t.occurred_at, t.place
LIMIT %(messages_limit)s) AS t) AS "messages";

-- changes of projections.conversation.history.OF_PARTICIPANT, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'history' AND version = 15 AND generation > 0) AS position, convert_to(coalesce(json_agg(CASE
WHEN (t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT
FROM views."history_v15" AS earlier
   
WHERE coalesce(earlier.split_into, earlier.conversation_id) = coalesce(t.split_into, t.conversation_id) AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted)) IS DISTINCT
FROM false THEN row_to_json((SELECT shown
FROM (SELECT t."conversation_id" AS "conversation_id", t."version" AS "version", t."place" AS "place", t."customer_id" AS "customer_id", t."kind" AS "kind", t."author_id" AS "author_id", t."author_kind" AS "author_kind", t."author_team" AS "author_team", t."occurred_at" AS "occurred_at", t."recorded_at" AS "recorded_at", t."time_precision" AS "time_precision", NOT false AS "late", t."about" AS "about", t."field" AS "field", t."old" AS "old", t."new" AS "new", t."text" AS "text", t."channel" AS "channel", t."language" AS "language", t."automatic" AS "automatic", t."attachments" AS "attachments", t."reason" AS "reason", t."parts" AS "parts", t."split_into" AS "split_into", t."bidi" AS "bidi", t."adjusted" AS "adjusted", t."removed" AS "removed", t."participant_id" AS "participant_id", t."subject" AS "subject", t."authentication" AS "authentication", t."sender_failed" AS "sender_failed", t."template" AS "template", t."template_version" AS "template_version") AS shown))
ELSE "t"."document" END) FILTER (WHERE fits AND (size > %(messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'history' AND version = 15) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."conversation_id", "t"."version")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((t.kind IN ('received', 'sent')) AND (EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = coalesce(t.split_into, t.conversation_id) AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."author_team"), 0) + coalesce(octet_length("t"."about"), 0) + coalesce(octet_length("t"."field"), 0) + coalesce(octet_length("t"."old"), 0) + coalesce(octet_length("t"."new"), 0) + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) +
CASE
WHEN pg_column_size("t"."attachments") > 128 THEN octet_length("t"."attachments"::text)
ELSE 0 END + coalesce(octet_length("t"."reason"), 0) +
CASE
WHEN pg_column_size("t"."parts") > 128 THEN octet_length("t"."parts"::text)
ELSE 0 END + coalesce(octet_length("t"."split_into"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END + coalesce(octet_length("t"."subject"), 0) +
CASE
WHEN pg_column_size("t"."authentication") > 128 THEN octet_length("t"."authentication"::text)
ELSE 0 END + coalesce(octet_length("t"."template"), 0) AS size
FROM views."history_v15" AS t
WHERE t.position > %(messages_since)s AND (t.participant_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(messages_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(messages_limit)s + 1) AS t) AS "messages";

-- read a page of projections.promise.OF_ORDER, by team
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[(t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.order_id = %(id)s) AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.promise.OF_ORDER, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, t.promise_id AS place_0
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (t.order_id = %(id)s) AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.promise_id) > (%(promises_0)s::text)
ORDER BY t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.promise.OF_ORDER, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (t.order_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.promise.OPEN, by team
SELECT "t"."promise_id", "t"."customer_id", "t"."conversation_id", "t"."order_id", "t"."delivery", "t"."text", "t"."original_due_at", "t"."due_at", "t"."made_at", "t"."made_by", "t"."made_by_kind", "t"."state", "t"."revisions", "t"."overdue_at", "t"."ended_at", "t"."ended_by", "t"."because", "t"."signal_id", "t"."area", ARRAY[((CASE
WHEN ended_at IS NULL THEN due_at END))::text, (t.promise_id)::text]
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (true) AND (((CASE
WHEN ended_at IS NULL THEN due_at END) < %(before)s::timestamptz) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND ((CASE
WHEN ended_at IS NULL THEN due_at END), t.promise_id) > (%(promises_0)s::timestamptz, %(promises_1)s::text)
ORDER BY (CASE
WHEN ended_at IS NULL THEN due_at END), t.promise_id
LIMIT %(promises_limit)s;

-- page as JSON of projections.promise.OPEN, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size, (CASE
WHEN ended_at IS NULL THEN due_at END) AS place_0, t.promise_id AS place_1
FROM views."promises_v3" AS t
WHERE NOT t.deleted AND (true) AND (((CASE
WHEN ended_at IS NULL THEN due_at END) < %(before)s::timestamptz) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND ((CASE
WHEN ended_at IS NULL THEN due_at END), t.promise_id) > (%(promises_0)s::timestamptz, %(promises_1)s::text)
ORDER BY (CASE
WHEN ended_at IS NULL THEN due_at END), t.promise_id
LIMIT %(promises_limit)s) AS t) AS "promises";

-- changes of projections.promise.OPEN, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'promises' AND version = 3 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."promise_id" AS "promise_id", t."customer_id" AS "customer_id", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."delivery" AS "delivery", t."text" AS "text", t."original_due_at" AS "original_due_at", t."due_at" AS "due_at", t."made_at" AS "made_at", t."made_by" AS "made_by", t."made_by_kind" AS "made_by_kind", t."state" AS "state", t."revisions" AS "revisions", t."overdue_at" AS "overdue_at", t."ended_at" AS "ended_at", t."ended_by" AS "ended_by", t."because" AS "because", t."signal_id" AS "signal_id", t."area" AS "area") AS shown))) FILTER (WHERE fits AND (size > %(promises_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'promises' AND version = 3) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."promise_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(promises_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (((CASE
WHEN ended_at IS NULL THEN due_at END) < %(before)s::timestamptz) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."text"), 0) + coalesce(octet_length("t"."made_by"), 0) +
CASE
WHEN pg_column_size("t"."revisions") > 128 THEN octet_length("t"."revisions"::text)
ELSE 0 END + coalesce(octet_length("t"."ended_by"), 0) + coalesce(octet_length("t"."because"), 0) + coalesce(octet_length("t"."area"), 0) AS size
FROM views."promises_v3" AS t
WHERE t.position > %(promises_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(promises_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(promises_limit)s + 1) AS t) AS "promises";

-- read a page of projections.order.ONE, by team
SELECT "t"."order_id", "t"."customer_id", "t"."status", "t"."number", "t"."placed_at", "t"."placed_on", "t"."item_count", "t"."value", "t"."currency", "t"."lines", "t"."promise_id", "t"."promised_at", "t"."shipped_at", "t"."carrier", "t"."tracking", "t"."delivered_at", "t"."in_full", "t"."undamaged", "t"."documents_right", "t"."cancelled_at", "t"."returned_at", "t"."because", "t"."perfect", ARRAY(SELECT id
FROM unnest(t.conversations) AS listed(id)
WHERE EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = listed.id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))), "t"."parcels", "t"."cancellations", "t"."contradictions", "t"."inexact", "t"."same_number", "t"."number_leads_to", "t"."further_parcels", "t"."adjusted", ARRAY[(t.order_id)::text]
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.order_id = %(id)s) AND ((t.status IS NOT NULL) AND (true)) AND (t.order_id) > (%(order_0)s::text)
ORDER BY t.order_id
LIMIT %(order_limit)s;

-- page as JSON of projections.order.ONE, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", ARRAY(SELECT id
FROM unnest(t.conversations) AS listed(id)
WHERE EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = listed.id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))) AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE (size > %(order_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(order_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size, t.order_id AS place_0
FROM views."orders_v7" AS t
WHERE NOT t.deleted AND (t.order_id = %(id)s) AND ((t.status IS NOT NULL) AND (true)) AND (t.order_id) > (%(order_0)s::text)
ORDER BY t.order_id
LIMIT %(order_limit)s) AS t) AS "order";

-- changes of projections.order.ONE, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'orders' AND version = 7 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."order_id" AS "order_id", t."customer_id" AS "customer_id", t."status" AS "status", t."number" AS "number", t."placed_at" AS "placed_at", t."placed_on" AS "placed_on", t."item_count" AS "item_count", t."value"::text AS "value", t."currency" AS "currency", t."lines" AS "lines", t."promise_id" AS "promise_id", t."promised_at" AS "promised_at", t."shipped_at" AS "shipped_at", t."carrier" AS "carrier", t."tracking" AS "tracking", t."delivered_at" AS "delivered_at", t."in_full" AS "in_full", t."undamaged" AS "undamaged", t."documents_right" AS "documents_right", t."cancelled_at" AS "cancelled_at", t."returned_at" AS "returned_at", t."because" AS "because", t."perfect" AS "perfect", ARRAY(SELECT id
FROM unnest(t.conversations) AS listed(id)
WHERE EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = listed.id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[])))) AS "conversations", t."parcels" AS "parcels", t."cancellations" AS "cancellations", t."contradictions" AS "contradictions", t."inexact" AS "inexact", t."same_number" AS "same_number", t."number_leads_to" AS "number_leads_to", t."further_parcels" AS "further_parcels", t."adjusted" AS "adjusted") AS shown))) FILTER (WHERE fits AND (size > %(order_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'orders' AND version = 7) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."order_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(order_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((t.status IS NOT NULL) AND (true)), false) AS fits, 0 + coalesce(octet_length("t"."number"), 0) + coalesce(octet_length("t"."currency"), 0) +
CASE
WHEN pg_column_size("t"."lines") > 128 THEN octet_length("t"."lines"::text)
ELSE 0 END + coalesce(octet_length("t"."carrier"), 0) + coalesce(octet_length("t"."tracking"), 0) + coalesce(octet_length("t"."because"), 0) +
CASE
WHEN pg_column_size("t"."conversations") > 128 THEN octet_length("t"."conversations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."parcels") > 128 THEN octet_length("t"."parcels"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."cancellations") > 128 THEN octet_length("t"."cancellations"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."contradictions") > 128 THEN octet_length("t"."contradictions"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."inexact") > 128 THEN octet_length("t"."inexact"::text)
ELSE 0 END +
CASE
WHEN pg_column_size("t"."same_number") > 128 THEN octet_length("t"."same_number"::text)
ELSE 0 END + coalesce(octet_length("t"."number_leads_to"), 0) +
CASE
WHEN pg_column_size("t"."adjusted") > 128 THEN octet_length("t"."adjusted"::text)
ELSE 0 END AS size
FROM views."orders_v7" AS t
WHERE t.position > %(order_since)s AND (t.order_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(order_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(order_limit)s + 1) AS t) AS "order";

-- read a page of projections.signal.items.ALL, by team
SELECT "t"."item_id", "t"."person_id", "t"."kind", "t"."did", "t"."conversation_id", "t"."order_id", "t"."message_id", "t"."first_character", "t"."end_character", "t"."channel", "t"."language", "t"."segment", "t"."prompted", "t"."said_at", "t"."product_area", "t"."theme", "t"."step", "t"."stage", "t"."weight", "t"."stance", "t"."signal_id", "t"."undecided", "t"."decided_by", "t"."table_version", "t"."table_theme", "t"."rules", "t"."corrected", "t"."withdrawn", "t"."words", "t"."like_item", "t"."product", "t"."suggested_theme", "t"."suggested_probability", "t"."suggested_by", ARRAY[(t.said_at)::text, (t.item_id)::text]
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (true) AND (((%(area)s::text IS NULL OR t.product_area = %(area)s) AND (%(theme)s::text IS NULL OR t.theme = %(theme)s) AND (NOT %(without_signal)s OR (t.signal_id IS NULL AND NOT t.withdrawn))) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.said_at, t.item_id) < (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY t.said_at DESC, t.item_id DESC
LIMIT %(items_limit)s;

-- page as JSON of projections.signal.items.ALL, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size, t.said_at AS place_0, t.item_id AS place_1
FROM views."items_v5" AS t
WHERE NOT t.deleted AND (true) AND (((%(area)s::text IS NULL OR t.product_area = %(area)s) AND (%(theme)s::text IS NULL OR t.theme = %(theme)s) AND (NOT %(without_signal)s OR (t.signal_id IS NULL AND NOT t.withdrawn))) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.said_at, t.item_id) < (%(items_0)s::timestamptz, %(items_1)s::text)
ORDER BY t.said_at DESC, t.item_id DESC
LIMIT %(items_limit)s) AS t) AS "items";

-- changes of projections.signal.items.ALL, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'items' AND version = 5 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."item_id" AS "item_id", t."person_id" AS "person_id", t."kind" AS "kind", t."did" AS "did", t."conversation_id" AS "conversation_id", t."order_id" AS "order_id", t."message_id" AS "message_id", t."first_character" AS "first_character", t."end_character" AS "end_character", t."channel" AS "channel", t."language" AS "language", t."segment" AS "segment", t."prompted" AS "prompted", t."said_at" AS "said_at", t."product_area" AS "product_area", t."theme" AS "theme", t."step" AS "step", t."stage" AS "stage", t."weight"::text AS "weight", t."stance" AS "stance", t."signal_id" AS "signal_id", t."undecided" AS "undecided", t."decided_by" AS "decided_by", t."table_version" AS "table_version", t."table_theme" AS "table_theme", t."rules" AS "rules", t."corrected" AS "corrected", t."withdrawn" AS "withdrawn", t."words" AS "words", t."like_item" AS "like_item", t."product" AS "product", t."suggested_theme" AS "suggested_theme", t."suggested_probability"::text AS "suggested_probability", t."suggested_by" AS "suggested_by") AS shown))) FILTER (WHERE fits AND (size > %(items_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'items' AND version = 5) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."item_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(items_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND (((%(area)s::text IS NULL OR t.product_area = %(area)s) AND (%(theme)s::text IS NULL OR t.theme = %(theme)s) AND (NOT %(without_signal)s OR (t.signal_id IS NULL AND NOT t.withdrawn))) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."channel"), 0) + coalesce(octet_length("t"."language"), 0) + coalesce(octet_length("t"."segment"), 0) + coalesce(octet_length("t"."product_area"), 0) + coalesce(octet_length("t"."theme"), 0) + coalesce(octet_length("t"."undecided"), 0) + coalesce(octet_length("t"."table_theme"), 0) +
CASE
WHEN pg_column_size("t"."rules") > 128 THEN octet_length("t"."rules"::text)
ELSE 0 END + coalesce(octet_length("t"."like_item"), 0) + coalesce(octet_length("t"."product"), 0) + coalesce(octet_length("t"."suggested_theme"), 0) + coalesce(octet_length("t"."suggested_by"), 0) AS size
FROM views."items_v5" AS t
WHERE t.position > %(items_since)s AND (true)
ORDER BY t.position FETCH FIRST (%(items_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(items_limit)s + 1) AS t) AS "items";

-- read a page of projections.attention.OF_SIGNAL, by team
SELECT "t"."customer_id", "t"."outcome_id", "t"."outcome", "t"."signal_id", "t"."area", "t"."theme", "t"."owed_at", "t"."next_at", "t"."reason", "t"."told_at", "t"."message_id", "t"."conversation_id", ARRAY[(t.outcome_id)::text, (t.customer_id)::text]
FROM views."closing_messages_v1" AS t
WHERE NOT t.deleted AND (t.signal_id = %(id)s) AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.outcome_id, t.customer_id) > (%(closing-messages_0)s::text, %(closing-messages_1)s::text)
ORDER BY t.outcome_id, t.customer_id
LIMIT %(closing-messages_limit)s;

-- page as JSON of projections.attention.OF_SIGNAL, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'closing_messages' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."outcome_id" AS "outcome_id", t."outcome" AS "outcome", t."signal_id" AS "signal_id", t."area" AS "area", t."theme" AS "theme", t."owed_at" AS "owed_at", t."next_at" AS "next_at", t."reason" AS "reason", t."told_at" AS "told_at", t."message_id" AS "message_id", t."conversation_id" AS "conversation_id") AS shown))) FILTER (WHERE (size > %(closing-messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'closing_messages' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(closing-messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) AS size, t.outcome_id AS place_0, t.customer_id AS place_1
FROM views."closing_messages_v1" AS t
WHERE NOT t.deleted AND (t.signal_id = %(id)s) AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.outcome_id, t.customer_id) > (%(closing-messages_0)s::text, %(closing-messages_1)s::text)
ORDER BY t.outcome_id, t.customer_id
LIMIT %(closing-messages_limit)s) AS t) AS "closing-messages";

-- changes of projections.attention.OF_SIGNAL, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'closing_messages' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."outcome_id" AS "outcome_id", t."outcome" AS "outcome", t."signal_id" AS "signal_id", t."area" AS "area", t."theme" AS "theme", t."owed_at" AS "owed_at", t."next_at" AS "next_at", t."reason" AS "reason", t."told_at" AS "told_at", t."message_id" AS "message_id", t."conversation_id" AS "conversation_id") AS shown))) FILTER (WHERE fits AND (size > %(closing-messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'closing_messages' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id", "t"."outcome_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(closing-messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) AS size
FROM views."closing_messages_v1" AS t
WHERE t.position > %(closing-messages_since)s AND (t.signal_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(closing-messages_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(closing-messages_limit)s + 1) AS t) AS "closing-messages";

-- read a page of projections.attention.OF_CUSTOMER, by team
SELECT "t"."customer_id", "t"."outcome_id", "t"."outcome", "t"."signal_id", "t"."area", "t"."theme", "t"."owed_at", "t"."next_at", "t"."reason", "t"."told_at", "t"."message_id", "t"."conversation_id", ARRAY[(t.outcome_id)::text, (t.customer_id)::text]
FROM views."closing_messages_v1" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.outcome_id, t.customer_id) > (%(closing-messages_0)s::text, %(closing-messages_1)s::text)
ORDER BY t.outcome_id, t.customer_id
LIMIT %(closing-messages_limit)s;

-- page as JSON of projections.attention.OF_CUSTOMER, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'closing_messages' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."outcome_id" AS "outcome_id", t."outcome" AS "outcome", t."signal_id" AS "signal_id", t."area" AS "area", t."theme" AS "theme", t."owed_at" AS "owed_at", t."next_at" AS "next_at", t."reason" AS "reason", t."told_at" AS "told_at", t."message_id" AS "message_id", t."conversation_id" AS "conversation_id") AS shown))) FILTER (WHERE (size > %(closing-messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[(array_agg(place_0))[count(*)]::text, (array_agg(place_1))[count(*)]::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'closing_messages' AND version = 1) AS generation, convert_to(coalesce(NULL, '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(closing-messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT t.*, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) AS size, t.outcome_id AS place_0, t.customer_id AS place_1
FROM views."closing_messages_v1" AS t
WHERE NOT t.deleted AND (t.customer_id = %(id)s) AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))) AND (t.outcome_id, t.customer_id) > (%(closing-messages_0)s::text, %(closing-messages_1)s::text)
ORDER BY t.outcome_id, t.customer_id
LIMIT %(closing-messages_limit)s) AS t) AS "closing-messages";

-- changes of projections.attention.OF_CUSTOMER, by team
(SELECT (SELECT min(f.position)
FROM antiphon.views AS v
JOIN antiphon.followers AS f USING (name, version)
WHERE name = 'closing_messages' AND version = 1 AND generation > 0) AS position, convert_to(coalesce(json_agg(row_to_json((SELECT shown
FROM (SELECT t."customer_id" AS "customer_id", t."outcome_id" AS "outcome_id", t."outcome" AS "outcome", t."signal_id" AS "signal_id", t."area" AS "area", t."theme" AS "theme", t."owed_at" AS "owed_at", t."next_at" AS "next_at", t."reason" AS "reason", t."told_at" AS "told_at", t."message_id" AS "message_id", t."conversation_id" AS "conversation_id") AS shown))) FILTER (WHERE fits AND (size > %(closing-messages_share)s) IS NOT TRUE), '[]')::text, 'UTF8') AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last, (SELECT generation
FROM antiphon.views
WHERE name = 'closing_messages' AND version = 1) AS generation, convert_to(coalesce(json_agg(json_build_array("t"."customer_id", "t"."outcome_id")) FILTER (WHERE NOT fits), '[]')::text, 'UTF8') AS gone,
CASE
WHEN bool_and((size > %(closing-messages_share)s) IS NOT TRUE) THEN NULL
ELSE array_agg(size) END AS sizes
FROM (SELECT *
FROM (SELECT t.*, coalesce(NOT t.deleted AND ((true) AND (t.conversation_id IS NULL OR EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS (SELECT i.conversation_id, i.team_id, i.merged_into
FROM views."inbox_v18" AS i
WHERE i.conversation_id = t.conversation_id AND NOT i.deleted UNION
SELECT i.conversation_id, i.team_id, i.merged_into
FROM up
JOIN views."inbox_v18" AS i ON i.conversation_id = up.merged_into AND NOT i.deleted)
SELECT
FROM up
WHERE up.merged_into IS NULL AND (up.team_id IS NULL OR up.team_id = ANY (%(teams_seen)s::text[]))))), false) AS fits, 0 + coalesce(octet_length("t"."area"), 0) + coalesce(octet_length("t"."theme"), 0) AS size
FROM views."closing_messages_v1" AS t
WHERE t.position > %(closing-messages_since)s AND (t.customer_id = %(id)s)
ORDER BY t.position FETCH FIRST (%(closing-messages_limit)s) ROWS WITH TIES) AS t
LIMIT 10 * %(closing-messages_limit)s + 1) AS t) AS "closing-messages";
