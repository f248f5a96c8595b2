"""Links between merged customers."""

from __future__ import annotations

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor, Load
from commands.executor.unit_of_work import Change
from domain import customer
from domain.customer import CUSTOMER, Customer, CustomerMerged, CustomerSeparated
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.stranger import STRANGER


def shown_as(read: Load, customer_id: str) -> str:
    """The customer under whom this one is shown: the end of the chain of merges, or the customer itself.

    Raises NotFound.
    """
    return way(read, customer_id)[-1]


def between(read: Load, customer_id: str, other_id: str) -> list[str]:
    """The customers because of whose merges these two are the same person; empty where they are not. Raises
    NotFound."""
    if customer_id == other_id:
        return []
    ways = [way(read, id) for id in (customer_id, other_id)]
    if ways[0][-1] != ways[1][-1]:
        return []
    shared = set(ways[0]) & set(ways[1])
    return [id for way in ways for id in way if id not in shared]


def may_be_one(read: Load, customer_id: str, other_id: str) -> bool:
    """Whether nobody has decided yet if two customers are one person: they are neither merged, nor apart, nor erased.
    Raises NotFound."""
    one, other = (_state(read, id) for id in (customer_id, other_id))
    if one.erased or other.erased or other_id in one.apart or customer_id in other.apart:
        return False
    return shown_as(read, customer_id) != shown_as(read, other_id)


def way(read: Load, customer_id: str) -> list[str]:
    """The customer, and those under whom the customer is shown by merges, the last one last. Raises NotFound."""
    found = [customer_id]
    while (into := _state(read, found[-1]).into) is not None:
        found.append(into)
    return found


def linked(read: Load, customer_id: str) -> list[str]:
    """All customers and strangers that are the same person, this one included: first the one who is shown, then the
    parts.

    Raises NotFound.
    """
    found = [shown_as(read, customer_id)]
    for id in found:  # grows meanwhile
        found += [] if kind_of(id) == STRANGER.kind else sorted(_state(read, id).parts)
    return found


def same_person(read: Load, person_id: str) -> list[str]:
    """All customers and strangers that are the same person as a customer or a stranger: as `linked`, or the stranger
    alone. Raises NotFound."""
    if kind_of(person_id) != STRANGER.kind:
        return linked(read, person_id)
    state = read(STRANGER, person_id).state
    if state is None:
        raise NotFound(person_id)
    return [person_id] if state.into is None else linked(read, state.into)


def check_may_merge(context: Context) -> None:
    """Check that an agent asks: customers and programs do not decide what is one person or one matter.

    Raises Refusal `forbidden`.
    """
    if context.actor.kind != "agent":
        raise Refusal("forbidden", "agents and leads say what is merged and separated")


def other_side(executor: CommandExecutor, event: CustomerMerged | CustomerSeparated) -> Change:
    """What a merge, or its undo, changes for the other customer.

    Raises Refusal `merge-cycle`, or as `domain.customer.other_side`.
    """
    other = event.into if isinstance(event, CustomerMerged) else event.out_of
    before = executor.existing(CUSTOMER, other)
    if isinstance(event, CustomerMerged) and shown_as(executor.load, other) == event.customer_id:
        raise Refusal("merge-cycle", f"{other} was merged into {event.customer_id}, not the other way round")
    return Change(other, before, customer.other_side(before.state, event))


def _state(read: Load, customer_id: str) -> Customer:
    state = read(CUSTOMER, customer_id).state
    if state is None:
        raise NotFound(customer_id)
    return state
