"""The history view: one conversation in full, a line for each event, both voices in order, with notes and changes.

Lines stand in the order in which things happened; a back-dated line is at its place, and marked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, get_args

from psycopg import sql

from domain.conversation import events as c
from domain.customer import ContactKind
from domain.kernel.event import ActorKind, Recorded
from domain.kernel.personal import ERASED
from domain.kernel.text import bidi
from domain.kernel.time import RecordedPrecision
from domain.kernel.values import Fields
from domain.stranger import PersonErased, who_was_erased
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Page, Selection
from infra.views.tables import Table
from infra.views.view import WIPED, Again, Match, Target, View
from projections.conversation.line_content import Kind, Shown, content_of


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event of a conversation. `version` counts the conversation's events from 1; `place` is the event's position
    in the log. `late`: the event is back-dated: something that happened later was recorded before.

    `participant_id`: who said the message, or to whom it was said, where that is not the conversation's customer; of a
    line of kind `participant`, who takes part from then on, by the contact point `text` of the kind `new`.
    `about`: the id of the message, note or interaction. A change has a `field` (assignee, team, priority, kind, status,
    merged, parts, split, order, same-id, participant, removed, subject, product-area, language, mail) with `old` and
    `new`; an assignee is a team, a staff member, or both with a blank between; None is nobody. Of a mail, `new` is why
    it is here, `old` why it is automatic; `authentication`: what our mail server found of its sender, such as
    `spf=pass`; `sender_failed`: by that, somebody else sent it in the sender's name. A new subject is the `text`. A
    verdict has `new`: answered or not-answered. `text`: a body, a subject, a reason, a resolution, the number of an
    order as the customer said it. `subject`: of a message in a known thread, as the message says it; the conversation
    keeps its own. `adjusted`: the fields that are not shown in full as the customer sent them, each with what was done
    (`how`).
    `bidi`: the text, or an attachment's name, holds controls that turn the direction of writing, and may look like
    another text. `removed`: the message was taken out; the change of the field `removed` says by whom, and why.
    `split_into`: that conversation shows the message, and its own does not. `parts`: the conversations that are
    shown along with this one from here on. `template`: the text is this one of the table `reply-templates`, of the
    version `template_version`.
    """

    conversation_id: str
    version: int
    place: int
    customer_id: str
    kind: Kind
    author_id: str
    author_kind: ActorKind
    author_team: str | None
    occurred_at: datetime
    recorded_at: datetime
    time_precision: RecordedPrecision
    late: bool = False
    about: str | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None
    text: Annotated[str | None, WIPED] = None
    channel: str | None = None
    language: str | None = None
    automatic: bool = False
    attachments: Annotated[tuple[Document, ...], WIPED] = ()
    reason: Annotated[str | None, WIPED] = None
    parts: tuple[str, ...] | None = None
    split_into: str | None = None
    bidi: bool = False
    adjusted: tuple[Document, ...] = ()
    removed: bool = False
    participant_id: str | None = None
    subject: Annotated[str | None, WIPED] = None
    authentication: tuple[str, ...] | None = None
    sender_failed: bool = False
    template: str | None = None
    template_version: int | None = None


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """Somebody who takes part in a conversation beside its customer: since when, and by which contact point. None of a
    contact point: a split brought them along, or somebody added them by id. `until`: when somebody removed them."""

    participant_id: str
    since: datetime
    channel: str
    contact_kind: ContactKind | None
    contact: str | None
    conversation_id: str
    until: datetime | None


_Reads = Shown | PersonErased


