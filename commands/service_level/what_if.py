"""What-if: another policy or calendar evaluated over recorded events. Answers which outcomes change; appends
nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Literal

from commands.service_level.evaluated_apart import NotEvaluated, in_groups
from domain.catalogue import STREAMS
from domain.kernel.event import TO_COME, Actor, Draft, Envelope, Event, Recorded
from domain.kernel.ids import kind_of, new_id
from domain.kernel.refusal import Refusal
from domain.kernel.values import Fields
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy_decisions
from domain.service_level.calendar import CalendarState, CorrectCalendar, HolidayDates, WriteCalendar
from domain.service_level.clock import Origin
from domain.service_level.detection import Knowledge
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.evaluation import evaluate
from domain.service_level.opening_hours import Holidays, OpeningHours
from domain.service_level.policy import PolicyState, Terms
from domain.service_level.policy_decisions import CorrectPolicy, WritePolicy
from domain.service_level.policy_file import PoliciesInFile
from domain.service_level.versioned_policies import VersionedPolicies
from infra import holidays
from infra.log.application import Log

PAGE = 500
"""How many records to read at a time."""

Outcome = Literal["none", "open", "met", "missed", "cancelled", "unknown"]
"""The outcome of a clock: `none` where there is no clock; `missed` also while the clock still runs."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A cell of a policy's table."""

    policy: str
    priority: str
    metric: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A clock with another outcome."""

    conversation_id: str
    clock: Origin
    cell: Cell
    before: Outcome
    after: Outcome
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The result of a what-if. `clocks`: how many clocks were compared. `not_evaluated`: the conversations of which
    none was."""

    clocks: int
    flips: Sequence[Flip]
    not_evaluated: Sequence[NotEvaluated] = ()

    def by_cell(self) -> Counter[tuple[Cell, Outcome, Outcome]]:
        """How many outcomes change, by cell, outcome before and outcome after."""
        return Counter((flip.cell, flip.before, flip.after) for flip in self.flips)


def what_if(log: Log, tried: PoliciesInFile, since: datetime, until: datetime, now: datetime, zone: str) -> WhatIf:
    """Evaluate all clocks twice, as of `now`: by the policies as they are, and as if the `tried` ones had held since
    `since`. Compares the clocks that went on at some time from `since` to before `until`. `zone`: the company's.

    Raises Refusal `nothing-said`, `calendar-unknown`, `opening-hours-invalid`, `holidays-unknown`, InputInvalid,
    UnreadableEvent, Overloaded.
    """
    ids, policy_events = _read(log)
    policy_events = [recorded for recorded in policy_events if _by_then(recorded, now)]
    events = _events(policy_events, tried, since, now)
    present, other = (_versioned(each, zone) for each in (policy_events, [*policy_events, *events]))
    names = {recorded.originator_id: name for recorded in [*policy_events, *events] if (name := _name(recorded.event))}

    def both(recorded_events: Sequence[Recorded[Event]]) -> tuple[_Clocks, _Clocks]:
        known = [recorded for recorded in recorded_events if _by_then(recorded, now)]
        return _clocks(known, present, now), _clocks(known, other, now)

    clocks, flips, not_evaluated = 0, list[Flip](), list[NotEvaluated]()
    for group in in_groups(log, ids, both):
        if isinstance(group, NotEvaluated):
            not_evaluated.append(group)
            continue
        before, after = group
        for origin in {**before, **after}:
            found = [each for each in (before.get(origin), after.get(origin)) if each]
            if not any(_goes_on(evaluated, since, until) for _, evaluated in found):
                continue
            clocks += 1
            was, would_be = outcome(before.get(origin)), outcome(after.get(origin))
            if was == would_be:
                continue
            conversation_id, evaluated = found[-1]
            cell = Cell(names.get(evaluated.policy_id, evaluated.policy_id), evaluated.priority, evaluated.metric)
            due_before, due_after = (
                each[1].due_at if each else None for each in (before.get(origin), after.get(origin))
            )
            flips.append(Flip(conversation_id, origin, cell, was, would_be, due_before, due_after))
    return WhatIf(clocks, flips, tuple(not_evaluated))


def outcome(found: tuple[str, EvaluatedClock] | None) -> Outcome:
    """The outcome of an evaluated clock."""
    if found is None:
        return "none"
    if found[1].breached_at is not None:
        return "missed"
    state = found[1].state
    return state if state in ("met", "cancelled", "unknown") else "open"


_Clocks = dict[Origin, tuple[str, EvaluatedClock]]
"""Each evaluated clock, with the conversation at which it is shown."""


