"""When the clocks of a signal start, pause and stop, and that a second reading counts the same minute by minute."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.kernel.event import Actor, Envelope, Event, Recorded
from domain.kernel.refusal import Refusal
from domain.kernel.versioned import DatedRevision
from domain.service_level import signal_fold
from domain.service_level.calendar import calendar
from domain.service_level.clock import RunningClock
from domain.service_level.evaluated import ConversationClocks, EvaluatedClock
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Policy, Selects
from domain.service_level.signal_fold import evaluate_signals
from domain.service_level.versioned_policies import VersionedPolicies
from domain.signal import commands as c
from domain.signal import events as s
from domain.signal.decisions import decide
from domain.signal.merging import decide_merge, decide_separation
from domain.signal.state import ANSWERED, Signal, evolve
from tests.oracle.signals import Fact, Verdict, verdicts

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WEIGHED = s.Weighed(strength="strong", people=40, items=52, weight="40", reasons=())
TARGETS = {"acknowledge": 120, "answer": 300}
"""In minutes."""


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def policies(**terms: Any) -> VersionedPolicies:
    """One policy for signals about wheels, by a calendar that is open from 9 to 17."""
    hours = OpeningHours.model_validate({"zone": "UTC", "hours": {"mon-sun": ["09:00-17:00"]}})
    says = {
        "subject": "signal", "calendar_id": "calendar-1", "selects": Selects(product_areas=("wheels",)),
        "targets": {metric: timedelta(minutes=target) for metric, target in TARGETS.items()}, **terms,
    }  # fmt: skip
    policy = Policy([DatedRevision(1, None, says)])
    dates = calendar([DatedRevision(1, None, dict(hours))])
    return VersionedPolicies({"policy-1": policy}, {"calendar-1": dates}, zone="UTC")


def is_open(minute: int) -> bool:
    return 9 <= at(minute).hour < 17


class Signals:
    """Signals about wheels, and what happened to them, minute by minute."""

    def __init__(self) -> None:
        self.states: dict[str, Signal] = {}
        self.recorded: list[Recorded[Event]] = []
        self._versions: dict[str, int] = {}

    def record(self, minute: int, id: str, events: Sequence[Event]) -> None:
        for event in events:
            assert isinstance(event, s.SignalEvent)
            version = self._versions[id] = self._versions.get(id, 0) + 1
            position = len(self.recorded) + 1
            envelope = Envelope(event_id=f"event-{position}", actor=Actor(id="staff-1", kind="agent"))
            self.recorded.append(Recorded(id, version, event, envelope, position, at(minute)))
            state = evolve(self.states.get(id), event)
            assert state is not None
            self.states[id] = state

    def route(self, minute: int, id: str) -> None:
        about: dict[str, Any] = {"signal_id": id, "area": "wheels", "theme": "wobbles", "stage": "production"}
        self.record(minute, id, [s.SignalRouted(**about, team_id="team-1", weighed=WEIGHED)])

    def ask(self, minute: int, id: str, command: c.SignalCommand) -> None:
        """Raises Refusal."""
        self.record(minute, id, decide(self.states[id], command, at(minute)))

    def merge(self, minute: int, id: str, into: str) -> None:
        """Raises Refusal."""
        for each, events in decide_merge(self.states[id], self.states[into]).items():
            self.record(minute, each, events)

    def separate(self, minute: int, id: str) -> None:
        if (into := self.states[id].merged_into) is not None:
            for each, events in decide_separation(self.states[id], self.states[into]).items():
                self.record(minute, each, events)

    def clocks(self, minute: int, by: VersionedPolicies | None = None) -> dict[str, ConversationClocks]:
        return evaluate_signals(self.recorded, by or policies(), at(minute))

    def shown(self, minute: int, id: str = "signal-1") -> list[tuple[str, str]]:
        return [(each.metric, each.state) for each in self.clocks(minute)[id].clocks]


ACKNOWLEDGE, DECLINE = c.AcknowledgeSignal(), c.DeclineSignal(because="Too dear")
ASK, TELL = c.AskBack(question="Which year?"), c.AnswerQuestion(answer="2026")
PLAN, SHIP = c.PlanSignal(what="A stiffer rim"), c.ShipSignal(what="A stiffer rim")
HAND_ON = c.HandOnSignal(team_id="team-2", because="Theirs")
HAND_BACK = c.HandOnSignal(team_id="team-1", because="Ours after all")


@pytest.mark.parametrize(
    ("commands", "shown"),
    [
        ([], [("acknowledge", "running")]),
        ([ACKNOWLEDGE], [("acknowledge", "met"), ("answer", "running")]),
        ([ASK], [("acknowledge", "met"), ("answer", "paused")]),
        ([ASK, TELL], [("acknowledge", "met"), ("answer", "running")]),
        ([PLAN], [("acknowledge", "met"), ("answer", "met")]),
        ([PLAN, ASK, TELL], [("acknowledge", "met"), ("answer", "met")]),
        ([SHIP], [("acknowledge", "met"), ("answer", "met")]),
        ([DECLINE], [("acknowledge", "met")]),
        ([ACKNOWLEDGE, DECLINE], [("acknowledge", "met"), ("answer", "met")]),
        ([HAND_ON], [("acknowledge", "met"), ("acknowledge", "running")]),
        ([ASK, HAND_ON], [("acknowledge", "met"), ("acknowledge", "running"), ("answer", "running")]),
        ([ACKNOWLEDGE, HAND_ON, ACKNOWLEDGE], [("acknowledge", "met")] * 2 + [("answer", "running")]),
        ([PLAN, HAND_ON, ACKNOWLEDGE], [("acknowledge", "met")] * 2 + [("answer", "met"), ("answer", "running")]),
    ],
)
def test_the_clocks_that_a_signal_has(commands: Sequence[c.SignalCommand], shown: list[tuple[str, str]]) -> None:
    signals = Signals()
    signals.route(0, "signal-1")
    for minute, command in enumerate(commands, 1):
        signals.ask(minute, "signal-1", command)
    assert signals.shown(20) == shown


def test_a_signal_that_nobody_takes_is_missed_in_business_time() -> None:
    signals = Signals()
    signals.route(240, "signal-1")
    (clock,) = signals.clocks(23 * 60)["signal-1"].clocks
    assert (clock.due_at, clock.breached_at) == (at(22 * 60), at(22 * 60))
    assert (clock.consumed_seconds, clock.over_seconds) == (3 * 3600, 3600)


def test_a_policy_of_conversations_is_none_of_signals() -> None:
    signals = Signals()
    signals.route(0, "signal-1")
    assert signals.clocks(10, policies(subject="conversation"))["signal-1"].clocks == ()
    assert signals.clocks(10, policies(selects=Selects(product_areas=("brakes",))))["signal-1"].clocks == ()


def test_a_part_takes_its_clocks_along_and_an_undo_gives_them_back() -> None:
    # Given a part that nobody took, and a signal that was acknowledged
    signals = Signals()
    signals.route(0, "signal-1")
    signals.route(10, "signal-2")
    signals.ask(20, "signal-2", ACKNOWLEDGE)
    # When
    signals.merge(30, "signal-1", "signal-2")
    # Then it is acknowledged with the other one
    assert signals.shown(40) == []
    assert signals.shown(40, "signal-2") == [("acknowledge", "met"), ("acknowledge", "met"), ("answer", "running")]
    assert signals.clocks(40)["signal-1"].merged_into == "signal-2"
    # And after the undo, nobody has taken it
    signals.ask(50, "signal-2", DECLINE)
    signals.separate(60, "signal-1")
    assert signals.shown(60) == [("acknowledge", "running")]
    assert signals.clocks(60)["signal-1"].clocks[0].consumed_seconds == 3600
    assert signals.shown(60, "signal-2") == [("acknowledge", "met"), ("answer", "met")]
    # And before the undo it is as it was
    assert signals.shown(59, "signal-2")[-1] == ("answer", "met")


# -- the second reading

COMMANDS: Sequence[c.SignalCommand] = (
    ACKNOWLEDGE, ACKNOWLEDGE, ASK, TELL, TELL, PLAN, SHIP, DECLINE, HAND_ON, HAND_BACK,
)  # fmt: skip
_FACTS: dict[type[Event], str] = {
    s.SignalRouted: "routed", s.SignalAcknowledged: "acknowledged", s.SignalAskedBack: "asked-back",
    s.SignalQuestionAnswered: "told", s.SignalPlanned: "planned", s.SignalShipped: "shipped",
    s.SignalDeclined: "declined", s.SignalHandedOn: "handed-on", s.SignalMerged: "merged",
    s.SignalSeparated: "separated",
}  # fmt: skip


def a_history(seed: int) -> Signals:
    """Three signals, to which anything may happen that is not refused; also twice in a minute."""
    chance, signals, minute = random.Random(seed), Signals(), 0
    for _ in range(25):
        minute += chance.choice((0, 1, 7, 45, 200))
        id, other = chance.sample(("signal-1", "signal-2", "signal-3"), 2)
        state = signals.states.get(id)
        try:
            if state is None or (state.status in ANSWERED and state.merged_into is None):
                signals.route(minute, id)
            elif (chosen := chance.random()) < 0.15 and other in signals.states:
                signals.merge(minute, id, other)
            elif chosen < 0.3:
                signals.separate(minute, id)
            else:
                signals.ask(minute, id, chance.choice(COMMANDS))
        except Refusal:
            pass
    return signals


def differences(seeds: range) -> Iterator[int]:
    """The histories of which both readings do not say the same, each as of a minute of its own."""
    for seed in seeds:
        signals, minute = a_history(seed), random.Random(seed).randint(100, 1800)
        if _first(signals, minute) != _second(signals, minute):
            yield seed


def _first(signals: Signals, minute: int) -> dict[str, list[Verdict]]:
    return {id: sorted(map(_as_verdict, each.clocks), key=repr) for id, each in signals.clocks(minute).items()}


def _second(signals: Signals, minute: int) -> dict[str, list[Verdict]]:
    facts = [
        Fact(_minute(each.at), each.originator_id, what, getattr(each.event, "into", None))
        for each in signals.recorded
        if (what := _FACTS.get(type(each.event)))
    ]
    return {id: sorted(each, key=repr) for id, each in verdicts(facts, TARGETS, is_open, minute).items()}


def _as_verdict(clock: EvaluatedClock) -> Verdict:
    assert clock.due_at is not None
    started, due = _minute(clock.started_at), _minute(clock.due_at)
    stopped = None if clock.stopped_at is None else _minute(clock.stopped_at)
    missed = None if clock.breached_at is None else _minute(clock.breached_at)
    return Verdict(clock.origin.started_in, clock.metric, clock.state, started, due, stopped, missed)


def _minute(instant: datetime) -> int:
    return (instant - NOON) // timedelta(minutes=1)


def test_a_second_reading_counts_the_same_of_any_history() -> None:
    assert list(differences(range(60))) == []


def _never(*_: object, **__: object) -> None:
    """Does nothing."""


@pytest.mark.parametrize(
    ("room", "name", "broken"),
    [
        (RunningClock, "follow", _never),
        (signal_fold.SignalFold, "_merged", _never),
        (signal_fold, "_as_linked", list),
    ],
    ids=["a pause is missed", "a merge is missed", "an undo is missed"],
)
def test_a_broken_first_reading_is_caught(
    monkeypatch: pytest.MonkeyPatch, room: object, name: str, broken: Callable[..., object]
) -> None:
    monkeypatch.setattr(room, name, broken)
    assert next(differences(range(60)), None) is not None
