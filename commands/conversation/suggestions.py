"""Command handler of suggestions: a person leaves two conversations apart that may be one matter."""

from __future__ import annotations

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import check_version
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.conversation.state import CONVERSATION
from domain.conversation.suggestions import DismissSuggestion, decide_dismissal


def dismiss(
    executor: CommandExecutor,
    id: str,
    command: DismissSuggestion,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Answer:
    """Leave two conversations of one customer apart, so that they are suggested no more.

    Raises Refusal `not-found`, `customer-erased`, `version-changed`, or as `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        before, other = (executor.existing(CONVERSATION, each) for each in (id, command.other_id))
        check_version(before, expected_version)
        events = decide_dismissal(id, before.state, command, other.state)
        return UnitOfWork(id, [Change(id, before, events)], subject=before.state.customer_id)

    return executor.run(context, work, body=body_of(context, command, id), streams=[id, command.other_id])
