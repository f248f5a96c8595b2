"""Command handlers of strangers: how a stranger is found, and the erasure of a stranger."""

from __future__ import annotations

from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain.kernel.refusal import NotFound
from domain.stranger import STRANGER, EraseStranger, decide


def name_key(executor: CommandExecutor, contact: ContactPoint) -> tuple[KeyKind, str]:
    """The unique key of a stranger's contact point."""
    return "stranger", contact.name_key(executor.region)[1]


def erase(executor: CommandExecutor, command: EraseStranger, context: Context) -> Answer:
    """Erase a stranger: the key is destroyed, the log records the erasure, views wipe the stranger's text. A repeat
    finds the first erasure; after a crash half-way, a repeat or the next start does the rest, as for customers
    (`commands/customer/erasing.py`).

    Raises Refusal `not-found`, or as `CommandExecutor.run`.
    """
    if executor.read(STRANGER, command.stranger_id).state is None:
        raise NotFound(command.stranger_id)
    executor.check_command_id(context, body_of(context, command))
    executor.log.vault.destroy(command.stranger_id)
    return record_erasure(executor, command, context)


def record_erasure(executor: CommandExecutor, command: EraseStranger, context: Context) -> Answer:
    """Record the erasure of a stranger whose key is destroyed. Raises as `erase`."""
    id = command.stranger_id

    def work() -> UnitOfWork:
        before = executor.load(STRANGER, id)
        events = decide(before.state, command)
        return UnitOfWork(id, [Change(id, before, events)], forget=[id] if events else [])

    return executor.run(context, work, body=body_of(context, command), streams=[id])
