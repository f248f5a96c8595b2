"""The inbox view: the status of each conversation, and who has been waiting since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from psycopg import sql

from domain import customer
from domain.conversation import events as c
from domain.conversation.events import Status
from domain.conversation.members import Member, fields_of, standing
from domain.conversation.state import is_bot
from domain.kernel.event import Event, Recorded
from domain.kernel.personal import ERASED
from domain.kernel.replace import replace
from domain.kernel.text import bidi
from domain.kernel.values import Fields
from domain.message import DeliveryChanged
from domain.service_level import verdicts as v
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Page, Selection
from infra.views.tables import Table
from infra.views.view import Beside, Match, Target, View
from projections.conversation.inbox_filter import FITS, IS_CLOSED, NOT_CLOSED, Filter
from projections.conversation.inbox_item import ARRIVED_OR_NOT, NextMove, with_reply
from projections.conversation.inbox_item import Item as Item

_Reads = (
    c.Opened | c.InteractionAdded | c.MessageReceived | c.MessageSent | c.NoteAdded | c.Assigned
    | c.HandedOver | c.PriorityChanged | c.KindChanged | c.StatusChanged | c.AnswerJudged | c.PersonRequested
    | c.ConversationWithdrawn | c.ConversationMerged | c.ConversationSeparated | c.PartJoined | c.PartLeft
    | c.PartHeard | c.MessageSplit | c.ParticipantJoined | c.ParticipantLeft | c.SubjectChanged | c.ProductAreaChanged
    | c.ConversationLanguageChanged
    | c.MessagePlaced | c.MessageReturned | c.MessageTaken | v.ClocksEvaluated | v.Warned | customer.Erased
    | customer.ContactPointFailed | customer.ContactPointCleared | c.SuggestionDismissed | DeliveryChanged
)  # fmt: skip


class Inbox(View[Item, _Reads]):
    """Items by conversation. What joins a conversation is taken from the row of the part, as it was merged."""

    name = "inbox"
    version = 18
    row = Item
    key = ("conversation_id",)
    indexes = (
        "coalesce(least(stands_at, reply_failed_at), 'infinity'), conversation_id",
        "team_id, coalesce(least(stands_at, reply_failed_at), 'infinity'), conversation_id",
        "agent_id, coalesce(least(stands_at, reply_failed_at), 'infinity'), conversation_id",
        "customer_id",
        "coalesce(due_at, 'infinity'), coalesce(least(stands_at, reply_failed_at), 'infinity'), conversation_id",
        "USING btree (status) WHERE merged_into IS NULL",
    )
    at_once = frozenset({customer.Erased})

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The conversation; an erasure reaches all of the customer's."""
        event = recorded.event
        match event:
            case customer.Erased():
                yield Match("customer_id", event.customer_id)
            case customer.ContactPointFailed():
                yield from [(event.conversation_id,)] if event.failing else []
            case customer.ContactPointCleared():
                yield from ((id,) for id in event.conversation_ids)
            case DeliveryChanged():
                yield from [(event.conversation_id,)] if event.state in ARRIVED_OR_NOT else []
            case c.PartJoined():
                yield Beside((recorded.originator_id,), (event.joining[0],), event.joining[0])
            case _:
                yield (event.conversation_id if isinstance(event, v.AboutClocks) else recorded.originator_id,)

    def waiting_behind(self, recorded: Recorded[Event]) -> Iterable[str]:
        """What a conversation is merged into takes from its row."""
        if isinstance(recorded.event, c.ConversationMerged):
            yield recorded.event.into

    def fold(self, row: Item | None, recorded: Recorded[_Reads]) -> Item | None:
        """Where it stands after one more event."""
        return self._fold(row, recorded, ())

    def fold_beside(self, row: Item | None, other: Item | None, recorded: Recorded[_Reads]) -> Item | None:
        """The same, with a part that has joined."""
        merged_here = other is not None and other.merged_into == recorded.originator_id
        return self._fold(row, recorded, other.brings if other is not None and merged_here else ())

    def _fold(self, row: Item | None, recorded: Recorded[_Reads], joining: Sequence[Document]) -> Item | None:
        event, at = recorded.event, recorded.at
        if isinstance(event, c.Opened):
            row = Item(
                conversation_id=recorded.originator_id,
                version=recorded.originator_version,
                customer_id=event.customer_id,
                channel=event.channel,
                priority=event.priority,
                opened_at=at,
                last_at=at,
                subject=event.subject,
                language=event.language,
                product_area=event.product_area,
                segment=event.segment,
                bidi=bidi(event.subject),
            )
        if row is None:
            return None
        if isinstance(event, customer.Erased):
            return replace(row, subject=row.subject and ERASED, bidi=False)
        if isinstance(event, v.AboutClocks):
            return _due(row, event, at)
        if isinstance(event, customer.ContactPointFailed):
            return replace(row, undelivered_since=row.undelivered_since or at)
        if isinstance(event, customer.ContactPointCleared):
            return replace(row, undelivered_since=None)
        if isinstance(event, DeliveryChanged):
            return with_reply(row, recorded)
        # Events of parts and splits end with the merge or the split, and leave no time behind.
        last_at = row.last_at if type(event) in _LINKS else max(row.last_at, at)
        before = standing(row)
        after = before.after(recorded, [Member.model_validate(each).share() for each in joining])
        changed = {**(fields_of(after, before, row) if after is not before else {}), **_change(row, recorded)}
        if isinstance(event, c.ConversationMerged):
            changed["brings"] = tuple(Member.of(share).json_document() for share in before.brings())
        row = replace(row, version=recorded.originator_version, last_at=last_at, **changed)
        item = with_reply(row, recorded)
        return item if item.next_move == (whose := _next_move(item)) else replace(item, next_move=whose)


