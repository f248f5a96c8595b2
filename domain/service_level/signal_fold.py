"""The fold of the clocks of signals: `acknowledge` runs until a team takes a signal on, `answer` until it answers.

The same clocks, calendars and policies as of conversations; only what starts, pauses and stops a clock is another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.kernel.event import Event, Recorded
from domain.service_level.evaluated import ConversationClocks, evaluated
from domain.service_level.fold import order
from domain.service_level.matter import Matter
from domain.service_level.matters import Matters
from domain.service_level.policy import SIGNAL_METRICS, ConversationTraits, Metric, chosen
from domain.service_level.versioned_policies import VersionedPolicies
from domain.signal import events as s
from domain.signal.state import Signal, evolve


def evaluate_signals(
    recorded_events: Iterable[Recorded[Event]], policies: VersionedPolicies, now: datetime
) -> dict[str, ConversationClocks]:
    """Evaluate the clocks of every signal in these events as of `now`; events that happen later do not count.

    `recorded_events`: whole streams, and the streams of the signals merged into them, in any order."""
    return SignalFold(policies).through([each for each in recorded_events if each.at <= now], now).signals(now)


class SignalFold(Matters):
    """One pass through the events of signals."""

    def __init__(self, policies: VersionedPolicies) -> None:
        super().__init__(policies)
        self._states: dict[str, Signal] = {}
        self._into: dict[str, str] = {}

    def through(self, recorded_events: Iterable[Recorded[Event]], now: datetime) -> SignalFold:
        """Fold these events, up to `now`."""
        for recorded in sorted(_as_linked(recorded_events), key=order):
            self._policies.go_on()
            self.policies_change(recorded.at)
            self._apply(recorded)
        self.policies_change(now)
        return self

    def signals(self, now: datetime) -> dict[str, ConversationClocks]:
        """Every signal and its clocks as of `now`. A part has none: they are where it was merged into."""
        return {id: self._signal(id, now) for id in self._states}

    def _apply(self, recorded: Recorded[Event]) -> None:
        id, event = recorded.originator_id, recorded.event
        assert isinstance(event, s.SignalEvent)
        before = self._states.get(id)
        state = evolve(before, event)
        if state is None:
            return  # an event dated before the signal was routed
        self._states[id] = state
        if isinstance(event, s.SignalMerged):
            self._merged(id, event.into, recorded)
            return
        matter = self._matters.get(self._into.get(id, id)) or self._begun(state, recorded)
        if id == matter.id:
            matter.status = state.status
        match event:
            case s.SignalRouted():
                self._clocks.start(matter, "acknowledge", recorded)
            case s.SignalHandedOn():
                # Those who said it wait on: `answer` goes on. The next team has not taken the signal on yet.
                self._stop(matter, recorded, "acknowledge")
                self._follow(matter, recorded)
                self._clocks.start(matter, "acknowledge", recorded)
            case s.SignalAcknowledged():
                self._stop(matter, recorded, "acknowledge")
                if not any(clock.live for clock in matter.clocks("answer")):
                    self._clocks.start(matter, "answer", recorded)
            case s.SignalAskedBack() | s.SignalQuestionAnswered():
                self._follow(matter, recorded)
            case s.SignalPlanned() | s.SignalShipped() | s.SignalDeclined():
                self._stop(matter, recorded, *SIGNAL_METRICS)
            case _:
                pass
        self._ended += matter.settle()

    def _begun(self, state: Signal, recorded: Recorded[Event]) -> Matter:
        about = ConversationTraits(subject="signal", product_area=state.area)
        matter = Matter(state.signal_id, "normal", about, status=state.status)
        matter.policy_id = chosen(self._policies.by_id, about, recorded.at)
        self._matters[matter.id] = matter
        return matter

    def _stop(self, matter: Matter, recorded: Recorded[Event], *metrics: Metric) -> None:
        for clock in matter.clocks():
            if clock.live and clock.metric in metrics:
                self._clocks.stop(clock, recorded)

    def _follow(self, matter: Matter, recorded: Recorded[Event]) -> None:
        for clock in matter.clocks("answer"):
            self._clocks.follow(matter, clock, recorded)

    def _merged(self, id: str, into: str, recorded: Recorded[Event]) -> None:
        """The clocks of the part go on where it was merged into, and stop where that is done already."""
        self._into[id] = into
        part, target = self._matters.pop(id, None), self._matters.get(into)
        if part is None or target is None:
            return
        done: dict[Metric, bool] = {
            "acknowledge": target.status != "routed", "answer": target.status in ("planned", "shipped", "declined"),
        }  # fmt: skip
        self._stop(part, recorded, *(metric for metric in SIGNAL_METRICS if done[metric]))
        for metric, clocks in part.shown.items():
            target.shown[metric] += clocks
        target.hidden += part.hidden
        target.active += part.active
        self._follow(target, recorded)
        self._ended += target.settle()

    def _signal(self, id: str, now: datetime) -> ConversationClocks:
        matter = self._matters.get(id)
        if matter is None:
            return ConversationClocks(id, self._states[id].status, self._into.get(id), ())
        clocks = [
            evaluated(self._policies, clock, number, now)
            for metric in SIGNAL_METRICS
            for number, clock in enumerate(matter.shown[metric], start=1)
        ]
        return ConversationClocks(id, matter.status, None, tuple(clocks))


def _as_linked(recorded_events: Iterable[Recorded[Event]]) -> list[Recorded[Event]]:
    """The events without merges that were undone since: after an undo, the merge has never been."""
    found: dict[str, list[Recorded[Event]]] = {}
    for recorded in sorted(recorded_events, key=lambda each: (each.originator_id, each.originator_version)):
        kept = found.setdefault(recorded.originator_id, [])
        if isinstance(recorded.event, s.SignalSeparated):
            last = next(n for n in reversed(range(len(kept))) if isinstance(kept[n].event, s.SignalMerged))
            del kept[last]
        else:
            kept.append(recorded)
    return [recorded for each in found.values() for recorded in each]
