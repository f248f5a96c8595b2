"""The command handler that owes each contributor to a signal the news of its outcome."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from commands.attention.contacting import owe_closing
from commands.customer.links import linked
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, UnitOfWork
from commands.signal.evidence import SignalEvidence
from domain.attention.contacts import OweClosing, OweContributors
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from domain.signal.evidence import Contribution

AT_ONCE = 32
"""How many customers are owed at once."""


def owe_contributors(
    executor: CommandExecutor, command: OweContributors, context: Context, evidence: SignalEvidence
) -> Answer:
    """Owe each contributor the outcome of a signal, once. If the process dies half-way, a repeat does the rest. Raises
    Refusal `not-found` where nobody is known to have contributed, or as `CommandExecutor.run`, and as `evidence`."""
    contributions = evidence.contributors(command.signal_id)
    # Nobody says so of a signal that came to an outcome, as long as its evidence is there. Better the event is
    # quarantined, and retried, than that everybody is forgotten.
    if not contributions:
        raise NotFound("who contributed to the signal")
    told = {"outcome_id", "outcome", "signal_id", "area", "theme"}

    def owe(customer_id: str, said: Contribution) -> None:
        owed = OweClosing(
            customer_id=customer_id,
            conversation_id=said.conversation_id,
            channel=said.channel,
            language=said.language,
            **command.model_dump(include=told),
        )
        # Without a command id: what a customer is owed already says that this is a repeat.
        owe_closing(executor, owed, replace(context, command_id=None))

    # Several at once, so that they share loads and commits: one after the other, ten thousand people take a minute.
    # What fails first ends the rest, which a repeat does.
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="owe-contributors") as pool:
        theirs = _first_of_each(pool.map(partial(_whose, executor), contributions))
        for _ in pool.map(owe, theirs, theirs.values()):
            pass
    return executor.run(context, lambda: UnitOfWork(command.signal_id, []), body=body_of(context, command))


def _whose(executor: CommandExecutor, contribution: Contribution) -> tuple[str, Contribution]:
    """Which customer is owed for a contribution, and the contribution, with its conversation where that is theirs.

    A contribution is the customer's whose conversation it was said in, as long as that is the person who contributed:
    so a merge that is undone later finds everybody owed for themselves.
    """
    if contribution.conversation_id is not None:
        owner = executor.read(CONVERSATION, contribution.conversation_id).state
        if owner is not None and contribution.person_id in linked(executor.read, owner.customer_id):
            return owner.customer_id, contribution
    return contribution.person_id, replace(contribution, conversation_id=None)


def _first_of_each(found: Iterable[tuple[str, Contribution]]) -> dict[str, Contribution]:
    """One contribution of each customer, where they said something rather than where they only did something.
    Strangers are nobody's customers, and are not told."""
    firsts: dict[str, Contribution] = {}
    for customer_id, said in found:
        known = firsts.get(customer_id)
        if kind_of(customer_id) == CUSTOMER.kind and (known is None or known.conversation_id is None):
            firsts[customer_id] = said
    return firsts
