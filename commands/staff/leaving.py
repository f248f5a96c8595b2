"""The use case "a colleague leaves": their open conversations go back to the teams, unassigned, and wait no longer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from commands.conversation import handlers as conversations
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.open_work import OpenWork, settle_all
from commands.staff import handlers as staffing
from domain.conversation.commands import GiveBack
from domain.kernel.refusal import Refusal
from domain.staff import STAFF, LeaveStaff


def leave(executor: CommandExecutor, command: LeaveStaff, context: Context, open_work: OpenWork) -> Answer:
    """Record that a staff member left, and give back their open conversations. The answer is that of the leaving.

    The leaving comes first, so that no new conversation reaches the person meanwhile. If the process dies half-way, a
    repeat does the rest. Raises Refusal `not-found`, and as `CommandExecutor.run` and `open_work`.
    """
    answer = staffing.leave(executor, command, context)
    id, each_by_itself = command.staff_id, replace(context, command_id=None)

    def theirs(position: int) -> Iterable[str]:
        # At a later repeat, the person may be back: conversations that they have by then are theirs.
        return open_work.of_agent(id, position) if _left(executor, id) else ()

    settle_all(theirs, lambda each: _give_back(executor, each, id, each_by_itself), answer.position)
    return answer


def _left(executor: CommandExecutor, staff_id: str) -> bool:
    state = executor.read(STAFF, staff_id).state
    return state is not None and state.left


def _give_back(executor: CommandExecutor, conversation_id: str, staff_id: str, context: Context) -> int:
    try:
        return conversations.act(executor, conversation_id, GiveBack(agent_id=staff_id), context).position
    except Refusal as refusal:
        # Nobody waits there: it is a part, and the conversation that shows it is given back; or the customer is erased.
        if refusal.code not in ("conversation-merged", "customer-erased"):
            raise
        return 0
