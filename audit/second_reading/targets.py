"""How clocks follow policies and priorities: their targets, their calendars and their pauses (R7, S10 to S14, S29)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from audit.second_reading.clocks import Clock
from audit.second_reading.conversation import Conversation
from audit.second_reading.rules import Rulebook, Span
from audit.second_reading.shown import CLOSED


class Targets:
    """The conversations, and the rules by which their clocks go."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.conversations: dict[str, Conversation] = {}
        self._created: Counter[tuple[str, str]] = Counter()
        self._span: Span | None = None
        """when the present fact can have been, if that is not known exactly"""

    def _seen(self, here: Conversation, clock: Clock) -> None:
        # Clocks are told apart by where and as the how-manyth they came up, wherever merges take them.
        if clock.target is not None and clock.identity is None:
            self._created[here.name, clock.metric] += 1
            clock.identity = (here.name, clock.metric, self._created[here.name, clock.metric])

    def _chosen(self, here: Conversation, when: int, known_before: int | None = None) -> str | None:
        return self.rules.chosen({**here.traits, "priority": here.priority}, when, known_before)

    def _pause_or_resume(self, here: Conversation, clock: Clock, at: int) -> None:
        if clock.pauses_in(here.status):
            clock.pause(at, self._span)
        else:
            clock.resume(at, self._span)

    def _govern(self, here: Conversation, at: int) -> None:
        for clock in list(here.clocks):
            clock.policy, clock.priority = here.policy, here.priority
            self._judge_by(here, clock, at)

    def _a_version_begins(self, at: int) -> None:
        for here in self.conversations.values():
            before = here.policy
            if at in self.rules.chosen_from.values() and not here.named:  # S29
                here.policy, here.chosen_at = self._chosen(here, at), at
            for clock in here.clocks:
                if clock.policy == before and (clock.is_open or clock.by_last_resolve):
                    clock.policy = here.policy
            for clock in list(here.clocks):
                self._judge_by(here, clock, at)

    def _judge_by(self, here: Conversation, clock: Clock, at: int) -> None:
        if clock.policy is not None:
            clock.calendars.append((at, self.rules.calendar(clock.policy, at)))
            paused_too = self._pauses_too(clock, at)
            if paused_too != clock.paused_too and (clock.is_open or clock.by_last_resolve):
                clock.settle(self.rules, at)
                clock.paused_too = paused_too
                if here.status not in CLOSED:
                    self._pause_or_resume(here, clock, at)
        if clock.is_open:
            self._aim(here, clock, at)

    def _pauses_too(self, clock: Clock, at: int) -> tuple[str, ...]:
        if clock.metric != "total_resolution" or clock.policy is None:
            return ()
        return tuple(self.rules.policies[clock.policy].at(at).get("total_resolution_pauses") or ())

    def _aim(self, here: Conversation, clock: Clock, at: int, *, settled: bool = False) -> None:
        before, target = clock.target, self.rules.targets(clock.policy, clock.priority, at).get(clock.metric)
        if target == before:
            return
        if not settled or target is None:  # S11: until here the former target held
            clock.settle(self.rules, at)
        if target is None:  # S10: what had a target is cancelled; what is left waits for another
            self._keep_ready(here, clock)
            clock.end("cancelled", at)
            clock.target = None
            return
        clock.aim(self.rules, target, at)
        if before is None:  # S10: it shows from here on, as the last of its list
            here.clocks.remove(clock)
            here.clocks.append(clock)
            self._seen(here, clock)

    def _keep_ready(self, here: Conversation, clock: Clock) -> None:
        ready = Clock(clock.metric, clock.started_at, clock.policy, clock.priority, None, list(clock.calendars))
        ready.began, ready.ran = clock.began, [replace(ran) for ran in clock.ran]
        here.clocks.append(ready)
