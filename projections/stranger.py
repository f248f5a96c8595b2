"""The view of strangers: who took part in customers' conversations and is no customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, assert_never

from domain.customer import ContactKind
from domain.kernel.event import Recorded
from domain.kernel.personal import ERASED
from domain.stranger import StrangerErased, StrangerMerged, StrangerMet, StrangerNamed, StrangerSeparated
from infra.postgres.database import Connection
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import WIPED, Match, Target, View


@dataclass(frozen=True, slots=True)
class StrangerRow:
    """A stranger: the contact point by which the stranger is known, the first name that came with it, and since when.
    `merged_into`: the customer whom the stranger turned out to be."""

    stranger_id: str
    contact_kind: ContactKind
    value: Annotated[str, WIPED]
    name: Annotated[str | None, WIPED]
    met_at: datetime
    merged_into: str | None = None


_Reads = StrangerMet | StrangerNamed | StrangerErased | StrangerMerged | StrangerSeparated


class Strangers(View[StrangerRow, _Reads]):
    """Strangers by id."""

    name = "strangers"
    version = 2
    row = StrangerRow
    key = ("stranger_id",)
    stream = "stranger_id"
    at_once = frozenset({StrangerErased})

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The stranger."""
        event = recorded.event
        yield Match("stranger_id", event.stranger_id) if isinstance(event, StrangerErased) else (event.stranger_id,)

    def fold(self, row: StrangerRow | None, recorded: Recorded[_Reads]) -> StrangerRow | None:
        """The stranger; wiped on erasure."""
        event = recorded.event
        match event:
            case StrangerMet():
                return StrangerRow(event.stranger_id, event.contact_kind, event.value, event.name, recorded.at)
            case StrangerNamed():
                return row and replace(row, name=event.name)
            case StrangerErased():
                return row and replace(row, value=ERASED, name=None if row.name is None else ERASED)
            case StrangerMerged():
                return row and replace(row, merged_into=event.into)
            case StrangerSeparated():
                return row and replace(row, merged_into=None)
            case _:
                assert_never(event)


STRANGERS = Strangers()
_TABLE = Table(STRANGERS)

ONE = Selection("stranger", _TABLE, order=[("t.stranger_id", "text")], scope="t.stranger_id = %(id)s")
"""One stranger by the stranger's `id`."""

ALL = Selection("strangers", _TABLE, order=[("t.stranger_id", "text")], scope="true")
"""All strangers."""


def names(connection: Connection, stranger_ids: Iterable[str]) -> dict[str, str]:
    """What to call these strangers: by their contact points, since anybody can write any name."""
    rows = _TABLE.select(connection, "WHERE stranger_id = ANY (%s) AND NOT deleted", (list(set(stranger_ids)),))
    return {row.stranger_id: row.value for row in rows}
