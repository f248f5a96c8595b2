"""Customers who turn out to be one person: who may say so, what is refused, and that two merges make no circle."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.customer.links import linked, shown_as
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.customer import MergeCustomer, SeparateCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support.asking import ask, founded
from tests.support.companies import AGENT, GATEWAY, mail, names, opened
from tests.support.drawn import Command, command_classes, drawn
from tests.support.open_work import erase

CUSTOMER = Context(Actor(id="customer-1", kind="customer", roles=("customer",)))
LINKING = (MergeCustomer, SeparateCustomer)


def customer(executor: CommandExecutor) -> str:
    """Somebody new."""
    return customers.register(executor, [ContactPoint("handle", new_id("handle"))], AGENT).id


def merge(executor: CommandExecutor, customer_id: str, into: str, context: Context = AGENT) -> None:
    customers.act(executor, MergeCustomer(customer_id=customer_id, into=into), context)


def separate(executor: CommandExecutor, customer_id: str, context: Context = AGENT) -> None:
    customers.act(executor, SeparateCustomer(customer_id=customer_id), context)


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        ask()
    return str(refusal.value)


def test_a_merge_is_a_fact_of_both_and_so_is_its_undoing(executor: CommandExecutor, log: Log) -> None:
    # Given
    one, other = customer(executor), customer(executor)
    before = names(log, one), names(log, other)
    # When
    merge(executor, one, other, replace(AGENT, command_id="k1"))
    merge(executor, one, other, replace(AGENT, command_id="k1"))
    # Then
    assert linked(executor.read, one) == linked(executor.read, other) == [other, one]
    assert (names(log, one), names(log, other)) == ([*before[0], "customer.merged"], [*before[1], "customer.joined"])
    # When
    separate(executor, one)
    # Then
    assert [linked(executor.read, id) for id in (one, other)] == [[one], [other]]
    assert (names(log, one)[-1], names(log, other)[-1]) == ("customer.separated", "customer.parted")


def test_what_cannot_be_merged_or_undone_is_refused_and_says_why(executor: CommandExecutor, log: Log) -> None:
    # Given
    a, b, c, d, gone = (customer(executor) for _ in range(5))
    erase(executor, gone, AGENT)
    merge(executor, a, b)
    merge(executor, b, c)
    end = log.position()
    # Then
    assert refused(lambda: merge(executor, d, d)).startswith("merge-with-itself")
    assert refused(lambda: merge(executor, a, d)).startswith(f"merged-already: {a} was merged into {b}")
    assert refused(lambda: merge(executor, d, a)).startswith(f"target-merged: {a} was merged into {b}")
    assert refused(lambda: merge(executor, c, a)).startswith("merge-cycle")
    assert refused(lambda: merge(executor, gone, d)).startswith("customer-erased")
    assert refused(lambda: merge(executor, d, gone)).startswith("customer-erased")
    assert refused(lambda: merge(executor, d, new_id("customer"))).startswith("not-found")
    assert refused(lambda: merge(executor, new_id("customer"), d)).startswith("not-found")
    assert refused(lambda: separate(executor, d)).startswith("not-merged")
    assert refused(lambda: separate(executor, gone)).startswith("customer-erased")
    assert log.position() == end


def test_a_customer_is_merged_with_its_parts_each_link_undone_by_itself(executor: CommandExecutor) -> None:
    # Given
    a, b, c = (customer(executor) for _ in range(3))
    merge(executor, a, b)
    # When
    merge(executor, b, c)
    # Then
    assert linked(executor.read, a) == [c, b, a]
    # When
    separate(executor, a)
    # Then
    assert (linked(executor.read, a), linked(executor.read, b)) == ([a], [c, b])


def test_a_later_contact_stays_with_the_customer_whose_address_it_is(executor: CommandExecutor) -> None:
    # Given
    one, other = (executor.read(deliver(executor, mail(n, f"t{n}", f"{n}@x"), GATEWAY).id).state for n in (1, 2))
    merge(executor, one.customer_id, other.customer_id)
    # When
    later = deliver(executor, mail(3, "t3", "1@x"), GATEWAY).id
    # Then
    assert executor.read(later).state.customer_id == one.customer_id
    conversations.act(executor, later, SendReply(body="Hello"), AGENT)


def test_merges_at_the_same_time_never_make_a_circle(
    executor: CommandExecutor, database_urls: Urls, chance: Random
) -> None:
    with opened(database_urls) as second, opened(database_urls) as third, ThreadPoolExecutor(3) as pool:
        for _ in range(8):
            # Given
            ids = [customer(executor) for _ in range(3)]
            chance.shuffle(ids)

            def link(number: int, process: CommandExecutor, ids: list[str] = ids) -> str:
                try:
                    merge(process, ids[number], ids[(number + 1) % 3])
                except Refusal as refusal:
                    return refusal.code
                return "done"

            # When each is merged into the next, in a process of its own
            answers = list(pool.map(link, range(3), (executor, second, third)))
            # Then
            assert "done" in answers
            assert set(answers) <= {"done", "target-merged", "merge-cycle"}
            assert len({shown_as(executor.read, id) for id in ids}) == answers.count("target-merged") + answers.count(
                "merge-cycle"
            )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_a_customer_or_a_service_asks_merges_or_separates(
    data: st.DataObject, executor: CommandExecutor, log: Log
) -> None:
    # Given
    company = founded(executor)
    company.add(customer(executor))
    one, other = customer(executor), customer(executor)
    merge(executor, one, other)
    company.add(one)
    end = log.position()
    # When
    command: Command = data.draw(st.sampled_from(command_classes()).flatmap(lambda each: drawn(each, company)))
    stream = data.draw(company.target(type(command)))
    who = data.draw(st.sampled_from([CUSTOMER, GATEWAY]))
    try:
        ask(executor, command, stream, replace(who, reason="asked"))
        code = "done"
    except Refusal as refusal:
        code = refusal.code
    # Then
    assert not isinstance(command, LINKING) or code == "forbidden"
    linking = {"customer.merged", "customer.joined", "customer.separated", "customer.parted"}
    assert not linking & {recorded.event.stored_name for recorded in log.recorded_events(log.read(end))}
    assert linked(executor.read, one) == [other, one]


def test_the_commands_of_every_class_were_looked_at() -> None:
    assert set(LINKING) <= set(command_classes())
