"""The states of streams that are kept at hand: so many bytes, and the ones not needed for longest go first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from commands.executor.executor import CommandExecutor
from commands.executor.held_bytes import held_bytes
from commands.executor.state_cache import NOTHING, Loaded, StateCache, check_version, evolved
from commands.staff.handlers import form_team
from domain.kernel.refusal import Overloaded, Refusal
from domain.staff import FormTeam, Team, TeamFormed
from infra.log.mapper import UnreadableEvent
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT
from tests.support.newer_events import append_newer_event

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class CountingLog(MemoryLog):
    """Counts for which streams it was asked; may be away."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.asked: list[str] = []
        self.away = False

    def histories(self, ids: Iterable[str]) -> dict[str, Any]:
        wanted = list(ids)
        self.asked += wanted
        if self.away:
            raise Overloaded("the database does not answer in time; try again shortly")
        return super().histories(wanted)


@pytest.fixture
def log() -> CountingLog:
    """Six teams, team-1 to team-6, in memory."""
    log = CountingLog()
    executor = CommandExecutor(log)
    for number in range(1, 7):
        form_team(executor, FormTeam(name=f"T{number}", team_id=f"team-{number}"), AGENT)
    executor.close()
    log.asked.clear()
    return log


@pytest.fixture
def cache(log: CountingLog) -> StateCache:
    """Room for three of the teams."""
    one = StateCache.bytes_of(Loaded(Team("T1"), 1, 1))
    return StateCache(log, most_bytes=4 * one - 1)


def load(cache: StateCache, *numbers: int) -> list[str]:
    return [cache.load(f"team-{number}").state.name for number in numbers]


def test_what_is_kept_is_read_once(log: CountingLog, cache: StateCache) -> None:
    assert load(cache, 1, 2, 1, 2) == ["T1", "T2", "T1", "T2"]
    assert log.asked == ["team-1", "team-2"]


def test_no_more_states_are_kept_than_there_may_be(log: CountingLog, cache: StateCache) -> None:
    # When
    assert load(cache, 1, 2, 3, 4, 5, 6) == ["T1", "T2", "T3", "T4", "T5", "T6"]
    assert len(cache._kept) == 3
    log.asked.clear()
    # Then the last ones are there, and the first are read anew
    assert load(cache, 4, 5, 6) == ["T4", "T5", "T6"]
    assert log.asked == []
    assert load(cache, 1) == ["T1"]
    assert log.asked == ["team-1"]


def test_what_was_used_stays_when_others_go(log: CountingLog, cache: StateCache) -> None:
    # Given
    load(cache, 1, 2, 3, 1)
    # When
    load(cache, 4)
    log.asked.clear()
    # Then
    assert load(cache, 1, 3, 4) == ["T1", "T3", "T4"]
    assert log.asked == []


def test_what_went_on_stays_when_others_go(log: CountingLog, cache: StateCache) -> None:
    # Given
    load(cache, 1, 2, 3)
    # When something happens to the first, and another one comes
    cache.advance("team-1", cache.load("team-1"), [TeamFormed(team_id="team-1", name="A1")], 9)
    load(cache, 4)
    log.asked.clear()
    # Then the one that nothing happened to is gone
    assert load(cache, 1, 3, 4) == ["A1", "T3", "T4"]
    assert log.asked == []
    load(cache, 2)
    assert log.asked == ["team-2"]


def test_large_states_stay_within_the_bytes_of_the_cache(log: CountingLog) -> None:
    # Given a cache with room for three states of 100,000 characters
    large = "x" * 100_000
    cache = StateCache(log, most_bytes=350_000)
    # When ten come
    for number in range(10):
        cache.keep(f"team-{number}", Loaded(Team(large + str(number)), 1, 1))
        # Then never more are kept than there is room for
        held = sum(held_bytes(each.state) for each in cache._kept.values())
        assert held <= 350_000
    assert len(cache._kept) == 3
    # When one of them grows, then others go.
    cache.keep("team-9", Loaded(Team(2 * large), 2, 2))
    assert sum(held_bytes(each.state) for each in cache._kept.values()) <= 350_000
    assert set(cache._kept) == {"team-8", "team-9"}


def test_a_state_larger_than_the_cache_is_used_and_not_kept(log: CountingLog) -> None:
    # Given
    cache = StateCache(log, most_bytes=10)
    # When, Then it is read each time
    assert load(cache, 1, 1) == ["T1", "T1"]
    assert log.asked == ["team-1", "team-1"]
    # and what happens to it does not leave the former state behind.
    cache.advance("team-1", cache.load("team-1"), [TeamFormed(team_id="team-1", name="T1 anew")], 9)
    assert list(cache._kept) == []


