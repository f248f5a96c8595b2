"""People are told of customers who may be one person, or two; nobody is merged or separated by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest

from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.customer import comparing, putting_right
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint, find
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Change, UnitOfWork
from domain.conversation.merging import MergeInto, Separate
from domain.customer import (
    AddContactPoint,
    CompareContactPoints,
    ContactKind,
    ContactPointAdded,
    Customer,
    CustomerSeparated,
    DismissProposal,
    MergeCustomer,
    Parted,
    Registered,
    RemoveContactPoint,
    SeparateCustomer,
    ShareContactPoint,
)
from domain.customer.contact_point import Comparing
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from infra.postgres.database import Connection
from infra.views.view import fold_in_memory
from process.customer import ContactComparisons
from process.reaction import Reactor
from projections.customer.proposals import PROPOSALS
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import erase
from tests.support.reacting import asking

SPELLINGS = (
    "+49 30 1234567", "tel:+49-30-1234567", "0049301234567", "+49 (30) 123 4567", "+49.30.1234567", "+49/30/1234567",
    " +49301234567", "+4930 12 34 567",
)  # fmt: skip
SHARP, PLAIN = ContactPoint("mail", "a@stra\u00dfe.example"), ContactPoint("mail", "a@strasse.example")


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def recorded_formerly(executor: CommandExecutor, *contacts: ContactPoint) -> str:
    """Somebody as a former release recorded them."""
    id = new_id("customer")
    added = [ContactPointAdded(customer_id=id, contact_kind=each.kind, value=each.value) for each in contacts]
    change = Change(id, NOTHING, [Registered(customer_id=id), *added])
    executor.run(AGENT, lambda: UnitOfWork(id, [change], [(*each.former_key, id) for each in contacts], subject=id))
    return id


def by_phone(executor: CommandExecutor, *spellings: str) -> list[str]:
    return [recorded_formerly(executor, ContactPoint("phone", each)) for each in spellings]


def react(executor: CommandExecutor) -> None:
    """Let the reaction see the whole log, as after an upgrade, or after a crash."""
    log, reactor = executor.log, Reactor(ContactComparisons(), asking(executor))
    page = [each for each in log.recorded_events(log.read(0)) if isinstance(each.event, ContactPointAdded)]
    reactor.take(page, cast(Connection, None))


def proposed(log: Log) -> list[tuple[str, str | None, str | None]]:
    """What the view proposes when it is built from zero, without what customers who are linked answer by themselves."""
    placed = fold_in_memory(PROPOSALS, list(log.recorded_events(log.read(0)))).values()
    rows = sorted((row for row, _ in placed if row is not None), key=lambda row: row.since)
    return [(each.what, each.customer_id, each.other_id) for each in rows]


def same(one: str, other: str) -> DismissProposal:
    return DismissProposal(customer_id=one, what="same-person", other_id=other)


def state(executor: CommandExecutor, id: str) -> Customer:
    return cast(Customer, executor.read(id).state)


def test_eight_spellings_of_one_number_are_proposed_to_be_one(executor: CommandExecutor, log: Log) -> None:
    # Given
    first, *others = by_phone(executor, *SPELLINGS)
    other = recorded_formerly(executor, ContactPoint("phone", "+49 40 1234567"))
    # When
    react(executor)
    # Then
    found = proposed(log)
    assert found == [("same-person", id, first) for id in others]
    assert {find(executor, ContactPoint("phone", each)) for each in SPELLINGS} == {first}
    assert (state(executor, first).parts, other in str(found)) == (frozenset(), False)
    # And nothing changes when the reaction sees it all again, or the rules are applied again
    end = log.position()
    react(executor)
    comparing.compare(executor, CompareContactPoints(customer_id=first), AGENT)
    assert (log.position(), proposed(log)) == (end, found)


@pytest.mark.parametrize("answer", ["merged", "separated", "dismissed", "dismissed by the other"])
def test_what_was_answered_is_not_proposed_again(answer: str, executor: CommandExecutor, log: Log) -> None:
    # Given
    one, two = by_phone(executor, *SPELLINGS[:2])
    react(executor)
    assert proposed(log) == [("same-person", two, one)]
    # When
    if answer == "dismissed":
        comparing.dismiss(executor, same(two, one), replace(AGENT, reason="father and son"))
        assert log.streams([two])[two][-1].envelope.reason == "father and son"
    elif answer == "dismissed by the other":
        comparing.dismiss(executor, same(one, two), AGENT)
    else:
        customers.act(executor, MergeCustomer(customer_id=one, into=two), AGENT)
    if answer == "separated":
        customers.act(executor, SeparateCustomer(customer_id=one), AGENT)
    # Then
    assert proposed(log) == []
    # When the same is found once more
    remove = RemoveContactPoint(customer_id=one, contact_kind="phone", value=SPELLINGS[0])
    putting_right.act(executor, remove, AGENT)
    found = [ContactPoint("phone", SPELLINGS[0]), ContactPoint("mail", "c@example.org")]
    customer_for_both(executor, found, one, two)
    react(executor)
    # Then
    assert proposed(log) == []


def customer_for_both(executor: CommandExecutor, contacts: Sequence[ContactPoint], *ids: str) -> None:
    """Each has one of these contact points, and an import tells of somebody with both."""
    for contact, id in zip(contacts, ids, strict=True):
        add = AddContactPoint(customer_id=id, contact_kind=contact.kind, value=contact.value)
        putting_right.act(executor, add, AGENT)
    id = ids[0]

    def work() -> UnitOfWork:
        found = customers.customer_for(executor, contacts)
        return UnitOfWork(id, found.changes, list(found.unique_keys), subject=id)

    executor.run(GATEWAY, work)


def test_two_who_are_told_of_as_one_are_proposed_until_dismissed(executor: CommandExecutor, log: Log) -> None:
    # Given
    contacts = [ContactPoint("mail", f"{name}@example.org") for name in ("ada", "bob")]
    ada, bob = (customers.register(executor, [each], GATEWAY).id for each in contacts)
    # When
    customer_for_both(executor, contacts, ada, bob)
    assert proposed(log) == [("same-person", ada, bob)]
    comparing.dismiss(executor, same(bob, ada), AGENT)
    # Then
    customer_for_both(executor, contacts, ada, bob)
    customer_for_both(executor, contacts[::-1], bob, ada)
    assert proposed(log) == []


def test_another_region_is_looked_at_when_people_say_so(executor: CommandExecutor, log: Log) -> None:
    # Given
    here, abroad = ContactPoint("phone", "030 1234567"), ContactPoint("phone", "+49 30 1234567")
    one, two = (customers.register(executor, [each], GATEWAY).id for each in (here, abroad))
    react(executor)
    assert proposed(log) == []
    # When
    executor.comparing = Comparing("DE")
    for _ in range(2):
        for id in (one, two):
            comparing.compare(executor, CompareContactPoints(customer_id=id), AGENT)
    # Then
    assert proposed(log) == [("same-person", one, two)]
    assert names(log, one)[-2:] == ["customer.contact-point-compared", "customer.contact-point-contested"]
    # And each has the contact point as it is compared now
    remove = RemoveContactPoint(customer_id=one, contact_kind="phone", value="+49301234567")
    putting_right.act(executor, remove, AGENT)
    assert find(executor, here) == two


@pytest.mark.parametrize(
    ("kind", "value", "proposed_so"),
    [
        ("mail", "a@stra\u00dfe.example", True),
        ("mail", "\u00c4da@example.org", True),
        ("mail", "\u00e4da@example.org", True),
        ("mail", "Ada@Example.ORG", False),
        ("mail", "ada@B\u00dcCHER.example", False),
        ("handle", "Ma\u00df", True),
        ("handle", "Ada", False),
        ("phone", "ma\u00df", False),
    ],
)
def test_whose_contact_point_was_folded_may_be_two_people(
    kind: ContactKind, value: str, proposed_so: bool, executor: CommandExecutor, log: Log
) -> None:
    # Given
    id = recorded_formerly(executor, ContactPoint(kind, value))
    # When
    react(executor)
    # Then
    assert proposed(log) == ([("two-people", id, None)] if proposed_so else [])
    if proposed_so:
        comparing.dismiss(executor, DismissProposal(customer_id=id, what="two-people"), AGENT)
        assert proposed(log) == []
    # And of this release, nothing is proposed
    customers.register(executor, [ContactPoint(kind, f"b{value}")], GATEWAY)
    react(executor)
    assert proposed(log) == []


@pytest.mark.parametrize(("first", "second"), [(SHARP, PLAIN), (PLAIN, SHARP)])
def test_whom_a_former_release_took_for_another_is_named_with_them(
    first: ContactPoint, second: ContactPoint, executor: CommandExecutor, log: Log
) -> None:
    # Given messages of the second were filed as the first one's
    one = recorded_formerly(executor, first)
    react(executor)
    # When the second is heard of again
    two = deliver(executor, mail(1, sender=second.value), GATEWAY).id
    deliver(executor, mail(2, sender=second.value), GATEWAY)
    # Then
    two = executor.read(two).state.customer_id
    assert two != one
    assert proposed(log)[-1:] == [("two-people", one, two)]
    assert sum(each[2] == two for each in proposed(log)) == 1
    # And who has it no longer is not named
    assert ("two-people", two, one) not in proposed(log)


def test_conversations_merged_across_two_customers_are_proposed(executor: CommandExecutor, log: Log) -> None:
    # Given what a former release let happen: the customers were separated while their conversations stayed merged
    part, target = (deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in (1, 2))
    same_customers, _ = (deliver(executor, mail(n, f"t{n}", "1@example.org"), GATEWAY).id for n in (3, 1))
    one, two = (executor.read(id).state.customer_id for id in (part, target))
    customers.act(executor, MergeCustomer(customer_id=one, into=two), AGENT)
    merging.merge(executor, same_customers, MergeInto(into=part), AGENT)
    merging.merge(executor, part, MergeInto(into=target), AGENT)
    sides = [(one, CustomerSeparated(customer_id=one, out_of=two)), (two, Parted(customer_id=two, part_id=one))]
    changes = [Change(id, executor.read(id), [event]) for id, event in sides]
    executor.run(AGENT, lambda: UnitOfWork(one, changes, subject=one))
    # Then
    assert proposed(log) == [("merged-conversations", one, two)]
    # When
    merging.separate(executor, part, Separate(), AGENT)
    # Then
    assert proposed(log) == []


def test_of_who_was_erased_nothing_is_proposed(executor: CommandExecutor, log: Log) -> None:
    # Given
    one, two = by_phone(executor, *SPELLINGS[:2])
    folded = recorded_formerly(executor, SHARP)
    gone = recorded_formerly(executor, ContactPoint("mail", "c@stra\u00dfe.example"))
    erase(executor, gone, AGENT)
    react(executor)
    assert len(proposed(log)) == 2
    # When
    for id in (one, folded):
        erase(executor, id, AGENT)
    # Then
    assert proposed(log) == []
    with pytest.raises(Refusal, match="customer-erased"):
        comparing.dismiss(executor, same(folded, two), AGENT)


def test_a_dismissal_names_two_people_who_are_there_and_apart(executor: CommandExecutor) -> None:
    one, two = by_phone(executor, *SPELLINGS[:2])
    for command, code in (
        (same(one, "customer-none"), "not-found"),
        (same(one, one), "merge-with-itself"),
        (DismissProposal(customer_id=one, what="same-person"), "not-found"),
        (DismissProposal(customer_id=one, what="two-people"), "not-found"),
        (DismissProposal(customer_id=one, what="two-people", other_id=two), "not-found"),
    ):
        with pytest.raises(Refusal, match=code):
            comparing.dismiss(executor, command, AGENT)
    with pytest.raises(Refusal, match="forbidden"):
        comparing.dismiss(executor, same(one, two), GATEWAY)
    customers.act(executor, MergeCustomer(customer_id=one, into=two), AGENT)
    with pytest.raises(Refusal, match="merged-already"):
        comparing.dismiss(executor, same(one, two), AGENT)


def test_a_contact_point_that_several_people_use_makes_no_proposal(executor: CommandExecutor, log: Log) -> None:
    # Given
    one = recorded_formerly(executor, ContactPoint("mail", "office@example.org"))
    putting_right.act(
        executor, ShareContactPoint(customer_id=one, contact_kind="mail", value="office@example.org"), AGENT
    )
    recorded_formerly(executor, ContactPoint("mail", "<Office@example.org>"))
    # When
    react(executor)
    # Then
    assert proposed(log) == []
