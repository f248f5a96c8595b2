"""A channel that gives a handle to one person, however its capitals are written, has one customer for it; who was two
customers before the company said so is proposed to people, and nobody is merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import stranger as strangers
from commands.conversation.delivering import Delivery, deliver
from commands.customer import comparing, putting_right
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint, find
from commands.executor.executor import CommandExecutor
from domain.customer import (
    CompareContactPoints,
    ContactPointContested,
    CustomerMerged,
    DismissProposal,
    RemoveContactPoint,
    ShareContactPoint,
)
from domain.customer.contact_point import Comparing
from domain.kernel.ids import new_id
from domain.kernel.refusal import NotFound, Refusal
from domain.stranger import EraseStranger, LeaveStrangerApart, MergeStranger, SeparateStranger
from infra.log.application import Log
from infra.settings.settings import Settings
from tests.support.companies import AGENT, GATEWAY
from tests.support.open_work import Shown
from tests.support.recorded import events_of

ONE, OTHER = ContactPoint("handle", "telegram:Ada"), ContactPoint("handle", "telegram:ada")
BOB, EVE = ContactPoint("handle", "telegram:Bob"), ContactPoint("mail", "eve@example.org")
CASELESS = Comparing(caseless=frozenset({"telegram"}))


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def executor(log: Log) -> Iterator[CommandExecutor]:
    """Commands of a company whose channels say nothing."""
    executor = CommandExecutor(log)
    yield executor
    executor.close()


def customers_of(executor: CommandExecutor, *contacts: ContactPoint) -> list[str]:
    """Whose each new message is."""
    said = [deliver(executor, Delivery("chat", new_id("message"), each, "Hello"), GATEWAY).id for each in contacts]
    return [executor.read(id).state.customer_id for id in said]


def test_two_spellings_are_two_people_unless_the_channel_says_otherwise(executor: CommandExecutor) -> None:
    one, other = customers_of(executor, ONE, OTHER)
    assert one != other


def test_two_spellings_are_one_person_where_the_channel_says_so(executor: CommandExecutor) -> None:
    executor.comparing = CASELESS
    one, other = customers_of(executor, ONE, OTHER)
    # Then, by each way in
    assert one == other == find(executor, OTHER) == customers.register(executor, [OTHER], AGENT).id
    # And another channel goes on as it was
    one, other = customers_of(executor, ContactPoint("handle", "matrix:Ada"), ContactPoint("handle", "matrix:ada"))
    assert one != other


def test_whoever_writes_as_ever_is_known_before_all_are_compared(executor: CommandExecutor) -> None:
    # Given a customer of the time before the company said so
    (one,) = customers_of(executor, ONE)
    executor.comparing = CASELESS
    # When they write as ever, and then otherwise
    assert find(executor, ONE) == one
    assert customers_of(executor, ONE, OTHER) == [one, one]
    # And a contact point that was taken from them is theirs no more
    remove = RemoveContactPoint(customer_id=one, contact_kind="handle", value=ONE.value)
    putting_right.act(executor, remove, AGENT)
    assert find(executor, ONE) is find(executor, OTHER) is None


def test_what_is_shared_stays_shared(executor: CommandExecutor) -> None:
    # Given
    (one,) = customers_of(executor, ONE)
    share = ShareContactPoint(customer_id=one, contact_kind="handle", value=ONE.value)
    putting_right.act(executor, share, AGENT)
    executor.comparing = CASELESS
    # Then nobody is known by it, until somebody has it alone
    assert customers_of(executor, ONE) != [one]
    alone = share.model_copy(update={"shared": False})
    putting_right.act(executor, alone, AGENT)
    assert customers_of(executor, ONE) == [one]


def test_who_was_two_before_is_proposed_and_merged_by_nobody(executor: CommandExecutor, log: Log) -> None:
    # Given
    one, other = customers_of(executor, ONE, OTHER)
    # When
    executor.comparing = CASELESS
    for id in (one, other, one):
        comparing.compare(executor, CompareContactPoints(customer_id=id), AGENT)
    # Then
    contested = [
        (id, each.other_id)
        for id in (one, other)
        for each in events_of(log, id)
        if isinstance(each, ContactPointContested)
    ]
    assert contested == [(one, other)]
    assert not any(isinstance(each, CustomerMerged) for id in (one, other) for each in events_of(log, id))


def thread_with(executor: CommandExecutor, contact: ContactPoint, customer: ContactPoint = EVE) -> str:
    """A stranger who wrote in a customer's thread."""
    thread = new_id("thread")
    said = [Delivery("chat", new_id("message"), each, "Hello", thread) for each in (customer, contact)]
    id = [deliver(executor, each, GATEWAY).id for each in said][-1]
    (stranger,) = executor.read(id).state.participants
    assert isinstance(stranger, str)
    return stranger


