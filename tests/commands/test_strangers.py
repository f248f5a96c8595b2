"""A stranger becomes a customer, or turns out to be one: a link, which is undone exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commands import stranger as strangers
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.customer.links import linked
from commands.executor.executor import CommandExecutor
from domain.conversation.state import CONVERSATION
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.stranger import EraseStranger, MergeStranger, SeparateStranger
from infra.log.application import Log
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from projections.customer.links import CUSTOMER_LINKS
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.following import in_memory
from tests.support.open_work import Shown, erase

ADA, BOB = "ada@example.org", "bob@example.net"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def bob(executor: CommandExecutor) -> str:
    """A stranger, who wrote in Ada's thread."""
    deliver(executor, mail(1, sender=ADA), GATEWAY)
    id = deliver(executor, mail(2, sender=BOB), GATEWAY).id
    return next(iter(executor.read(CONVERSATION, id).existing("conversation").state.participants))


def merge(executor: CommandExecutor, id: str, into: str) -> None:
    strangers.link(executor, MergeStranger(stranger_id=id, into=into), AGENT)


def separate(executor: CommandExecutor, id: str) -> None:
    strangers.link(executor, SeparateStranger(stranger_id=id), AGENT)


def shown(log: Log) -> dict[str, Any]:
    """All rows of all views."""
    return {
        view.name: {key: row for key, (row, _) in in_memory(log, view).items() if row is not None} for view in VIEWS
    }


def said_by(log: Log, participant_id: str) -> list[str | None]:
    lines = [row for row, _ in in_memory(log, HISTORY).values()]
    return [line.text for line in lines if line.kind == "received" and line.participant_id == participant_id]


def test_who_begins_a_conversation_becomes_a_customer(executor: CommandExecutor, log: Log, bob: str) -> None:
    # When
    id = deliver(executor, mail(3, "t2", BOB), GATEWAY).id
    deliver(executor, mail(4, "t1", BOB), GATEWAY)
    # Then
    customer_id = executor.read(id).state.customer_id
    assert executor.read(bob).state.into == customer_id
    assert linked(executor.read, customer_id) == [customer_id, bob]
    ((link, _),) = in_memory(log, CUSTOMER_LINKS).values()
    assert (link.customer_id, link.merged_into) == (bob, customer_id)
    # and what was said stays where it was said, under whom it was said
    assert (said_by(log, bob), said_by(log, customer_id)) == (["word 2"], ["word 4"])
    # When
    separate(executor, bob)
    # Then
    assert linked(executor.read, customer_id) == [customer_id]
    assert in_memory(log, CUSTOMER_LINKS)[bob,][0] is None
    # and neither is merged again by what comes later
    deliver(executor, mail(5, "t3", BOB), GATEWAY)
    assert executor.read(bob).state.into is None


def test_a_merge_that_is_undone_leaves_no_trace(executor: CommandExecutor, log: Log, bob: str) -> None:
    # Given
    eve = customers.register(executor, [ContactPoint("mail", "eve@example.org")], AGENT).id
    before, states = shown(log), (executor.read(eve).state, executor.read(bob).state)
    # When
    merge(executor, bob, eve)
    assert shown(log) != before
    separate(executor, bob)
    # Then
    assert shown(log) == before
    assert (executor.read(eve).state, replace(executor.read(bob).state, apart=frozenset())) == states


def test_a_merged_stranger_is_erased_with_the_customer(executor: CommandExecutor, log: Log, bob: str) -> None:
    # Given
    eve = customers.register(executor, [ContactPoint("mail", "eve@example.org")], AGENT).id
    merge(executor, bob, eve)
    # When
    with pytest.raises(Refusal, match=f"merged-already: .*{eve}"):
        strangers.erase(executor, EraseStranger(stranger_id=bob), AGENT, Shown())
    assert log.vault.erasures() == []
    erase(executor, eve, AGENT)
    # Then
    assert names(log, bob) == ["stranger.met", "stranger.merged", "stranger.erased"]
    assert said_by(log, bob) == [ERASED]
    assert {subject for subject, _ in log.vault.erasures()} == {eve, bob}


def test_what_is_no_merge_is_refused(executor: CommandExecutor, log: Log, bob: str) -> None:
    # Given
    eve, dan = (
        customers.register(executor, [ContactPoint("mail", f"{who}@example.org")], AGENT).id for who in ("eve", "dan")
    )
    # Then
    with pytest.raises(Refusal, match="not-merged"):
        separate(executor, bob)
    for id, into in ((bob, "customer-nobody"), (bob, bob), ("stranger-nobody", eve), (eve, dan)):
        with pytest.raises(Refusal, match="not-found"):
            merge(executor, id, into)
    with pytest.raises(Refusal, match="forbidden"):
        strangers.link(executor, MergeStranger(stranger_id=bob, into=eve), GATEWAY)
    merge(executor, bob, eve)
    with pytest.raises(Refusal, match="merged-already"):
        merge(executor, bob, dan)
    # and nobody who was erased is anybody
    separate(executor, bob)
    strangers.erase(executor, EraseStranger(stranger_id=bob), AGENT, Shown())
    with pytest.raises(Refusal, match="customer-erased"):
        merge(executor, bob, dan)
