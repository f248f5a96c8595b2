"""The clocks of a conversation as recorded by the watch, and the breaches it detected. A stream of their own, so that a
warning never changes a conversation's version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar, assert_never

from domain.kernel.event import Event, Recorded, Upcast, unchanged
from domain.kernel.stream import Stream
from domain.kernel.time import Instant
from domain.kernel.values import Frozen
from domain.service_level.clock import Cause, State
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.inexact import Precision
from domain.service_level.policy import ConversationMetric


def stream_of(conversation_id: str) -> str:
    """The id of the stream of a conversation's clocks."""
    return "clocks-" + conversation_id.removeprefix("conversation-")


# -- events


class Which(Frozen):
    """The identity of a clock, wherever it is shown: the conversation in which it started, and its number there."""

    conversation_id: str
    metric: ConversationMetric
    number: int


class RecordedClock(Frozen):
    """A clock as evaluated. What changes by the mere passing of time is recorded of stopped clocks only: a paused clock
    has no `due_at`, and a live clock no `consumed_seconds`. `positions`: those beside the first `positions_kept` of the
    record before."""

    which: Which
    instance: int
    state: State
    started_at: Instant
    due_at: Instant | None
    warn_at: tuple[Instant, ...]
    stopped_at: Instant | None
    target: timedelta | None
    consumed_seconds: int | None
    over_seconds: int | None
    breached_at: Instant | None
    cause: Cause | None
    policy_id: str
    policy_version: int
    calendar_id: str
    calendar_version: int | None
    positions: tuple[int, ...]
    positions_kept: int = 0
    precision: Precision = "exact"

    @property
    def live(self) -> bool:
        """Whether the clock goes on, running or paused."""
        return self.state in ("running", "paused")


class AboutClocks(Event):
    """The conversation that an event about clocks belongs to."""

    conversation_id: str


class ClocksEvaluated(AboutClocks, name="clocks.seen", published_as="clocks.v1"):
    """The clocks of a conversation, evaluated up to a version of its stream: those that go on, and those that changed
    since the record before; so the log grows with the conversation and no faster. `gone`: those that exist no longer.
    Version 1 has all clocks, and no `gone`; until version 2, every start and stop counted as exact."""

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    up_to: int
    clocks: tuple[RecordedClock, ...]
    gone: tuple[Which, ...] | None = None


class Warned(AboutClocks, name="clocks.warned", published_as="clocks.v1"):
    """A due came near."""

    which: Which
    warn_at: Instant
    due_at: Instant


class Breached(AboutClocks, name="clocks.breached", published_as="clocks.v1"):
    """A target was missed at `breached_at`. `detected_at`: when that was detected, by the database's clock."""

    which: Which
    due_at: Instant | None
    breached_at: Instant
    detected_at: Instant
    cause: Cause


class Met(AboutClocks, name="clocks.met", published_as="clocks.v1"):
    """A target was met."""

    which: Which
    stopped_at: Instant


class MetWithdrawn(AboutClocks, name="clocks.met-withdrawn", published_as="clocks.v1"):
    """A target that was recorded as met was missed after all, or is not known to be met: the conversation was reopened,
    or something was corrected."""

    which: Which
    stopped_at: Instant


class BreachWithdrawn(AboutClocks, name="clocks.breach-withdrawn", published_as="clocks.v1"):
    """A recorded breach was none, by what was recorded since. What was known before stays in the log."""

    which: Which
    breached_at: Instant


class NeverDue(AboutClocks, name="clocks.never-due", published_as="clocks.v1"):
    """An error: the calendar of a clock never opens, so that nothing is due. It does not count as open all day."""

    which: Which
    calendar_id: str
    calendar_version: int | None


