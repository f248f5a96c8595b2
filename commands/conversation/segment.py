"""The segment of a conversation: its customer's, where nobody told another one."""

from __future__ import annotations

from commands.executor.executor import CommandExecutor
from domain.conversation.commands import OpenConversation
from domain.customer import CUSTOMER


def with_segment(executor: CommandExecutor, command: OpenConversation) -> OpenConversation:
    """The opening with the segment of its customer, where the command has none; part of commands. So the customers of a
    product area are told apart by the same segments as those who say something about it."""
    if command.segment is not None:
        return command
    state = executor.load(CUSTOMER, command.customer_id).state
    return command if state is None else command.model_copy(update={"segment": state.segment})
