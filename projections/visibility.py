"""Visibility by team in SQL: the selections of which a caller sees those rows only whose conversation they see.

A conversation is its team's, as the inbox shows it; one that was merged into another is the other one's. Whose row the
inbox does not have yet is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, LiteralString, TypeVar

from infra.postgres.database import Connection
from infra.views.row_json import authored
from infra.views.selection import Selection
from infra.views.tables import Table
from projections import attention
from projections import order as orders
from projections import promise as promises
from projections.conversation import history, inbox
from projections.customer import overview as customers
from projections.signal import items

R = TypeVar("R")

_INBOX = Table(inbox.INBOX).name.as_string()
_PROMISES = Table(promises.PROMISES).name.as_string()
_SEEN = "team_id IS NULL OR {0}.team_id = ANY (%(teams_seen)s::text[])"


def visible(conversation_id: str) -> LiteralString:
    """SQL: whether the conversation of this expression is one of `teams_seen`, or of no team."""
    # The author's SQL: an expression over a row, never a caller's.
    return authored(
        "EXISTS (WITH RECURSIVE up(id, team_id, merged_into) AS ("  # noqa: S608
        f"SELECT i.conversation_id, i.team_id, i.merged_into FROM {_INBOX} AS i"
        f" WHERE i.conversation_id = {conversation_id} AND NOT i.deleted UNION"
        f" SELECT i.conversation_id, i.team_id, i.merged_into FROM up JOIN {_INBOX} AS i"
        " ON i.conversation_id = up.merged_into AND NOT i.deleted)"
        f" SELECT FROM up WHERE up.merged_into IS NULL AND (up.{_SEEN.format('up')}))"
    )


def _of(conversation_id: str) -> str:
    return f"{conversation_id} IS NULL OR {visible(conversation_id)}"


_OWN_TEAM = f"t.{_SEEN.format('t')}"
"""Of the inbox itself, which lists no conversation that was merged into another."""
_MOMENT = (
    f"CASE split_part(t.stream, '-', 1) WHEN 'conversation' THEN {visible('t.stream')}"
    f" WHEN 'promise' THEN EXISTS (SELECT FROM {_PROMISES} AS p WHERE p.promise_id = t.stream"
    f" AND ({_of('p.conversation_id')})) ELSE true END"
)
_OF_ORDER = {
    "conversations": "ARRAY(SELECT id FROM unnest(t.conversations) AS listed(id)"  # noqa: S608
    f" WHERE {visible('listed.id')})"
}

# Any: selections of rows of every kind.
NARROWED: Mapping[Selection[Any], Selection[Any]] = {
    inbox.ITEMS: inbox.ITEMS.narrowed(_OWN_TEAM),
    inbox.BY_DUE: inbox.BY_DUE.narrowed(_OWN_TEAM),
    inbox.BY_ID: inbox.BY_ID.narrowed(visible("t.conversation_id")),
    customers.CONVERSATIONS: customers.CONVERSATIONS.narrowed(visible("t.conversation_id")),
    customers.MOMENTS: customers.MOMENTS.narrowed(_MOMENT),
    customers.UNDECIDED: customers.UNDECIDED.narrowed(_of("t.conversation_id")),
    customers.MESSAGES: customers.MESSAGES.narrowed(visible(history.SHOWN_AT)),
    customers.PROMISES: customers.PROMISES.narrowed(_of("t.conversation_id")),
    customers.ORDERS: customers.ORDERS.narrowed(instead=_OF_ORDER),
    history.OF_PARTICIPANT: history.OF_PARTICIPANT.narrowed(visible(history.SHOWN_AT)),
    promises.OF_ORDER: promises.OF_ORDER.narrowed(_of("t.conversation_id")),
    promises.OPEN: promises.OPEN.narrowed(_of("t.conversation_id")),
    orders.ONE: orders.ONE.narrowed(instead=_OF_ORDER),
    items.ALL: items.ALL.narrowed(_of("t.conversation_id")),
    attention.OF_SIGNAL: attention.OF_SIGNAL.narrowed(_of("t.conversation_id")),
    attention.OF_CUSTOMER: attention.OF_CUSTOMER.narrowed(_of("t.conversation_id")),
}
"""Each selection that shows staff rows of many conversations, and what of it a caller sees."""

BY_ID = (
    inbox.ONE, history.LINES, history.NEWEST, history.PARTICIPANTS, promises.OF_CONVERSATION, promises.ONE, items.ONE,
)  # fmt: skip
"""The selections of one conversation, promise or item, by an id that the API has looked up (`shown`)."""


def seen(selection: Selection[R], teams_seen: Sequence[str] | None) -> Selection[R]:
    """What of a selection a caller sees; `teams_seen` is a parameter of it then. None: all of it."""
    return selection if teams_seen is None else NARROWED.get(selection, selection)


_KNOWN = f"EXISTS (SELECT FROM {_INBOX} AS i WHERE i.conversation_id = %(id)s AND NOT i.deleted)"
_SHOWN = authored(f"SELECT {_KNOWN}, {visible('%(id)s')}")


def shown(connection: Connection, id: str, teams_seen: Sequence[str]) -> Literal["shown", "hidden", "unknown"]:
    """Whether a conversation is one that a caller sees; unknown where the inbox does not have it yet."""
    Table(inbox.INBOX).check_live(connection)
    row = connection.execute(_SHOWN, {"id": id, "teams_seen": list(teams_seen)}).fetchone()
    known, visible_to_them = row or (False, False)
    return "unknown" if not known else "shown" if visible_to_them else "hidden"


_AMONG = authored(f"SELECT asked.id FROM unnest(%(ids)s::text[]) AS asked(id) WHERE {visible('asked.id')}")  # noqa: S608


def those_seen(connection: Connection, ids: Iterable[str], teams_seen: Sequence[str]) -> set[str]:
    """The conversations among these that a caller sees."""
    Table(inbox.INBOX).check_live(connection)
    given = {"ids": list(ids), "teams_seen": list(teams_seen)}
    return {id for (id,) in connection.execute(_AMONG, given).fetchall()}
