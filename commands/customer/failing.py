"""Contact points that fail: marked as replies do not arrive there, and cleared by one that arrives, or by a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from commands.customer.contact_points import ContactPoint, points_of
from commands.customer.links import linked
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor, Load
from commands.executor.read_ahead import ReadAhead
from commands.executor.state_cache import Loaded
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.customer import CUSTOMER, ClearContactPoint, ContactPointCleared, ContactPointFailed
from domain.customer.contact_point import Comparing
from domain.customer.decisions import check_there
from domain.customer.failing import Missed, Says, missed
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class ReplyThere:
    """A reply that went to a contact point. `whose`: the customer who was answered."""

    whose: str
    contact: ContactPoint
    conversation_id: str
    message_id: str


def failed(
    executor: CommandExecutor, reply: ReplyThere, code: str, says: Says, context: Context, *, reached: str = ""
) -> bool:
    """Record that a reply did not arrive at its contact point, once for each message. `reached`: the last reply that is
    known to have arrived there: what may pass has passed, where an older reply failed. Answers whether the contact
    point counts as failing then. Raises Refusal as `CommandExecutor.run`."""

    def events_of(id: str, said: str, before: Missed) -> Iterator[Event]:
        if says == "for-now" and reply.message_id < max(reached, before.reached):
            return
        number, failing = before.with_one(reply.message_id, says)
        if reply.message_id not in before.message_ids or failing != before.failing:
            yield ContactPointFailed(
                customer_id=id,
                contact_kind=reply.contact.kind,
                value=said,
                conversation_id=reply.conversation_id,
                message_id=reply.message_id,
                code=code,
                in_a_row=number,
                failing=failing,
            )

    _run(executor, reply, context, events_of)
    return is_failing(executor, reply.whose, reply.contact) is not None


def arrived(executor: CommandExecutor, reply: ReplyThere, context: Context) -> None:
    """Record that a reply arrived, where one before it did not. Raises Refusal as `CommandExecutor.run`."""

    def events_of(id: str, said: str, before: Missed) -> Iterator[Event]:
        # The ids of messages rise with time: one that left before another that failed shows nothing.
        if before.in_a_row and reply.message_id >= max(before.message_ids):
            yield _cleared(id, reply.contact, said, before, reply.message_id)

    if any(_missed_one(executor, id) for id in _people(executor.read, reply.whose)):
        _run(executor, reply, context, events_of)


def clear(executor: CommandExecutor, command: ClearContactPoint, context: Context) -> Answer:
    """Let a contact point count as failing no longer, because somebody says so.

    Raises Refusal `not-found`, `customer-erased`, `contact-point-unknown`, or as `CommandExecutor.run`.
    """
    id, contact = command.customer_id, ContactPoint(command.contact_kind, command.value)

    def work() -> UnitOfWork:
        found = executor.load(CUSTOMER, id)
        before = Loaded(check_there(found.state, id), found.version, found.position)
        recorded = known(executor, id, contact, before.version)
        if not recorded:
            raise Refusal("contact-point-unknown", f"{id} has no such contact point; check the ids")
        return UnitOfWork(id, [Change(id, before, cleared(id, contact, recorded))], subject=id)

    return executor.run(context, work, body=body_of(context, command), streams=[id])


def cleared(customer_id: str, contact: ContactPoint, recorded: Sequence[tuple[str, Missed]]) -> list[Event]:
    """The events by which this contact point, as it was recorded, counts as failing no longer; none where it does
    not."""
    return [_cleared(customer_id, contact, said, each, None) for said, each in recorded if each.in_a_row]


def is_failing(executor: CommandExecutor, whose: str, contact: ContactPoint) -> Missed | None:
    """What is known of a contact point of this customer that counts as failing; None where it does not. Outside of a
    decision. Raises UnreadableEvent, Overloaded."""
    for id in _people(executor.read, whose):
        if _missed_one(executor, id):
            found = _of(executor.log.streams([id])[id], contact, executor.comparing)
            if failing := next((each for _, each in found if each.failing), None):
                return failing
    return None


def known(executor: CommandExecutor, customer_id: str, contact: ContactPoint, version: int) -> list[tuple[str, Missed]]:
    """This contact point as it was recorded of the customer, in whatever forms, each with what is known of replies
    there. For a command that is deciding; `version` is the customer's. Raises ReadAheadNeeded."""

    def read() -> ReadAhead[list[tuple[str, Missed]]]:
        # Texts are no part of a state.
        stream = executor.log.streams([customer_id])[customer_id]
        return ReadAhead({customer_id: len(stream)}, _of(stream, contact, executor.comparing))

    return executor.read_ahead(f"{contact.former_key} missed of {customer_id}", {customer_id: version}, read)


def _of(stream: Sequence[Recorded[Event]], contact: ContactPoint, by: Comparing) -> list[tuple[str, Missed]]:
    found, form = missed(each.event for each in stream), contact.compared(by)
    return [
        (each.value, found.get((each.contact_kind, each.value), Missed()))
        for each in points_of(stream)
        if each.contact_kind == contact.kind and ContactPoint(each.contact_kind, each.value).compared(by) == form
    ]


def _run(
    executor: CommandExecutor,
    reply: ReplyThere,
    context: Context,
    events_of: Callable[[str, str, Missed], Iterator[Event]],
) -> None:
    def work() -> UnitOfWork:
        changes: list[Change] = []
        for id in _people(executor.load, reply.whose):
            before = executor.load(CUSTOMER, id)
            if before.state is None or before.state.erased:
                continue
            recorded = known(executor, id, reply.contact, before.version)
            changes.append(Change(id, before, [event for each in recorded for event in events_of(id, *each)]))
        return UnitOfWork(reply.message_id, changes, subject=reply.whose)

    executor.run(context, work, streams=[reply.whose])


def _people(read: Load, whose: str) -> list[str]:
    """The customer under all ids of merged customers; nobody where it is a stranger."""
    if kind_of(whose) != CUSTOMER.kind:
        return []
    return [id for id in linked(read, whose) if kind_of(id) == CUSTOMER.kind]


def _missed_one(executor: CommandExecutor, customer_id: str) -> bool:
    state = executor.read(CUSTOMER, customer_id).state
    return state is not None and state.missed and not state.erased


def _cleared(
    customer_id: str, contact: ContactPoint, said: str, before: Missed, message_id: str | None
) -> ContactPointCleared:
    return ContactPointCleared(
        customer_id=customer_id,
        contact_kind=contact.kind,
        value=said,
        conversation_ids=before.conversation_ids,
        message_id=message_id,
    )