def _clocks(recorded_events: Iterable[Recorded[Event]], policies: VersionedPolicies, now: datetime) -> _Clocks:
    conversations = evaluate(recorded_events, policies, now, history=True)
    return {clock.origin: (id, clock) for id, found in conversations.items() for clock in found.clocks}


def _goes_on(clock: EvaluatedClock, since: datetime, until: datetime) -> bool:
    return clock.started_at < until and (clock.stopped_at is None or clock.stopped_at >= since)


def _by_then(recorded: Recorded[Event], now: datetime) -> bool:
    return recorded.recorded_at <= now and recorded.at <= now


# -- the log


def _read(log: Log) -> tuple[list[str], list[Recorded[Event]]]:
    """The ids of all conversations in the order in which they began, and all events of policies and calendars."""
    ids: dict[str, None] = {}
    policy_events: list[Recorded[Event]] = []
    after = 0
    while records := log.read(after, PAGE):
        after = records[-1].id
        ids |= dict.fromkeys(str(each.originator_id) for each in records if _kind(each.originator_id) == "conversation")
        policy_events += log.recorded_events(
            [each for each in records if _kind(each.originator_id) in ("policy", "calendar")]
        )
    return list(ids), policy_events


def _kind(id: object) -> str:
    return kind_of(str(id))


# -- what is tried


def _versioned(recorded_events: Iterable[Recorded[Event]], zone: str) -> VersionedPolicies:
    return Knowledge([], zone=zone).policies(recorded_events)


def _name(event: Event) -> str | None:
    return getattr(event, "policy_name", None) or getattr(event, "calendar_name", None)


def _events(
    policy_events: Sequence[Recorded[Event]], tried: PoliciesInFile, since: datetime, now: datetime
) -> list[Recorded[Event]]:
    """The events that putting `tried` in force would append, as if they were recorded."""
    states: Fields = {}
    ids: dict[tuple[str, str], str] = {}
    for recorded in policy_events:
        stream = STREAMS[kind_of(recorded.originator_id)]
        states[recorded.originator_id] = stream.evolve(states.get(recorded.originator_id), recorded.event)
        if name := _name(recorded.event):
            ids[kind_of(recorded.originator_id), name] = recorded.originator_id
    if not tried.policies and not tried.calendars:
        raise Refusal("nothing-said", "name at least one policy or calendar to change")
    found = []
    for name, keys in tried.calendars.items():
        id = ids.setdefault(("calendar", name), new_id("calendar"))
        found.append(_as_recorded(id, states, _decided_calendar(states.get(id), name, keys, since, now), now))
    for name, policy in tried.policies.items():
        id = ids.setdefault(("policy", name), new_id("policy"))
        keys = policy.model_dump(exclude_none=True, exclude={"calendar"})
        if policy.calendar is not None:
            if ("calendar", policy.calendar) not in ids:
                raise Refusal(
                    "calendar-unknown", f"there is no calendar {policy.calendar}; write it into the file, too"
                )
            keys["calendar_id"] = ids["calendar", policy.calendar]
        found.append(_as_recorded(id, states, _decided_policy(states, id, name, keys, since, now), now))
    return found


def _decided_calendar(state: CalendarState | None, name: str, keys: Fields, since: datetime, now: datetime) -> Event:
    command: WriteCalendar | CorrectCalendar
    if state is None:
        command = WriteCalendar(name=name, opening_hours=OpeningHours.model_validate(keys))
        whose = command.opening_hours.holidays
    else:
        command = CorrectCalendar.model_validate({**keys, "correct_from": since})
        whose = command.holidays
    return calendar_versions.decide(state, command, now, _dates(whose, now))[0]


def _decided_policy(states: Fields, id: str, name: str, keys: Fields, since: datetime, now: datetime) -> Event:
    state: PolicyState | None = states.get(id)
    if state is None:
        write = WritePolicy(name=name, terms=Terms.model_validate(keys), correct_from=since)
        return policy_decisions.decide(None, write, now, "UTC")[0]
    correct = CorrectPolicy.model_validate({**keys, "correct_from": since})
    return policy_decisions.decide(state, correct, now, "UTC")[0]  # `since` is an instant: the zone does not matter


def _dates(whose: Holidays | None, now: datetime) -> HolidayDates | None:
    if whose is None:
        return None
    return HolidayDates(dates=tuple(holidays.resolved(whose, now.year)), data=version("holidays"))


def _as_recorded(id: str, states: Fields, event: Event, now: datetime) -> Recorded[Event]:
    before = states.get(id)
    states[id] = STREAMS[kind_of(id)].evolve(before, event)
    envelope = Envelope(event_id=new_id("event"), actor=Actor(id="service-dry-run", kind="service"))
    return Draft(id, len(before.revisions) + 1 if before else 1, event, envelope).recorded(TO_COME, now)
