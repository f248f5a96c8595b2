"""The reaction that compares the contact points of former releases by the present rules.

What it finds is proposed to people: it merges and separates nobody.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.customer import CompareContactPoints, ContactPointAdded
from domain.kernel.event import Recorded
from process.reaction import Reaction, Request


class ContactComparisons(Reaction[ContactPointAdded]):
    """Has the contact points of a customer compared, of which a former release recorded no form."""

    name = "contact-comparisons"
    begins = "at-zero"

    def react(self, recorded: Recorded[ContactPointAdded]) -> Iterable[Request]:
        """One comparison for each contact point without a form; the first one compares all of the customer's."""
        if recorded.event.compared is None:
            customer_id = recorded.event.customer_id
            yield Request(customer_id, CompareContactPoints(customer_id=customer_id))
