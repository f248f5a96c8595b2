"""Replies and the contact points to which they go: which one it is, and whether replies before it did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from commands.conversation.outbound import Replies
from commands.customer.contact_points import ContactPoint
from commands.customer.failing import ReplyThere, is_failing
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation.events import MessageSent
from domain.customer import ContactKind
from domain.customer.failing import Missed
from domain.kernel.event import Event, Recorded
from domain.message import MESSAGE

LOOKED_AT = 200
"""How many replies of a conversation are looked through for one, the last ones first."""


def reply_there(executor: CommandExecutor, conversation_id: str, message_id: str) -> ReplyThere | None:
    """The contact point to which a reply went; None where that is not known any more. Raises UnreadableEvent,
    Overloaded."""
    return _there(
        executor,
        conversation_id,
        lambda each: isinstance(each.event, MessageSent) and each.event.message_id == message_id,
    )


def arrived_after(executor: CommandExecutor, reply: ReplyThere) -> str:
    """The last later reply of the conversation that arrived at the same contact point; none. Raises UnreadableEvent,
    Overloaded."""
    sent = executor.log.last_of([reply.conversation_id], [MessageSent.stored_name], LOOKED_AT)[reply.conversation_id]
    there_key = reply.contact.name_key(executor.comparing)
    for recorded in reversed(sent):
        event = cast("MessageSent", recorded.event)
        if event.message_id <= reply.message_id:
            continue
        state = executor.read(MESSAGE, event.message_id).state
        if state is not None and state.state in ("delivered", "read"):
            there = reply_there(executor, reply.conversation_id, event.message_id)
            if there is not None and there.contact.name_key(executor.comparing) == there_key:
                return event.message_id
    return ""


def failing_before(executor: CommandExecutor, conversation_id: str, answer: Answer) -> Missed | None:
    """What is known of the contact point to which the reply goes that was answered so, where it counts as failing; None
    where it does not. Raises UnreadableEvent, Overloaded."""
    there = _there(executor, conversation_id, lambda each: each.position <= answer.position)
    return is_failing(executor, there.whose, there.contact) if there else None


def _there(
    executor: CommandExecutor, conversation_id: str, which: Callable[[Recorded[Event]], bool]
) -> ReplyThere | None:
    last = executor.log.last_of([conversation_id], [MessageSent.stored_name], LOOKED_AT)[conversation_id]
    recorded = next(filter(which, reversed(last)), None)
    if recorded is None or not isinstance(sent := recorded.event, MessageSent):
        return None
    for _, message in Replies(executor).leaving([recorded]):
        if message.to is not None:
            kind = cast("ContactKind", message.to.kind)  # as it was recorded of a contact point
            contact = ContactPoint(kind, message.to.value)
            return ReplyThere(sent.whose, contact, conversation_id, sent.message_id)
    return None
