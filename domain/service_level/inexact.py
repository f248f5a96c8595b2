"""What is not known to the instant: between which instants it happened, and how long a clock can have run (S34)."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from domain.conversation.events import MessagePlaced
from domain.kernel.event import Event, Recorded
from domain.kernel.time import EARLIEST, LATEST, RecordedPrecision, day_of, end_of_day, from_start

Precision = Literal["exact", "day", "unknown"]
INEXACT = ("day", "unknown")
"""The precisions of what happened at some instant of several."""
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last instant at which something can have happened. Of a day, the last is the next midnight: a
    whole second, as business time is, and an instant later than can be."""

    precision: Precision
    earliest: datetime
    latest: datetime


@dataclass(slots=True)
class Stretch:
    """A time in which the clock ran. `end` None: the clock still runs. `calendar_id` None: no calendar counted it yet.
    `began`, `ended`: when it began and ended, if that is not known exactly."""

    start: datetime
    end: datetime | None
    calendar_id: str | None
    began: Span | None = None
    ended: Span | None = None


def span_of(recorded: Recorded[Event], zone: str) -> Span | None:
    """When an event can have happened; None where that is known. `zone`: in which a day is a local date."""
    return _span(recorded.envelope.time_precision, recorded.at, recorded.recorded_at, zone)


def said_span(placed: MessagePlaced, zone: str) -> Span | None:
    """When a message that was said in another conversation can have been said; None where that is known."""
    return _span(placed.said_precision, placed.said_at, placed.heard_at or placed.said_at, zone)


def _span(precision: RecordedPrecision, at: datetime, recorded_at: datetime, zone: str) -> Span | None:
    # Nothing happened after it was recorded. A time that cannot be counts as of its recording, which is known.
    match precision:
        case "day":
            day = day_of(at, zone)
            midnight = end_of_day(day, zone) + _INSTANT
            return Span("day", min(from_start(day, zone), at), max(at, min(midnight, recorded_at)))
        case "unknown":
            return Span("unknown", EARLIEST, max(at, recorded_at))
        case _:
            return None


def as_told(in_streams: Sequence[Recorded[Event]], zone: str) -> Sequence[Recorded[Event]]:
    """The events, with what is not known exactly where it was told: not before what its stream holds of that span by
    then, so that the answer to a question of the same day follows the question. `in_streams`: whole streams, one after
    the other."""
    if all(each.envelope.time_precision not in INEXACT for each in in_streams):
        return in_streams
    found: list[Recorded[Event]] = []
    happened: list[datetime] = []
    stream: str | None = None
    for recorded in in_streams:
        if recorded.originator_id != stream:
            stream, happened = recorded.originator_id, []
        if (span := span_of(recorded, zone)) is not None:
            last = span.latest if span.latest == recorded.recorded_at else span.latest - _INSTANT
            if known := bisect_right(happened, last):
                at = max(recorded.at, happened[known - 1])
                recorded = replace(recorded, envelope=recorded.envelope.model_copy(update={"occurred_at": at}))
        insort(happened, recorded.at)
        found.append(recorded)
    return found


def can_have_run(
    stretches: Sequence[Stretch], calendars: Sequence[tuple[datetime, str]], *, most: bool
) -> list[Stretch]:
    """The most that a clock can have run, or the least, where it is not known exactly when it paused and went on.
    `calendars`: since when each counted, in order."""
    found: list[Stretch] = []
    reached = EARLIEST
    for run in _runs(stretches):
        start, end = run.start, run.end
        if run.began is not None:
            start = run.began.earliest if most else run.began.latest
        if run.ended is not None and end is not None:
            end = run.ended.latest if most else run.ended.earliest
        start = max(start, reached)  # nothing counts twice
        if end is None or end > start:
            found += _by_calendar(start, end, calendars)
            reached = end or start
    return found


def _runs(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """The stretches, with those as one that only another calendar divides."""
    run: Stretch | None = None
    for each in stretches:
        if run is not None and run.end == each.start and run.ended is None and each.began is None:
            run = replace(run, end=each.end, ended=each.ended)
            continue
        if run is not None:
            yield run
        run = each
    if run is not None:
        yield run


def _by_calendar(start: datetime, end: datetime | None, calendars: Sequence[tuple[datetime, str]]) -> Iterator[Stretch]:
    if not calendars:
        yield Stretch(start, end, None)
        return
    first = calendars[0][1]
    for (since, id), (until, _) in pairwise([(EARLIEST, first), *calendars[1:], (LATEST, first)]):
        opens, closes = max(start, since), until if end is None else min(end, until)
        if opens < closes:
            yield Stretch(opens, None if closes == LATEST else closes, id)


def less_precise(*spans: Span | None) -> Precision:
    """The precision of what depends on all of these."""
    found = {span.precision for span in spans if span is not None}
    return "unknown" if "unknown" in found else "day" if "day" in found else "exact"
