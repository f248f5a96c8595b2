"""Who asked for an erasure: the person, under whichever record we have of them. Kept with the event."""

from __future__ import annotations

from dataclasses import replace

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound


def on_request(executor: CommandExecutor, context: Context, requested_by: str | None) -> Context:
    """The context of a command that this customer or stranger asked for; None: nobody of these. Raises Refusal
    `not-found`."""
    if requested_by is None:
        return context
    if kind_of(requested_by) not in ("customer", "stranger") or executor.read(requested_by).state is None:
        raise NotFound("who asked for it")
    return replace(context, on_behalf_of=requested_by)
