"""Somebody leaves, and what they had to do does not wait for ever: it is nobody's again, in the team it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from commands.conversation import handlers as conversations
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.staff import handlers as staffing
from domain.conversation.commands import GiveBack
from domain.kernel.refusal import Refusal
from domain.staff import LeaveStaff


def leave(
    executor: CommandExecutor, command: LeaveStaff, context: Context, theirs: Callable[[int], Iterable[str]]
) -> Answer:
    """Somebody is gone, and gives back whatever is not closed. The answer is about their leaving.

    `theirs`: which conversations the inbox shows as theirs once it holds what the log holds up to a position.

    They are gone first, so that nothing new comes to them meanwhile. Asked again after a death half-way, it does the
    rest. Raises Refusal `not-found`, and as `CommandExecutor.run` and `theirs`.
    """
    answer = staffing.leave(executor, command, context)
    id, each_by_itself = command.staff_id, replace(context, command_id=None)
    position, done = answer.position, set[str]()
    # Looked at again until there is nothing more: what moves while it is paged through may be on none of the pages.
    # Who asks again later may find them back, and what they have by then is theirs.
    while executor.read(id).state.left and (rest := [each for each in theirs(position) if each not in done]):
        for conversation_id in rest:
            position = max(position, _give_back(executor, conversation_id, id, each_by_itself))
        done.update(rest)
    return answer


def _give_back(executor: CommandExecutor, conversation_id: str, staff_id: str, context: Context) -> int:
    try:
        return conversations.act(executor, conversation_id, GiveBack(agent_id=staff_id), context).position
    except Refusal as refusal:
        # Nobody waits there: it is shown at another, which is given back itself, or its customer is forgotten.
        if refusal.code not in ("conversation-merged", "customer-erased"):
            raise
        return 0
