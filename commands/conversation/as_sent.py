"""What a line of a conversation does not show in full: what was cut off or dropped. The event keeps it, or, where it is
too long for an event, the content store; it is read on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from commands.content import read_rest
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation import events as c
from domain.conversation.interaction import RecordedAttachment
from domain.kernel.adjusted import Adjusted
from domain.kernel.ids import kind_of
from domain.kernel.personal import ERASED
from domain.kernel.refusal import NotFound
from domain.message import DeliveryChanged
from domain.order.events import ToldOf

WITH_KEPT = ("conversation", "order", "message")
"""The kinds of streams with whose events something may be kept."""
LOOKED_THROUGH = 100
"""In how many messages of a conversation, the last ones first, a repeat finds the first one again."""


@dataclass(frozen=True, slots=True)
class AsSent:
    """What was kept with one event: the adjusted fields, and the attachments beyond those that are shown.
    `customers`: who may see it of those whose conversation it is or who sent it."""

    customers: tuple[str | None, ...] = ()
    adjusted: tuple[Adjusted, ...] = ()
    more_attachments: tuple[RecordedAttachment, ...] = ()


def as_sent(executor: CommandExecutor, conversation_id: str, version: int, *, only_of: str | None = None) -> AsSent:
    """What was kept of one line of a conversation, or of one event of an order or a message. `only_of`: the customer
    who has to be among those.

    Raises Refusal `not-found`, `content-missing`, `unavailable`, UnreadableEvent, Overloaded.
    """
    log = executor.log
    recorded = log.one(conversation_id, version) if kind_of(conversation_id) in WITH_KEPT else None
    if recorded is None:
        raise NotFound("the line")
    found, in_store, whose = AsSent(), None, ""
    match recorded.event:
        case c.MessageReceived() as event:
            found = AsSent((event.customer_id, event.participant_id), event.adjusted, event.more_attachments)
            in_store, whose = event.rest, event.whose
        case c.FromCustomer() as event:
            found = AsSent((event.customer_id,), event.adjusted)
            in_store, whose = event.rest, event.whose
        case ToldOf() | DeliveryChanged() as event:
            found = AsSent((event.customer_id,), event.adjusted)
    if only_of is not None and only_of not in found.customers:
        raise NotFound("the line")
    if in_store is None:
        return found
    if log.vault.destroyed({whose}) or (conversation_id, version) in log.vault.withheld():
        gone = tuple(each.model_copy(update={"kept": ERASED}) for each in found.adjusted)
        return replace(found, adjusted=gone)
    rest = read_rest(executor, in_store.content_id)
    return replace(found, adjusted=rest.adjusted, more_attachments=rest.more_attachments)


def adjusted_in(
    executor: CommandExecutor, answer: Answer, sent: Sequence[Adjusted], attachments: Sequence[object]
) -> Sequence[Adjusted]:
    """What of a message is not recorded as it was sent, for the answer of its command. `sent`: what its text and fields
    tell alone. Of its attachments, the content store may know otherwise, and the event says so; of a repeat, the first
    event. Raises UnreadableEvent, Overloaded."""
    recorded = answer.adjusted
    if answer.repeated and attachments and kind_of(answer.id) == "conversation":
        messages = executor.log.last_of([answer.id], [c.MessageReceived.stored_name], LOOKED_THROUGH).get(answer.id, [])
        said = [each.event for each in messages if each.position <= answer.position]
        first = said[-1] if said else None
        recorded = first.adjusted if isinstance(first, c.MessageReceived) else None
    # What the first message's own fields tell, the opening of its conversation holds in part.
    fields = {each.field for each in sent}
    return [*sent, *(each for each in recorded or () if each.field not in fields)]
