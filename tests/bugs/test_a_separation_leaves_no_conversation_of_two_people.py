"""Two customers are not separated while their conversations are one: an answer to one would be read by the other."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Change, UnitOfWork
from domain.conversation.commands import SendReply
from domain.conversation.events import ConversationMerged, PartJoined
from domain.conversation.merging import MergeInto, RecordReliance, Separate
from domain.customer import CUSTOMER, MergeCustomer, SeparateCustomer
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from infra.postgres.database import Connection
from process.customer import MergesReliedOn
from process.reaction import Reactor
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.reacting import asking
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


def merged_formerly(executor: CommandExecutor) -> tuple[str, str, str]:
    """Two customers' conversations that a former release merged while their customers are merged: no customer knows of
    it. The one who was merged, the part, and the target."""
    part, target = (deliver(executor, mail(n, f"t{n}", f"{n}@x"), GATEWAY).id for n in (1, 2))
    one, two = (executor.read(id).state.customer_id for id in (part, target))
    customers.act(executor, MergeCustomer(customer_id=one, into=two), AGENT)
    sides = [
        (part, ConversationMerged(customer_id=one, into=target)),
        (target, PartJoined(customer_id=two, joining=(part,), parts=(part,))),
    ]
    changes = [Change(id, executor.read(id), [event]) for id, event in sides]
    executor.run(AGENT, lambda: UnitOfWork(part, changes, subject=one))
    return one, part, target


def react(executor: CommandExecutor) -> None:
    """Let the reaction see the whole log, as after an upgrade."""
    log, reactor = executor.log, Reactor(MergesReliedOn(), asking(executor))
    page = [each for each in log.recorded_events(log.read(0)) if each.event.stored_name in reactor.reads]
    reactor.take(page, cast(Connection, None))


def test_what_a_former_release_merged_holds_a_separation_up_too(executor: CommandExecutor, log: Log) -> None:
    # Given
    one, part, target = merged_formerly(executor)
    # When
    react(executor)
    # Then
    with pytest.raises(Refusal, match=f"merge-relied-on.*{part} from {target}"):
        customers.act(executor, SeparateCustomer(customer_id=one), AGENT)
    # And what is looked at once more is recorded once
    end = log.position()
    for _ in range(2):
        merging.record_reliance(executor, part, RecordReliance(into=target), AGENT)
    assert log.position() == end
    # When the conversations are separated first
    merging.separate(executor, part, Separate(), AGENT)
    react(executor)
    customers.act(executor, SeparateCustomer(customer_id=one), AGENT)
    # Then
    assert executor.existing(CUSTOMER, one).state.into is None


def test_what_was_separated_before_it_was_looked_at_relies_on_nothing(executor: CommandExecutor) -> None:
    # Given
    one, part, _ = merged_formerly(executor)
    merging.separate(executor, part, Separate(), AGENT)
    # When
    react(executor)
    # Then
    customers.act(executor, SeparateCustomer(customer_id=one), AGENT)


def test_a_former_merge_takes_nothing_from_a_later_one(executor: CommandExecutor, log: Log) -> None:
    # Given
    one, part, former = merged_formerly(executor)
    merging.separate(executor, part, Separate(), AGENT)
    later = deliver(executor, mail(3, "t3", "2@x"), GATEWAY).id
    merging.merge(executor, part, MergeInto(into=later), AGENT)
    end = log.position()
    # When
    merging.record_reliance(executor, part, RecordReliance(into=former), AGENT)
    # Then
    assert log.position() == end
    with pytest.raises(Refusal, match=f"merge-relied-on.*{part} from {later}"):
        customers.act(executor, SeparateCustomer(customer_id=one), AGENT)


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


def test_who_was_separated_formerly_and_is_merged_again_is_held_too(executor: CommandExecutor, log: Log) -> None:
    # Given a conversation that a former release left merged across two who were separated, as the reaction finds it
    one, part, target = merged_formerly(executor)
    two = executor.read(target).state.customer_id
    customers.act(executor, SeparateCustomer(customer_id=one), AGENT)
    react(executor)
    # And the two, who are merged again through a third
    third = executor.read(deliver(executor, mail(3, "t3", "third@x"), GATEWAY).id).state.customer_id
    customers.act(executor, MergeCustomer(customer_id=one, into=third), AGENT)
    customers.act(executor, MergeCustomer(customer_id=third, into=two), AGENT)
    # When either of the merges is to be undone
    for each in (one, third):
        with pytest.raises(Refusal, match=f"merge-relied-on.*{part} from {target}"):
            customers.act(executor, SeparateCustomer(customer_id=each), AGENT)
    # When the conversations are separated first
    merging.separate(executor, part, Separate(), AGENT)
    # Then nothing relies on them any more, nor on the target's
    for each in (third, one):
        customers.act(executor, SeparateCustomer(customer_id=each), AGENT)
    assert not any(executor.existing(CUSTOMER, each).state.relying for each in (one, two, third))


def test_who_was_separated_formerly_merges_elsewhere_as_before(executor: CommandExecutor) -> None:
    # Given
    one, part, target = merged_formerly(executor)
    customers.act(executor, SeparateCustomer(customer_id=one), AGENT)
    react(executor)
    # When the conversation is separated while its customers are apart
    merging.separate(executor, part, Separate(), AGENT)
    # Then
    assert not executor.existing(CUSTOMER, one).state.relying
    assert not executor.existing(CUSTOMER, executor.read(target).state.customer_id).state.relying
