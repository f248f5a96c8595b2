"""Poison under load: what cannot be taken in is set aside and taken in later, while leaders change and people tell the
followers what to do, several at once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from commands import subscription as subscription_requests
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation.events import NoteAdded
from domain.kernel.event import Actor, Draft, Envelope
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.subscription import Retry, Skip
from infra.embedded.postgres import Urls
from infra.log.append import Append, Appended
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.subscriptions.pages import Pages
from infra.subscriptions.quarantine import QuarantinedEvent, all_quarantined
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from tests.support.changes import Onlooker
from tests.support.companies import AGENT, GATEWAY, mail, opened
from tests.support.exactly_once import assert_exactly_once
from tests.support.following import Choking, rows, verify_all
from tests.support.load import Load
from tests.support.waiting import wait_until_followed

pytestmark = pytest.mark.faults

SUBSCRIPTIONS = {(view.name, view.version) for view in VIEWS}


class Every(set[int]):
    """The positions that are so many apart, until it is cleared."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step

    def __contains__(self, position: object) -> bool:
        return isinstance(position, int) and self.step > 0 and position % self.step == 0

    def clear(self) -> None:
        self.step = 0


def operator(name: str) -> Context:
    return Context(Actor(id=name, kind="agent", roles=("lead",)), reason="looked into it")


def quarantined(projector: Database) -> list[QuarantinedEvent]:
    with projector.connection() as connection:
        return all_quarantined(connection)


def at_once(*work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.long_only
def test_poison_under_load_is_quarantined_and_taken_in_when_two_people_ask(
    log: Log, executor: CommandExecutor, projector: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    # Given
    poisons = {view: Every(chance.randrange(30, 60)) for view in VIEWS}

    def host() -> Host:
        subscriptions = [Choking(view, poisons[view]) for view in VIEWS]
        return Host(log, projector, subscriptions, lease_seconds=2, poll_seconds=0.2, page_size=50)

    def retry_all(who: str) -> None:
        for name, version, stream in sorted(
            {(each.subscription, each.version, each.stream) for each in quarantined(projector)}
        ):
            subscription_requests.request(executor, Retry(follower=name, version=version, stream=stream), operator(who))

    onlooker = Onlooker(projector)
    with Load(database_urls, chance) as load:
        for _ in range(10 if long else 2):
            with host(), host():
                end = log.position() + 300
                wait_until_followed(projector, SUBSCRIPTIONS, end, 30)
                at_once(lambda: retry_all("ada"), lambda: retry_all("eve"), onlooker.look)
    assert quarantined(projector), "there was no poison"
    # When
    for poison in poisons.values():
        poison.clear()
    with host(), host() as second:
        at_once(lambda: retry_all("ada"), lambda: retry_all("eve"), second.close)
        # Then
        assert_exactly_once(log, projector, database_urls.database_url, load.acknowledged)
        onlooker.look()


def test_retry_and_skip_at_once_leave_what_a_replay_leaves(
    log: Log, executor: CommandExecutor, projector: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    # Given
    poison = Every(7)
    onlooker = Onlooker(projector, [HISTORY])

    def lease_holder(holder: str) -> LeaseHolder:
        return LeaseHolder(Choking(HISTORY, poison), log, Pages(log, 20), projector, holder, seconds=5)

    def run(lease_holder: LeaseHolder) -> None:
        while lease_holder.step():
            pass

    def tell(who: str) -> None:
        own = random.Random(f"{chance.random()} {who}")
        with opened(database_urls) as theirs:
            found = quarantined(projector)
            for each in own.sample(found, min(10, len(found))):
                command = (
                    Retry(follower="history", version=HISTORY.version, stream=each.stream)
                    if own.random() < 0.5
                    else Skip(follower="history", version=HISTORY.version, stream=each.stream, position=each.position)
                )
                with suppress(Refusal):  # not parked any more, or the other one asked before
                    subscription_requests.request(theirs, command, operator(who))

    def receive(numbers: range) -> None:
        for number in numbers:
            thread = f"t{number % 15}"
            deliver(executor, mail(number, thread, f"{thread}@example.org"), GATEWAY)

    receive(range(60))
    first = lease_holder("first")
    run(first)
    # When
    for turn in range(20 if long else 2):
        poison.step = chance.choice([0, 7])

        def change(turn: int = turn) -> None:
            nonlocal first
            first.release()
            first = lease_holder(f"holder {turn}")
            run(first)

        at_once(lambda: tell("ada"), lambda: tell("eve"), change)
        run(first)
        onlooker.look()
        receive(range(100 * (turn + 1), 100 * (turn + 1) + 30))
        run(first)
    # Then
    poison.clear()
    for each in {each.stream for each in quarantined(projector)}:
        subscription_requests.request(
            executor, Retry(follower="history", version=HISTORY.version, stream=each), operator("ada")
        )
    run(first)
    onlooker.look()
    assert not quarantined(projector)
    first.release()
    with Host(log, projector, [Projector(view) for view in VIEWS if view is not HISTORY]):
        wait_until_followed(projector, SUBSCRIPTIONS, log.position(), 30)
    verify_all(log, projector, database_urls.database_url)


def notes(log: Log, stream: str, customer_id: str, versions: range) -> None:
    """Append so many notes to a conversation in one go."""
    envelope = Envelope(event_id=new_id("event"), actor=AGENT.actor)
    event = NoteAdded(note_id=new_id("note"), customer_id=customer_id, body="noted")
    recorded_events = [Draft(stream, version, event, envelope) for version in versions]
    (answer,) = log.append_all([Append(log.sealed(recorded_events))], time.monotonic() + 30)
    assert isinstance(answer, Appended)


@pytest.mark.parametrize("culprits", [3, 200])
def test_a_page_with_culprits_is_through_in_time_and_keeps_the_rest(
    log: Log, projector: Database, chance: random.Random, culprits: int
) -> None:
    # Given
    streams = [new_id("conversation") for _ in range(500)]
    for stream in streams:
        notes(log, stream, "customer-1", range(1, 2))
    poison = set(chance.sample(range(1, 501), culprits))
    lease_holder = LeaseHolder(Choking(HISTORY, poison), log, Pages(log, 500), projector, "me", seconds=10)
    # When
    assert lease_holder.step()
    # Then
    assert lease_holder.position == 500
    assert {each.position for each in quarantined(projector)} == poison
    assert len(rows(projector, HISTORY)) == 500 - culprits


def test_what_is_parked_of_a_long_stream_is_retried_within_the_deadline(
    log: Log, executor: CommandExecutor, projector: Database
) -> None:
    # Given
    stream = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(stream).state.customer_id
    for begin in range(4, 5000, 500):
        notes(log, stream, customer_id, range(begin, begin + 500))
    poison = {4}
    lease_holder = LeaseHolder(Choking(HISTORY, poison), log, Pages(log), projector, "me", seconds=10)
    while lease_holder.step():
        pass
    assert len(quarantined(projector)) >= 5000
    # When
    poison.clear()
    subscription_requests.request(
        executor, Retry(follower="history", version=HISTORY.version, stream=stream), operator("ada")
    )
    # Then
    assert lease_holder.step()
    assert quarantined(projector) == []
    assert len(rows(projector, HISTORY)) >= 5000
