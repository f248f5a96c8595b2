"""The reactions that bring up what former releases recorded of customers, by the present rules: contact points, and
merges on which others rely.

What they find is proposed to people, or keeps people from undoing it: they merge and separate nobody.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.conversation.events import ConversationMerged, ConversationSeparated
from domain.conversation.merging import RecordReliance
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


class MergesReliedOn(Reaction[ConversationMerged | ConversationSeparated]):
    """Has customers know of each merge of conversations that relies on theirs: a former release did not record it.

    A separation is looked at, too, for one may come in while its merge is looked at.
    """

    name = "merges-relied-on"
    begins = "at-zero"

    def react(self, recorded: Recorded[ConversationMerged | ConversationSeparated]) -> Iterable[Request]:
        """One look at the conversation as it stands by now; most find nothing to record."""
        event = recorded.event
        into = event.into if isinstance(event, ConversationMerged) else event.out_of
        yield Request(recorded.originator_id, RecordReliance(into=into))
