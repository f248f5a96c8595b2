"""Suggestions: two conversations may be one matter, by weak evidence. Nothing is joined by it; a person merges them, or
leaves them apart."""

from __future__ import annotations

from domain.conversation.events import SuggestionDismissed
from domain.conversation.state import Conversation
from domain.kernel.event import Event
from domain.kernel.refusal import NotFound
from domain.kernel.values import Frozen


class DismissSuggestion(Frozen):
    """Leave the conversation and `other_id` apart: they are two matters."""

    other_id: str


def decide_dismissal(id: str, state: Conversation, command: DismissSuggestion, other: Conversation) -> list[Event]:
    """The events of a dismissal; [] where the two were left apart before. Raises NotFound where they are not of one
    customer."""
    if command.other_id == id or other.customer_id != state.customer_id:
        raise NotFound("a suggestion about these two", check="the ids")
    if command.other_id in state.apart or id in other.apart:
        return []
    return [SuggestionDismissed(customer_id=state.customer_id, other_id=command.other_id)]
