"""Which events count as of a time, and as known at a time, equals a second reading of the rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.as_known import Instants, as_known, late_firsts
from domain.kernel.as_known import counting as as_known_one_by_one
from domain.kernel.event import Actor, Envelope, Event, Recorded
from domain.staff import TeamFormed
from tests.oracle.as_known import counting

START = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = st.integers(0, 30)
FORMED = TeamFormed(team_id="team-1", name="Desk")


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


@settings(max_examples=60)
@given(
    told=st.lists(st.tuples(st.sampled_from("abc"), HOURS, st.integers(0, 40)), max_size=25),
    as_of=st.none() | HOURS,
    known_at=st.none() | HOURS,
)
def test_what_counts_is_what_a_second_reading_says(
    told: list[tuple[str, int, int]], as_of: int | None, known_at: int | None
) -> None:
    # Given
    told.sort(key=lambda each: each[1])
    streams: dict[str, list[Recorded[Event]]] = {}
    events = []
    for position, (stream, recorded, before) in enumerate(told, 1):
        happened = hour(recorded) - timedelta(hours=before)
        events.append((stream, position, hour(recorded), happened))
        envelope = Envelope(event_id=str(position), actor=Actor(id="staff-1", kind="agent"), occurred_at=happened)
        mine = streams.setdefault(stream, [])
        mine.append(Recorded(stream, len(mine) + 1, FORMED, envelope, position, hour(recorded)))
    as_of_time, known = (None if each is None else hour(each) for each in (as_of, known_at))
    # When
    found = as_known(streams.values(), Instants(as_of_time, known))
    # Then
    assert [each.position for each in found] == counting(events, as_of_time, known)
    # When each event comes by itself, in the order of the log
    log = sorted((each for stream in streams.values() for each in stream), key=lambda recorded: recorded.position)
    instants = Instants(as_of_time, known)
    one_by_one = as_known_one_by_one(log, instants, late_firsts(log, instants))
    # Then
    assert [each.position for each in one_by_one] == counting(events, as_of_time, known)