_LINKS = frozenset({
    c.ConversationMerged, c.ConversationSeparated, c.PartJoined, c.PartLeft, c.PartHeard, c.MessageSplit,
    c.MessageReturned,
})  # fmt: skip

INBOX = Inbox()
_TABLE = Table(INBOX)


def _due(row: Item, event: v.AboutClocks, at: datetime) -> Item:
    """The item's due, as the watch recorded it at `at`; the same record again changes nothing."""
    match event:
        case v.ClocksEvaluated():
            first = v.first_due(event.clocks)
            due: Fields = {
                "due_at": first and first.due_at,
                "due_metric": first and first.which.metric,
                "due_warned": first is not None and any(warn_at <= at for warn_at in first.warn_at),
                "due_missed": first is not None and first.breached_at is not None,
            }
        case v.Warned() if (event.due_at, event.which.metric) == (row.due_at, row.due_metric):
            due = {"due_warned": True}
        case _:
            return row
    return row if all(getattr(row, name) == value for name, value in due.items()) else replace(row, **due)


def _next_move(item: Item) -> NextMove:
    if item.status in c.CLOSED or item.merged_into is not None:
        return "nobody"
    # The customer may have written since the company began to wait for them: on that, the company has to act.
    return "customer" if item.status == "waiting_on_customer" and item.waiting_since is None else "company"


def _change(row: Item, recorded: Recorded[Event]) -> Fields:
    """The changes to the conversation's own fields, also where it has parts."""
    event = recorded.event
    match event:
        case c.InteractionAdded():
            return {"product_area": row.product_area or event.product_area}
        case c.Assigned() | c.HandedOver():
            given = {"team_id": event.team_id, "agent_id": event.agent_id}
            to_people = any(given.values()) and not is_bot(event.agent_id)
            return {**given, "taken_up_at": row.taken_up_at or (recorded.at if to_people else None)}
        case c.PriorityChanged():
            return {"priority": event.priority}
        case c.SubjectChanged():
            return {"subject": event.subject, "bidi": bidi(event.subject)}
        case c.ProductAreaChanged():
            return {"product_area": event.product_area}
        case c.ConversationLanguageChanged():
            return {"language": event.language}
        case c.AnswerJudged():
            return {"answered": event.answered}
        case c.SuggestionDismissed():
            return {"apart": (*row.apart, event.other_id)}
        case c.ConversationMerged():
            return {"merged_into": event.into}
        case c.ConversationSeparated():
            return {"merged_into": None, "brings": ()}
        case c.PartLeft():
            # As if it had never come along: so the row is the same, also where the part's row was ahead for a while.
            return {"brings": tuple(each for each in row.brings if each["conversation_id"] not in event.leaving)}
        case c.MessagePlaced():
            return {"split_from": event.out_of, "opened_at": min(row.opened_at, event.said_at)}
        case c.MessageTaken():
            return {"split_from": None}
        case _:
            return {}


