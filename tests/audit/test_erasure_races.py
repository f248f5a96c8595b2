"""Whatever happens at the same time as an erasure, once both are done nobody can read a word of that customer.

Each `opened` is a process of its own as far as an erasure can tell: its own cache of keys (kept for a minute), its own
states, its own connections.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands import order as orders
from commands import promise as promises
from commands import subscription as subscription_requests
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.conversation.handlers import open_conversation
from commands.customer import handlers as customers
from commands.customer.erasing import apply_erasures
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation.commands import AddNote, OpenConversation, SendReply
from domain.customer import AddContactPoint
from domain.kernel.event import Actor, Draft, Envelope
from domain.kernel.ids import new_id
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from domain.promise import MakePromise
from domain.subscription import Retry
from infra.embedded.postgres import Urls
from infra.keys.vault import SubjectErased
from infra.log.application import Log
from infra.log.mapper import UnreadableEvent
from infra.postgres.database import Database, connect
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder
from infra.views.rebuild import Rebuild
from projections.conversation.history import HISTORY
from projections.customer.proposals import PROPOSALS
from projections.outbox import OUTBOX
from tests.support.companies import AGENT, GATEWAY, mail, opened, opened_log
from tests.support.following import PERSONAL, Choking, catch_up, rows, verify_all
from tests.support.marked_events import marked, marked_classes
from tests.support.marker_scan import STEM, said, scan
from tests.support.open_work import erase

WORD = f"{STEM}-her-words"
NUMBERS = count(100)
"""Of messages."""


class Ada:
    """A customer, and what may be done about her at any time. Every text holds WORD."""

    def __init__(self, executor: CommandExecutor) -> None:
        # What was said once before the erasure of another one brings nobody back.
        self.conversation_id = deliver(executor, mail(next(NUMBERS), "t1", sender=WORD), GATEWAY).id
        self.id: str = executor.read(self.conversation_id).state.customer_id
        orders.place(executor, PlaceOrder(customer_id=self.id, number=WORD), AGENT)
        promise = MakePromise(
            customer_id=self.id,
            conversation_id=self.conversation_id,
            text=WORD,
            due_at=datetime.now(UTC) + timedelta(days=1),
        )
        promises.make(executor, promise, AGENT)
        conversations.act(executor, self.conversation_id, AddNote(body=WORD), AGENT)

    def late(self, executor: CommandExecutor, what: str, number: int) -> Answer:
        """One of LATE."""
        match what:
            case "reply":
                return conversations.act(executor, self.conversation_id, SendReply(body=WORD), AGENT)
            case "contact":
                add = AddContactPoint(customer_id=self.id, contact_kind="handle", value=f"{WORD}-{number}")
                return customers.act(executor, add, AGENT)
            case "order":
                command = PlaceOrder(customer_id=self.id, number=f"{WORD}-{number}")
                return orders.place(executor, command, AGENT)
            case _:
                opening = OpenConversation(customer_id=self.id, kind="inquiry", channel="mail", body=WORD)
                return open_conversation(executor, opening, AGENT)


LATE = ("reply", "contact", "order", "open")


def assert_forgotten(urls: Urls, customer_id: str) -> None:
    """Nobody can read a word; nothing was added after; key, fence and claims agree."""
    with opened_log(urls) as log:
        recorded_events = log.recorded_events(log.read(0, 100_000))
        assert scan([WORD], said("log", repr([recorded.event for recorded in recorded_events]))) == []
        assert log.vault.keys([customer_id]) == {customer_id: None}
        about = [e for e in recorded_events if getattr(e.event, "customer_id", "") == customer_id]
        assert about[-1].event.stored_name == "customer.erased"
        assert [e.event.stored_name for e in about].count("customer.erased") == 1
        assert customer_id in log.tombstones()
    with connect(urls.database_url, "auditor") as connection:
        claims = connection.execute("SELECT FROM antiphon.claims WHERE subject = %s", [customer_id])
        assert claims.fetchall() == []


@pytest.fixture
def processes(database_urls: Urls) -> Iterator[list[CommandExecutor]]:
    with ExitStack() as closing:
        yield [closing.enter_context(opened(database_urls)) for _ in range(3)]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.permutations(["destroy", "say", "restart", *(f"{process}{what}" for process in "12" for what in LATE)]))
def test_in_any_order_a_late_command_makes_no_key_and_leaves_nothing(
    steps: list[str], processes: list[CommandExecutor], database_urls: Urls
) -> None:
    # Given
    one, two, other = processes
    ada = Ada(one)
    for process in (one, two):  # each has her key and her state
        for what in LATE:
            ada.late(process, what, number=0)
    # When
    for number, step in enumerate(steps, start=1):
        with suppress(Refusal):
            if step == "destroy":
                other.log.vault.destroy(ada.id)
            elif step == "say":
                erase(other, ada.id, AGENT)
            elif step == "restart":
                apply_erasures(other)
            else:
                ada.late(one if step[0] == "1" else two, step[1:], number)
    # Then
    assert_forgotten(database_urls, ada.id)


def test_in_two_processes_a_late_command_leaves_nothing_readable(
    processes: list[CommandExecutor], database_urls: Urls, chance: Random, long: bool
) -> None:
    one, two, three = processes
    for round in range(40 if long else 6):
        # Given
        ada = Ada(one)
        after = chance.randrange(12)
        enough, done = threading.Semaphore(0), threading.Event()
        refused: set[str] = set()

        def write(process: CommandExecutor, seed: int) -> None:
            number = seed
            while not done.is_set():  # noqa: B023
                number += 1
                try:
                    ada.late(process, LATE[number % 4], number)  # noqa: B023
                except Refusal as refusal:
                    refused.add(refusal.code)  # noqa: B023
                    return
                enough.release()  # noqa: B023

        writers = [
            threading.Thread(target=write, args=(process, seed * 1000 + round * 100))
            for seed, process in enumerate((one, one, two, two), start=1)
        ]
        for writer in writers:
            writer.start()
        for _ in range(after):
            assert enough.acquire(timeout=10)
        # When
        erase(three, ada.id, AGENT)
        for writer in writers:
            writer.join(timeout=20)
        done.set()
        # Then
        assert refused == {"customer-erased"}
        assert_forgotten(database_urls, ada.id)


def test_what_was_sealed_before_the_erasure_does_not_go_in_after_it(
    executor: CommandExecutor, database_urls: Urls
) -> None:
    # Given
    ada = Ada(executor)
    with opened(database_urls) as late:
        envelope = Envelope(event_id=new_id("event"), actor=Actor(id="service-test", kind="service"))
        recorded_events = [
            Draft(new_id("conversation"), 1, marked(cls, {"customer_id": ada.id, "staff_id": "staff-1"}), envelope)
            for cls in marked_classes()
        ]
        sealed = late.log.sealed(recorded_events)
        erase(executor, ada.id, AGENT)
        # When, Then
        with pytest.raises(SubjectErased):
            late.log.recorder.insert_events(sealed, subjects=[ada.id])
    assert_forgotten(database_urls, ada.id)


def test_a_process_that_still_has_the_key_shows_nothing_of_it_in_views(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    ada = Ada(executor)
    with opened_log(database_urls) as warm:
        assert WORD in repr(warm.recorded_events(warm.read(0)))
        culprit = log.position()
        choking = Choking(HISTORY, {culprit})
        lease_holder = LeaseHolder(choking, warm, Pages(warm), projector, "warm", seconds=5)
        while lease_holder.step():
            pass
        # When
        erase(executor, ada.id, AGENT)
        assert WORD in repr(warm.recorded_events(warm.read(0))), "it has the key, for a minute"
        choking.on.clear()
        why = Context(AGENT.actor, reason="mended")
        subscription_requests.request(
            executor, Retry(follower="history", version=HISTORY.version, stream=ada.conversation_id), why
        )
        while lease_holder.step():
            pass
        lease_holder.release()
        catch_up(warm, projector)
        # Then
        for view in PERSONAL:
            # Nobody is taken for somebody else, and nothing waits to leave.
            assert rows(projector, view) or view in (PROPOSALS, OUTBOX)
            assert scan([WORD], said(view.name, repr(rows(projector, view)))) == []
        verify_all(warm, projector, database_urls.database_url)


def test_a_rebuild_that_began_before_the_erasure_shows_nothing_either(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    ada = Ada(executor)
    catch_up(log, projector)
    erased: list[int] = []

    def forget_meanwhile(at: int, of: int) -> None:
        if at and not erased:  # all of it is in the new table, readable
            with opened(database_urls) as other:
                erased.append(erase(other, ada.id, AGENT).position)

    rebuild = Rebuild(log, projector, database_urls.database_url, HISTORY)
    # When
    rebuild.replace(forget_meanwhile)
    catch_up(log, projector)
    # Then
    assert erased
    assert {row.text for row, _ in rows(projector, HISTORY).values()} == {None, ERASED}
    assert rebuild.verify().differing == 0


def test_the_fence_holds_without_the_vault_and_the_vault_without_it(
    executor: CommandExecutor, database_urls: Urls
) -> None:
    # Given
    ada, ben = Ada(executor), deliver(executor, mail(9, "t9", "ben@example.org"), GATEWAY).id
    bens_id = executor.read(ben).state.customer_id
    with opened(database_urls) as warm:
        ada.late(warm, "reply", 1)
        conversations.act(warm, ben, AddNote(body="x"), AGENT)
        # When
        erase(executor, ada.id, AGENT)
        executor.log.vault.destroy(bens_id)
        # Then
        with pytest.raises(SubjectErased):
            ada.late(warm, "reply", 2)  # the key is at hand, the fence holds
        warm.log.vault.forget_cached()
        with pytest.raises(SubjectErased):
            conversations.act(warm, ben, AddNote(body="x"), AGENT)  # no fence yet, the vault holds


@pytest.mark.parametrize("broken", ["fence", "vault"])
def test_without_the_fence_or_without_the_vaults_memory_the_check_fails(
    executor: CommandExecutor, database_urls: Urls, broken: str
) -> None:
    # Given
    ada = Ada(executor)
    with opened(database_urls) as warm:
        ada.late(warm, "reply", 1)
        erase(executor, ada.id, AGENT)
        # When
        if broken == "vault":
            warm.log.vault.forget_cached()
            with connect(database_urls.vault_url, "keykeeper") as vault:
                vault.execute("DELETE FROM vault.keys WHERE subject = %s", [ada.id])
        with connect(database_urls.database_url, "owner") as owner:
            owner.execute("DELETE FROM antiphon.erased")
        ada.late(warm, "reply", 2)
    # Then
    with pytest.raises((AssertionError, UnreadableEvent)):  # under a new key, the old texts are not even erased
        assert_forgotten(database_urls, ada.id)
