"""The customer's side of the ledger: promises as their customer sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.views.selection import Selection
from infra.views.tables import Table
from projections.promise import PROMISES as PROMISES_VIEW
from projections.promise import State

THEIRS = "t.customer_id = %(customer_id)s"
"""The rows of the customer who asks."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a promise: another date, and why."""

    due_at: datetime
    previous: datetime
    because: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerPromise:
    """A promise as its customer sees it: all of the ledger but who of the company said so."""

    promise_id: str
    conversation_id: str | None
    order_id: str | None
    delivery: bool
    text: str
    original_due_at: datetime
    due_at: datetime
    made_at: datetime
    state: State
    revisions: tuple[Revision, ...]
    overdue_at: datetime | None
    ended_at: datetime | None
    because: str | None


_PROMISE = {name: f"t.{name}" for name in CustomerPromise.__slots__} | {
    "revisions": "(SELECT coalesce(json_agg(json_build_object('due_at', each -> 'due_at',"
    " 'previous', each -> 'previous', 'because', each -> 'because', 'at', each -> 'at') ORDER BY n), '[]')"
    " FROM jsonb_array_elements(t.revisions) WITH ORDINALITY AS listed(each, n))",
}
# Any: the rows shown are not rows of the table.
_LEDGER: Table[Any] = Table(PROMISES_VIEW)
PROMISES = Selection(
    "promises",
    _LEDGER,
    order=[("t.promise_id", "text")],
    scope=THEIRS,
    which="%(conversation_id)s::text IS NULL OR t.conversation_id = %(conversation_id)s",
    shows=_PROMISE,
)
"""The customer's promises, in the order in which they were made; with a `conversation_id`, only those in it."""
HEAR_BY = Selection(
    "hear_by",
    _LEDGER,
    order=[("t.due_at", "timestamptz"), ("t.promise_id", "text")],
    scope=f"t.conversation_id = %(id)s AND {THEIRS}",
    which="t.ended_at IS NULL",
    shows=_PROMISE,
)
"""The standing promises to the customer in the conversation of this `id`, the nearest date first."""