_WAITING = ("coalesce(least(t.stands_at, t.reply_failed_at), 'infinity')", "timestamptz")
_ID = ("t.conversation_id", "text")
ITEMS = Selection("items", _TABLE, order=[_WAITING, _ID], which=FITS)
"""The inbox, with the fields of a Filter as parameters: the longest waiting first, and among them
whoever's answer did not arrive, from when that was known; then the rest, oldest first."""

BY_DUE = Selection(
    "items", _TABLE, order=[("coalesce(t.due_at, 'infinity')", "timestamptz"), _WAITING, _ID], which=FITS
)
"""The inbox by due, the earliest first; without a due, as ITEMS."""

Order = Literal["waiting", "due"]
IN_ORDER: Mapping[Order, Selection[Item]] = {"waiting": ITEMS, "due": BY_DUE}

ONE = Selection("conversation", _TABLE, order=[("t.version", "bigint")], scope="t.conversation_id = %(id)s")
"""One conversation by its `id`; the place of this one row is its version."""

BY_ID = Selection("items", _TABLE, order=[_ID], which="t.conversation_id = ANY (%(ids)s::text[])")
"""Conversations by their `ids`, closed ones and parts among them, in the order of the ids."""

OF_CUSTOMER = Selection(
    "conversations",
    _TABLE,
    order=[("t.opened_at", "timestamptz"), ("t.conversation_id", "text")],
    scope="t.customer_id = %(id)s",
    descending=True,
)
"""A customer's conversations by the customer's `id`, newest first."""

OPEN_OF_CUSTOMER = Selection(
    "open",
    _TABLE,
    order=[_ID],
    scope="t.customer_id = %(id)s",
    which=f"NOT {IS_CLOSED} AND t.merged_into IS NULL",
)
"""The customer's conversations that are not closed and not parts, in the order of their ids."""


def read(
    connection: Connection,
    which: Filter = NOT_CLOSED,
    *,
    order: Order = "waiting",
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Item]:
    """A page of the inbox. Raises Refusal `cursor-invalid`."""
    return IN_ORDER[order].read(connection, cursor=cursor, limit=limit, **which.parameters())


COUNTED = 10_000
"""How many conversations of one status are counted, at most."""


@dataclass(frozen=True, slots=True)
class Count:
    """The conversations of one status that one team has, or no team: how many, how many of them no agent has, in how
    many the customer waits, and in how many a due passed."""

    status: Status
    team_id: str | None
    number: int
    without_agent: int
    waiting: int
    due_missed: int


_COUNTS = sql.SQL(
    "SELECT status, team_id, count(*), count(*) FILTER (WHERE agent_id IS NULL), count(waiting_since),"
    " count(*) FILTER (WHERE due_missed) FROM unnest(%(statuses)s::text[]) AS counted(name)"
    " CROSS JOIN LATERAL (SELECT * FROM {} AS t WHERE t.status = counted.name AND t.merged_into IS NULL"
    " AND (%(teams_seen)s::text[] IS NULL OR t.team_id IS NULL OR t.team_id = ANY (%(teams_seen)s::text[]))"
    " AND NOT t.deleted LIMIT %(most)s) AS t GROUP BY status, team_id ORDER BY status, team_id"
).format(_TABLE.name)


def counts(
    connection: Connection, *, most: int = COUNTED, teams_seen: Sequence[str] | None = None
) -> tuple[list[Count], list[Status]]:
    """The counts by status and team, and the statuses of which there are more than `most`, so that their counts are of
    any `most` of them. `teams_seen`: count what these teams have, and no team; None: what every team has."""
    _TABLE.check_live(connection)
    teams = None if teams_seen is None else list(teams_seen)
    given = {"statuses": list(get_args(Status)), "most": most, "teams_seen": teams}
    found = connection.execute(_COUNTS, given).fetchall()
    rows = [Count(*values) for values in found]
    numbers: Counter[Status] = Counter()
    for row in rows:
        numbers[row.status] += row.number
    return rows, [status for status, number in sorted(numbers.items()) if number >= most]


def one(connection: Connection, conversation_id: str) -> Item | None:
    """One conversation."""
    return next(iter(ONE.read(connection, limit=1, id=conversation_id).rows), None)


def of_customer(connection: Connection, customer_id: str, *, limit: int = 500) -> Sequence[Item]:
    """A customer's conversations, newest first."""
    return OF_CUSTOMER.read(connection, limit=limit, id=customer_id).rows
