"""The ledger of promises: what was promised to whom, the first and the present date, and whether it was kept.

There is one ledger: the customer, the person who promised and the auditor read the same rows. A launch, which a team
promises all customers, is a row of it, too; what is recorded of a launch is on the stream of its signal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal, assert_never

from domain import customer
from domain import promise as p
from domain.kernel.event import ActorKind, Event, Recorded
from domain.kernel.personal import ERASED
from domain.signal import events as s
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Page, Selection
from infra.views.tables import Table
from infra.views.view import WIPED, Match, Target, View

State = Literal["open", "overdue", "kept", "kept-late", "broken", "withdrawn"]


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise. `original_due_at`: the first date, which never changes. A launch has no customer: it is promised
    about a signal (`signal_id`) and a product area (`area`), and its `promise_id` is the launch's id.

    `revisions`, in order, are `{due_at, previous, because, by, at}`: times in ISO 8601, `by` the id of the actor.
    `overdue_at`: when it was last detected that a date had passed, also if the promise was revised or kept since.
    `because`: why the promise was broken or withdrawn.
    """

    promise_id: str
    customer_id: str | None
    conversation_id: str | None
    order_id: str | None
    delivery: bool
    text: Annotated[str, WIPED]
    original_due_at: datetime
    due_at: datetime
    made_at: datetime
    made_by: str
    made_by_kind: ActorKind
    state: State = "open"
    revisions: Annotated[tuple[Document, ...], WIPED] = ()
    overdue_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    because: Annotated[str | None, WIPED] = None
    signal_id: str | None = None
    area: str | None = None


_OPEN = "(CASE WHEN ended_at IS NULL THEN due_at END)"
"""An expression, so that an index on it holds the standing promises, by date, in one place."""


_OfLaunch = (
    s.SignalPlanned | s.SignalLaunchRevised | s.SignalLaunchOverdue | s.SignalShipped | s.SignalDeclined
    | s.SignalHandedOn
)  # fmt: skip
_Reads = (
    p.Made | p.Revised | p.Overdue | p.Kept | p.Broken | p.PromiseWithdrawn | customer.Erased | _OfLaunch
)  # fmt: skip


class Promises(View[PromiseRow, _Reads]):
    """Promises by id."""

    name = "promises"
    version = 3
    row = PromiseRow
    key = ("promise_id",)
    indexes = (
        "customer_id, promise_id",
        "conversation_id, promise_id",
        "order_id, promise_id",
        "signal_id, promise_id",
        f"{_OPEN}, promise_id",
        # For measures (`projections/measure.py`).
        "original_due_at, promise_id",
        "due_at, promise_id",
    )
    at_once = frozenset({customer.Erased})

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The promise or the launch; for an erasure, all promises of the customer."""
        match recorded.event:
            case customer.Erased() as event:
                yield Match("customer_id", event.customer_id)
            case p.AboutPromise():
                yield (recorded.originator_id,)
            case s.SignalLaunchRevised() | s.SignalLaunchOverdue() as event:
                yield (event.launch_id,)
            case event if event.launch is not None:
                yield (event.launch.launch_id,)
            case _:
                pass  # an answer without a launch

    def fold(self, row: PromiseRow | None, recorded: Recorded[_Reads]) -> PromiseRow | None:
        """The promise after one more event."""
        event, actor = recorded.event, recorded.envelope.actor
        if isinstance(event, p.Made):
            return PromiseRow(
                promise_id=recorded.originator_id,
                customer_id=event.customer_id,
                conversation_id=event.conversation_id,
                order_id=event.order_id,
                delivery=event.delivery,
                text=event.text,
                original_due_at=event.due_at,
                due_at=event.due_at,
                made_at=recorded.at,
                made_by=actor.id,
                made_by_kind=actor.kind,
            )
        if row is None and isinstance(event, s.SignalPlanned | s.SignalShipped):
            row = _launch(event, recorded)
        if row is None:
            return None
        match event:
            case s.SignalPlanned():
                return row
            case p.Revised() | s.SignalLaunchRevised():
                return replace(
                    row, state="open", due_at=event.due_at, revisions=(*row.revisions, _revision(event, recorded))
                )
            case p.Overdue() | s.SignalLaunchOverdue():
                return replace(row, state="overdue", overdue_at=event.detected_at)
            case p.Kept() | s.SignalShipped():
                return _ended(row, recorded, "kept" if recorded.at <= row.due_at else "kept-late")
            case s.SignalDeclined() | s.SignalHandedOn():
                # After its date, a launch that is given up was missed; before that, it is withdrawn.
                state: State = "withdrawn" if recorded.at <= row.due_at else "broken"
                return _ended(row, recorded, state, event.because)
            case p.Broken():
                return _ended(row, recorded, "broken", event.because)
            case p.PromiseWithdrawn():
                return _ended(row, recorded, "withdrawn", event.because)
            case customer.Erased():
                return _wiped(row)
            case _:
                assert_never(event)


PROMISES = Promises()
_TABLE = Table(PROMISES)


def _launch(event: s.SignalPlanned | s.SignalShipped, recorded: Recorded[Event]) -> PromiseRow | None:
    """A launch as it was first promised; None where the team named no date."""
    if event.launch is None:
        return None
    actor = recorded.envelope.actor
    return PromiseRow(
        promise_id=event.launch.launch_id,
        customer_id=None,
        conversation_id=None,
        order_id=None,
        delivery=False,
        text=event.what,
        original_due_at=event.launch.due_at,
        due_at=event.launch.due_at,
        made_at=recorded.at,
        made_by=actor.id,
        made_by_kind=actor.kind,
        signal_id=event.signal_id,
        area=event.launch.area,
    )


def _revision(event: p.Revised | s.SignalLaunchRevised, recorded: Recorded[Event]) -> Document:
    return {
        "due_at": event.due_at.isoformat(),
        "previous": event.previous_due_at.isoformat(),
        "because": event.because,
        "by": recorded.envelope.actor.id,
        "at": recorded.at.isoformat(),
    }


def _ended(row: PromiseRow, recorded: Recorded[Event], state: State, because: str | None = None) -> PromiseRow:
    return replace(row, state=state, ended_at=recorded.at, ended_by=recorded.envelope.actor.id, because=because)


def _wiped(row: PromiseRow) -> PromiseRow:
    """The row as a replay gives it once the key is destroyed."""
    return replace(
        row,
        text=ERASED,
        revisions=tuple({**each, "because": ERASED} for each in row.revisions),
        because=None if row.because is None else ERASED,
    )


# -- reading

_OLDEST_FIRST = [("t.promise_id", "text")]  # ids are drawn in the order of time
OF_CUSTOMER = Selection("promises", _TABLE, order=_OLDEST_FIRST, scope="t.customer_id = %(id)s")
"""A customer's promises by the customer's `id`, in the order in which they were made."""
STANDING_OF_CUSTOMER = Selection(
    "standing", _TABLE, order=_OLDEST_FIRST, scope="t.customer_id = %(id)s", which="t.ended_at IS NULL"
)
"""The customer's standing promises: neither kept, broken nor withdrawn."""
OF_CONVERSATION = Selection("promises", _TABLE, order=_OLDEST_FIRST, scope="t.conversation_id = %(id)s")
"""The promises of a conversation by its `id`."""
OF_ORDER = Selection("promises", _TABLE, order=_OLDEST_FIRST, scope="t.order_id = %(id)s")
"""The promises about an order by its `id`."""
OF_SIGNAL = Selection("promises", _TABLE, order=_OLDEST_FIRST, scope="t.signal_id = %(id)s")
"""The launches that were promised about a signal by its `id`."""
ONE = Selection("promise", _TABLE, order=_OLDEST_FIRST, scope="t.promise_id = %(id)s")
"""One promise by its `id`."""
OPEN = Selection(
    "promises", _TABLE, order=[(_OPEN, "timestamptz"), ("t.promise_id", "text")],
    which=f"{_OPEN} < %(before)s::timestamptz",
)  # fmt: skip
"""The standing promises that are due `before` a time, the most urgent first."""


