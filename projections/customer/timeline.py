"""The timeline view: a customer's whole life with the company: conversations, orders, promises, outcomes, verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, assert_never

from domain import customer
from domain import promise as p
from domain.conversation import events as c
from domain.kernel.event import Recorded
from domain.kernel.personal import ERASED
from domain.kernel.text import bidi
from domain.kernel.time import RecordedPrecision
from domain.kernel.values import Fields
from domain.order import events as order
from infra.postgres.database import Connection
from infra.views.selection import Page, Selection
from infra.views.tables import Table
from infra.views.view import WIPED, Match, Target, View

Kind = Literal[
    "registered", "name", "language", "segment",
    "contact-point", "contact-point-removed", "contact-point-shared", "contact-point-alone", "contact-point-contested",
    "contact-point-failed", "contact-point-fails", "contact-point-cleared",
    "opened", "interaction", "order", "promise", "status", "verdict", "person-requested",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """One event in a customer's life. `place`: the event's position in the log. `stream`: where it happened.

    `what` says more: the kind of an interaction or a contact point, the new status, answered or not-answered, the step
    of an order (None when it was placed) or of a promise, a language, a segment; None where none is known any more.
    (A contact point is shared by several people, or theirs alone. Where one is contested, `what` is the other
    customer's id.) `text`: a name, a contact point, a subject, an order number,
    a promise, a resolution, a reason. `due_at`: a promise's date from then on. `bidi`: the text holds controls that
    turn the direction of writing, and may look like another text.
    """

    place: int
    customer_id: str
    stream: str
    kind: Kind
    at: datetime
    recorded_at: datetime
    time_precision: RecordedPrecision
    author_id: str
    what: str | None = None
    text: Annotated[str | None, WIPED] = None
    order_id: str | None = None
    item_count: int | None = None
    value: Decimal | None = None
    currency: str | None = None
    due_at: datetime | None = None
    bidi: bool = False


_Shown = (
    customer.Registered | customer.NameChanged | customer.LanguageChanged | customer.SegmentChanged
    | customer.ContactPointAdded | customer.ContactPointRemoved | customer.ContactPointShared
    | customer.ContactPointContested | customer.ContactPointFailed | customer.ContactPointCleared
    | c.Opened | c.InteractionAdded | c.StatusChanged
    | c.AnswerJudged | c.PersonRequested | c.ConversationWithdrawn | order.Placed | order.Amended
    | order.Shipped | order.Delivered | order.Cancelled | order.Returned
    | p.Made | p.Revised | p.Overdue | p.Kept | p.Broken | p.PromiseWithdrawn
)  # fmt: skip
_Reads = _Shown | customer.Erased


class Timeline(View[Moment, _Reads]):
    """Moments by their place in the log."""

    name = "timeline"
    version = 5
    row = Moment
    key = ("place",)
    stream = "stream"
    grows = True
    indexes = ("customer_id, at DESC, place DESC",)
    at_once = frozenset({customer.Erased})

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """A moment for each event that is shown; for an erasure, all moments of the customer."""
        event = recorded.event
        if isinstance(event, customer.Erased):
            yield Match("customer_id", event.customer_id)
        elif not isinstance(event, c.StatusChanged) or {event.status, event.previous}.intersection(c.CLOSED):
            yield (recorded.position,)

    def fold(self, row: Moment | None, recorded: Recorded[_Reads]) -> Moment | None:
        """Write the moment; wipe it on erasure."""
        event = recorded.event
        if isinstance(event, customer.Erased):
            # The row as a replay gives it once the key is destroyed: every text reads as erased, and no text appears.
            return None if row is None else replace(row, text=row.text and ERASED, bidi=False)
        kind, content = _content(event)
        return Moment(
            place=recorded.position,
            customer_id=event.customer_id,
            stream=recorded.originator_id,
            kind=kind,
            at=recorded.at,
            recorded_at=recorded.recorded_at,
            time_precision=recorded.envelope.time_precision,
            author_id=recorded.envelope.actor.id,
            bidi=bidi(content.get("text")),
            **content,
        )


TIMELINE = Timeline()
_TABLE = Table(TIMELINE)


def _content(event: _Shown) -> tuple[Kind, Fields]:
    match event:
        case c.Opened():
            return "opened", {"what": event.channel, "text": event.subject}
        case c.InteractionAdded():
            return "interaction", {"what": event.kind, "order_id": event.order_id}
        case c.StatusChanged():
            return "status", {"what": event.status, "text": event.resolution}
        case c.ConversationWithdrawn():
            return "status", {"what": "withdrawn", "text": event.because}
        case c.PersonRequested():
            return "person-requested", {"text": event.because}
        case c.AnswerJudged():
            return "verdict", {"what": "answered" if event.answered else "not-answered", "text": event.because}
        case order.Placed():
            return "order", {
                "text": event.number,
                "order_id": event.order_id,
                "item_count": event.item_count,
                "value": event.value,
                "currency": event.currency,
            }
        case order.Amended():
            return "order", {
                "what": "amended",
                "order_id": event.order_id,
                "item_count": event.item_count,
                "value": event.value,
                "currency": event.currency,
            }
        case order.Shipped() | order.Delivered() | order.Cancelled() | order.Returned():
            what, because = event.stored_name.partition(".")[2], getattr(event, "because", None)
            return "order", {"what": what, "order_id": event.order_id, "text": because}
        case p.Made() | p.Revised() | p.Overdue() | p.Kept() | p.Broken() | p.PromiseWithdrawn():
            return "promise", _promise(event)
        case customer.Registered():
            return "registered", {"what": event.segment, "text": event.name}
        case customer.NameChanged():
            return "name", {"text": event.name}
        case customer.LanguageChanged():
            return "language", {"what": event.language}
        case customer.SegmentChanged():
            return "segment", {"what": event.segment}
        case customer.ContactPointAdded():
            return "contact-point", {"what": event.contact_kind, "text": event.value}
        case customer.ContactPointRemoved():
            return "contact-point-removed", {"what": event.contact_kind, "text": event.value}
        case customer.ContactPointShared():
            kind: Kind = "contact-point-shared" if event.shared else "contact-point-alone"
            return kind, {"what": event.contact_kind, "text": event.value}
        case customer.ContactPointFailed():
            failed: Kind = "contact-point-fails" if event.failing else "contact-point-failed"
            return failed, {"what": event.code, "text": event.value}
        case customer.ContactPointCleared():
            return "contact-point-cleared", {"what": event.contact_kind, "text": event.value}
        case customer.ContactPointContested():
            return "contact-point-contested", {"what": event.other_id}
        case _:
            assert_never(event)


def _promise(event: p.PromiseEvent) -> Fields:
    content: Fields = {"what": event.stored_name.partition(".")[2], "order_id": event.order_id}
    match event:
        case p.Made():
            return {**content, "text": event.text, "due_at": event.due_at}
        case p.Revised():
            return {**content, "text": event.because, "due_at": event.due_at}
        case p.Overdue():
            return {**content, "due_at": event.due_at}
        case p.Broken() | p.PromiseWithdrawn():
            return {**content, "text": event.because}
        case p.Kept():
            return content
        case _:
            assert_never(event)


# -- reading


MOMENTS = Selection(
    "moments",
    _TABLE,
    order=[("t.at", "timestamptz"), ("t.place", "bigint")],
    scope="t.customer_id = %(id)s",
    descending=True,
)
"""A customer's moments by the customer's `id`, newest first."""


def read(connection: Connection, customer_id: str, *, cursor: str | None = None, limit: int = 100) -> Page[Moment]:
    """A page of a customer's moments. Raises Refusal `cursor-invalid`."""
    return MOMENTS.read(connection, cursor=cursor, limit=limit, id=customer_id)


def names(connection: Connection, customer_ids: Iterable[str]) -> dict[str, str]:
    """What to call these customers: the name, else the first contact point. Customers without either are absent."""
    rows = _TABLE.select(
        connection,
        "WHERE customer_id = ANY (%s) AND kind IN ('registered', 'name', 'contact-point', 'contact-point-removed')"
        " AND NOT deleted ORDER BY customer_id, place",
        (list(set(customer_ids)),),
    )
    found: dict[str, str | None] = {}
    points: dict[str, list[str]] = {}
    for row in rows:
        of_theirs = points.setdefault(row.customer_id, [])
        if row.kind in ("registered", "name"):
            found[row.customer_id] = row.text
        elif row.text is not None and row.kind == "contact-point":
            of_theirs.append(row.text)
        elif row.text in of_theirs:
            of_theirs.remove(row.text)
    named = {id: found.get(id) or next(iter(each), None) for id, each in points.items()}
    return {id: name for id, name in named.items() if name is not None}