def test_a_state_that_grew_beyond_the_cache_is_read_anew(log: CountingLog, cache: StateCache) -> None:
    before = cache.load("team-1")
    cache.advance("team-1", before, [TeamFormed(team_id="team-1", name="x" * 100_000)], 9)
    assert "team-1" not in cache._kept
    assert load(cache, 1) == ["T1"]


def test_bytes_are_those_of_all_that_a_state_holds() -> None:
    # Given many lines, and a few
    few, many = (Loaded(tuple(f"{n:1000}" for n in range(count)), 1, 1) for count in (5, 5_000))
    # Then each line counts with its characters.
    assert 5 * 1_000 < held_bytes(few.state) < 5 * 1_200
    assert 5_000 * 1_000 < held_bytes(many.state) < 5_000 * 1_200
    assert held_bytes(Team("x" * 1_000)) > 1_000
    assert held_bytes({"a": frozenset({"b" * 1_000})}) > 1_000
    assert held_bytes(TeamFormed(team_id="team-1", name="x" * 1_000)) > 1_000


def test_a_fetch_reads_what_is_not_kept_or_all_anew(log: CountingLog, cache: StateCache) -> None:
    load(cache, 1)
    log.asked.clear()
    cache.fetch(["team-1", "team-2", "unknown-1"])
    assert log.asked == ["team-2"]
    cache.fetch(["team-1", "team-2"], again=True)
    assert log.asked == ["team-2", "team-1", "team-2"]
    cache.fetch([])
    cache.forget(["team-1", "team-9"])
    load(cache, 1, 2)
    assert log.asked[3:] == ["team-1"]


@pytest.mark.parametrize("unreadable", [1, 3, 5])
def test_of_many_the_one_that_cannot_be_read_is_left_out(log: CountingLog, unreadable: int) -> None:
    # Given
    cache = StateCache(log)
    ids = [f"team-{number}" for number in range(1, 6)]
    append_newer_event(log, f"team-{unreadable}")
    # When
    cache.fetch(ids)
    log.asked.clear()
    # Then the others are at hand, and it says why when it is asked for
    assert load(cache, *({1, 2, 3, 4, 5} - {unreadable}))
    assert log.asked == []
    with pytest.raises(UnreadableEvent):
        load(cache, unreadable)


def test_what_cannot_be_read_any_more_is_not_answered_as_it_was(log: CountingLog, cache: StateCache) -> None:
    load(cache, 1)
    append_newer_event(log, "team-1")
    cache.fetch(["team-1"], again=True)
    with pytest.raises(UnreadableEvent):
        load(cache, 1)


def test_a_database_that_is_away_is_asked_once(log: CountingLog, cache: StateCache) -> None:
    log.away = True
    with pytest.raises(Overloaded):
        cache.fetch(["team-1", "team-2"])
    assert log.asked == ["team-1", "team-2"]


def test_what_was_kept_before_a_batch_may_be_behind(cache: StateCache) -> None:
    load(cache, 1)
    cache.begin_batch()
    cache.begin_work()
    load(cache, 1, 2)
    assert cache.behind() == {"team-1"}
    cache.fetch(["team-1"], again=True)
    assert cache.behind() == set()
    cache.begin_work()
    assert cache.behind() == set()
    load(cache, 2)
    cache.begin_batch()
    assert cache.behind() == {"team-2"}


def test_a_stream_goes_on_by_version_and_position() -> None:
    formed = [TeamFormed(team_id="team-1", name="A"), TeamFormed(team_id="team-1", name="B")]
    assert evolved("team-1", NOTHING, formed, 7) == Loaded(Team("B"), 2, 7)
    assert evolved("team-1", Loaded(Team("B"), 2, 7), [], 9) == Loaded(Team("B"), 2, 7)
    # Of a kind that nobody folds, there is a version only.
    assert evolved("unknown-1", NOTHING, formed, 7) == Loaded(None, 2, 7)


def test_an_advance_that_cannot_be_folded_is_read_anew(log: CountingLog, cache: StateCache) -> None:
    load(cache, 1)
    log.asked.clear()
    cache.advance("team-1", cache.load("team-1"), [None], 9)  # type: ignore[list-item]
    assert load(cache, 1) == ["T1"]


@pytest.mark.parametrize(("expected", "refused"), [(None, False), (3, False), (2, True), (4, True)])
def test_who_says_what_they_saw_is_refused_where_it_changed(expected: int | None, refused: bool) -> None:
    loaded = Loaded(None, 3, 9)
    if not refused:
        check_version(loaded, expected)
        return
    with pytest.raises(Refusal) as why:
        check_version(loaded, expected)
    assert why.value.code == "version-changed"
