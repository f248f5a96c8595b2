"""The command handler that owes each contributor to a signal the news of its outcome."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

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
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="owe-contributors") as pool:
        owing = [pool.submit(owe, *each) for each in _by_customer(executor, contributions).items()]
        try:
            for each in owing:
                each.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return executor.run(context, lambda: UnitOfWork(command.signal_id, []), body=body_of(context, command))


def _by_customer(executor: CommandExecutor, contributions: Iterable[Contribution]) -> dict[str, Contribution]:
    """One contribution of each customer, where they said something rather than where they only did something.

    A contribution is the customer's whose conversation it was said in, as long as that is the person who contributed:
    so a merge that is undone later finds everybody owed for themselves. Strangers are nobody's customers, and are not
    told.
    """
    found: dict[str, Contribution] = {}
    for each in contributions:
        customer_id, said = each.person_id, replace(each, conversation_id=None)
        if each.conversation_id is not None:
            owner = executor.read(CONVERSATION, each.conversation_id).state
            if owner is not None and each.person_id in linked(executor.read, owner.customer_id):
                customer_id, said = owner.customer_id, each
        if kind_of(customer_id) != CUSTOMER.kind:
            continue
        if customer_id not in found or found[customer_id].conversation_id is None:
            found[customer_id] = said
    return found
