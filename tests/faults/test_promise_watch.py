"""Watches that are several, killed with -9, stopped past many instants, or wrong about the time: each missed date is
still noticed once, and none early."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import datetime
from functools import partial

import pytest

from commands.executor.executor import CommandExecutor
from domain.promise import Made
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.exactly_once import whole
from tests.support.overdue import overdue, wrong_in_overdue
from tests.support.promised import Promised, database_clock, ledger
from tests.support.waiting import wait_until
from tests.support.watch_process import WatchProcess

pytestmark = pytest.mark.faults

LATER = 3600.0
RIGHT = "PromiseTimers"


def detected(log: Log, least: int) -> bool:
    return len(overdue(whole(log))) >= least


def wait_until_detected(log: Log, promises: Collection[str], seconds: float = 30) -> None:
    wait_until(lambda: overdue(whole(log)) >= set(promises), seconds, "all that fell due is noticed")


def kill_in_the_middle(
    urls: Urls,
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    chance: random.Random,
    number: int,
    broken: str = "",
) -> list[str]:
    """Of two watches one is killed, and soon the other, while date after date passes; then one more begins. Answers
    what is wrong in the end."""
    runs = broken or RIGHT
    with ledger(log, projector), WatchProcess(urls, runs) as one, WatchProcess(urls, runs) as other:
        due = Promised(executor).all_due([chance.uniform(-1, max(3, number / 50)) for _ in range(number)])
        for watch, least in ((one, number // 5), (other, number // 2)):
            wait_until(partial(detected, log, least), 30, f"{least} are noticed")
            watch.kill()
        # Dates that pass while nobody watches
        last = Promised(executor).due(0.1)
        wait_until(lambda: database_clock(urls.database_url) > _due(log, last), 10, "it passes")
        with WatchProcess(urls, runs):
            after = Promised(executor).due(0.5)
            wait_until_detected(log, {after} if broken else {*due, last, after})
    return wrong_in_overdue(whole(log), database_clock(urls.database_url))


def _due(log: Log, promise_id: str) -> datetime:
    made = log.streams([promise_id])[promise_id][0].event
    assert isinstance(made, Made)
    return made.due_at


def test_two_watches_killed_in_the_middle_notice_each_missed_date_once(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    number = 1000 if long else 100
    assert kill_in_the_middle(database_urls, executor, log, projector, chance, number) == []


@pytest.mark.parametrize(("broken", "what"), [("FromNowOn", "never noticed"), ("WithoutCommand", "times")])
def test_the_checker_catches_a_watch_that_forgets_or_repeats(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
    chance: random.Random,
    broken: str,
    what: str,
) -> None:
    wrong = kill_in_the_middle(database_urls, executor, log, projector, chance, 50, broken)
    assert [each for each in wrong if what in each]


@pytest.mark.parametrize("stand_by", [False, True])
def test_a_watch_that_stood_still_past_many_dates_detects_what_nobody_has(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, chance: random.Random, stand_by: bool
) -> None:
    with ledger(log, projector), WatchProcess(database_urls, RIGHT) as watch:
        # Given
        ada = Promised(executor)
        wait_until_detected(log, {ada.due(0.1)})
        watch.stop()
        # When
        due = ada.all_due([chance.uniform(-0.5, 1) for _ in range(30)])
        ahead = ada.due(LATER)
        if stand_by:
            with WatchProcess(database_urls, RIGHT):
                wait_until_detected(log, due)
        wait_until(lambda: database_clock(database_urls.database_url) > max(_due(log, id) for id in due), 10, "passed")
        watch.resume()
        # Then
        wait_until_detected(log, {*due, ada.due(0.1)})
    assert ahead not in overdue(whole(log))
    assert wrong_in_overdue(whole(log), database_clock(database_urls.database_url)) == []


def with_wrong_clocks(
    urls: Urls, executor: CommandExecutor, log: Log, projector: Database, broken: str = ""
) -> list[str]:
    """Two watches, one of them days behind and one days ahead, meet a date that passes and one that does not; answers
    what is wrong."""
    with (
        ledger(log, projector),
        WatchProcess(urls, broken or RIGHT, hours=-48) as behind,
        WatchProcess(urls, broken or RIGHT, hours=48),
    ):
        ada = Promised(executor)
        ahead = ada.due(LATER)
        wait_until_detected(log, {ahead} if broken else {ada.due(0.3)})
        if not broken:
            behind.kill()
            wait_until_detected(log, {ada.due(0.3)})
            assert ahead not in overdue(whole(log))
    return wrong_in_overdue(whole(log), database_clock(urls.database_url))


def test_the_clocks_of_the_processes_do_not_count(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    assert with_wrong_clocks(database_urls, executor, log, projector) == []


def test_the_checker_catches_a_watch_that_goes_by_its_own_clock(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    wrong = with_wrong_clocks(database_urls, executor, log, projector, "OwnClock")
    assert [each for each in wrong if "too early" in each]


def test_it_wakes_when_the_log_goes_on_and_at_the_instant_itself(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given a watch that hears nothing but appends, and has nothing due
    with ledger(log, projector), WatchProcess(database_urls, RIGHT, poll_seconds=60):
        # When
        id = Promised(executor).due(1)
        # Then: long before it would look by itself
        wait_until_detected(log, {id}, 30)
    assert wrong_in_overdue(whole(log), database_clock(database_urls.database_url)) == []
