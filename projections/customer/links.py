"""The view of customer links: who was merged into whom. Reads of one person are put together by these links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.customer import CustomerMerged, CustomerSeparated
from domain.kernel.event import Recorded
from domain.stranger import StrangerMerged, StrangerSeparated
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class Link:
    """A merge: since `merged_at`, the customer is shown with `merged_into`; `merged_by` decided so. A stranger who is
    the customer `merged_into` stands here as well, under the stranger's id."""

    customer_id: str
    merged_into: str
    merged_at: datetime
    merged_by: str


_Reads = CustomerMerged | CustomerSeparated | StrangerMerged | StrangerSeparated


class CustomerLinks(View[Link, _Reads]):
    """Links by the merged customer; an undone merge leaves no link."""

    name = "customer_links"
    version = 2
    row = Link
    key = ("customer_id",)
    indexes = ("merged_into",)

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The customer or stranger who was merged."""
        yield (recorded.originator_id,)

    def fold(self, row: Link | None, recorded: Recorded[_Reads]) -> Link | None:
        """The link after a merge; none after a separation."""
        event = recorded.event
        if isinstance(event, CustomerSeparated | StrangerSeparated):
            return None
        return Link(recorded.originator_id, event.into, recorded.at, recorded.envelope.actor.id)


CUSTOMER_LINKS = CustomerLinks()
_TABLE = Table(CUSTOMER_LINKS)


LINKS = Selection("links", _TABLE, order=[("t.customer_id", "text")], scope="t.customer_id = %(id)s")
"""Into whom a customer was merged, by the customer's `id`; empty where the customer was not merged."""


def are_linked(one: str, other: str) -> str:
    """In SQL: whether the customers in two columns are one person because of merges, also with others."""
    ways = ", ".join(
        f"{name}(id) AS (SELECT {column} UNION SELECT l.merged_into FROM {name}"  # noqa: S608
        f" JOIN {_TABLE.name.as_string()} AS l ON l.customer_id = {name}.id AND NOT l.deleted)"
        for name, column in (("one", one), ("other", other))
    )
    return f"EXISTS (WITH RECURSIVE {ways} SELECT FROM one JOIN other USING (id))"


LINKED = (
    'linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION SELECT l.customer_id FROM linked'  # noqa: S608
    f" JOIN {_TABLE.name.as_string()} AS l ON l.merged_into = linked.id AND NOT l.deleted)"
)
"""For `Selection.across`, in SQL: a customer by `id`, and all customers who are shown with them."""
