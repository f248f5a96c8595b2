"""Where each conversation stands, and who has been waiting for how long."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from domain import conversation as c
from domain import customer
from domain.conversation import Priority, Status
from domain.interaction import InteractionKind
from domain.kernel import ERASED, AnyEntry, Event
from domain.refusal import Refusal
from infra.postgres import Connection
from infra.view_tables import Table
from infra.views import WIPED, Match, Target, View


@dataclass(frozen=True, slots=True)
class Item:
    """A conversation as the inbox shows it.

    `interactions` and `kinds` go together, in the order in which they were brought. `waiting_since` is when the
    customer said the first thing that nobody has answered; None once answered or resolved. An automatic reply answers
    nothing, and an answer the customer disputes leaves them waiting from then on. `answered` is their last verdict.
    """

    conversation_id: str
    customer_id: str
    channel: str
    priority: Priority
    opened_at: datetime
    last_at: datetime
    status: Status = "open"
    subject: Annotated[str | None, WIPED] = None
    language: str | None = None
    product_area: str | None = None
    team_id: str | None = None
    agent_id: str | None = None
    interactions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    waiting_since: datetime | None = None
    messages_in: int = 0
    messages_out: int = 0
    answered: bool | None = None


class Inbox(View[Item]):
    """Items by conversation."""

    name = "inbox"
    row = Item
    key = ("conversation_id",)
    indexes = (
        "coalesce(waiting_since, 'infinity'), conversation_id",
        "team_id, coalesce(waiting_since, 'infinity'), conversation_id",
        "agent_id, coalesce(waiting_since, 'infinity'), conversation_id",
        "customer_id",
    )
    at_once = frozenset({customer.Erased})
    reads = frozenset(
        {
            c.Opened, c.InteractionAdded, c.MessageReceived, c.MessageSent, c.NoteAdded, c.Assigned, c.HandedOver,
            c.PriorityChanged, c.KindChanged, c.StatusChanged, c.AnswerJudged, customer.Erased,
        }
    )  # fmt: skip

    def keys(self, entry: AnyEntry) -> Iterable[Target]:
        """The conversation; an erasure reaches all of the customer's."""
        if isinstance(entry.event, customer.Erased):
            yield Match("customer_id", entry.event.customer_id)
        else:
            yield (entry.originator_id,)

    def fold(self, row: Item | None, entry: AnyEntry) -> Item | None:
        """Where it stands after one more event."""
        event, at = entry.event, entry.at
        if isinstance(event, c.Opened):
            return Item(
                conversation_id=entry.originator_id,
                customer_id=event.customer_id,
                channel=event.channel,
                priority=event.priority,
                opened_at=at,
                last_at=at,
                subject=event.subject,
                language=event.language,
                product_area=event.product_area,
                # Also a complaint without words waits for an answer.
                waiting_since=at if event.opened_by == "customer" else None,
            )
        if row is None:
            return None
        if isinstance(event, customer.Erased):
            return replace(row, subject=None if row.subject is None else ERASED)
        return replace(row, last_at=max(row.last_at, at), **_change(row, event, at))


INBOX = Inbox()
_TABLE = Table(INBOX)


def _change(row: Item, event: Event, at: datetime) -> dict[str, Any]:
    match event:
        case c.MessageReceived():
            return {"messages_in": row.messages_in + 1, "waiting_since": row.waiting_since or at}
        case c.MessageSent():
            waiting = row.waiting_since if event.automatic else None
            return {"messages_out": row.messages_out + 1, "waiting_since": waiting}
        case c.InteractionAdded():
            return {
                "interactions": (*row.interactions, event.interaction_id),
                "kinds": (*row.kinds, event.kind),
                "product_area": row.product_area or event.product_area,
            }
        case c.KindChanged():
            pairs = zip(row.interactions, row.kinds, strict=True)
            return {"kinds": tuple(event.kind if id == event.interaction_id else kind for id, kind in pairs)}
        case c.Assigned() | c.HandedOver():
            return {"team_id": event.team_id, "agent_id": event.agent_id}
        case c.PriorityChanged():
            return {"priority": event.priority}
        case c.StatusChanged():
            resolved = event.status == "resolved"
            return {"status": event.status, "waiting_since": None if resolved else row.waiting_since}
        case c.AnswerJudged():
            disputed = not event.answered and row.status != "resolved"
            return {"answered": event.answered, "waiting_since": row.waiting_since or (at if disputed else None)}
        case _:
            return {}


# -- reading


@dataclass(frozen=True, slots=True)
class Filter:
    """Which conversations; None is any. Without a status: all that are not resolved."""

    status: Status | None = None
    kind: InteractionKind | None = None
    team_id: str | None = None
    agent_id: str | None = None
    product_area: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Items in order, and the cursor after which the next page begins; None where there is none."""

    items: Sequence[Item]
    cursor: str | None


def read(connection: Connection, which: Filter = Filter(), *, cursor: str | None = None, limit: int = 50) -> Page:
    """Who waits longest comes first, then who does not wait, oldest first. Raises Refusal `cursor-invalid`."""
    waiting, conversation_id = _place(cursor)
    rows = _TABLE.select(
        connection,
        "WHERE NOT deleted AND (coalesce(waiting_since, 'infinity'), conversation_id) > (%s::timestamptz, %s)"
        " AND CASE WHEN %s::text IS NULL THEN status <> 'resolved' ELSE status = %s END"
        " AND (%s::text IS NULL OR %s = ANY (kinds))"
        " AND (%s::text IS NULL OR team_id = %s)"
        " AND (%s::text IS NULL OR agent_id = %s)"
        " AND (%s::text IS NULL OR product_area = %s)"
        " ORDER BY coalesce(waiting_since, 'infinity'), conversation_id LIMIT %s",
        (
            waiting, conversation_id, which.status, which.status, which.kind, which.kind, which.team_id, which.team_id,
            which.agent_id, which.agent_id, which.product_area, which.product_area, limit + 1,
        ),
    )  # fmt: skip
    page = rows[:limit]
    return Page(page, _cursor(page[-1]) if len(rows) > limit else None)


def one(connection: Connection, conversation_id: str) -> Item | None:
    """Where one conversation stands."""
    rows = _TABLE.select(connection, "WHERE conversation_id = %s AND NOT deleted", (conversation_id,))
    return rows[0] if rows else None


def of_customer(connection: Connection, customer_id: str, *, limit: int = 500) -> list[Item]:
    """A customer's conversations, newest first."""
    return _TABLE.select(
        connection,
        "WHERE customer_id = %s AND NOT deleted ORDER BY opened_at DESC, conversation_id DESC LIMIT %s",
        (customer_id, limit),
    )


def _cursor(item: Item) -> str:
    place = [item.waiting_since.isoformat() if item.waiting_since else "infinity", item.conversation_id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str | None) -> tuple[str, str]:
    if cursor is None:
        return "-infinity", ""
    try:
        waiting, conversation_id = json.loads(base64.urlsafe_b64decode(cursor))
        if waiting != "infinity":
            datetime.fromisoformat(waiting)
        return waiting, str(conversation_id)
    except (ValueError, TypeError):
        raise Refusal("cursor-invalid", "begin again without a cursor; it goes from one answer to the next") from None
