"""The clocks of a signal as recorded by the watch, and what it detected. A stream of their own, so that a warning never
changes a signal's version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never

from domain.kernel.event import Event, Recorded
from domain.kernel.stream import Stream
from domain.kernel.time import Instant
from domain.kernel.values import Frozen
from domain.service_level.clock import Cause, State
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.policy import SignalMetric


def stream_of(signal_id: str) -> str:
    """The id of the stream of a signal's clocks."""
    return "signalclocks-" + signal_id.removeprefix("signal-")


# -- events


class WhichOfSignal(Frozen):
    """The identity of a clock, wherever it is shown: the signal in which it started, and its number there."""

    started_in: str
    metric: SignalMetric
    number: int


class RecordedSignalClock(Frozen):
    """A clock as evaluated. A paused clock has no `due_at`, unless it is missed."""

    which: WhichOfSignal
    instance: int
    state: State
    started_at: Instant
    due_at: Instant | None
    warn_at: tuple[Instant, ...]
    stopped_at: Instant | None
    target: timedelta | None
    breached_at: Instant | None
    cause: Cause | None
    policy_id: str
    policy_version: int
    calendar_id: str
    calendar_version: int | None
    positions: tuple[int, ...]

    @property
    def live(self) -> bool:
        """Whether the clock goes on, running or paused."""
        return self.state in ("running", "paused")


class AboutSignalClocks(Event):
    """The signal that an event about clocks belongs to."""

    signal_id: str


class SignalClocksEvaluated(AboutSignalClocks, name="signalclocks.evaluated", published_as="signals.v1"):
    """All clocks of a signal, evaluated up to a version of its stream."""

    up_to: int
    clocks: tuple[RecordedSignalClock, ...]


class SignalClockWarned(AboutSignalClocks, name="signalclocks.warned", published_as="signals.v1"):
    """A due came near."""

    which: WhichOfSignal
    warn_at: Instant
    due_at: Instant


class SignalClockBreached(AboutSignalClocks, name="signalclocks.breached", published_as="signals.v1"):
    """A target was missed at `breached_at`, also if it was told as met before. `detected_at`: when that was detected,
    by the database's clock."""

    which: WhichOfSignal
    due_at: Instant | None
    breached_at: Instant
    detected_at: Instant
    cause: Cause


class SignalClockMet(AboutSignalClocks, name="signalclocks.met", published_as="signals.v1"):
    """A target was met."""

    which: WhichOfSignal
    stopped_at: Instant


class SignalBreachWithdrawn(AboutSignalClocks, name="signalclocks.breach-withdrawn", published_as="signals.v1"):
    """A recorded breach was none, by what was recorded since."""

    which: WhichOfSignal
    breached_at: Instant


# -- state


@dataclass(frozen=True, slots=True)
class SignalVerdicts:
    """The recorded clocks of a signal. `breached`, `met`: what was told of each clock last."""

    up_to: int = 0
    clocks: tuple[RecordedSignalClock, ...] = ()
    breached: Mapping[WhichOfSignal, datetime] = field(default_factory=lambda: MappingProxyType({}))
    met: frozenset[WhichOfSignal] = frozenset()
    warned: frozenset[tuple[WhichOfSignal, datetime]] = frozenset()


SignalClocksEvent = (
    SignalClocksEvaluated | SignalClockWarned | SignalClockBreached | SignalClockMet | SignalBreachWithdrawn
)  # fmt: skip


def evolve(state: SignalVerdicts | None, event: SignalClocksEvent) -> SignalVerdicts | None:
    """Fold one event into the state."""
    state = state or SignalVerdicts()
    match event:
        case SignalClocksEvaluated():
            return replace(state, up_to=event.up_to, clocks=event.clocks)
        case SignalClockWarned():
            return replace(state, warned=state.warned | {(event.which, event.warn_at)})
        case SignalClockBreached():
            breached = MappingProxyType({**state.breached, event.which: event.breached_at})
            return replace(state, breached=breached, met=state.met - {event.which})
        case SignalBreachWithdrawn():
            breached = MappingProxyType({each: at for each, at in state.breached.items() if each != event.which})
            return replace(state, breached=breached)
        case SignalClockMet():
            return replace(state, met=state.met | {event.which})
        case _:
            assert_never(event)


