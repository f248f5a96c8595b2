"""What becomes of conversations and their clocks when facts are replayed up to an instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.oracle.clocks import METRICS, PAUSED_IN, UPDATES, WHOLE_LIFE, Clock
from tests.oracle.facts import Fact, Rulebook


@dataclass
class Conversation:
    """One conversation."""

    name: str
    policy: str
    priority: str
    status: str = "open"
    clocks: list[Clock] = field(default_factory=list)
    person_began: bool = False
    customer_wrote: bool = False
    awaits_first_reply: bool = False
    merged_into: str | None = None


class Replay:
    """S2: facts by (at, recorded_at, position), each acting on what is there."""

    def __init__(self, facts: Sequence[Fact], rules: Rulebook, until: int) -> None:
        self.rules = rules
        self.conversations: dict[str, Conversation] = {}
        self._created: Counter[tuple[str, str]] = Counter()
        in_time = sorted((f for f in facts if f.at <= until), key=lambda f: (f.at, f.recorded_at, f.position))
        # S13: versions of policies begin, each before what happens at that instant.
        begins = sorted({start for policy in rules.policies.values() for start in policy.starts if start <= until})
        self._until = until
        self._facts = _without_undone(in_time)
        self._later: list[Fact] = []
        for fact in self._facts:
            while self._later and _in_turn(self._later[0]) < _in_turn(fact):
                self._acts_late(begins)
            while begins and begins[0] <= fact.at:
                self._a_version_begins(begins.pop(0))
            self._apply(fact)
        while self._later:
            self._acts_late(begins)
        for at in begins:
            self._a_version_begins(at)
        for conversation in self.conversations.values():
            for clock in conversation.clocks:
                clock.settle(rules, until)

    def _acts_late(self, begins: list[int]) -> None:
        """S37: it reopens, and clocks start, when it was recorded."""
        fact = self._later.pop(0)
        while begins and begins[0] <= fact.at:
            self._a_version_begins(begins.pop(0))
        if fact.conversation in self.conversations:
            self._customer_says(self.conversations[self.home(fact.conversation)], fact.at, keeps=False)

    def _is_late(self, fact: Fact) -> bool:
        """S37: said before a resolve of where it was shown then, and recorded after it."""
        into: dict[str, str] = {}
        for other in self._facts:
            if other.conversation is None:
                continue
            if "merge_into" in other.step:
                into.setdefault(other.conversation, other.step["merge_into"])
            homes = []
            for name in (str(fact.conversation), other.conversation):
                while name in into:
                    name = into[name]
                homes.append(name)
            before = other.step.get("status") == "resolved" and homes[0] == homes[1]
            if before and other.at > fact.at and _recorded(other) < _recorded(fact):
                return True
        return False

    def home(self, name: str) -> str:
        """Where what arrives at a conversation counts (S23)."""
        while (into := self.conversations[name].merged_into) is not None:
            name = into
        return name

    def _apply(self, fact: Fact) -> None:
        step, at, name = fact.step, fact.at, fact.conversation
        if name is None:
            return
        if "open" in step:
            priority, automatic = step.get("priority", "normal"), step.get("automatic", False)
            self._open(name, step["by"], step["policy"], priority, at, automatic=automatic)
            return
        if "say" in step and step.get("automatic"):
            return  # S39, and R5
        customers = "say" in step and step["by"] in ("customer", "participant")
        here = self.conversations[self.home(name)] if name in self.conversations else None
        of_another = "say" in step and "participant" in (step["by"], step.get("to"))
        if of_another and here is not None and not self._counts_others(here, at):  # S40
            return
        keeps = here is not None and not self._reopens(here, at)
        if customers and not keeps and self._is_late(fact):
            if fact.recorded_at <= self._until:
                self._later.append(replace(fact, at=fact.recorded_at))
                self._later.sort(key=_in_turn)
            return
        if here is None:
            return
        if customers:
            self._customer_says(here, at, keeps=keeps)
        elif "say" in step and step["by"] == "agent":
            self._agent_says(here, at)
        elif "status" in step:
            self._set_status(here, step["status"], at)
        elif "priority" in step or "policy" in step:
            before = here.priority, here.policy
            here.priority, here.policy = step.get("priority", here.priority), step.get("policy", here.policy)
            if (here.priority, here.policy) != before:  # S30
                self._govern(here, at)
        elif "merge_into" in step:
            self._merge(name, step["merge_into"], at)
        # R5: what bots say, and notes, do nothing.

    # -- clocks start

    def _start(self, here: Conversation, metric: str, at: int) -> None:
        clock = Clock(
            metric,
            at,
            here.policy,
            here.priority,
            self.rules.targets(here.policy, here.priority, at).get(metric),
            [(at, self.rules.calendar(here.policy, at))],
        )
        if here.status not in PAUSED_IN.get(metric, ()):
            clock.resume(at)
        self._seen(here, clock)
        here.clocks.append(clock)

    def _seen(self, here: Conversation, clock: Clock) -> None:
        # Clocks are told apart by where and as the how-manyth they came up, wherever merges take them.
        if clock.target is not None and clock.identity is None:
            self._created[here.name, clock.metric] += 1
            clock.identity = (here.name, clock.metric, self._created[here.name, clock.metric])

    def _running(self, here: Conversation, *metrics: str) -> list[Clock]:
        return [clock for clock in here.clocks if clock.is_open and clock.metric in metrics]

    # -- facts

    def _open(self, name: str, by: str, policy: str, priority: str, at: int, *, automatic: bool) -> None:
        here = self.conversations[name] = Conversation(name, policy, priority)
        if by == "customer" and automatic:  # S39
            return
        self._a_person_speaks(here, at)
        if by == "customer":  # S21: what an agent opens with is no reply
            here.customer_wrote = here.awaits_first_reply = True
            self._start(here, "first_reply", at)

    def _a_person_speaks(self, here: Conversation, at: int) -> None:
        if here.person_began or here.status == "resolved":
            return
        here.person_began = True
        for metric in WHOLE_LIFE:
            self._start(here, metric, at)

    def _reopens(self, here: Conversation, at: int) -> bool:
        version = self.rules.policies[here.policy].at(at)
        return bool(version.get("on_customer_message", "reopen") == "reopen")

    def _counts_others(self, here: Conversation, at: int) -> bool:
        return bool(self.rules.policies[here.policy].at(at).get("participants_count", True))

    def _customer_says(self, here: Conversation, at: int, *, keeps: bool) -> None:
        if not here.customer_wrote:
            for clock in self._running(here, *UPDATES):  # S21
                clock.cancel(self.rules, at)
        if not keeps and here.status in ("waiting_on_customer", "resolved"):  # S19
            self._set_status(here, "open", at)
        if here.status == "resolved":  # S27
            here.customer_wrote = True
            return
        self._a_person_speaks(here, at)
        if not here.customer_wrote:
            here.customer_wrote = here.awaits_first_reply = True
            self._start(here, "first_reply", at)
        elif not here.awaits_first_reply and not self._running(here, "next_reply"):  # R6
            self._start(here, "next_reply", at)

    def _agent_says(self, here: Conversation, at: int) -> None:
        self._a_person_speaks(here, at)
        for clock in self._running(here, "first_reply", "next_reply", *UPDATES):
            clock.stop(self.rules, at)
        here.awaits_first_reply = False
        if here.status == "resolved":  # S27
            return
        for metric in UPDATES:
            self._start(here, metric, at)

    def _set_status(self, here: Conversation, status: str, at: int) -> None:
        before, here.status = here.status, status
        if status == "resolved":
            here.awaits_first_reply = False  # S20
            if before != "resolved":
                for clock in here.clocks:
                    clock.by_last_resolve = False
            # Resolved once more, it stops what was said in between.
            for clock in self._running(here, *METRICS):
                clock.stop(self.rules, at)
                clock.by_last_resolve = clock.metric in WHOLE_LIFE
            return
        if status == before:
            return
        reopened = self._reopen(here, at) if before == "resolved" else []
        for clock in self._running(here, *METRICS):
            self._pause_or_resume(here, clock, at)
        for metric in reopened:
            self._start(here, metric, at)

    def _pause_or_resume(self, here: Conversation, clock: Clock, at: int) -> None:
        if here.status in PAUSED_IN.get(clock.metric, ()):
            clock.pause(at)
        else:
            clock.resume(at)

    def _reopen(self, here: Conversation, at: int) -> list[str]:
        """R9: answers which metrics begin a new cycle."""
        for clock in [clock for clock in here.clocks if clock.by_last_resolve]:  # S22
            mode = self._mode(clock.policy, at)  # S23: what was merged goes by the policy it kept
            if mode not in ("continue_excluding_solved", "continue_including_solved"):
                continue
            resolved_at = clock.stopped_at
            assert resolved_at is not None
            solved_counts = mode == "continue_including_solved"
            clock.go_on(at, solved_counts=solved_counts)
            before = clock.target
            target = self.rules.targets(clock.policy, clock.priority, at).get(clock.metric)
            if solved_counts and target is not None:
                # S11: a due inside the solved time is when it was broken, whatever target brings it there.
                clock.target = target
                due = clock.due_by(self.rules, at)
                if due is not None and resolved_at <= due < at:
                    clock.settle(self.rules, at)
                clock.target = before
            self._aim(here, clock, at, settled=True)
        return list(WHOLE_LIFE) if here.person_began and self._mode(here.policy, at) == "new_cycle" else []

    def _mode(self, policy: str, at: int) -> str:
        return str(self.rules.policies[policy].at(at).get("reopen", "continue_excluding_solved"))

    def _merge(self, source: str, target: str, at: int) -> None:
        shell, here = self.conversations[source], self.conversations[self.home(target)]
        if shell.merged_into is not None or shell is here:
            return
        for clock in shell.clocks:
            here.clocks.append(clock)
            clock.by_last_resolve = False  # S22: that was the source's resolve, and none of this one's
            if clock.is_open and here.status == "resolved":  # S23
                clock.stop(self.rules, at)
                clock.by_last_resolve = clock.metric in WHOLE_LIFE
            elif clock.is_open:
                self._pause_or_resume(here, clock, at)
        here.person_began |= shell.person_began
        here.customer_wrote |= shell.customer_wrote
        here.awaits_first_reply |= shell.awaits_first_reply and here.status != "resolved"
        shell.clocks, shell.status, shell.merged_into = [], "merged", here.name

    # -- another target (R7)

    def _govern(self, here: Conversation, at: int) -> None:
        for clock in list(here.clocks):
            clock.policy, clock.priority = here.policy, here.priority
            self._judge_by(here, clock, at)

    def _a_version_begins(self, at: int) -> None:
        for here in self.conversations.values():
            for clock in list(here.clocks):
                self._judge_by(here, clock, at)

    def _judge_by(self, here: Conversation, clock: Clock, at: int) -> None:
        clock.calendars.append((at, self.rules.calendar(clock.policy, at)))
        if clock.is_open:
            self._aim(here, clock, at)

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
        ready.ran = list(clock.ran)
        here.clocks.append(ready)


def _recorded(fact: Fact) -> tuple[int, int]:
    return fact.recorded_at, fact.position


def _in_turn(fact: Fact) -> tuple[int, int, int]:
    """S2."""
    return fact.at, fact.recorded_at, fact.position


def _without_undone(facts: Sequence[Fact]) -> list[Fact]:
    """S24: a merge that was undone has never been."""
    merges: dict[str, list[Fact]] = {}
    gone: set[int] = set()
    for fact in sorted(facts, key=lambda fact: (fact.recorded_at, fact.position)):  # what was undone had been recorded
        name = fact.conversation
        if name is not None and "merge_into" in fact.step:
            merges.setdefault(name, []).append(fact)
        elif name is not None and "undo_merge" in fact.step and merges.get(name):
            gone |= {merges[name].pop().position, fact.position}
    return [fact for fact in facts if fact.position not in gone]
