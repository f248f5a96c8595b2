"""The use case "erase a colleague who left": the key under which name and handle are sealed is destroyed, the log
records the erasure, the view wipes both. What they did, and said for the company, stays under their id."""

from __future__ import annotations

from collections.abc import Sequence

from commands import hold as holds
from commands.customer.links import linked
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from commands.hold import UnderHold
from commands.open_work import OpenWork
from commands.staff.handlers import handle_key, joined_key
from domain import staff
from domain.hold import ErasureDeferred
from domain.kernel.ids import kind_of
from domain.kernel.personal import ERASED
from domain.staff import STAFF, EraseStaff, StaffJoined


def erase(
    executor: CommandExecutor,
    command: EraseStaff,
    context: Context,
    open_work: OpenWork,
    *,
    waited: ErasureDeferred | None = None,
) -> Answer:
    """Erase a staff member who left. A repeat finds the first erasure; after a crash half-way, a repeat or the next
    start does the rest. While a legal hold covers a conversation in which they did something, the erasure waits, and
    the answer has the id of what waits. `waited`: what is done now.

    The handle is free again: who joins with it is somebody else. Raises Refusal `not-found`, `staff-not-left`, or as
    `CommandExecutor.run` and `open_work`.
    """
    body = body_of(context, command)
    first = executor.check_command_id(context, body)
    if first is not None and kind_of(first.id) == holds.DEFERRED:
        return first
    state = check_may_erase(executor, command)
    release = _handles(executor, command.staff_id)
    if not state.erased and (deferred := _begin_or_defer(executor, command, context, body, open_work, waited)):
        return deferred
    executor.log.vault.destroy(command.staff_id)
    return record_erasure(executor, command, context, release=release)


def check_may_erase(executor: CommandExecutor, command: EraseStaff) -> staff.Staff:
    """The state of a staff member who may be erased. Raises Refusal `not-found`, `staff-not-left`."""
    state = executor.read(STAFF, command.staff_id).existing(STAFF.kind).state
    staff.decide_staff(state, command, executor.clock())
    return state


def record_erasure(
    executor: CommandExecutor, command: EraseStaff, context: Context, *, release: Sequence[tuple[KeyKind, str]] = ()
) -> Answer:
    """Record the erasure of a staff member whose key is destroyed. `release`: the unique keys of their handles, where
    they are known. Raises as `erase`."""
    id = command.staff_id

    def work() -> UnitOfWork:
        before = executor.load(STAFF, id)
        events = staff.decide_staff(before.state, command, executor.clock())
        return UnitOfWork(id, [Change(id, before, events)], forget=[id] if events else [], release=release)

    return executor.run(context, work, body=body_of(context, command), streams=[id])


def _handles(executor: CommandExecutor, id: str) -> list[tuple[KeyKind, str]]:
    """The unique keys of the handles with which they joined; none once the key is destroyed."""
    joined = [each.event for each in executor.log.streams([id])[id] if isinstance(each.event, StaffJoined)]
    found: list[tuple[KeyKind, str]] = []
    for each in joined:
        if each.handle != ERASED:
            content = executor.fingerprint(each.name, sorted(each.roles), each.team_id)
            found += [handle_key(each.handle), joined_key(each.handle, content)]
    return list(dict.fromkeys(found))


def _begin_or_defer(
    executor: CommandExecutor,
    command: EraseStaff,
    context: Context,
    body: bytes | None,
    open_work: OpenWork,
    waited: ErasureDeferred | None,
) -> Answer | None:
    """Begin the erasure; or the answer of what waits, while a legal hold stands."""
    id = command.staff_id
    while True:
        position = executor.log.position()
        held = {same for each in open_work.under_hold(position) for same in linked(executor.read, each)}
        did_in = open_work.of_author(id, sorted(held), position)
        try:
            holds.begin_erasure(executor, [id], context, took_part_in=did_in)
        except UnderHold as under:
            if deferred := holds.defer(executor, under, waited or holds.erasure_of(id, context), context, body):
                return deferred
        else:
            # A hold that came before the beginning, and too late for the view, is seen the next time.
            if not holds.changed_since(executor, position):
                return None
