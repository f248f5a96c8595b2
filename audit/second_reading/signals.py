"""What becomes of the clocks of signals when events are replayed up to an instant: `acknowledge` until a team takes a
signal on, `answer` until it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.second_reading.clocks import Clock
from audit.second_reading.conversation import Conversation
from audit.second_reading.rules import Rulebook
from audit.second_reading.stored import Told
from audit.second_reading.targets import Targets

SIGNAL_METRICS = ("acknowledge", "answer")
_ANSWERED = ("planned", "shipped", "declined")


class SignalReplay(Targets):
    """Signals, as their events give them in the order in which they happened."""

    def __init__(self, streams: Mapping[str, Sequence[Told]], rules: Rulebook, until: int) -> None:
        super().__init__(rules)
        starts = {start for policy in rules.policies.values() for start in policy.starts}
        begins = sorted(start for start in starts | {*rules.chosen_from.values()} if start <= until)
        events = [
            each
            for name, stream in streams.items()
            if name.startswith("signal-")
            for each in _standing([told for told in stream if told.at <= until])
        ]
        self._status: dict[str, str] = {}
        self._goes_on_as: dict[str, str] = {}
        self._into: dict[str, str] = {}
        for told in sorted(events, key=lambda each: (each.at, each.recorded_at, each.row.position)):
            while begins and begins[0] <= told.at:
                self._a_version_begins(begins.pop(0))
            self._span = told.span
            self._happens(told)
        for at in begins:
            self._a_version_begins(at)
        for signal in self.conversations.values():
            for clock in signal.clocks:
                clock.settle(rules, until)

    def _happens(self, told: Told) -> None:
        id, at = told.row.stream, told.at
        if id not in self._status and told.name != "routed":
            return  # dated before the signal was routed
        if told.name == "merged":
            self._merge(id, str(told.data["into"]), at)
            return
        self._status[id] = self._after(id, told.name)
        here = self.conversations.get(self._into.get(id, id)) or self._begin(told)
        if here.name == id:
            here.status = self._status[id]
        match told.name:
            case "routed":
                self._start(here, "acknowledge", at)
            case "handed-on":
                self._stop(here, at, "acknowledge")
                self._follow(here, at)
                self._start(here, "acknowledge", at)
            case "acknowledged":
                self._stop(here, at, "acknowledge")
                if not any(clock.is_open for clock in here.clocks if clock.metric == "answer"):
                    self._start(here, "answer", at)
            case "asked-back" | "question-answered":
                self._follow(here, at)
            case "planned" | "shipped" | "declined":
                self._stop(here, at, *SIGNAL_METRICS)

    def _after(self, id: str, name: str) -> str:
        """The status of a signal after an event of this name."""
        before = self._status.get(id, "routed")
        match name:
            case "routed":
                self._goes_on_as.pop(id, None)
                return name
            case "handed-on":
                return "routed"
            case "asked-back":
                if before != "asked-back":
                    self._goes_on_as[id] = before
                return name
            case "question-answered":
                return self._goes_on_as.get(id, "routed")
            case "acknowledged" | "planned" | "shipped" | "declined":
                return name
        return before

    def _begin(self, told: Told) -> Conversation:
        traits = {"kind": None, "channel": None, "tier": None, "product_area": told.data.get("area")}
        here = Conversation(told.row.stream, traits, None, "normal", named=False, chosen_at=told.at)
        here.status = self._status[told.row.stream]
        here.policy = self._chosen(here, told.at)
        self.conversations[here.name] = here
        return here

    def _start(self, here: Conversation, metric: str, at: int) -> None:
        target = self.rules.targets(here.policy, here.priority, at).get(metric)
        calendars = [(at, self.rules.calendar(here.policy, at))]
        clock = Clock(metric, at, here.policy, here.priority, target, calendars, self._span)
        if not clock.pauses_in(here.status):
            clock.resume(at, self._span)
        self._seen(here, clock)
        here.clocks.append(clock)

    def _stop(self, here: Conversation, at: int, *metrics: str) -> None:
        for clock in here.clocks:
            if clock.is_open and clock.metric in metrics:
                clock.stop(self.rules, at, self._span)

    def _follow(self, here: Conversation, at: int) -> None:
        for clock in here.clocks:
            if clock.metric == "answer":
                self._pause_or_resume(here, clock, at)

    def _merge(self, id: str, into: str, at: int) -> None:
        """The clocks of the part go on where it was merged into, and stop where that is done already."""
        self._into[id] = into
        part, target = self.conversations.pop(id, None), self.conversations.get(into)
        if part is None or target is None:
            return
        if target.status != "routed":
            self._stop(part, at, "acknowledge")
        if target.status in _ANSWERED:
            self._stop(part, at, "answer")
        target.clocks += part.clocks
        self._follow(target, at)


def _standing(stream: Sequence[Told]) -> list[Told]:
    """The events without merges that were undone since: after an undo, the merge has never been."""
    kept: list[Told] = []
    for told in stream:
        if told.name == "separated":
            del kept[next(number for number in reversed(range(len(kept))) if kept[number].name == "merged")]
        else:
            kept.append(told)
    return kept