def test_a_stranger_is_known_as_ever_and_then_by_the_new_form(executor: CommandExecutor) -> None:
    # Given a stranger of the time before the company said so
    stranger = thread_with(executor, ONE)
    executor.comparing = CASELESS
    # When they write as ever, and then otherwise
    assert [thread_with(executor, each) for each in (ONE, OTHER)] == [stranger, stranger]


def test_all_strangers_are_compared_and_who_may_be_one_is_said(executor: CommandExecutor) -> None:
    # Given
    one, other = (thread_with(executor, each) for each in (ONE, OTHER))
    bob = thread_with(executor, BOB)
    executor.comparing = CASELESS
    # When
    found = [strangers.compare(executor, id, AGENT) for id in (one, other, bob, bob)]
    # Then
    assert found == [other, None, None, None]
    assert thread_with(executor, ContactPoint("handle", "telegram:BOB")) == bob
    # And of who is erased nothing is found any more
    strangers.erase(executor, EraseStranger(stranger_id=bob), AGENT, Shown())
    assert strangers.compare(executor, bob, AGENT) is None
    assert thread_with(executor, BOB) != bob


def test_strangers_who_were_left_apart_are_proposed_no_more(executor: CommandExecutor) -> None:
    # Given a stranger and a customer, two strangers, and strangers who were merged, of channels that ignore case
    (ada,) = customers_of(executor, ONE)
    stranger = thread_with(executor, OTHER)
    bob, other_bob = thread_with(executor, BOB), thread_with(executor, ContactPoint("handle", "telegram:BOB"))
    (cy,) = customers_of(executor, ContactPoint("handle", "telegram:Cy"))
    other_cy = thread_with(executor, ContactPoint("handle", "telegram:cy"))
    executor.comparing = CASELESS
    comparing.compare(executor, CompareContactPoints(customer_id=ada), AGENT)
    comparing.compare(executor, CompareContactPoints(customer_id=cy), AGENT)
    strangers.compare(executor, bob, AGENT)
    pairs = [(stranger, ada), (other_bob, bob), (other_cy, cy)]
    assert [strangers.compare(executor, one, AGENT) for one, _ in pairs] == [other for _, other in pairs]
    # When
    for _ in range(2):
        dismissal = DismissProposal(customer_id=ada, what="same-person", other_id=stranger)
        comparing.dismiss(executor, dismissal, AGENT)
        strangers.leave_apart(executor, LeaveStrangerApart(stranger_id=bob, other_id=other_bob), AGENT)
    strangers.link(executor, MergeStranger(stranger_id=other_cy, into=cy), AGENT)
    with pytest.raises(Refusal, match="are merged"):
        strangers.leave_apart(executor, LeaveStrangerApart(stranger_id=other_cy, other_id=cy), AGENT)
    strangers.link(executor, SeparateStranger(stranger_id=other_cy), AGENT)
    # Then
    assert [strangers.compare(executor, one, AGENT) for one, _ in pairs] == [None] * 3
    # And nobody is left apart from somebody who is not there
    for one, other in ((bob, "customer-none"), (bob, "stranger-none"), ("stranger-none", ada)):
        with pytest.raises(NotFound):
            strangers.leave_apart(executor, LeaveStrangerApart(stranger_id=one, other_id=other), AGENT)


@pytest.mark.parametrize("kinds", ["mail", "Telegram", "telegram,tele:gram"])
def test_a_kind_that_cannot_be_is_refused_as_antiphon_starts(
    kinds: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTIPHON_HOME", str(tmp_path))
    monkeypatch.setenv("ANTIPHON_CASELESS_HANDLES", kinds)
    with pytest.raises(Refusal, match="ANTIPHON_CASELESS_HANDLES: entry"):
        Settings.load()
