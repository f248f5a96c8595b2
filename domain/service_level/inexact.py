"""What is not known to the instant: between which instants it happened (S34)."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from domain.kernel.event import Event, Recorded
from domain.kernel.time import EARLIEST, day_of, end_of_day, from_start

Precision = Literal["exact", "day", "unknown"]


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last instant at which something can have happened."""

    precision: Precision
    earliest: datetime
    latest: datetime


def span_of(recorded: Recorded[Event], zone: str) -> Span | None:
    """When an event can have happened; None where that is known. `zone`: in which a day is a local date.

    Nothing happened after it was recorded. A time that cannot be counts as of its recording, which is known."""
    at = recorded.at
    match recorded.envelope.time_precision:
        case "day":
            day = day_of(at, zone)
            earliest, latest = from_start(day, zone), end_of_day(day, zone)
            return Span("day", min(earliest, at), max(at, min(latest, recorded.recorded_at)))
        case "unknown":
            return Span("unknown", EARLIEST, max(at, recorded.recorded_at))
        case _:
            return None


def as_told(in_streams: Sequence[Recorded[Event]], zone: str) -> Sequence[Recorded[Event]]:
    """The events, with what is not known exactly where it was told: not before what its stream holds of that span by
    then, so that the answer to a question of the same day follows the question."""
    if all(each.envelope.time_precision not in ("day", "unknown") for each in in_streams):
        return in_streams
    found: list[Recorded[Event]] = []
    happened: list[datetime] = []
    for recorded in in_streams:
        if recorded.originator_version == 1:
            happened = []
        if (span := span_of(recorded, zone)) is not None and (known := bisect_right(happened, span.latest)):
            at = max(recorded.at, happened[known - 1])
            recorded = replace(recorded, envelope=recorded.envelope.model_copy(update={"occurred_at": at}))
        insort(happened, recorded.at)
        found.append(recorded)
    return found


def less_precise(*spans: Span | None) -> Precision:
    """The precision of what depends on all of these."""
    found = {span.precision for span in spans if span is not None}
    return "unknown" if "unknown" in found else "day" if "day" in found else "exact"
