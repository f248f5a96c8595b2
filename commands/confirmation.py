"""Command handlers of four eyes: what the company's policy wants a second person for waits until somebody else confirms
it; a reaction then does what was confirmed (`process/confirmation.py`)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commands import decision_table as tables
from commands import stranger as strangers
from commands.customer import erasing
from commands.customer import handlers as customers
from commands.customer.links import same_person
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.open_work import OpenWork
from commands.staff import erasing as erasing_staff
from domain.confirmation import (
    CONFIRMATIONS,
    TABLE_NAME,
    Act,
    Confirm,
    ConfirmationRequested,
    DoConfirmed,
    confirm,
    needed,
    request,
    stream_of,
    stream_with,
    use,
)
from domain.decision_table.deciding import decide
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.staff import STAFF, EraseStaff
from domain.stranger import STRANGER, EraseStranger

UNCONFIRMED = "confirmation"
"""The kind of the id of what waits for a second person: the answer of a command under four eyes."""


@dataclass(frozen=True, slots=True)
class AskedExport:
    """Somebody asks for an export of what is kept about a customer or a stranger. `confirmation_id`: it waited for a
    second person, who confirmed it."""

    person_id: str
    confirmation_id: str | None = None


def erase(executor: CommandExecutor, person_id: str, context: Context, open_work: OpenWork) -> Answer:
    """Erase a customer, a stranger or a staff member, as somebody asks for it: where the policy wants a second person,
    the erasure waits, and the answer has the id of what waits. Raises Refusal `table-invalid`, or as `erase` of each of
    them."""
    if kind_of(person_id) == STRANGER.kind:
        command = EraseStranger(stranger_id=person_id)
        executor.read(STRANGER, person_id).existing(STRANGER.kind)
        body = body_of(context, command)
        waits = request_first(executor, "erasure", person_id, context, body)
        return waits or strangers.erase(executor, command, context, open_work)
    if kind_of(person_id) == STAFF.kind:
        of_staff = EraseStaff(staff_id=person_id)
        erasing_staff.check_may_erase(executor, of_staff)
        waits = request_first(executor, "erasure", person_id, context, body_of(context, of_staff))
        return waits or erasing_staff.erase(executor, of_staff, context, open_work)
    customers.check_may_erase(executor, person_id, context)
    waits = request_first(executor, "erasure", person_id, context, customers.erasure_body(person_id, context))
    return waits or erasing.erase(executor, person_id, context, open_work)


def request_first(
    executor: CommandExecutor, act: Act, person_id: str, context: Context, body: bytes | None
) -> Answer | None:
    """The answer of what waits for a second person; None where the policy wants none. `body`: what a repeat of the
    command id has to bring again. Raises Refusal `table-invalid`, `idempotency-key-reused`, or as
    `CommandExecutor.run`."""
    first = executor.check_command_id(context, body)
    if first is not None:
        return first if kind_of(first.id) == UNCONFIRMED else None
    now = executor.clock()
    if (found := tables.table_in_force(executor, TABLE_NAME, now)) is None:
        return None
    table, version = found
    within = needed(decide(table, TABLE_NAME, version, {"act": act}).results())
    if within is None:
        return None
    asked = ConfirmationRequested(
        confirmation_id="",
        person_id=person_id,
        act=act,
        asked_by=context.actor.id,
        requested_by=context.on_behalf_of,
        reason=context.reason,
        expires_at=now + within,
    )
    id = stream_of(person_id)

    def work() -> UnitOfWork:
        before = executor.load(CONFIRMATIONS, id)
        waiting, events = request(before.state, asked, now)
        return UnitOfWork(waiting, [Change(id, before, events)])

    return executor.run(context, work, body=body, streams=[id])


def give(executor: CommandExecutor, command: Confirm, context: Context) -> Answer:
    """Confirm what somebody else asked for. A reaction does it then. Raises Refusal `forbidden` (no person), or as
    `domain.confirmation.confirm` and `CommandExecutor.run`."""
    if context.actor.kind != "agent":
        raise Refusal("forbidden", "a person confirms what another person asked for")
    id = stream_with(command.confirmation_id)

    def work() -> UnitOfWork:
        before = executor.existing(CONFIRMATIONS, id)
        events = confirm(before.state, command, context.actor.id, executor.clock())
        return UnitOfWork(command.confirmation_id, [Change(id, before, events)])

    return executor.run(context, work, body=body_of(context, command), streams=[id])


def carry_out(executor: CommandExecutor, command: DoConfirmed, context: Context, open_work: OpenWork) -> Answer:
    """Do what was confirmed, in the name of who asked; exports are fetched instead (`take`). A repeat does what is
    left. Raises Refusal as `erase`, `domain.confirmation.use` and `CommandExecutor.run`."""
    id = stream_with(command.confirmation_id)
    waiting = executor.read(CONFIRMATIONS, id).existing(CONFIRMATIONS.kind).state.waiting.get(command.confirmation_id)
    if waiting is None or waiting.asked.act != "erasure":
        return _nothing_to_do(executor, command, context)
    asked = waiting.asked
    check(executor, "erasure", asked.person_id, command.confirmation_id, context)
    by = replace(context, command_id=None, reason=asked.reason, on_behalf_of=asked.requested_by or asked.asked_by)
    if kind_of(asked.person_id) == STRANGER.kind:
        strangers.erase(executor, EraseStranger(stranger_id=asked.person_id), by, open_work)
    elif kind_of(asked.person_id) == STAFF.kind:
        erasing_staff.erase(executor, EraseStaff(staff_id=asked.person_id), by, open_work)
    else:
        erasing.erase(executor, asked.person_id, by, open_work)
    return take(executor, "erasure", asked.person_id, command.confirmation_id, context, body_of(context, command))


def check(executor: CommandExecutor, act: Act, person_id: str, confirmation_id: str, context: Context) -> None:
    """Check that an act on a person is confirmed, and was not done yet. Raises Refusal as `domain.confirmation.use`."""
    use(executor.read(CONFIRMATIONS, stream_of(person_id)).state, confirmation_id, act, context.actor.id)


def export_waits(executor: CommandExecutor, command: AskedExport, context: Context) -> Answer | None:
    """The answer of what waits for a second person before everything about a person is exported; None where it may be
    exported now, once `take_export` has said so. Raises Refusal `not-found`, `confirmation-missing`, or as
    `request_first`."""
    id, confirmation_id = command.person_id, command.confirmation_id
    same_person(executor.read, id)  # raises where there is nobody
    body = body_of(context, "export", command)
    if confirmation_id is None:
        return request_first(executor, "export", id, context, body)
    if executor.check_command_id(context, body) is None:  # a repeat, of a download that broke off, finds it done
        check(executor, "export", id, confirmation_id, context)
    return None


def take_export(executor: CommandExecutor, command: AskedExport, context: Context) -> None:
    """Record that a confirmed export is about to be written. Raises Refusal as `take`."""
    if command.confirmation_id is not None:
        body = body_of(context, "export", command)
        take(executor, "export", command.person_id, command.confirmation_id, context, body)


def take(
    executor: CommandExecutor,
    act: Act,
    person_id: str,
    confirmation_id: str,
    context: Context,
    body: bytes | None = None,
) -> Answer:
    """Record that a confirmed act on a person is done: it was, or it is an export that is about to be written. Raises
    Refusal `not-found` (also of another person), `confirmation-missing`, or as `CommandExecutor.run`."""
    id = stream_of(person_id)

    def work() -> UnitOfWork:
        before = executor.load(CONFIRMATIONS, id)
        event = use(before.state, confirmation_id, act, context.actor.id)
        return UnitOfWork(confirmation_id, [Change(id, before, [event])])

    return executor.run(context, work, body=body, streams=[id])


def _nothing_to_do(executor: CommandExecutor, command: DoConfirmed, context: Context) -> Answer:
    id = stream_with(command.confirmation_id)

    def work() -> UnitOfWork:
        before = executor.load(CONFIRMATIONS, id)
        return UnitOfWork(command.confirmation_id, [Change(id, before, [])])

    return executor.run(context, work, body=body_of(context, command), streams=[id])
