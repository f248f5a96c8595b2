"""The use case "erase a customer": their key is destroyed, the log says that it happened, and views wipe their text."""

from __future__ import annotations

from dataclasses import replace

from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.customer import handlers as customers
from commands.customer.handlers import LinkedMeanwhile
from commands.customer.links import linked
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.open_work import OpenWork, settle_all
from domain.conversation.commands import ChangeStatus
from domain.customer import EraseCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.promise import WithdrawPromise


def erase(executor: CommandExecutor, customer_id: str, context: Context, open_work: OpenWork) -> Answer:
    """Erase a customer for good, and whoever is linked with them at that instant: merged, they are one person. Who
    that was stays known (`customer_links.linked`). Asking again finds the first time of it. Raises Refusal `not-found`,
    `unavailable`, and as `open_work`.

    First, all their open conversations are resolved and all their standing promises withdrawn: afterwards nobody can
    do anything about them any more, and they would wait for ever. Asked again after a death half-way, the use case
    does the rest.

    The keys go before the events: should the process die in between, the vault's own list of erasures brings the
    events after (`apply_erasures`), whereas an event without the deed would be a lie.
    """
    customers.check_may_erase(executor, customer_id, context)
    each_by_itself = replace(context, command_id=None)
    keyless: set[str] = set()
    more = set(linked(executor.read, customer_id))
    while True:
        for id in sorted(more):
            _settle(executor, id, each_by_itself, open_work)
        executor.log.vault.destroy(*more)
        keyless |= more
        try:
            return customers.erase(executor, customer_id, keyless, context)
        except LinkedMeanwhile as meanwhile:
            more = set(meanwhile.customer_ids)


def _settle(executor: CommandExecutor, customer_id: str, context: Context, open_work: OpenWork) -> None:
    """Resolve and withdraw all that is open of one customer."""
    settle_all(
        lambda position: open_work.of_customer(customer_id, position),
        lambda id: _end(executor, id, context),
        executor.log.position(),
    )


def _end(executor: CommandExecutor, id: str, context: Context) -> int:
    try:
        if kind_of(id) == "promise":
            return promises.act(executor, id, WithdrawPromise(), context).position
        return conversations.act(executor, id, ChangeStatus(status="resolved"), context).position
    except Refusal as refusal:
        # It is shown at another, which is resolved itself; or it ended meanwhile; or this is not the first time.
        if refusal.code not in ("conversation-merged", "promise-ended", "customer-erased"):
            raise
        return 0


def apply_erasures(executor: CommandExecutor) -> list[str]:
    """Make vault and log agree on whom they have forgotten: after a death half-way, or a restore of either of them.
    Answers the ids of those of whom only one had known.

    Who is linked with them is on the list, too, if they were then; a restored log may know of links that were undone.

    To be done before anything else starts. Raises Overloaded.
    """
    log, vault = executor.log, executor.log.vault
    forgotten = {subject for subject, _ in vault.erasures()}
    tombstones = log.tombstones()
    restored = sorted(tombstones - forgotten)
    for subject in restored:
        vault.destroy(subject)
    # A restored log may be too old to have heard of some of them.
    histories = log.histories(subject for subject in sorted(forgotten - tombstones) if kind_of(subject) == "customer")
    late = [subject for subject, history in histories.items() if history]
    context = Context(Actor(id="system-vault", kind="system"), reason="the vault's list of erasures")
    for subject in late:
        customers.act(executor, EraseCustomer(customer_id=subject), context)
    return restored + late
