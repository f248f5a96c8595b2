"""Evaluated clocks: one clock as of an instant, and all clocks of a conversation or a signal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.conversation.events import Priority
from domain.service_level.clock import AnyStatus, Cause, Change, Origin, RunningClock, State
from domain.service_level.inexact import Precision, Stretch
from domain.service_level.policy import Metric
from domain.service_level.versioned_policies import VersionedPolicies

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class EvaluatedClock:
    """A clock as of an instant. `due_at`: of a paused clock, if it went on now; None where nothing is promised any more
    or the calendar never opens. `breached_at`: when the target was missed; for the cause `policy_change`, when the
    policy or the priority changed, and `missed_by` says which. `unannounced`: by its policy, that change announces no
    breach. `over_seconds`: business time. `positions`: the log positions of the events that the clock depends on.
    `precision`: how exactly it is known when the clock started, paused, went on and stopped."""

    origin: Origin
    metric: Metric
    instance: int
    state: State
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    consumed_seconds: int
    over_seconds: int
    breached_at: datetime | None
    cause: Cause | None
    unannounced: bool
    policy_id: str
    policy_version: int
    priority: Priority
    calendar_id: str
    calendar_version: int | None
    target: timedelta | None
    warn_at: tuple[datetime, ...]
    stretches: tuple[Stretch, ...]
    positions: tuple[int, ...]
    never_opens: bool
    missed_by: Change | None = None
    precision: Precision = "exact"


@dataclass(frozen=True, slots=True)
class ConversationClocks:
    """A conversation or a signal as of an instant: its status, and its clocks by metric and in order. A part has no
    clocks: `merged_into` says where they are."""

    conversation_id: str
    status: AnyStatus
    merged_into: str | None
    clocks: tuple[EvaluatedClock, ...]


def evaluated(policies: VersionedPolicies, clock: RunningClock, number: int, now: datetime) -> EvaluatedClock:
    """Evaluate a clock as of `now`. `number`: its place among the clocks of its metric, from 1."""
    calendars = policies.calendars
    clock.settle(calendars, now)
    due = clock.due(calendars, now)
    consumed = clock.consumed(calendars, now)
    judged = clock.target is not None and clock.state != "unknown"
    over = max(timedelta(), consumed - clock.target) if judged and clock.target is not None else timedelta()
    assert clock.origin is not None
    assert clock.policy_version is not None
    policy_id = clock.policy_id or clock.evaluated_under
    assert policy_id is not None
    assert clock.due_by is not None
    return EvaluatedClock(
        origin=clock.origin,
        metric=clock.metric,
        instance=number,
        state=clock.state,
        started_at=clock.started_at,
        due_at=due,
        stopped_at=clock.stopped_at,
        consumed_seconds=consumed // _SECOND,
        over_seconds=over // _SECOND,
        breached_at=clock.breached_at,
        cause=clock.cause,
        missed_by=clock.missed_by,
        precision=clock.precision,
        unannounced=_unannounced(policies, clock),
        policy_id=policy_id,
        policy_version=clock.policy_version,
        priority=clock.priority,
        calendar_id=clock.due_by,
        calendar_version=policies.calendar_version(clock.due_by, clock.stopped_at or now),
        target=clock.target,
        warn_at=tuple(_warnings(policies, clock, now)),
        stretches=tuple(clock.stretches),
        positions=tuple(clock.positions),
        never_opens=clock.target is not None and due is None,
    )


def _warnings(policies: VersionedPolicies, clock: RunningClock, now: datetime) -> Iterator[datetime]:
    """When to warn of a running clock, by what its policy says now."""
    terms = policies.terms(clock.policy_id, now)
    if terms is None or clock.state != "running" or clock.target is None:
        return
    for left in sorted(terms.terms.warn_before, reverse=True):
        at = clock.due(policies.calendars, now, before=left) if left < clock.target else None
        if at is not None:
            yield at


def _unannounced(policies: VersionedPolicies, clock: RunningClock) -> bool:
    if clock.cause != "policy_change" or clock.breached_at is None:
        return False
    terms = policies.terms(clock.policy_id, clock.breached_at)
    return terms is not None and not terms.terms.tells_policy_breaches
