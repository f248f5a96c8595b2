"""What a line of a conversation does not show in full: what was cut off or dropped, read from its event on request."""

from __future__ import annotations

from dataclasses import dataclass

from domain.conversation import events as c
from domain.conversation.as_sent import Adjusted
from domain.conversation.interaction import RecordedAttachment
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from infra.log.application import Log


@dataclass(frozen=True, slots=True)
class AsSent:
    """What was kept with one event: the adjusted fields, and the attachments beyond those that are shown.
    `customers`: who may see it of those whose conversation it is or who sent it."""

    customers: tuple[str | None, ...] = ()
    adjusted: tuple[Adjusted, ...] = ()
    more_attachments: tuple[RecordedAttachment, ...] = ()


def as_sent(log: Log, conversation_id: str, version: int, *, only_of: str | None = None) -> AsSent:
    """What was kept with one event of a conversation. `only_of`: the customer who has to be among those.

    Raises Refusal `not-found`, UnreadableEvent, Overloaded.
    """
    recorded = log.one(conversation_id, version) if kind_of(conversation_id) == "conversation" else None
    if recorded is None:
        raise NotFound("the line")
    match recorded.event:
        case c.MessageReceived() as event:
            whose = event.customer_id, event.participant_id
            found = AsSent(whose, event.adjusted, event.more_attachments)
        case c.FromCustomer() as event:
            found = AsSent((event.customer_id,), event.adjusted)
        case _:
            found = AsSent()
    if only_of is not None and only_of not in found.customers:
        raise NotFound("the line")
    return found
