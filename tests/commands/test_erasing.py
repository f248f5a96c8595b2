"""The use case "erase a customer": all that is open of one person is settled first, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.erasing import erase
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import Withdraw
from domain.customer import MergeCustomer
from domain.kernel.refusal import Overloaded
from infra.log.application import Log
from infra.postgres.database import Database
from projections.open_work import OpenWorkInViews
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.following import catch_up
from tests.support.open_work import Shown


@pytest.fixture
def work(log: Log, projector: Database) -> OpenWorkInViews:
    """What the views show, two rows a page."""
    return OpenWorkInViews(projector, lambda *_: catch_up(log, projector), page_size=2)


def begun(executor: CommandExecutor, number: int, sender: str = "ada@example.org") -> str:
    return deliver(executor, mail(number, f"t{number}", sender), GATEWAY).id


def customer_of(executor: CommandExecutor, conversation_id: str) -> str:
    customer_id: str = executor.read(conversation_id).state.customer_id
    return customer_id


def statuses(executor: CommandExecutor, ids: Iterable[str]) -> list[str]:
    return [executor.read(id).state.status for id in ids]


def test_of_whoever_is_linked_all_is_settled_too(executor: CommandExecutor, work: OpenWorkInViews) -> None:
    # Given two customers who are one person, with three conversations each
    ids = [begun(executor, number, sender) for number, sender in enumerate(["ada@example.org", "a@example.com"] * 3)]
    ada, also_ada = (customer_of(executor, id) for id in ids[:2])
    customers.act(executor, MergeCustomer(customer_id=also_ada, into=ada), AGENT)
    # When
    erase(executor, also_ada, AGENT, work)
    # Then
    assert statuses(executor, ids) == ["resolved"] * 6


def test_what_was_withdrawn_stays_withdrawn(executor: CommandExecutor, log: Log, work: OpenWorkInViews) -> None:
    # Given
    open_, withdrawn = begun(executor, 1), begun(executor, 2)
    conversations.act(executor, withdrawn, Withdraw(), AGENT)
    before = names(log, withdrawn)
    # When
    erase(executor, customer_of(executor, open_), AGENT, work)
    # Then
    assert statuses(executor, [open_, withdrawn]) == ["resolved", "withdrawn"]
    assert names(log, withdrawn) == before


def test_what_comes_while_it_is_settled_is_settled_too(executor: CommandExecutor, work: OpenWorkInViews) -> None:
    # Given a customer who writes once more when the first page was read
    ids = [begun(executor, 1)]
    customer_id, asked = customer_of(executor, ids[0]), list[int]()

    def shown(position: int) -> Iterable[str]:
        asked.append(position)
        yield from work.of_customer(customer_id, position)
        if len(asked) == 1:
            ids.append(begun(executor, 2))

    # When
    erase(executor, customer_id, AGENT, Shown(shown))
    # Then it was looked at again, each time as of what had been settled
    assert statuses(executor, ids) == ["resolved"] * 2
    assert len(asked) == 4  # and once more, when nothing can come in any more
    assert asked == sorted(set(asked))


def test_of_whoever_is_linked_meanwhile_all_is_settled_too(executor: CommandExecutor, work: OpenWorkInViews) -> None:
    # Given
    ids = [begun(executor, 1), begun(executor, 2, "a@example.com")]
    ada, also_ada = (customer_of(executor, id) for id in ids)

    class Merging:
        """Somebody finds out, while Ada's work is settled, who she is, too."""

        def of_customer(self, customer_id: str, position: int) -> Iterable[str]:
            yield from work.of_customer(customer_id, position)
            if not executor.read(also_ada).state.into:
                customers.act(executor, MergeCustomer(customer_id=also_ada, into=ada), AGENT)

        of_agent = of_customer
        of_participant = work.of_participant
        of_author = work.of_author
        under_hold = work.under_hold

    # When
    erase(executor, ada, AGENT, Merging())
    # Then
    assert statuses(executor, ids) == ["resolved"] * 2
    assert {subject for subject, _ in executor.log.vault.erasures()} == {ada, also_ada}


def test_asked_again_after_a_death_half_way_it_does_the_rest(
    executor: CommandExecutor, log: Log, work: OpenWorkInViews, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an erasure that came to two of four
    ids = [begun(executor, number) for number in range(4)]
    customer_id, keyed = customer_of(executor, ids[0]), replace(AGENT, command_id="forget")
    act, asked = conversations.act, 0

    def dying(*args: object, **kwargs: object) -> object:
        nonlocal asked
        asked += 1
        if asked > 2:
            raise Overloaded("the database is away")
        return act(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(conversations, "act", dying)
        with pytest.raises(Overloaded):
            erase(executor, customer_id, keyed, work)
    assert statuses(executor, ids).count("resolved") == 2
    assert log.vault.erasures() == []
    # When
    first, again = (erase(executor, customer_id, keyed, work) for _ in range(2))
    # Then
    assert statuses(executor, ids) == ["resolved"] * 4
    assert names(log, customer_id)[-1] == "customer.erased"
    assert again == replace(first, repeated=True)


def test_whoever_is_not_there_has_nothing_looked_up(executor: CommandExecutor) -> None:
    def never(_: int) -> Iterable[str]:
        raise AssertionError("looked up")

    with pytest.raises(Exception, match="not-found"):
        erase(executor, "customer-nobody", AGENT, Shown(never))
