"""Forgetting a person: their key is destroyed, the log says that it happened, and views wipe what they show."""

from __future__ import annotations

from commands import customers
from commands.handling import Answer, Context, Handling
from domain.customer import EraseCustomer
from domain.kernel import Actor, kind_of
from domain.refusal import NotFound


def erase(handling: Handling, customer_id: str, context: Context) -> Answer:
    """Erase a customer for good. Asking again finds the first time of it. Raises Refusal `not-found`, `unavailable`.

    The key goes first: should the process die in between, the vault's own list of erasures brings the event after
    (`apply_erasures`), whereas an event without the deed would be a lie.
    """
    if kind_of(customer_id) != "customer" or handling.read(customer_id).state is None:
        raise NotFound(customer_id)
    handling.log.vault.destroy(customer_id)
    return customers.act(handling, EraseCustomer(customer_id=customer_id), context)


def apply_erasures(handling: Handling) -> list[str]:
    """Whom the vault has forgotten and the log has not: after a restore, or a death half-way. Answers their ids.

    To be done before anything else starts on a restored log. Raises Overloaded.
    """
    forgotten = [subject for subject, _ in handling.log.vault.erasures() if kind_of(subject) == "customer"]
    # A restored log may be older than some of them.
    known = handling.log.histories(handling.log.unfenced(forgotten))
    late = [subject for subject, history in known.items() if history]
    context = Context(Actor(id="system-vault", kind="system"), reason="the vault's list of erasures")
    for subject in late:
        customers.act(handling, EraseCustomer(customer_id=subject), context)
    return late
