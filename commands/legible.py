"""What people here write for others holds something to read."""

from __future__ import annotations

from functools import cache
from typing import get_args

from commands.executor.context import Context, check_shown
from domain.conversation.commands import OpenConversation, SentCommand
from domain.kernel.values import WRITTEN, Frozen


def check_legible(context: Context, command: Frozen) -> None:
    """Check that each text of a command that a person here wrote holds something to read. What customers sent, and what
    gateways and imports report, is taken as it came. The reason of a command is in its context. Raises Refusal
    `input-invalid`."""
    by_company = isinstance(command, OpenConversation) and command.opened_by == "company"
    if not isinstance(command, SentCommand) or by_company:
        for name in written_fields(type(command)):
            check_shown(context.reported_by or context.actor, name, getattr(command, name))


@cache
def written_fields(command: type[Frozen]) -> tuple[str, ...]:
    """The fields of a command in which people write for others, as the types of the fields say."""
    fields = command.model_fields.items()
    return tuple(sorted(name for name, field in fields if WRITTEN in field.metadata or _is_written(field.annotation)))


def _is_written(annotation: object) -> bool:
    return WRITTEN in getattr(annotation, "__metadata__", ()) or any(map(_is_written, get_args(annotation)))
