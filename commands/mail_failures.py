"""A reply that did not arrive: the receipt says so, colleagues are told, and the conversation waits for them again."""

from __future__ import annotations

from dataclasses import replace

from commands.conversation import handlers as conversations
from commands.conversation.undelivered import arrived_after, reply_there
from commands.customer import failing
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.message import report_delivery
from domain.conversation.commands import AddNote, ChangeStatus
from domain.customer.failing import says_of_address
from domain.kernel.refusal import Overloaded, Refusal
from domain.message import FailureCode, ReportDelivery


def reply_failed(
    executor: CommandExecutor, conversation_id: str, message_id: str, code: FailureCode, context: Context
) -> None:
    """Report that a reply failed; before that, mark its address where it does not work, open the conversation again and
    leave a note there. Once, however often it is asked for. Raises Refusal as `CommandExecutor.run`, `customer-erased`
    where nobody is left to report of."""
    fails = _address_fails(executor, conversation_id, message_id, code, context)
    opens = replace(context, command_id=f"mail-failed {message_id}")
    note = AddNote(body=f"A reply by mail did not arrive: {code}." + (_ADDRESS_FAILS if fails else ""))
    for command, about in (
        (ChangeStatus(status="open"), opens),
        (note, replace(opens, command_id=f"{opens.command_id} {code}")),
    ):
        try:
            conversations.act(executor, conversation_id, command, about)
        except Overloaded:
            raise
        except Refusal:
            pass  # a part of another conversation, or nobody is left there: the report shows it
    report(executor, message_id, ReportDelivery(conversation_id=conversation_id, state="failed", code=code), context)


_ADDRESS_FAILS = (
    " The address counts as failing now: find another way to reach them, or clear the mark once the address works."
)


def _address_fails(
    executor: CommandExecutor, conversation_id: str, message_id: str, code: str, context: Context
) -> bool:
    """Mark the address of a reply that failed, if that is about the address. Answers whether it counts as failing."""
    if (says := says_of_address(code)) is None or (there := reply_there(executor, conversation_id, message_id)) is None:
        return False
    about = replace(context, command_id=f"address-failed {message_id} {code}")
    reached = arrived_after(executor, there) if says == "for-now" else ""
    return failing.failed(executor, there, code, says, about, reached=reached)


def reply_arrived(executor: CommandExecutor, conversation_id: str, message_id: str, context: Context) -> None:
    """Report that a reply was delivered; before that, its address counts as failing no longer. Raises Refusal as
    `CommandExecutor.run`, `customer-erased` where nobody is left to report of."""
    if (there := reply_there(executor, conversation_id, message_id)) is not None:
        failing.arrived(executor, there, replace(context, command_id=f"address-works {message_id}"))
    report(executor, message_id, ReportDelivery(conversation_id=conversation_id, state="delivered"), context)


def report(executor: CommandExecutor, message_id: str, command: ReportDelivery, context: Context) -> None:
    """Report how far a reply came, once. Raises Refusal as `report_delivery`."""
    ends = f" {command.code}" if command.code else ""
    about = replace(context, command_id=f"mail {message_id} {command.state}{ends}")
    report_delivery(executor, message_id, command, about)
