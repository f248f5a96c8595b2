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
from commands.staff import erasing as erasing_staff
from domain.conversation.removing import RemoveMessage
from domain.hold import HOLDS, ErasureDeferred, ErasureResumed, Holds, ResumeErasures, stream_of
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.staff import STAFF, EraseStaff
from domain.stranger import STRANGER, EraseStranger


def resume(executor: CommandExecutor, command: ResumeErasures, context: Context, open_work: OpenWork) -> Answer:
    """Do each erasure that waits for holds of this customer, in the name of who asked. One for which another hold
    stands goes on waiting, here or at the other hold's customer; so does one that fails, and the others are done. A
    repeat does what is left.

    Raises the first Refusal of what failed, as `erase`, `removing.remove` and `CommandExecutor.run`.
    """
    id, body = stream_of(command.customer_id), body_of(context, command)
    failed: Refusal | None = None
    for erasure in (executor.read(HOLDS, id).state or Holds()).waiting.values():
        on_behalf_of = erasure.requested_by or erasure.asked_by
        by = replace(context, command_id=None, reason=erasure.reason, on_behalf_of=on_behalf_of)
        try:
            done = _done(executor, erasure, by, open_work)
        except Refusal as refusal:
            # What failed waits, and is reported; it holds up none of the others.
            failed = failed or refusal
            continue
        if done is None or done.id != erasure.erasure_id:
            _record(executor, replace(context, command_id=None), erasure)
    if failed is not None:
        raise failed

    def work() -> UnitOfWork:
        before = executor.load(HOLDS, id)
        return UnitOfWork(id, [Change(id, before, [])])

    return executor.run(context, work, body=body, streams=[id])


def _record(executor: CommandExecutor, context: Context, erasure: ErasureDeferred) -> None:
    """Record that an erasure waits here no longer, as soon as that is so."""
    id = stream_of(erasure.customer_id)
    resumed = ErasureResumed(erasure_id=erasure.erasure_id, customer_id=erasure.customer_id)

    def work() -> UnitOfWork:
        before = executor.load(HOLDS, id)
        there = erasure.erasure_id in (before.state or Holds()).waiting
        return UnitOfWork(id, [Change(id, before, [resumed] if there else [])])

    executor.run(context, work, streams=[id])


def _done(executor: CommandExecutor, erasure: ErasureDeferred, context: Context, open_work: OpenWork) -> Answer | None:
    """The answer of the erasure; None where there is nothing left to erase."""
    try:
        if erasure.person_id is None:
            assert erasure.conversation_id is not None
            assert erasure.message_id is not None
            command = RemoveMessage(message_id=erasure.message_id)
            return removing.remove(executor, erasure.conversation_id, command, context, waited=erasure)
        if kind_of(erasure.person_id) == STRANGER.kind:
            command_of_stranger = EraseStranger(stranger_id=erasure.person_id)
            return strangers.erase(executor, command_of_stranger, context, open_work, waited=erasure)
        if kind_of(erasure.person_id) == STAFF.kind:
            command_of_staff = EraseStaff(staff_id=erasure.person_id)
            return erasing_staff.erase(executor, command_of_staff, context, open_work, waited=erasure)
        return erasing.erase(executor, erasure.person_id, context, open_work, waited=erasure)
    except Refusal as refusal:
        if refusal.code == "merged-already":  # who the stranger is turned out since, and people decide whom to erase
            return Answer(erasure.erasure_id, 0)
        if refusal.code != "customer-erased":
            raise
        return None
