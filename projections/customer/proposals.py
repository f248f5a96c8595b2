"""The view of proposals: what people are to decide about customers, because nothing merges or separates them by itself.

A proposal that was decided is gone, and does not come again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from domain.conversation.events import ConversationMerged, ConversationSeparated, PartJoined
from domain.customer import (
    ContactKind,
    ContactPointContested,
    CustomerMerged,
    CustomerSeparated,
    Erased,
    ProposalDismissed,
    WordsContested,
)
from domain.kernel.event import Recorded
from infra.views.tables import Table
from infra.views.view import Match, Target, View

What = Literal["same-person", "two-people", "merged-conversations"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be decided since `since`. `same-person`: the customer and `other_id` may be one person, for they have
    contact points of this kind that are the same. `two-people`: words of `other_id`, or of somebody unknown, may be
    among the customer's. `merged-conversations`: the customer's conversation is merged into one of `other_id`'s, so
    that an answer to one is read by the other."""

    proposal_id: str
    what: What
    customer_id: str | None
    other_id: str | None
    contact_kind: ContactKind | None
    conversation_id: str | None
    merged_into: str | None
    since: datetime


_Reads = (
    ContactPointContested | WordsContested | ProposalDismissed | CustomerMerged | CustomerSeparated | Erased
    | ConversationMerged | ConversationSeparated | PartJoined
)  # fmt: skip


class Proposals(View[Proposal, _Reads]):
    """Proposals by what they are about."""

    name = "proposals"
    row = Proposal
    key = ("proposal_id",)
    indexes = ("since, proposal_id", "customer_id", "other_id")
    at_once = frozenset({Erased})

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The proposals about these customers, or this conversation."""
        match event := recorded.event:
            case ContactPointContested():
                yield _same_person(event.customer_id, event.other_id)
            case WordsContested():
                yield _two_people(event.customer_id, event.other_id)
            case ProposalDismissed():
                same = event.what == "same-person" and event.other_id is not None
                yield (_same_person if same else _two_people)(event.customer_id, event.other_id or "")
            case CustomerMerged() | CustomerSeparated():
                pair = event.customer_id, event.into if isinstance(event, CustomerMerged) else event.out_of
                yield from (_same_person(*pair), _two_people(*pair), _two_people(*reversed(pair)))
            case ConversationMerged() | ConversationSeparated():
                yield _merged(recorded.originator_id)
            case PartJoined():
                yield _merged(event.joining[0])
            case Erased():
                yield from (Match("customer_id", event.customer_id), Match("other_id", event.customer_id))
            case _:
                assert_never(event)

    def fold(self, row: Proposal | None, recorded: Recorded[_Reads]) -> Proposal | None:
        """The proposal; none once it is decided. Conversations of one customer are none."""
        match event := recorded.event:
            case ContactPointContested():
                (id,) = _same_person(event.customer_id, event.other_id)
                return row or _about(recorded, id, "same-person", event)
            case WordsContested():
                (id,) = _two_people(event.customer_id, event.other_id)
                return row or _about(recorded, id, "two-people", event)
            case ConversationMerged():
                row = row or _of_conversation(recorded, recorded.originator_id)
                return _of_two(replace(row, customer_id=event.customer_id, merged_into=event.into))
            case PartJoined():
                row = row or _of_conversation(recorded, event.joining[0])
                return _of_two(replace(row, other_id=event.customer_id))
            case ProposalDismissed() | CustomerMerged() | CustomerSeparated() | ConversationSeparated() | Erased():
                return None
            case _:
                assert_never(event)


def _same_person(customer_id: str, other_id: str) -> tuple[str]:
    return (" ".join(("same-person", *sorted((customer_id, other_id)))),)


def _two_people(customer_id: str, other_id: str | None) -> tuple[str]:
    return (f"two-people {customer_id} {other_id or ''}",)


def _merged(conversation_id: str) -> tuple[str]:
    return (f"merged-conversations {conversation_id}",)


def _about(recorded: Recorded[_Reads], id: str, what: What, event: ContactPointContested | WordsContested) -> Proposal:
    return Proposal(id, what, event.customer_id, event.other_id, event.contact_kind, None, None, recorded.at)


def _of_conversation(recorded: Recorded[_Reads], conversation_id: str) -> Proposal:
    (id,) = _merged(conversation_id)
    return Proposal(id, "merged-conversations", None, None, None, conversation_id, None, recorded.at)


def _of_two(row: Proposal) -> Proposal | None:
    return None if row.customer_id == row.other_id else row


PROPOSALS = Proposals()
_TABLE = Table(PROPOSALS)
TABLE = Table(PROPOSALS)
