"""Forgetting a person: their key is destroyed, the log says that it happened, and views wipe what they show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.customer import handlers as customers
from commands.customer.handlers import LinkedMeanwhile
from commands.customer.links import linked
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation.commands import ChangeStatus
from domain.customer import EraseCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.promise import WithdrawPromise
from infra.keys.vault import SubjectErased


def erase(
    executor: CommandExecutor,
    customer_id: str,
    context: Context,
    conversation_ids: Iterable[str] = (),
    promise_ids: Iterable[str] = (),
) -> Answer:
    """Erase a customer for good, and whoever is linked with them at that instant: merged, they are one person. Who
    that was stays known (`customer_links.linked`). Asking again finds the first time of it. Raises Refusal `not-found`,
    `unavailable`.

    `conversation_ids` and `promise_ids` are theirs, as far as views know of them: the ones are resolved and the others
    withdrawn first, since afterwards nobody can do anything about them any more, and they would wait for ever.

    The keys go first: should the process die in between, the vault's own list of erasures brings the events after
    (`apply_erasures`), whereas an event without the deed would be a lie.
    """
    customers.check_may_erase(executor, customer_id, context)
    _settle(executor, conversation_ids, promise_ids, replace(context, command_id=None))
    keyless = set(linked(executor.read, customer_id))
    while True:
        executor.log.vault.destroy(*keyless)
        try:
            return customers.erase(executor, customer_id, keyless, context)
        except LinkedMeanwhile as more:
            keyless.update(more.customer_ids)


def _settle(
    executor: CommandExecutor, conversation_ids: Iterable[str], promise_ids: Iterable[str], context: Context
) -> None:
    try:
        for id in conversation_ids:
            _resolve(executor, id, context)
        for id in promise_ids:
            _withdraw(executor, id, context)
    except SubjectErased:
        return  # this is not the first time


def _resolve(executor: CommandExecutor, conversation_id: str, context: Context) -> None:
    try:
        conversations.act(executor, conversation_id, ChangeStatus(status="resolved"), context)
    except Refusal as refusal:
        if refusal.code != "conversation-merged":  # the one that it is shown at is resolved
            raise


def _withdraw(executor: CommandExecutor, promise_id: str, context: Context) -> None:
    try:
        promises.act(executor, promise_id, WithdrawPromise(), context)
    except Refusal as refusal:
        if refusal.code != "promise-ended":
            raise


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
