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
    """Make vault and log agree on whom they have forgotten: after a death half-way, or a restore of either of them.
    Answers the ids of those of whom only one had known.

    To be done before anything else starts. Raises Overloaded.
    """
    log, vault = handling.log, handling.log.vault
    forgotten = {subject for subject, _ in vault.erasures()}
    fenced = log.fenced()
    restored = sorted(fenced - forgotten)
    for subject in restored:
        vault.destroy(subject)
    # A restored log may be too old to have heard of some of them.
    histories = log.histories(subject for subject in sorted(forgotten - fenced) if kind_of(subject) == "customer")
    late = [subject for subject, history in histories.items() if history]
    context = Context(Actor(id="system-vault", kind="system"), reason="the vault's list of erasures")
    for subject in late:
        customers.act(handling, EraseCustomer(customer_id=subject), context)
    return restored + late
