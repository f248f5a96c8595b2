"""The clocks of signals, minute by minute: open minutes are counted one after the other, and nothing is worked out that
can be counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

LOOKS_AHEAD = 100_000
"""How many minutes from now a due is looked for."""


@dataclass(frozen=True)
class Fact:
    """What happened to a signal in a minute. `other`: the signal that it was merged into."""

    at: int
    signal: str
    what: str
    other: str | None = None


@dataclass
class Counted:
    """A clock. `ran`: the minutes in which it was neither paused nor stopped."""

    started_in: str
    metric: str
    started: int
    ran: list[int] = field(default_factory=list)
    paused: bool = False
    stopped: int | None = None


@dataclass(frozen=True)
class Verdict:
    """A clock as of a minute."""

    started_in: str
    metric: str
    state: str
    started: int
    due: int
    stopped: int | None
    missed: int | None


def verdicts(
    facts: Sequence[Fact], targets: Mapping[str, int], is_open: Callable[[int], bool], now: int
) -> dict[str, list[Verdict]]:
    """By signal, the clocks that are shown at it as of `now`."""
    facts = _standing([each for each in facts if each.at <= now])
    shown: dict[str, list[Counted]] = {}
    status: dict[str, str] = {}
    before: dict[str, str] = {}
    for minute in range(min((each.at for each in facts), default=now), now + 1):
        for fact in (each for each in facts if each.at == minute):
            _happens(fact, shown, status, before)
        for clock in (each for clocks in shown.values() for each in clocks):
            if clock.stopped is None and not clock.paused:
                clock.ran.append(minute)
    return {id: [_verdict(each, targets[each.metric], is_open, now) for each in clocks] for id, clocks in shown.items()}


def _standing(facts: Sequence[Fact]) -> list[Fact]:
    """The facts without the merges that were undone."""
    found: list[Fact] = []
    for fact in facts:
        if fact.what == "separated":
            found.remove([each for each in found if (each.signal, each.what) == (fact.signal, "merged")][-1])
        else:
            found.append(fact)
    return found


def _happens(fact: Fact, shown: dict[str, list[Counted]], status: dict[str, str], before: dict[str, str]) -> None:
    id, clocks = fact.signal, shown.setdefault(fact.signal, [])
    if fact.what == "merged":
        assert fact.other is not None
        for each in clocks:
            done = ("routed",) if each.metric == "acknowledge" else ("routed", "acknowledged", "asked-back")
            if each.stopped is None and status[fact.other] not in done:
                each.stopped = fact.at
            each.paused = each.metric == "answer" and status[fact.other] == "asked-back"
        shown.setdefault(fact.other, []).extend(clocks)
        shown[id] = []
        return
    if fact.what == "asked-back" and status[id] != "asked-back":
        before[id] = status[id]
    status[id] = {"told": before.get(id, ""), "handed-on": "routed"}.get(fact.what, fact.what)
    stops = {
        "acknowledged": ("acknowledge",), "handed-on": ("acknowledge",), "planned": ("acknowledge", "answer"),
        "shipped": ("acknowledge", "answer"), "declined": ("acknowledge", "answer"),
    }.get(fact.what, ())  # fmt: skip
    for each in clocks:
        if each.stopped is None and each.metric in stops:
            each.stopped = fact.at
        each.paused = each.metric == "answer" and status[id] == "asked-back"
    if fact.what in ("routed", "handed-on"):
        clocks.append(Counted(id, "acknowledge", fact.at))
    if fact.what == "acknowledged" and not any(each.metric == "answer" and each.stopped is None for each in clocks):
        clocks.append(Counted(id, "answer", fact.at))


def _verdict(clock: Counted, target: int, is_open: Callable[[int], bool], now: int) -> Verdict:
    end = now if clock.stopped is None else clock.stopped
    due = _due([each for each in clock.ran if each < end], end, target, is_open)
    missed = due if due < end else None
    state = "met-late" if missed else "met"
    if clock.stopped is None:
        state = "paused" if clock.paused else "running"
    return Verdict(clock.started_in, clock.metric, state, clock.started, due, clock.stopped, missed)


def _due(ran: Iterable[int], end: int, target: int, is_open: Callable[[int], bool]) -> int:
    """The end of the minute in which the target is used up, had the clock gone on from `end` on."""
    left = target
    for minute in chain(ran, range(end, end + LOOKS_AHEAD)):
        left -= is_open(minute)
        if left == 0:
            return minute + 1
    raise AssertionError("the calendar opens")
