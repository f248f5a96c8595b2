"""Measures of promises: kept by the date that was promised first, and by the date that was promised last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from domain.measure.definition import HIT, MISS, OPEN, Measure

PromiseKind = Literal["delivery", "launch", "other"]
_OWNER = "operations"
_WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """What the ledger knows of a promise. `ended`: how it ended; None while it stands."""

    id: str
    customer_id: str | None
    kind: PromiseKind
    first_due_at: datetime
    last_due_at: datetime
    ended: Literal["kept", "broken", "withdrawn"] | None = None
    ended_at: datetime | None = None


def _kept_by(due_at: Callable[[PromiseFacts], datetime]) -> Callable[[PromiseFacts, datetime], str]:
    def outcome(promise: PromiseFacts, now: datetime) -> str:
        due = due_at(promise)
        in_time = promise.ended_at is not None and promise.ended_at <= due
        match promise.ended:
            case "kept":
                return HIT if in_time else MISS
            case "broken":
                return MISS
            case "withdrawn":
                # Whoever withdraws a promise after its date did not keep it.
                return _WITHDRAWN if in_time else MISS
            case None:
                return OPEN if now <= due else MISS

    return outcome


_EXCLUDED = MappingProxyType({_WITHDRAWN: "withdrawn before the date: nobody expected it any more"})

PROMISE_KEPT: Measure[PromiseFacts] = Measure(
    name="promise_kept",
    version=1,
    question="Of what we promised, how much happened by the date that we promised first?",
    population="promises to customers, and launches, by their first date",
    hit="kept at or before the first date, however often the date was moved",
    exclusions=_EXCLUDED,
    time_basis="the first promised date",
    better="more",
    owner=_OWNER,
    reads=("promises",),
    at=lambda promise: promise.first_due_at,
    outcome=_kept_by(lambda promise: promise.first_due_at),
)
PROMISE_KEPT_LAST: Measure[PromiseFacts] = Measure(
    name="promise_kept_last",
    version=1,
    question="Of what we promised, how much happened by the date that we promised last?",
    population="promises to customers, and launches, by their last date",
    hit="kept at or before the last date",
    exclusions=_EXCLUDED,
    time_basis="the last promised date",
    better="more",
    owner=_OWNER,
    reads=("promises",),
    at=lambda promise: promise.last_due_at,
    outcome=_kept_by(lambda promise: promise.last_due_at),
)
