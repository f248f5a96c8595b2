"""Merging: two conversations are shown as one, and can be separated again. Nothing is copied: each stream keeps its
events, and an undo removes the link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.conversation import events as c
from domain.conversation.events import (
    ConversationMerged,
    ConversationSeparated,
    PartHeard,
    PartJoined,
    PartLeft,
)
from domain.conversation.state import Conversation
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.kernel.values import Fields, Frozen

MOST_PARTS = 100
"""How many parts one conversation may have."""


class MergeInto(Frozen):
    """Merge the conversation, with its parts, into a target."""

    into: str


class Separate(Frozen):
    """Separate the conversation from its target again."""


class RecordReliance(Frozen):
    """Record of the customers whether the conversation's merge into `into` relies on theirs, where that is not known: a
    former release did not record it."""

    into: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two conversations: its id and aggregate state."""

    id: str
    state: Conversation


def check_mergeable(part: Side, target: Side) -> None:
    """Check that `part` can be merged into `target`.

    Raises Refusal `merge-with-itself`, `merge-cycle`, `merged-already`, `target-merged`, `parts-too-many`.
    """
    if part.id == target.id:
        raise Refusal("merge-with-itself", "a conversation is merged into another one; check the ids")
    if target.id in part.state.parts:
        raise Refusal("merge-cycle", f"{target.id} was merged into {part.id}; separate them first")
    if part.state.merged_into is not None:
        raise Refusal("merged-already", f"{part.id} was merged into {part.state.merged_into}; separate them first")
    if target.state.merged_into is not None:
        into = target.state.merged_into
        raise Refusal("target-merged", f"{target.id} was merged into {into}; merge into that one")
    if len(part.state.parts) + len(target.state.parts) >= MOST_PARTS:
        raise Refusal("parts-too-many", f"a conversation has {MOST_PARTS} parts at most; merge into another one")


def decide_merge(part: Side, target: Side) -> Mapping[str, list[Event]]:
    """Decide the events of a merge, by stream, the part's first. Raises as `check_mergeable`."""
    check_mergeable(part, target)
    joining = (part.id, *part.state.parts)
    return {
        part.id: [ConversationMerged(customer_id=part.state.customer_id, into=target.id)],
        target.id: [
            PartJoined(customer_id=target.state.customer_id, joining=joining, parts=(*target.state.parts, *joining))
        ],
    }


def decide_separation(part: Side, above: Sequence[Side]) -> Mapping[str, list[Event]]:
    """Decide the events of a separation, by stream: the part's, and those of all `above`, the nearest first.

    Raises Refusal `not-merged`.
    """
    if not above:
        raise Refusal("not-merged", "the conversation is not merged into another one; there is nothing to undo")
    leaving = (part.id, *part.state.parts)
    found: dict[str, list[Event]] = {
        part.id: [ConversationSeparated(customer_id=part.state.customer_id, out_of=above[0].id)]
    }
    for each in above:
        parts = tuple(id for id in each.state.parts if id not in leaving)
        found[each.id] = [PartLeft(customer_id=each.state.customer_id, leaving=leaving, parts=parts)]
    return found


def heard(part: Side, above: Side, events: Sequence[Event], *, reopens: bool, aside: bool = False) -> list[Event]:
    """The events that the conversation above records of events in a part: who waits, and no text. `aside`: what other
    participants say or are told does not count above."""
    found: list[Event] = []
    for event in events:
        fact = PartHeard(customer_id=above.state.customer_id, part=part.id, what="received")
        match event:
            case c.MessageReceived():
                update: Fields = {"reopens": reopens}
                if event.automatic or aside:
                    update = {"what": "automatic" if event.automatic else "aside"}
            case c.MessageSent():
                update = {"what": "sent" if event.automatic or aside else "answered"}
            case c.AnswerJudged() if not event.answered and part.state.own_status not in c.CLOSED:
                update = {"what": "disputed"}
            case c.PersonRequested():
                update = {"what": "person-requested", "reopens": True}
            case c.InteractionAdded():
                # The part opens a closed conversation again, but not one that waits.
                closed = above.state.status in c.CLOSED
                brought = {"interaction_id": event.interaction_id, "kind": event.kind}
                update = {"what": "brought", "reopens": closed, **brought}
            case _:
                continue
        found.append(fact.model_copy(update=update))
    return found
