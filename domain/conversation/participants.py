"""Who takes part in a conversation beside its customer: they come by writing, or are added, and can be removed."""

from __future__ import annotations

from domain.conversation.commands import Participant
from domain.conversation.events import ParticipantJoined, ParticipantLeft
from domain.conversation.state import MOST_PARTICIPANTS, Conversation
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.kernel.values import Channel, Frozen


class AddParticipant(Frozen):
    """Add somebody who takes part from now on, whether or not they ever write. Without a `channel`, answers go over
    that of their contact point, or else over the conversation's."""

    participant: Participant
    channel: Channel | None = None


class RemoveParticipant(Frozen):
    """Remove a participant. What was said by and to them stays; if they write again, they take part again."""

    participant_id: str


def joined(state: Conversation, participant: Participant | None, channel: str) -> list[Event]:
    """The event that somebody takes part from now on; [] where they do already, and of the customer."""
    if participant is None or participant.participant_id is None or participant.participant_id in state.participants:
        return []
    if len(state.participants) >= MOST_PARTICIPANTS:
        return []
    return [
        ParticipantJoined(
            customer_id=state.customer_id,
            participant_id=participant.participant_id,
            channel=channel,
            contact_kind=participant.contact_kind,
            contact=participant.contact,
        )
    ]


def decide_addition(state: Conversation, participant: Participant | None, channel: str) -> list[Event]:
    """Decide the event of an addition; [] where they take part already. Raises Refusal `participants-too-many`."""
    events = joined(state, participant, channel)
    there = participant is None or participant.participant_id in state.participants
    if not events and not there:
        raise Refusal(
            "participants-too-many", f"a conversation has at most {MOST_PARTICIPANTS} participants; remove one"
        )
    return events


def decide_removal(state: Conversation, command: RemoveParticipant) -> list[Event]:
    """Decide the event of a removal. Raises Refusal `participant-unknown`."""
    if command.participant_id not in state.participants:
        raise Refusal(
            "participant-unknown", "nobody of this id takes part in the conversation; look at its participants"
        )
    return [ParticipantLeft(customer_id=state.customer_id, participant_id=command.participant_id)]
