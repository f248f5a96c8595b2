"""What people here write for others holds something to read."""

from __future__ import annotations

from commands.executor.context import Context, check_shown
from domain.conversation.commands import OpenConversation, SentCommand
from domain.kernel.values import Frozen

WORDS = frozenset({"answer", "because", "body", "question", "resolution", "subject", "text", "what"})
"""The fields of commands in which people write for others. The reason of a command is in its context."""


def check_legible(context: Context, command: Frozen) -> None:
    """Check that each text of a command that a person here wrote holds something to read. What customers sent, and what
    gateways and imports report, is taken as it came. Raises Refusal `input-invalid`."""
    by_company = isinstance(command, OpenConversation) and command.opened_by == "company"
    if not isinstance(command, SentCommand) or by_company:
        for name in sorted(WORDS.intersection(type(command).model_fields)):
            check_shown(context.reported_by or context.actor, name, getattr(command, name))
