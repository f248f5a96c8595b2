"""What clocks cost grows with the conversation and no faster, whatever happens in it: counted in lines of code run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from domain.service_level import matter
from domain.service_level.clock import RunningClock
from domain.service_level.detection import Knowledge
from tests.support.clock_stories import STORIES, story


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of the clocks' code a piece of work runs."""
    count = 0

    def line(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def call(frame: FrameType, event: str, argument: object) -> Any:
        return line if "service_level" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def growth(name: str) -> float:
    """How many times as much ten times as many events cost."""
    told, now = story(name, 200)
    Knowledge(told, zone="UTC").at(now)  # fills the caches of days: uncounted, since counting takes most of the time
    costs = []
    for length in (0, 20, 200):
        told, now = story(name, length)
        costs.append(lines_run(lambda told=told, now=now: Knowledge(told, zone="UTC").at(now)))  # type: ignore[misc]
    nothing, once, ten_times = costs
    return (ten_times - nothing) / (once - nothing)


@pytest.mark.parametrize("name", STORIES)
def test_ten_times_the_events_cost_at_most_twelve_times_as_much(name: str) -> None:
    assert growth(name) <= 12


def test_a_look_at_every_clock_for_each_event_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matter.Matter, "settle", lambda self: [])
    assert growth("talk") > 14


def test_a_look_at_every_pause_for_each_event_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = RunningClock._sums

    def again(self: RunningClock, calendars: Any) -> Any:
        self.took.clear()
        return sums(self, calendars)

    monkeypatch.setattr(RunningClock, "_sums", again)
    assert growth("pauses") > 16
