"""Which customers were merged into whom: what is shown of one of them is put together from this when it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.customer import CustomerMerged, CustomerSeparated
from domain.kernel.event import Recorded
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class Link:
    """Since `merged_at`, the customer is shown with `merged_into`, because `merged_by` said so."""

    customer_id: str
    merged_into: str
    merged_at: datetime
    merged_by: str


class CustomerLinks(View[Link, CustomerMerged | CustomerSeparated]):
    """Links by the customer who was merged; a merge that was undone leaves none."""

    name = "customer_links"
    row = Link
    key = ("customer_id",)
    indexes = ("merged_into",)

    def keys(self, recorded: Recorded[CustomerMerged | CustomerSeparated]) -> Iterable[Target]:
        """The customer who was merged."""
        yield (recorded.event.customer_id,)

    def fold(self, row: Link | None, recorded: Recorded[CustomerMerged | CustomerSeparated]) -> Link | None:
        """Merged, or separated again."""
        event = recorded.event
        if isinstance(event, CustomerSeparated):
            return None
        return Link(event.customer_id, event.into, recorded.at, recorded.envelope.actor.id)


CUSTOMER_LINKS = CustomerLinks()
_TABLE = Table(CUSTOMER_LINKS)


LINKS = Selection("links", _TABLE, order=[("t.customer_id", "text")], scope="t.customer_id = %(id)s")
"""Into whom a customer was merged, by the customer's `id`; nothing where they were not."""

LINKED = (
    'linked(id) AS (SELECT %(id)s::text COLLATE "C" UNION SELECT l.customer_id FROM linked'  # noqa: S608
    f" JOIN {_TABLE.name.as_string()} AS l ON l.merged_into = linked.id AND NOT l.deleted)"
)
"""In SQL, as `Selection.across` takes it: a customer by `id`, and all who are shown with them."""
