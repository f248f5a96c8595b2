"""Command handlers of strangers: who said something in a customer's conversation, and the erasure of a stranger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commands.customer.contact_points import ContactPoint, held
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain.conversation.commands import Participant
from domain.customer import CUSTOMER
from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.refusal import NotFound
from domain.stranger import STRANGER, EraseStranger, StrangerMet, decide


def name_key(executor: CommandExecutor, contact: ContactPoint) -> tuple[KeyKind, str]:
    """The unique key of a stranger's contact point."""
    return "stranger", contact.name_key(executor.region)[1]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said something in a conversation: None is its customer. For a stranger who is new: the changes and unique
    keys that make them known."""

    participant: Participant | None = None
    changes: Sequence[Change] = ()
    unique_keys: Sequence[tuple[KeyKind, str, str]] = ()


def speaker_for(executor: CommandExecutor, contact: ContactPoint, customer_id: str) -> Speaker:
    """Who speaks from this contact point in a conversation of this customer: the customer to whom the contact point
    belongs; else the stranger who has it, or a new one. Part of other commands."""
    by_stranger = name_key(executor, contact)
    (stranger,) = executor.named(by_stranger)
    customer = held(executor, [contact])[0].holder
    if customer == customer_id:
        return Speaker()
    id = customer or stranger or new_id("stranger")
    participant = Participant(participant_id=id, contact_kind=contact.kind, contact=contact.value)
    if customer or stranger:
        return Speaker(participant)
    met: list[Event] = [StrangerMet(stranger_id=id, contact_kind=contact.kind, value=contact.value, name=contact.name)]
    return Speaker(participant, [Change(id, NOTHING, met)], [(*by_stranger, id)])


def check_person(executor: CommandExecutor, id: str) -> None:
    """Check that a customer or a stranger of this id exists. Part of other commands. Raises NotFound."""
    known = executor.load(CUSTOMER, id).state or executor.load(STRANGER, id).state
    if known is None:
        raise NotFound("the participant")


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
