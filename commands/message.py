"""Command handler for reports on the delivery of messages."""

from __future__ import annotations

from collections.abc import Sequence

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain.conversation.events import MessageSent
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.message import MESSAGE, ReportDelivery, decide


def report_delivery(
    executor: CommandExecutor,
    message_id: str,
    command: ReportDelivery,
    context: Context,
    claims: Sequence[tuple[KeyKind, str]] = (),
) -> Answer:
    """Record how far a message to a customer has come. A state that is known, or earlier than the known one, adds
    nothing. `claims`: unique keys that the message gets with its report.

    Raises Refusal `not-found` where the conversation has no such message of ours, `input-invalid` where a person types
    a state or a code that is none, or as `CommandExecutor.run`.
    """
    if command.adjusted and context.actor.kind not in ("service", "system"):
        fields = ", ".join(dict.fromkeys(each.field for each in command.adjusted))
        raise Refusal("input-invalid", f"{fields}: none of those that reports have; correct it")
    # Texts are not among what decisions know, so that a key tells what was told before.
    told: list[tuple[KeyKind, str]] = []
    if command.adjusted:
        told = [("report-as-told", f"{message_id}\x00{executor.fingerprint(command).hex()}")]

    # Before the command's turn: no other command waits while a whole conversation is read, and a sent message stays
    # sent.
    customer_id = _to_whom(executor, command.conversation_id, message_id)

    def work() -> UnitOfWork:
        if customer_id is None:
            raise NotFound("the message")
        before = executor.load(MESSAGE, message_id)
        new = [key for key, holder in zip(told, executor.named(*told), strict=True) if holder is None]
        events = decide(before.state, command, message_id, customer_id, brings_text=bool(new))
        unique_keys = [(*key, message_id) for key in (*new, *claims)]
        return UnitOfWork(message_id, [Change(message_id, before, events)], unique_keys, subject=customer_id)

    return executor.run(context, work, body=body_of(context, command, message_id), streams=[message_id])


def _to_whom(executor: CommandExecutor, conversation_id: str, message_id: str) -> str | None:
    """The customer to whom the message was sent; None where the conversation has no sent message of this id."""
    if kind_of(message_id) != "message" or kind_of(conversation_id) != "conversation":
        return None
    if (known := executor.read(MESSAGE, message_id).state) is not None:
        return known.customer_id if known.conversation_id == conversation_id else None
    # Looked up once for each message, at its first report: the states of conversations need not hold every message ever
    # sent.
    sent = _sent(executor, conversation_id, message_id)
    return sent.customer_id if sent else None


def channel_of(executor: CommandExecutor, conversation_id: str, message_id: str) -> str | None:
    """The channel over which a message was sent; None where the conversation has no sent message of this id."""
    sent = _sent(executor, conversation_id, message_id) if kind_of(conversation_id) == "conversation" else None
    return sent.channel if sent else None


def _sent(executor: CommandExecutor, conversation_id: str, message_id: str) -> MessageSent | None:
    events = (event for event, _ in executor.log.histories([conversation_id])[conversation_id])
    return next((event for event in events if isinstance(event, MessageSent) and event.message_id == message_id), None)