# -- state


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The recorded clocks of a conversation, and what was detected of them."""

    up_to: int = 0
    clocks: Mapping[Which, RecordedClock] = field(default_factory=lambda: MappingProxyType({}))
    breached: Mapping[Which, datetime] = field(default_factory=lambda: MappingProxyType({}))
    warned: frozenset[tuple[Which, datetime]] = frozenset()
    met: Mapping[Which, datetime] = field(default_factory=lambda: MappingProxyType({}))
    never_due: frozenset[tuple[Which, str, int | None]] = frozenset()


ClocksEvent = ClocksEvaluated | Warned | Breached | Met | MetWithdrawn | BreachWithdrawn | NeverDue


def evolve(state: Verdicts | None, event: ClocksEvent) -> Verdicts | None:
    """Fold one event into the state."""
    state = state or Verdicts()
    match event:
        case ClocksEvaluated():
            return replace(state, up_to=event.up_to, clocks=_all(state.clocks, event))
        case Warned():
            return replace(state, warned=state.warned | {(event.which, event.warn_at)})
        case Breached():
            breached = {**state.breached, event.which: event.breached_at}
            return replace(state, breached=MappingProxyType(breached))
        case BreachWithdrawn():
            breached = {which: at for which, at in state.breached.items() if which != event.which}
            return replace(state, breached=MappingProxyType(breached))
        case NeverDue():
            return replace(
                state, never_due=state.never_due | {(event.which, event.calendar_id, event.calendar_version)}
            )
        case Met():
            return replace(state, met=MappingProxyType({**state.met, event.which: event.stopped_at}))
        case MetWithdrawn():
            met = {which: at for which, at in state.met.items() if which != event.which}
            return replace(state, met=MappingProxyType(met))
        case _:
            assert_never(event)


def _all(before: Mapping[Which, RecordedClock], event: ClocksEvaluated) -> Mapping[Which, RecordedClock]:
    """All clocks after one more record."""
    if event.gone is None:
        return MappingProxyType({each.which: each for each in event.clocks})
    found = dict(before)
    for which in event.gone:
        found.pop(which, None)
    for each in event.clocks:
        if each.positions_kept:
            positions = (*found[each.which].positions[: each.positions_kept], *each.positions)
            each = each.model_copy(update={"positions": positions, "positions_kept": 0})
        found[each.which] = each
    return MappingProxyType(found)


CLOCKS = Stream("clocks", ClocksEvent, evolve)


def first_due(clocks: Sequence[RecordedClock]) -> RecordedClock | None:
    """The running clock with the earliest due."""
    due = [each for each in clocks if each.state == "running" and each.due_at is not None]
    return min(due, key=lambda each: each.due_at or each.started_at, default=None)


# -- decisions


def told(recorded_events: Iterable[Recorded[Event]]) -> Verdicts:
    """What was told of the clocks of several conversations. `recorded_events`: of their streams of clocks."""
    state: Verdicts | None = None
    for recorded in sorted(recorded_events, key=lambda each: each.position):
        # Which clocks go on is a conversation's own: what one lets go of, another may go on to show.
        if isinstance(recorded.event, ClocksEvent) and not isinstance(recorded.event, ClocksEvaluated):
            state = evolve(state, recorded.event)
    return state or Verdicts()


def detected_events(
    state: Verdicts | None,
    conversation_id: str,
    found: Sequence[EvaluatedClock],
    up_to: int,
    now: datetime,
    told: Verdicts | None = None,
) -> list[Event]:
    """Decide the events for what is new in the clocks `found` as of `now`; `up_to`: the conversation's version. `told`:
    which breaches and kept targets were told, wherever the clocks were shown; None: only here."""
    before = state or Verdicts()
    told = told or before
    clocks = tuple(map(_clock, found))
    events: list[Event] = []
    changed = [each for each in clocks if before.clocks.get(each.which) != each]
    gone = tuple(before.clocks.keys() - {each.which for each in clocks})
    # Also without any clock: else the watch would evaluate the conversation for ever.
    if changed or gone or up_to > before.up_to:
        written = [_further(each, before.clocks.get(each.which)) for each in clocks if each.live or each in changed]
        events.append(ClocksEvaluated(conversation_id=conversation_id, up_to=up_to, clocks=tuple(written), gone=gone))
    for clock, evaluated in zip(clocks, found, strict=True):
        events += _breach_events(told, conversation_id, clock, evaluated.unannounced, now)
        events += _warnings(before, conversation_id, clock, now)
        by = clock.which, clock.calendar_id, clock.calendar_version
        if evaluated.never_opens and evaluated.stopped_at is None and by not in before.never_due:
            events.append(
                NeverDue(
                    conversation_id=conversation_id,
                    which=clock.which,
                    calendar_id=clock.calendar_id,
                    calendar_version=clock.calendar_version,
                )
            )
    return events


def _further(clock: RecordedClock, before: RecordedClock | None) -> RecordedClock:
    """The clock with the positions that were not recorded before."""
    if before is None or clock.positions[: len(before.positions)] != before.positions:
        return clock
    kept = len(before.positions)
    return clock.model_copy(update={"positions": clock.positions[kept:], "positions_kept": kept})


def _breach_events(
    told: Verdicts, conversation_id: str, clock: RecordedClock, unannounced: bool, now: datetime
) -> list[Event]:
    which, events = clock.which, list[Event]()
    if clock.breached_at is not None and clock.cause is not None:
        if (met_at := told.met.get(which)) is not None:
            events.append(MetWithdrawn(conversation_id=conversation_id, which=which, stopped_at=met_at))
        if which not in told.breached and not unannounced:
            events.append(
                Breached(
                    conversation_id=conversation_id,
                    which=which,
                    due_at=clock.due_at,
                    breached_at=clock.breached_at,
                    detected_at=now,
                    cause=clock.cause,
                )
            )
        return events
    if clock.state == "unknown" and (met_at := told.met.get(which)) is not None:
        events.append(MetWithdrawn(conversation_id=conversation_id, which=which, stopped_at=met_at))
    if (missed := told.breached.get(which)) is not None:
        events.append(BreachWithdrawn(conversation_id=conversation_id, which=which, breached_at=missed))
    if clock.state == "met" and clock.stopped_at is not None and which not in told.met:
        events.append(Met(conversation_id=conversation_id, which=which, stopped_at=clock.stopped_at))
    return events


def _warnings(before: Verdicts, conversation_id: str, clock: RecordedClock, now: datetime) -> Iterator[Event]:
    # Told here, whatever was told elsewhere: the timer of this conversation waits for it.
    for warn_at in clock.warn_at if clock.breached_at is None else ():
        if warn_at <= now and clock.due_at is not None and (clock.which, warn_at) not in before.warned:
            yield Warned(conversation_id=conversation_id, which=clock.which, warn_at=warn_at, due_at=clock.due_at)


def _clock(evaluated: EvaluatedClock) -> RecordedClock:
    stopped = evaluated.stopped_at is not None
    origin = evaluated.origin
    return RecordedClock(
        which=Which.model_validate(
            {"conversation_id": origin.started_in, "metric": origin.metric, "number": origin.number}
        ),
        instance=evaluated.instance,
        state=evaluated.state,
        started_at=evaluated.started_at,
        due_at=None if evaluated.state == "paused" and evaluated.breached_at is None else evaluated.due_at,
        warn_at=evaluated.warn_at,
        stopped_at=evaluated.stopped_at,
        target=evaluated.target,
        consumed_seconds=evaluated.consumed_seconds if stopped else None,
        over_seconds=evaluated.over_seconds if stopped else None,
        breached_at=evaluated.breached_at,
        cause=evaluated.cause,
        policy_id=evaluated.policy_id,
        policy_version=evaluated.policy_version,
        calendar_id=evaluated.calendar_id,
        calendar_version=evaluated.calendar_version,
        positions=evaluated.positions,
        precision=evaluated.precision,
    )