class History(View[HistoryLine, _Reads]):
    """Lines by conversation and version."""

    name = "history"
    version = 15
    row = HistoryLine
    document = MappingProxyType({"late": "false"})
    key = ("conversation_id", "version")
    stream = "conversation_id"
    grows = True
    indexes = (
        "customer_id",
        "USING btree (participant_id, occurred_at, place) WHERE participant_id IS NOT NULL",
        "coalesce(split_into, conversation_id), occurred_at, place",
        "USING btree (split_into) WHERE split_into IS NOT NULL",
        "USING btree (conversation_id) WHERE split_into IS NOT NULL",
        "USING btree (conversation_id, place) WHERE parts IS NOT NULL",
    )
    at_once = frozenset(get_args(PersonErased))

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """A line for each event; for a split, the message's line; for an erasure, all lines of the person."""
        event = recorded.event
        if isinstance(event, PersonErased):
            yield from (Match(column, who_was_erased(event)) for column in ("customer_id", "participant_id"))
            return
        yield recorded.originator_id, recorded.originator_version
        if isinstance(event, (*_SPLITS, c.MessageRemoved)):
            yield Again((recorded.originator_id, event.message_version))

    def fold(self, row: HistoryLine | None, recorded: Recorded[_Reads]) -> HistoryLine | None:
        """Write the line; note where its message is shown; wipe the line on the erasure of whose text it is."""
        event = recorded.event
        if isinstance(event, PersonErased):
            if row is None:
                return None
            theirs = (row.participant_id or row.customer_id) == who_was_erased(event)
            # The reason is about both.
            return _wiped(row) if theirs else replace(row, reason=row.reason and ERASED)
        if row is not None and isinstance(event, c.MessageRemoved):
            return replace(_wiped(row), removed=True)
        if row is not None and isinstance(event, _SPLITS):
            return replace(row, split_into=event.into if isinstance(event, c.MessageSplit) else None)
        kind, content = content_of(event)
        envelope = recorded.envelope
        return HistoryLine(
            conversation_id=recorded.originator_id,
            version=recorded.originator_version,
            place=recorded.position,
            customer_id=event.customer_id,
            kind=kind,
            author_id=envelope.actor.id,
            author_kind=envelope.actor.kind,
            author_team=envelope.actor.team,
            occurred_at=recorded.at,
            recorded_at=recorded.recorded_at,
            time_precision=envelope.time_precision,
            # It may be late: only the lines before it can tell (`LATE`).
            late=recorded.at < recorded.recorded_at,
            reason=envelope.reason,
            bidi=bidi(*(content.get(text) for text in ("text", "subject")), *_names_of_files(content)),
            **content,
        )


_SPLITS = (c.MessageSplit, c.MessageReturned)

HISTORY = History()
_TABLE = Table(HISTORY)

SHOWN_AT = "coalesce(t.split_into, t.conversation_id)"
"""Where a line is shown: its own conversation, or the one into which its message was split."""

LATE = f"""(t.late AND t.time_precision <> 'unknown' AND EXISTS (SELECT FROM {_TABLE.name.as_string()} AS earlier
    WHERE coalesce(earlier.split_into, earlier.conversation_id) = {SHOWN_AT} AND earlier.place < t.place
    AND earlier.occurred_at > t.occurred_at AND earlier.occurred_at < t.recorded_at
    AND (t.time_precision = 'exact' OR earlier.occurred_at >= t.occurred_at + interval '1 day')
    AND earlier.time_precision <> 'unknown' AND NOT earlier.deleted))"""
"""Whether something that happened later was recorded before. Computed when a line is read, not when it is written: a
line knows nothing of the others. A line without a time of its own is never late."""

_LINES = _TABLE.name.as_string()
SHOWN = f"""shown(id) AS (SELECT %(id)s::text UNION ALL SELECT unnest(parts) FROM (
    SELECT parts FROM {_LINES} AS joined WHERE joined.conversation_id = %(id)s
    AND joined.parts IS NOT NULL ORDER BY joined.place DESC LIMIT 1) AS present),
    linked(id) AS (SELECT id FROM shown
    UNION ALL SELECT come.about FROM shown JOIN {_LINES} AS come ON come.split_into = shown.id
    UNION ALL SELECT gone.about FROM shown JOIN {_LINES} AS gone ON gone.conversation_id = shown.id
    AND gone.split_into IS NOT NULL)"""  # noqa: S608
"""A conversation, and what is merged into it now. The ids of messages that were split into or out of these are
included: nothing is shown there, but a live stream begins anew when these ids change."""

LINES = Selection(
    "lines",
    _TABLE,
    # Lines of the same time, as far as known, stay in the order of recording.
    order=[("t.occurred_at", "timestamptz"), ("t.place", "bigint")],
    scope=f"{SHOWN_AT} = %(id)s",
    which="t.kind <> 'heard'",
    among=SHOWN,
    instead={"late": LATE},
)
"""The lines of a conversation and its parts by its `id`, with the message that was split off into it and without those
that were split off from it, in the order in which they happened."""

_UNTIL = f"""(SELECT min(gone.occurred_at) FROM {_LINES} AS gone WHERE gone.participant_id = t.participant_id
    AND gone.conversation_id = t.conversation_id AND gone.field = 'participant' AND gone.place > t.place
    AND NOT gone.deleted)"""  # noqa: S608

PARTICIPANTS = Selection(
    "participants",
    _TABLE,
    order=[("t.occurred_at", "timestamptz"), ("t.place", "bigint")],
    scope=f"{SHOWN_AT} = %(id)s",
    which="t.kind = 'participant'",
    among=SHOWN,
    shows={
        "participant_id": "t.participant_id",
        "since": "t.occurred_at",
        "channel": "t.channel",
        "contact_kind": "t.new",
        "contact": "t.text",
        "conversation_id": "t.conversation_id",
        "until": _UNTIL,
    },
)
"""Who takes part in a conversation or its parts, by its `id`, beside its customer, in the order in which they came."""

