"""Command handlers of calendars and policies: to write, edit and correct them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, KeyKind, UnitOfWork
from commands.service_level.revising import Revising
from domain.service_level.calendar import CorrectCalendar, EditCalendar, WriteCalendar
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy, WritePolicy


def write_calendar(executor: CommandExecutor, command: WriteCalendar, context: Context) -> Answer:
    """Write a calendar with a name of its own. Raises Refusal as `Revising.write_calendar` and
    `CommandExecutor.run`."""
    return _run(
        executor,
        context,
        lambda revising: revising.write_calendar(command),
        body_of(context, command),
        names=[("calendar-name", command.name)],
    )


def change_calendar(
    executor: CommandExecutor, calendar_id: str, command: EditCalendar | CorrectCalendar, context: Context
) -> Answer:
    """Edit a calendar for the future, or correct it for the past. Raises Refusal as `Revising.change_calendar` and
    `CommandExecutor.run`."""
    return _run(
        executor,
        context,
        lambda revising: revising.change_calendar(calendar_id, command),
        body_of(context, command, calendar_id),
        streams=[calendar_id],
    )


def write_policy(executor: CommandExecutor, command: WritePolicy, context: Context) -> Answer:
    """Write a policy with a name of its own. Raises Refusal as `Revising.write_policy` and `CommandExecutor.run`."""
    return _run(
        executor,
        context,
        lambda revising: revising.write_policy(command),
        body_of(context, command),
        streams=[command.terms.calendar_id],
        names=[("policy-name", command.name)],
    )


def change_policy(
    executor: CommandExecutor, policy_id: str, command: EditPolicy | CorrectPolicy, context: Context
) -> Answer:
    """Edit a policy for the future, or correct it for the past. Raises Refusal as `Revising.change_policy` and
    `CommandExecutor.run`."""
    return _run(
        executor,
        context,
        lambda revising: revising.change_policy(policy_id, command),
        body_of(context, command, policy_id),
        streams=[policy_id],
    )


def _run(
    executor: CommandExecutor,
    context: Context,
    revise: Callable[[Revising], None],
    body: bytes | None,
    streams: Sequence[str] = (),
    names: Sequence[tuple[KeyKind, str]] = (),
) -> Answer:
    def work() -> UnitOfWork:
        revising = Revising(executor, context)
        revise(revising)
        return revising.unit()

    return executor.run(context, work, body=body, streams=streams, names=names)
