"""Two customers are not separated while their conversations are one: an answer to one would be read by the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.handlers import deliver
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.conversation.merging import MergeInto, Separate
from domain.customer import MergeCustomer, SeparateCustomer
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_an_answer_meant_for_one_is_not_read_by_the_other(executor: CommandExecutor, log: Log) -> None:
    # Given two who were taken for one person, through a third, and a conversation of theirs that was merged
    of = {name: deliver(executor, mail(n, f"t{n}", f"{name}@x"), GATEWAY).id for n, name in enumerate(("a", "b", "c"))}
    who = {name: executor.read(id).state.customer_id for name, id in of.items()}
    for one in ("a", "c"):
        customers.act(executor, MergeCustomer(customer_id=who[one], into=who["b"]), AGENT)
    merging.merge(executor, of["a"], MergeInto(into=of["c"]), AGENT)
    end = log.position()
    # When either of the merges on which that relies is to be undone
    for one in ("a", "c"):
        with pytest.raises(Refusal, match=f"merge-relied-on.*{of['a']} from {of['c']}"):
            customers.act(executor, SeparateCustomer(customer_id=who[one]), AGENT)
    # Then nothing is written
    assert log.position() == end
    # When the conversations are separated first
    merging.separate(executor, of["a"], Separate(), AGENT)
    customers.act(executor, SeparateCustomer(customer_id=who["a"]), replace(AGENT, reason="two people"))
    # Then an answer to one is theirs alone, and nothing of theirs is merged again
    conversations.act(executor, of["a"], SendReply(body="For a"), AGENT)
    assert events_of(log, of["a"])[-1].customer_id == who["a"]
    with pytest.raises(Refusal, match="customers-differ"):
        merging.merge(executor, of["a"], MergeInto(into=of["c"]), AGENT)


def test_what_was_merged_within_one_customer_holds_no_separation_up(executor: CommandExecutor) -> None:
    # Given
    first, second = (deliver(executor, mail(n, f"t{n}"), GATEWAY).id for n in (1, 2))
    other = executor.read(deliver(executor, mail(3, "t3", "b@x"), GATEWAY).id).state.customer_id
    ada = executor.read(first).state.customer_id
    customers.act(executor, MergeCustomer(customer_id=ada, into=other), AGENT)
    merging.merge(executor, first, MergeInto(into=second), AGENT)
    # When
    customers.act(executor, SeparateCustomer(customer_id=ada), AGENT)
    # Then
    assert executor.read(first).state.merged_into == second