def of_customer(
    connection: Connection, customer_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[PromiseRow]:
    """A page of OF_CUSTOMER. Raises Refusal `cursor-invalid`."""
    return OF_CUSTOMER.read(connection, cursor=cursor, limit=limit, id=customer_id)


def of_conversation(
    connection: Connection, conversation_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[PromiseRow]:
    """A page of OF_CONVERSATION. Raises Refusal `cursor-invalid`."""
    return OF_CONVERSATION.read(connection, cursor=cursor, limit=limit, id=conversation_id)


def of_order(connection: Connection, order_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[PromiseRow]:
    """A page of OF_ORDER. Raises Refusal `cursor-invalid`."""
    return OF_ORDER.read(connection, cursor=cursor, limit=limit, id=order_id)


def of_signal(
    connection: Connection, signal_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[PromiseRow]:
    """A page of OF_SIGNAL. Raises Refusal `cursor-invalid`."""
    return OF_SIGNAL.read(connection, cursor=cursor, limit=limit, id=signal_id)


def of_signals(connection: Connection, signal_ids: Sequence[str], limit: int) -> Sequence[PromiseRow]:
    """The launches that were promised about some signals, given up or not, the oldest first."""
    which = "WHERE signal_id = ANY(%s) AND NOT deleted ORDER BY made_at, promise_id LIMIT %s"
    return _TABLE.select(connection, which, (list(signal_ids), limit))


def launch(connection: Connection, id: str) -> PromiseRow | None:
    """A launch, given up or not; None where there is none of this id."""
    rows = _TABLE.select(connection, "WHERE promise_id = %s AND signal_id IS NOT NULL AND NOT deleted", (id,))
    return next(iter(rows), None)


def open_promises(
    connection: Connection, before: datetime, *, cursor: str | None = None, limit: int = 50
) -> Page[PromiseRow]:
    """A page of OPEN. Raises Refusal `cursor-invalid`."""
    return OPEN.read(connection, cursor=cursor, limit=limit, before=before)


def one(connection: Connection, promise_id: str) -> PromiseRow | None:
    """One promise."""
    return next(iter(ONE.read(connection, limit=1, id=promise_id).rows), None)
