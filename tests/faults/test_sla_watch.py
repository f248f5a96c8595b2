"""Watches of clocks that are several, killed with -9, stopped past many dues, or wrong about the time: what there is to
notice is still noticed once, and nothing early."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import timedelta
from functools import partial

import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.clocked import HOUR, Clocked, assert_as_from_zero, clocks_view, due_of
from tests.support.detected_clocks import missed, noted, wait_until_right, wrong_by_now
from tests.support.exactly_once import whole
from tests.support.promised import database_clock
from tests.support.waiting import wait_until
from tests.support.watch_process import WatchProcess

pytestmark = pytest.mark.faults

LATER = 3600.0
RIGHT = "ClockTimers"


def wait_until_missed(log: Log, conversations: Collection[str], seconds: float = 30) -> None:
    wait_until(lambda: missed(whole(log)) >= set(conversations), seconds, "these are noticed")


def wait_until_past(urls: Urls, log: Log, conversations: Collection[str]) -> None:
    last = max(due_of(log, id) for id in conversations)
    wait_until(lambda: database_clock(urls.database_url) > last, 10, "these dues pass")


def so_many_are_missed(log: Log, least: int) -> bool:
    return len(missed(whole(log))) >= least


def kill_in_the_middle(
    urls: Urls,
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    chance: random.Random,
    number: int,
    broken: str = "",
) -> list[str]:
    """Of two watches, one days behind and one days ahead, one is killed, and soon the other, while due after due passes
    and some are met; then one more begins. Answers what is wrong in the end."""
    runs = broken or RIGHT
    with (
        clocks_view(log, projector),
        WatchProcess(urls, runs, hours=-48) as one,
        WatchProcess(urls, runs, hours=48) as other,
    ):
        owed = Clocked(executor)
        passing = owed.all_due([chance.uniform(-1, number / 50) for _ in range(number)])
        answered = owed.all_due([LATER] * (number // 5))
        for watch, least in ((one, number // 5), (other, number // 2)):
            wait_until(partial(so_many_are_missed, log, least), 30, f"{least} are noticed")
            for id in chance.sample(answered, len(answered) // 2):
                owed.answer(id)
            watch.kill()
        # What happens while nobody watches: a due passes, one is met, and of one it is told only now that it was met
        last = owed.due(0.1)
        wait_until_past(urls, log, [last])
        owed.answer(owed.due(LATER))
        not_missed = min(missed(whole(log)))
        owed.answer(not_missed, ago=HOUR / 2)
        with WatchProcess(urls, runs, hours=48):
            after = owed.due(0.5)
            wait_until_missed(log, [after] if broken else {*passing, last, after} - {not_missed})
            if not broken:
                wait_until_right(log, urls.database_url)
                assert not_missed not in missed(whole(log))
    return wrong_by_now(log, urls.database_url)


def test_two_watches_killed_in_the_middle_notice_each_thing_once(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    number = 1000 if long else 100
    assert kill_in_the_middle(database_urls, executor, log, projector, chance, number) == []
    assert_as_from_zero(log, projector, database_urls.database_url)


@pytest.mark.parametrize(
    ("broken", "what"),
    [("WithEyesShut", "never noticed"), ("WithoutAsking", "times"), ("ByItsOwnClock", "too early")],
)
def test_the_checker_catches_a_watch_that_forgets_repeats_or_has_a_clock(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
    chance: random.Random,
    broken: str,
    what: str,
) -> None:
    found = kill_in_the_middle(database_urls, executor, log, projector, chance, 20, broken)
    assert [each for each in found if what in each]


def test_a_watch_killed_amid_a_correction_leaves_the_rest_to_the_next(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, long: bool
) -> None:
    # Given what was answered in time, before any watch
    number = 500 if long else 40
    with clocks_view(log, projector):
        owed = Clocked(executor)
        answered = owed.all_due([LATER] * number)
        for id in answered:
            owed.answer(id)
        with WatchProcess(database_urls, RIGHT):
            wait_until_right(log, database_urls.database_url)
        for target in (timedelta(), HOUR):
            # When it should have been less, and then more again after all, and nobody watches when that is said
            owed.correct(target)
            with WatchProcess(database_urls, RIGHT) as one:
                wait_until(partial(so_many_are_otherwise, log, answered, target), 30, "some are judged anew")
                one.kill()
            # Then
            with WatchProcess(database_urls, RIGHT):
                wait_until_right(log, database_urls.database_url)
    assert_as_from_zero(log, projector, database_urls.database_url)


def so_many_are_otherwise(log: Log, answered: Collection[str], target: timedelta) -> bool:
    late = missed(whole(log)) & set(answered)
    return len(late if target == timedelta() else set(answered) - late) > len(answered) / 10


@pytest.mark.parametrize("stand_by", [False, True])
def test_a_watch_that_stood_still_past_many_dues_detects_what_nobody_has(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, chance: random.Random, stand_by: bool
) -> None:
    with clocks_view(log, projector), WatchProcess(database_urls, RIGHT) as watch:
        # Given
        owed = Clocked(executor)
        wait_until_missed(log, [owed.due(0.1)])
        met = owed.due(LATER)
        watch.stop()
        # When
        due = owed.all_due([chance.uniform(-0.5, 1) for _ in range(30)])
        owed.answer(met)
        if stand_by:
            with WatchProcess(database_urls, RIGHT):
                wait_until_missed(log, due)
        wait_until_past(database_urls, log, due)
        watch.resume()
        # Then
        wait_until_missed(log, [*due, owed.due(0.1)])
        wait_until_right(log, database_urls.database_url)
    assert_as_from_zero(log, projector, database_urls.database_url)


def test_it_wakes_when_the_log_goes_on_and_at_the_instant_itself(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given watches that hear nothing but appends
    with clocks_view(log, projector):
        owed = Clocked(executor)
        with WatchProcess(database_urls, "Sweeping", poll_seconds=60):
            # When
            id = owed.due(2.5)
            # Then one that only sweeps sees what is there, and misses the instant
            wait_until(lambda: noted(whole(log))[id] == ["clocks.seen"], 30, "it is seen")
            wait_until_past(database_urls, log, [id])
            with pytest.raises(AssertionError, match="these are noticed"):
                wait_until_missed(log, [id], 0.5)
        with WatchProcess(database_urls, RIGHT, poll_seconds=60):
            # And ours is there long before it would look by itself: for the warning, the due, and what happens
            missed_at, met_at = owed.due(2.5), owed.due(LATER)
            wait_until_missed(log, [id, missed_at], 30)
            owed.answer(met_at)
            wait_until_right(log, database_urls.database_url)
    by_origin = noted(whole(log))
    assert [name for name in by_origin[missed_at] if name != "clocks.seen"] == ["clocks.warned", "clocks.breached"]
    assert by_origin[met_at] == ["clocks.seen", "clocks.seen", "clocks.met"]