SIGNAL_CLOCKS = Stream("signalclocks", SignalClocksEvent, evolve)


# -- decisions


def told(recorded_events: Iterable[Recorded[Event]]) -> SignalVerdicts:
    """What was told of the clocks of several signals. `recorded_events`: of their streams of clocks."""
    state: SignalVerdicts | None = None
    for recorded in sorted(recorded_events, key=lambda each: each.position):
        if isinstance(recorded.event, SignalClocksEvent) and not isinstance(recorded.event, SignalClocksEvaluated):
            state = evolve(state, recorded.event)
    return state or SignalVerdicts()


def detected_events(
    state: SignalVerdicts | None,
    signal_id: str,
    found: Sequence[EvaluatedClock],
    up_to: int,
    now: datetime,
    told: SignalVerdicts | None = None,
) -> list[Event]:
    """Decide the events for what is new in the clocks `found` as of `now`; `up_to`: the signal's version. `told`: which
    breaches and kept targets were told, wherever the clocks were shown; None: only here."""
    before = state or SignalVerdicts()
    told = told or before
    clocks = tuple(map(_clock, found))
    events: list[Event] = []
    if clocks != before.clocks or up_to > before.up_to:
        events.append(SignalClocksEvaluated(signal_id=signal_id, up_to=up_to, clocks=clocks))
    for clock, evaluated in zip(clocks, found, strict=True):
        events += _verdicts(told, signal_id, clock, evaluated.unannounced, now)
        events += _warnings(before, signal_id, clock, now)
    return events


def _verdicts(
    told: SignalVerdicts, signal_id: str, clock: RecordedSignalClock, unannounced: bool, now: datetime
) -> Iterator[Event]:
    which = clock.which
    if clock.breached_at is not None and clock.cause is not None:
        if which not in told.breached and not unannounced:
            yield SignalClockBreached(
                signal_id=signal_id,
                which=which,
                due_at=clock.due_at,
                breached_at=clock.breached_at,
                detected_at=now,
                cause=clock.cause,
            )
        return
    if (missed := told.breached.get(which)) is not None:
        yield SignalBreachWithdrawn(signal_id=signal_id, which=which, breached_at=missed)
    if clock.state == "met" and clock.stopped_at is not None and which not in told.met:
        yield SignalClockMet(signal_id=signal_id, which=which, stopped_at=clock.stopped_at)


def _warnings(before: SignalVerdicts, signal_id: str, clock: RecordedSignalClock, now: datetime) -> Iterator[Event]:
    for warn_at in clock.warn_at if clock.breached_at is None else ():
        if warn_at <= now and clock.due_at is not None and (clock.which, warn_at) not in before.warned:
            yield SignalClockWarned(signal_id=signal_id, which=clock.which, warn_at=warn_at, due_at=clock.due_at)


def _clock(evaluated: EvaluatedClock) -> RecordedSignalClock:
    origin = evaluated.origin
    which = {"started_in": origin.started_in, "metric": origin.metric, "number": origin.number}
    return RecordedSignalClock(
        which=WhichOfSignal.model_validate(which),
        instance=evaluated.instance,
        state=evaluated.state,
        started_at=evaluated.started_at,
        due_at=None if evaluated.state == "paused" and evaluated.breached_at is None else evaluated.due_at,
        warn_at=evaluated.warn_at,
        stopped_at=evaluated.stopped_at,
        target=evaluated.target,
        breached_at=evaluated.breached_at,
        cause=evaluated.cause,
        policy_id=evaluated.policy_id,
        policy_version=evaluated.policy_version,
        calendar_id=evaluated.calendar_id,
        calendar_version=evaluated.calendar_version,
        positions=evaluated.positions,
    )
