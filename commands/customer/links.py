"""Customers who were merged: who is linked with whom, and what a merge is to either of them."""

from __future__ import annotations

from collections.abc import Callable

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import Loaded
from commands.executor.unit_of_work import Change
from domain import customer
from domain.customer import Customer, Merged, Separated
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal

Read = Callable[[str], Loaded]
"""`CommandExecutor.load` for whoever is deciding, `CommandExecutor.read` for others."""


def shown_as(read: Read, customer_id: str) -> str:
    """The customer with whom this one is shown in the end; themselves where they were merged into nobody.

    Raises NotFound.
    """
    while (into := _state(read, customer_id).into) is not None:
        customer_id = into
    return customer_id


def linked(read: Read, customer_id: str) -> list[str]:
    """Everybody who is the same person, this one included: first whom all are shown as, then their parts.

    Raises NotFound.
    """
    found = [shown_as(read, customer_id)]
    for id in found:  # which grows meanwhile
        found += sorted(_state(read, id).parts)
    return found


def check_may_merge(context: Context) -> None:
    """Check that an agent asks: customers and programs may not decide what is one person or one matter.

    Raises Refusal `forbidden`.
    """
    if context.actor.kind != "agent":
        raise Refusal("forbidden", "agents and leads say what is merged and separated")


def other_side(executor: CommandExecutor, event: Merged | Separated) -> Change:
    """What a merge or its undoing changes for the other customer.

    Raises Refusal `merge-cycle`, or as `domain.customer.other_side`.
    """
    other = event.into if isinstance(event, Merged) else event.out_of
    before = executor.existing(other, "customer")
    if isinstance(event, Merged) and shown_as(executor.load, other) == event.customer_id:
        raise Refusal("merge-cycle", f"{other} was merged into {event.customer_id}, not the other way round")
    return Change(other, before, customer.other_side(before.state, event))


def _state(read: Read, customer_id: str) -> Customer:
    state: Customer | None = read(customer_id).state if kind_of(customer_id) == "customer" else None
    if state is None:
        raise NotFound(customer_id)
    return state
