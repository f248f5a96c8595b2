"""Changes of one clock: it starts, adopts a policy, stops, is solved or cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.kernel.event import Event, Recorded
from domain.service_level.clock import WHOLE_LIFE, Origin, RunningClock
from domain.service_level.inexact import Span, Stretch, less_precise, span_of
from domain.service_level.matter import Matter
from domain.service_level.policy import Metric
from domain.service_level.versioned_policies import VersionedPolicies

Said = tuple[datetime, Span | None]
"""When something was said: where it stands, and when it can have been, if that is not known exactly."""


class ClockChanges:
    """Changes clocks by the policies in force at that time."""

    def __init__(self, policies: VersionedPolicies) -> None:
        self.policies = policies

    def start(self, matter: Matter, metric: Metric, recorded: Recorded[Event], since: Said | None = None) -> None:
        """Start a clock, now or `since` something was said elsewhere. It is shown once its policy has a target for
        it."""
        at, began = since or (recorded.at, span_of(recorded, self.policies.zone))
        terms = self.policies.terms(matter.policy_id, at)
        calendar_id = terms.terms.calendar_id if terms else None
        clock = RunningClock(metric, at, [], matter.policy_id, matter.priority, calendar_id)
        clock.paused_too = terms.terms.pauses(metric) if terms else ()
        clock.began, clock.precision = began, less_precise(began)
        if calendar_id is not None:
            clock.calendars.append((at, calendar_id))
        if clock.paused_while(matter.status):
            clock.state = "paused"
        else:
            clock.stretches.append(Stretch(at, None, calendar_id, began))
        note(clock, recorded)
        matter.hidden.append(clock)
        matter.active.append(clock)
        self.adopt(matter, clock, at)
        for version in self.policies.changes(matter.policy_id, at, recorded.at):
            self.adopt(matter, clock, version)

    def adopt(self, matter: Matter, clock: RunningClock, at: datetime, since: datetime | None = None) -> None:
        """Adopt what the policy says now. `since`: at a reopening, the instant since which time counts again."""
        if not clock.live and not clock.resumable:
            return
        calendars = self.policies.calendars
        clock.settle(calendars, at) if since is None else None
        terms = self.policies.terms(clock.policy_id, at)
        if terms is not None:
            clock.use_calendar(terms.terms.calendar_id, at)
            if clock.paused_too != (paused_too := terms.terms.pauses(clock.metric)):
                clock.paused_too = paused_too
                clock.follow(matter.status, at)
        if not clock.live:
            return  # a target that changes while the conversation is resolved counts from the reopening on
        target = terms.terms.target(clock.metric, clock.priority) if terms else None
        if target is None:
            if clock.target is not None:
                self._cancel(matter, clock, at)
            return
        assert terms is not None
        clock.policy_version = terms.version
        if clock in matter.hidden:
            self._show(matter, clock)
        if since is not None:
            clock.promise_again(calendars, target, since, at)
        else:
            clock.promise(calendars, target, at)

    def _show(self, matter: Matter, clock: RunningClock) -> None:
        matter.hidden = [each for each in matter.hidden if each is not clock]
        matter.shown[clock.metric].append(clock)
        number = matter.numbers[clock.metric] = matter.numbers.get(clock.metric, 0) + 1
        clock.origin = Origin(matter.id, clock.metric, number)

    def _cancel(self, matter: Matter, clock: RunningClock, at: datetime) -> None:
        """Cancel the clock: nothing is promised any more. A later promise starts from the original start."""
        goes_on = replace(
            clock,
            stretches=[replace(each) for each in clock.stretches],
            took=list(clock.took),
            positions=list(clock.positions),
            calendars=list(clock.calendars),
            target=None,
            breached_at=None,
            cause=None,
            missed_by=None,
            origin=None,
        )
        matter.hidden.append(goes_on)
        matter.active.append(goes_on)
        clock.stop(self.policies.calendars, at, cancelled=True)
        clock.target = None

    def stop(self, clock: RunningClock, recorded: Recorded[Event], *, cancelled: bool = False) -> None:
        """Stop a clock: fulfilled, or cancelled."""
        ended = span_of(recorded, self.policies.zone)
        clock.stop(self.policies.calendars, recorded.at, cancelled=cancelled, ended=ended)
        note(clock, recorded)

    def solve(self, clock: RunningClock, recorded: Recorded[Event], *, withdrawn: bool) -> None:
        """Stop a clock at a resolve, or cancel it at a withdrawal; a clock of the conversation's whole life may go on
        at a reopening."""
        if clock.metric in WHOLE_LIFE:
            ended = span_of(recorded, self.policies.zone)
            clock.solve(self.policies.calendars, recorded.at, withdrawn=withdrawn, ended=ended)
            note(clock, recorded)
        else:
            self.stop(clock, recorded, cancelled=withdrawn)

    def follow(self, matter: Matter, clock: RunningClock, recorded: Recorded[Event]) -> None:
        """Pause a clock or let it go on, as the status asks by now."""
        state = clock.state
        clock.follow(matter.status, recorded.at, span_of(recorded, self.policies.zone))
        if clock.state != state:
            note(clock, recorded)

    def notes_count(self, policy_id: str | None, at: datetime) -> bool:
        """Whether a note counts as a reply, by this policy at that time."""
        terms = self.policies.terms(policy_id, at)
        return terms is not None and terms.terms.notes_count


def note(clock: RunningClock, recorded: Recorded[Event]) -> None:
    """Note that this event changed the clock's evaluation."""
    # An event may change a clock several times, one after the other.
    if clock.positions[-1:] != [recorded.position]:
        clock.positions.append(recorded.position)
