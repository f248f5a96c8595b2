"""The view of contacts: how each customer can be reached and wants to be: contact points, preferences, consents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, assert_never

from domain import customer
from domain.kernel.event import Event, Recorded
from domain.kernel.personal import ERASED
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import WIPED, Match, Target, View


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One customer. `points`, in order, are `{kind, value, shared, failing}`; several people use a shared one.
    `failing`: since replies to it do not arrive, `{since, code, conversation_id, message_id}` of the first of them by
    which it counted as failing; null where it does not.

    `channel`, `language` and `quiet`: the customer's choice of `chosen_at`; None: nothing was chosen, and `language` is
    the one with which the customer came. `consents`, by purpose, are `{purpose, given, at, by}`: when the consent was
    last given or withdrawn, and by which kind of actor; without a word on a purpose, it is absent. `zone`: the time
    zone in which the customer lives, where it is known.
    """

    customer_id: str
    name: Annotated[str | None, WIPED] = None
    points: Annotated[tuple[Document, ...], WIPED] = ()
    channel: str | None = None
    language: str | None = None
    quiet: bool = False
    chosen_at: datetime | None = None
    consents: tuple[Document, ...] = ()
    zone: str | None = None


_Reads = (
    customer.Registered | customer.NameChanged | customer.LanguageChanged | customer.ContactPointAdded
    | customer.ContactPointRemoved | customer.ContactPointShared | customer.ContactPointFailed
    | customer.ContactPointCleared | customer.PreferencesChosen | customer.ZoneChanged
    | customer.ConsentGiven | customer.ConsentWithdrawn | customer.Erased
)  # fmt: skip


class Contacts(View[ContactRow, _Reads]):
    """Contacts by customer."""

    name = "contacts"
    version = 4
    row = ContactRow
    key = ("customer_id",)
    stream = "customer_id"
    at_once = frozenset({customer.Erased})

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The customer."""
        event = recorded.event
        if isinstance(event, customer.Erased):
            yield Match("customer_id", event.customer_id)
        else:
            yield (event.customer_id,)

    def fold(self, row: ContactRow | None, recorded: Recorded[_Reads]) -> ContactRow | None:
        """The contact after one more event; wiped on erasure."""
        event = recorded.event
        if isinstance(event, customer.Registered):
            return ContactRow(event.customer_id, event.name, language=event.language)
        if row is None:
            return None
        match event:
            case customer.NameChanged():
                return replace(row, name=event.name)
            case customer.LanguageChanged():
                return replace(row, language=event.language) if row.chosen_at is None else row
            case customer.ContactPointAdded():
                return _with(row, event, shared=False)
            case customer.ContactPointShared():
                return _with(row, event, shared=event.shared)
            case customer.ContactPointFailed():
                return _failing(row, event, recorded) if event.failing else row
            case customer.ContactPointCleared():
                return _changed(row, event, failing=None)
            case customer.ContactPointRemoved():
                return replace(row, points=tuple(each for each in row.points if not _is(each, event)))
            case customer.PreferencesChosen():
                return replace(
                    row, channel=event.channel, language=event.language, quiet=event.quiet, chosen_at=recorded.at
                )
            case customer.ZoneChanged():
                return replace(row, zone=event.zone)
            case customer.ConsentGiven() | customer.ConsentWithdrawn():
                others = (each for each in row.consents if each["purpose"] != event.purpose)
                return replace(row, consents=tuple(sorted((*others, _consent(event, recorded)), key=_purpose)))
            case customer.Erased():
                return _wiped(row)
            case _:
                assert_never(event)


CONTACTS = Contacts()
_TABLE = Table(CONTACTS)


_Point = (
    customer.ContactPointAdded | customer.ContactPointRemoved | customer.ContactPointShared
    | customer.ContactPointFailed | customer.ContactPointCleared
)  # fmt: skip


def _is(point: Document, event: _Point) -> bool:
    return (point["kind"], point["value"]) == (event.contact_kind, event.value)


def _with(
    row: ContactRow, event: customer.ContactPointAdded | customer.ContactPointShared, *, shared: bool
) -> ContactRow:
    """The row with this contact point, where it stands, or as the last one."""
    if any(_is(each, event) for each in row.points):
        return _changed(row, event, shared=shared)
    point = {"kind": event.contact_kind, "value": event.value, "shared": shared, "failing": None}
    return replace(row, points=(*row.points, point))


def _changed(row: ContactRow, event: _Point, **change: object) -> ContactRow:
    """The row with this contact point changed, where the customer has it."""
    return replace(row, points=tuple({**each, **change} if _is(each, event) else each for each in row.points))


def _failing(row: ContactRow, event: customer.ContactPointFailed, recorded: Recorded[Event]) -> ContactRow:
    """The row with this contact point as one that fails; the first failure by which it counts as such stays."""
    if not any(_is(each, event) and each["failing"] is None for each in row.points):
        return row
    since = {"since": recorded.at.isoformat(), "code": event.code}
    return _changed(
        row, event, failing={**since, "conversation_id": event.conversation_id, "message_id": event.message_id}
    )


def _consent(event: customer.ConsentGiven | customer.ConsentWithdrawn, recorded: Recorded[Event]) -> Document:
    return {
        "purpose": event.purpose,
        "given": isinstance(event, customer.ConsentGiven),
        "at": recorded.at.isoformat(),
        "by": recorded.envelope.actor.kind,
    }


def _purpose(consent: Document) -> str:
    return str(consent["purpose"])


def _wiped(row: ContactRow) -> ContactRow:
    """The row as a replay gives it once the key is destroyed. Then all values read alike, and no point is told from
    another."""
    return replace(row, name=None if row.name is None else ERASED, points=())


# -- reading

ONE = Selection("contact", _TABLE, order=[("t.customer_id", "text")], scope="t.customer_id = %(id)s")
"""One customer's contact by the customer's `id`."""


ALL = Selection("contacts", _TABLE, order=[("t.customer_id", "text")], scope="true")
"""The contacts of all customers."""

NAMED = Selection(
    "customers_named",
    _TABLE,
    order=[("t.customer_id", "text")],
    which="strpos(lower(t.name), lower(%(name)s::text)) > 0",
)
"""The contacts of the customers in whose name the text `name` occurs, in the order in which they became known."""


def one(connection: Connection, customer_id: str) -> ContactRow | None:
    """One customer's contact."""
    return next(iter(ONE.read(connection, limit=1, id=customer_id).rows), None)
