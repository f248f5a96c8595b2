"""When a missed target was detected: by the watch, by a correction, or at an event of the conversation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from domain.conversation import events as c
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.versioned import DatedRevision, effective_periods
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from domain.service_level.business_time import Calendar
from domain.service_level.clock import Origin
from domain.service_level.evaluated import ConversationClocks
from domain.service_level.evaluation import IncrementalEvaluation, evaluate
from domain.service_level.inexact import as_told
from domain.service_level.policy import Policy, Subject
from domain.service_level.recorded_detection import Detected, recorded_detections
from domain.service_level.signal_fold import evaluate_signals
from domain.service_level.versioned_policies import VersionedPolicies, always


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep: the watch looked for missed targets in all that was recorded up to `position`."""

    at: datetime
    recorded_at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class ClocksAnswer:
    """Clocks as of `now`, as far as known. `detected`: when each standing breach was detected. `withdrawn`: breaches
    that were detected and stand no longer."""

    now: datetime
    policies: VersionedPolicies
    conversations: Mapping[str, ConversationClocks]
    detected: Mapping[Origin, datetime]
    withdrawn: frozenset[Origin]


_Missed = tuple[Origin, bool]
"""A clock: its origin, and whether it was missed."""


class _Replayed(Detected):
    """What would have been detected, fact by fact."""

    undetected: set[Origin]

    def __init__(self) -> None:
        super().__init__()
        self.undetected = set()

    def detect_all(self, clocks: Iterable[_Missed], about: Callable[[Origin], bool], at: datetime) -> None:
        """Detect the missed ones among these clocks, and among those that were missed without being detected, as far as
        the fact at hand is about them."""
        self.undetected |= {origin for origin, missed in clocks if missed and origin not in self.current}
        for origin in [each for each in self.undetected if about(each)]:
            self.undetected.discard(origin)
            self.detect(origin, at)

    def withdraw_all(self, clocks: Iterable[_Missed]) -> None:
        """Withdraw the detection of every clock that is not missed after all, or exists no longer. `clocks`: all."""
        missed = {origin for origin, missed in clocks if missed}
        self.undetected &= missed
        for origin in [each for each in self.current if each not in missed]:
            self.withdraw(origin)


_Revisions = tuple[str, tuple[int, ...]]
"""The id of a policy or calendar, and its known versions."""


