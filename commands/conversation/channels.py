"""Over which channel a message of the company goes. Somebody has to serve the channel, or the message goes nowhere."""

from __future__ import annotations

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Change
from domain.conversation.commands import ConversationCommand, OpenConversation, SendReply
from domain.conversation.state import Conversation
from domain.customer import CUSTOMER


def check_served(executor: CommandExecutor, channel: str, context: Context) -> None:
    """Check that somebody serves the channel of what the company says now. What it said before is a fact, and the
    channel is recorded as it was.

    Part of other commands. Raises Refusal `channel-unserved`.
    """
    if context.occurred_at is None:
        executor.channels.check(channel)


def check_opening(executor: CommandExecutor, command: OpenConversation, context: Context) -> None:
    """The same of a conversation that the company opens with a message. Raises Refusal `channel-unserved`."""
    if command.opened_by == "company" and (command.body is not None or command.attachments):
        check_served(executor, command.channel, context)


def as_wished(
    executor: CommandExecutor, state: Conversation, command: ConversationCommand, context: Context
) -> tuple[ConversationCommand, list[Change]]:
    """A reply without a channel, completed with the customer's preferred channel, and the state that says so.

    Part of other commands. Raises Refusal `channel-unserved`."""
    if not isinstance(command, SendReply):
        return command, []
    seen: list[Change] = []
    if command.channel is None:
        customer = executor.load(CUSTOMER, state.customer_id)
        command = command.model_copy(update={"channel": customer.state.channel if customer.state else None})
        # The unchanged stream is among the changes, so that the append detects an old state.
        seen = [Change(state.customer_id, customer, [])]
    check_served(executor, command.channel or state.channel, context)
    return command, seen
