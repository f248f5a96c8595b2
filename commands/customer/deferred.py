"""The use case "do what waited": an erasure that was asked for while a legal hold stood is done when the hold ends."""

from __future__ import annotations

from dataclasses import replace

from commands import stranger as strangers
from commands.conversation import removing
from commands.customer import erasing
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.open_work import OpenWork
from domain.conversation.removing import RemoveMessage
from domain.hold import HOLDS, ErasureDeferred, ErasureResumed, Holds, ResumeErasures, stream_of
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.stranger import STRANGER, EraseStranger


def resume(executor: CommandExecutor, command: ResumeErasures, context: Context, open_work: OpenWork) -> Answer:
    """Do each erasure that waits for holds of this customer, in the name of who asked. One for which another hold
    stands goes on waiting, here or at the other hold's customer. A repeat does what is left.

    Raises Refusal as `erase`, `removing.remove` and `CommandExecutor.run`.
    """
    id, body = stream_of(command.customer_id), body_of(context, command)
    waiting = (executor.read(HOLDS, id).state or Holds()).waiting
    over = set()
    for erasure in waiting.values():
        by = replace(context, command_id=None, reason=erasure.reason, on_behalf_of=erasure.asked_by)
        done = _done(executor, erasure, by, open_work)
        if done is None or done.id != erasure.erasure_id:
            over.add(erasure.erasure_id)

    def work() -> UnitOfWork:
        before = executor.load(HOLDS, id)
        there = sorted(over & (before.state or Holds()).waiting.keys())
        events = [ErasureResumed(erasure_id=each, customer_id=command.customer_id) for each in there]
        return UnitOfWork(id, [Change(id, before, events)])

    return executor.run(context, work, body=body, streams=[id])


def _done(executor: CommandExecutor, erasure: ErasureDeferred, context: Context, open_work: OpenWork) -> Answer | None:
    """The answer of the erasure; None where there is nothing left to erase."""
    try:
        if erasure.person_id is None:
            assert erasure.conversation_id is not None
            assert erasure.message_id is not None
            command = RemoveMessage(message_id=erasure.message_id)
            return removing.remove(executor, erasure.conversation_id, command, context)
        if kind_of(erasure.person_id) == STRANGER.kind:
            return strangers.erase(executor, EraseStranger(stranger_id=erasure.person_id), context, open_work)
        return erasing.erase(executor, erasure.person_id, context, open_work)
    except Refusal as refusal:
        if refusal.code == "merged-already":  # who the stranger is turned out since, and people decide whom to erase
            return Answer(erasure.erasure_id, 0)
        if refusal.code != "customer-erased":
            raise
        return None