class Knowledge:
    """What a log holds of conversations or signals, of policies and calendars, with the sweeps of the watch."""

    def __init__(
        self,
        recorded_events: Sequence[Recorded[Event]],
        sweeps: Sequence[Sweep] = (),
        go_on: Callable[[], None] = always,
        *,
        zone: str,
        of_clocks: Sequence[Recorded[Event]] | None = None,
        subject: Subject = "conversation",
    ) -> None:
        """`recorded_events`: whole streams of these kinds, in the order of the log; of conversations, with causes.
        `go_on`: as of `VersionedPolicies`. `of_clocks`: the streams of their clocks, which say what was detected; None:
        work out what is detected, with the sweeps; of conversations only. `zone`: the company's. `subject`: whose
        clocks."""
        self._go_on, self._zone, self._subject = go_on, zone, subject
        self._of_clocks = of_clocks
        in_streams = sorted(recorded_events, key=lambda each: (each.originator_id, each.originator_version))
        facts: list[Recorded[Event] | Sweep] = [*as_told(in_streams, zone), *sweeps]
        self._facts = sorted(facts, key=_log_order)
        self._policies: dict[_Revisions, Policy] = {}
        self._calendars: dict[_Revisions, Calendar] = {}

    def at(self, now: datetime, known_at: datetime | None = None) -> ClocksAnswer:
        """The clocks as of `now`, by what was recorded by `known_at`; evaluated as of the earlier of the two."""
        known_at = now if known_at is None else known_at
        now = min(now, known_at)
        facts = [each for each in self._facts if each.recorded_at <= known_at and each.at <= now]
        recorded_events = [each for each in facts if not isinstance(each, Sweep)]
        policies = self.policies(recorded_events)
        conversations = self._evaluated(recorded_events, policies, now)
        if self._of_clocks is None:
            found: Detected = self._detected(facts, now)
        else:
            known = (each for each in self._of_clocks if each.recorded_at <= known_at and each.at <= now)
            found = recorded_detections(known)
        shown = {clock.origin: clock for each in conversations.values() for clock in each.clocks}
        missed = {origin for origin, clock in shown.items() if clock.breached_at is not None}
        detected = {origin: at for origin, at in found.current.items() if origin in missed}
        withdrawn = (found.withdrawn | found.current.keys()) & shown.keys() - missed
        return ClocksAnswer(now, policies, conversations, detected, frozenset(withdrawn))

    def conversations(self, now: datetime) -> Mapping[str, ConversationClocks]:
        """The clocks as of `now`, by all that is known."""
        known = [each for each in self._facts if not isinstance(each, Sweep) and each.recorded_at <= now]
        return self._evaluated(known, self.policies(known), now)

    def _evaluated(
        self, recorded_events: Sequence[Recorded[Event]], policies: VersionedPolicies, now: datetime
    ) -> dict[str, ConversationClocks]:
        theirs = [each for each in recorded_events if self._is_of_subject(each)]
        return evaluate_signals(theirs, policies, now) if self._subject == "signal" else evaluate(theirs, policies, now)

    def _is_of_subject(self, recorded: Recorded[Event]) -> bool:
        return kind_of(recorded.originator_id) == self._subject

    @property
    def conversation_ids(self) -> set[str]:
        """The conversations or signals of which something is known."""
        return {each.originator_id for each in self._facts if not isinstance(each, Sweep) and self._is_of_subject(each)}

    def version(self, conversation_id: str) -> int:
        """The version up to which the conversation's stream is known."""
        return max(
            each.originator_version
            for each in self._facts
            if not isinstance(each, Sweep) and each.originator_id == conversation_id
        )

    def policies(self, recorded_events: Iterable[Recorded[Event]]) -> VersionedPolicies:
        """The policies and calendars that these events make."""
        by_stream: dict[str, list[DatedRevision]] = {}
        of_policies: dict[str, list[sla_policy.PolicyEvent]] = {}
        written: dict[str, int] = {}
        for recorded in recorded_events:
            written.setdefault(recorded.originator_id, recorded.position)
            if isinstance(recorded.event, sla_policy.PolicyEvent):
                of_policies.setdefault(recorded.originator_id, []).append(recorded.event)
                by_stream.setdefault(recorded.originator_id, []).append(
                    sla_policy.revision(recorded.event, recorded.originator_version)
                )
            elif isinstance(recorded.event, calendar_versions.CalendarRevision):
                by_stream.setdefault(recorded.originator_id, []).append(
                    calendar_versions.revision(recorded.event, recorded.originator_version)
                )
        policies, calendars = {}, {}
        for id, revisions in by_stream.items():
            # The versions, not their number: questions with another `known_at` know other back-dated events.
            key = id, tuple(each.version for each in revisions)
            if kind_of(id) == "policy":
                policies[id] = self._policies.get(key) or self._policies.setdefault(
                    key, Policy(revisions, written[id], sla_policy.chosen_since(of_policies[id]))
                )
            else:
                calendars[id] = self._calendars.get(key) or self._calendars.setdefault(
                    key, calendar_versions.calendar(revisions)
                )
        versions = {
            id: [(period.since, period.version) for period in effective_periods(by_stream[id])] for id in calendars
        }
        return VersionedPolicies(policies, calendars, versions, self._go_on, zone=self._zone)

    def _detected(self, facts: Sequence[Recorded[Event] | Sweep], now: datetime) -> _Replayed:
        found, evaluation = _Replayed(), IncrementalEvaluation()
        policy_events: list[Recorded[Event]] = []
        taken: set[tuple[str, int]] = set()
        evaluation.use_policies(self.policies(policy_events))
        for fact in facts:
            self._go_on()
            if not isinstance(fact, Sweep):
                if isinstance(fact.event, _ECHOES):
                    continue
                if _is_of_conversation(fact):
                    evaluation.add(fact)
                else:
                    policy_events.append(fact)
                    evaluation.use_policies(self.policies(policy_events))
                if _is_half_an_undo(fact, taken):
                    continue
            at, about = fact.recorded_at, _about(fact)
            clocks, every = evaluation.breaches(min(now, at))
            if every:
                found.withdraw_all(clocks)
            shown_at = None if about is None else set(map(evaluation.shown_at, about))
            found.detect_all(clocks, partial(_is_about, evaluation, shown_at), at)
        return found


_ECHOES = (c.PartHeard, c.PartJoined, c.PartLeft)
"""Events that repeat in one conversation what a part of it has on its own stream."""


def _is_about(evaluation: IncrementalEvaluation, shown_at: Collection[str] | None, origin: Origin) -> bool:
    """Whether a clock is shown at one of these conversations; None: at any."""
    return shown_at is None or evaluation.shown_at(origin.started_in) in shown_at


def _about(fact: Recorded[Event] | Sweep) -> tuple[str, ...] | None:
    """The conversations in which this fact detects missed targets: None: all; (): none, as for an edit."""
    if isinstance(fact, Sweep) or isinstance(
        fact.event, sla_policy.PolicyCorrected | calendar_versions.CalendarCorrected
    ):
        return None
    match fact.event:
        case sla_policy.PolicyWritten(chosen_from=since) if since is not None and since < fact.at:
            return None  # a correction, too
        case c.ConversationMerged():
            return fact.originator_id, fact.event.into
        case c.ConversationSeparated():
            return fact.originator_id, fact.event.out_of
        case _:
            return (fact.originator_id,) if _is_of_conversation(fact) else ()


def _is_half_an_undo(fact: Recorded[Event], taken: set[tuple[str, int]]) -> bool:
    """Whether the undo of a split goes on after this event. Until the message is back at the source, it counts nowhere,
    and the clocks of the source have other numbers. `taken`: where the messages were taken; it is added to."""
    place = fact.originator_id, fact.originator_version
    if isinstance(fact.event, c.MessageTaken):
        taken.add(place)
        return True
    return isinstance(fact.event, c.ConversationMerged) and (place[0], place[1] - 1) in taken


def _is_of_conversation(recorded: Recorded[Event]) -> bool:
    return kind_of(recorded.originator_id) == "conversation"


def _log_order(fact: Recorded[Event] | Sweep) -> tuple[datetime, int, bool]:
    return fact.recorded_at, fact.position, isinstance(fact, Sweep)