OF_PARTICIPANT = Selection(
    "messages",
    _TABLE,
    order=[("t.occurred_at", "timestamptz"), ("t.place", "bigint")],
    scope="t.participant_id = %(id)s",
    which="t.kind IN ('received', 'sent')",
    instead={"late": LATE},
)
"""What was said by and to a participant, by the participant's `id`, in all conversations in which the participant is
not the customer."""

OF_AUTHOR = Selection(
    "lines",
    _TABLE,
    order=[("t.conversation_id", "text"), ("t.version", "bigint")],
    scope="t.customer_id = %(id)s",
    which="t.author_id = %(author_id)s",
)
"""What a staff member, `author_id`, did in the conversations of a customer, `id`."""

NEWEST = Selection(
    "newest", _TABLE, order=[("t.version", "bigint")], scope="t.conversation_id = %(id)s", descending=True
)
"""The lines of LINES, last recorded first; a line's place is its version."""


def read(
    connection: Connection, conversation_id: str, *, cursor: str | None = None, limit: int = 500
) -> Page[HistoryLine]:
    """A page of a conversation's lines; empty where there is no such conversation. Raises Refusal `cursor-invalid`."""
    return LINES.read(connection, cursor=cursor, limit=limit, id=conversation_id)


def first_message(connection: Connection, conversation_id: str) -> HistoryLine | None:
    """The first message, by either side; None where there is none."""
    rows = _TABLE.select(
        connection,
        f"WHERE {SHOWN_AT} = %s AND kind IN ('received', 'sent') AND NOT deleted ORDER BY occurred_at, place LIMIT 1",
        (conversation_id,),
    )
    return rows[0] if rows else None


def shown_at(connection: Connection, conversation_id: str, version: int) -> str | None:
    """The conversation that shows a line: its own, or the one into which its message was split. None where there is no
    such line."""
    _TABLE.check_live(connection)
    found = connection.execute(_SHOWN_AT, {"id": conversation_id, "version": version}).fetchone()
    return found[0] if found else None


_SHOWN_AT = sql.SQL(
    "SELECT {} FROM {} AS t WHERE t.conversation_id = %(id)s AND t.version = %(version)s AND NOT t.deleted"
).format(sql.SQL(SHOWN_AT), _TABLE.name)


def opened_in_anothers_name(connection: Connection, conversation_ids: Iterable[str]) -> set[str]:
    """Those conversations that a mail opened which somebody else sent in its sender's name."""
    _TABLE.check_live(connection)
    return {id for (id,) in connection.execute(_IN_ANOTHERS_NAME, {"ids": list(conversation_ids)}).fetchall()}


_IN_ANOTHERS_NAME = sql.SQL(
    "SELECT t.conversation_id FROM {} AS t WHERE t.conversation_id = ANY(%(ids)s)"
    " AND t.sender_failed AND t.new = 'opened' AND NOT t.deleted"
).format(_TABLE.name)


def last_words(connection: Connection, conversation_ids: Iterable[str], characters: int) -> dict[str, str]:
    """The first so many characters of what each conversation's customer said last in it, without its parts. Absent
    where the customer said nothing."""
    _TABLE.check_live(connection)
    found = connection.execute(_LAST_WORDS, {"ids": list(conversation_ids), "characters": characters})
    return {id: words for id, words in found.fetchall() if words}


_LAST_WORDS = sql.SQL(
    "SELECT asked.id, last.words FROM unnest(%(ids)s::text[]) AS asked(id) CROSS JOIN LATERAL ("
    "SELECT left(t.text, %(characters)s) AS words FROM {} AS t WHERE {} = asked.id AND t.kind = 'received'"
    " AND t.participant_id IS NULL AND NOT t.deleted ORDER BY t.occurred_at DESC, t.place DESC LIMIT 1) AS last"
).format(_TABLE.name, sql.SQL(SHOWN_AT))


def _names_of_files(content: Fields) -> Iterable[str]:
    return (each["name"] for each in content.get("attachments", ()))


_WIPED_OF_FILE = {"id": ERASED, "name": ERASED, "type": ERASED}


def _wiped(line: HistoryLine) -> HistoryLine:
    """The line as a replay gives it once the key is destroyed: every text reads as erased, and no text appears."""
    return replace(
        line,
        # An empty text is not sealed, and stays; an empty name of a file is.
        text=line.text and ERASED,
        subject=line.subject and ERASED,
        reason=line.reason and ERASED,
        attachments=tuple({**each, **_WIPED_OF_FILE} for each in line.attachments),
        bidi=False,
    )
