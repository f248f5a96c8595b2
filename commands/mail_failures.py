"""A reply that did not arrive: the receipt says so, colleagues are told, and the conversation waits for them again."""

from __future__ import annotations

from dataclasses import replace

from commands.conversation import handlers as conversations
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.message import report_delivery
from domain.conversation.commands import AddNote, ChangeStatus
from domain.kernel.refusal import Overloaded, Refusal
from domain.message import FailureCode, ReportDelivery


def reply_failed(
    executor: CommandExecutor, conversation_id: str, message_id: str, code: FailureCode, context: Context
) -> None:
    """Report that a reply failed; before that, open the conversation again and leave a note there. Once, however often
    it is asked for. Raises Refusal as `CommandExecutor.run`, `customer-erased` where nobody is left to report of."""
    opens = replace(context, command_id=f"mail-failed {message_id}")
    note = AddNote(body=f"A reply by mail did not arrive: {code}.")
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


def report(executor: CommandExecutor, message_id: str, command: ReportDelivery, context: Context) -> None:
    """Report how far a reply came, once. Raises Refusal as `report_delivery`."""
    ends = f" {command.code}" if command.code else ""
    about = replace(context, command_id=f"mail {message_id} {command.state}{ends}")
    report_delivery(executor, message_id, command, about)
