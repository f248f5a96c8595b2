"""Taking a single message out: its text is gone everywhere, and its place stays."""

from __future__ import annotations

from collections.abc import Sequence

from domain.conversation import events as c
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import Refusal
from domain.kernel.values import Frozen


class RemoveMessage(Frozen):
    """Take a message of either side, or a note, out of the conversation in whose stream it stands."""

    message_id: str


def place_of_message(recorded_events: Sequence[Recorded[Event]], message_id: str) -> int:
    """The version of the message, or note, in its stream. Raises Refusal `message-unknown`."""
    for recorded in recorded_events:
        match recorded.event:
            case c.MessageReceived(message_id=id) | c.MessageSent(message_id=id) | c.NoteAdded(note_id=id):
                if id == message_id:
                    return recorded.originator_version
    raise Refusal("message-unknown", "the conversation has no such message; look at its history for the id")


def places_beside(recorded_events: Sequence[Recorded[Event]], message_id: str) -> list[int]:
    """The versions of what is recorded beside a message and holds texts of it: how its mail was read."""
    return [
        recorded.originator_version
        for recorded in recorded_events
        if isinstance(recorded.event, c.MailTakenIn) and recorded.event.message_id == message_id
    ]


def decide_removal(recorded_events: Sequence[Recorded[Event]], command: RemoveMessage, customer_id: str) -> list[Event]:
    """Decide the event of a removal; [] where the message was taken out before. Raises as `place_of_message`."""
    version = place_of_message(recorded_events, command.message_id)
    if any(
        isinstance(recorded.event, c.MessageRemoved) and recorded.event.message_version == version
        for recorded in recorded_events
    ):
        return []
    return [c.MessageRemoved(customer_id=customer_id, message_id=command.message_id, message_version=version)]
