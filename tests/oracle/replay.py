"""What becomes of conversations and their clocks when facts are replayed up to an instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.oracle.clocks import METRICS, PAUSED_IN, UPDATES, WHOLE_LIFE, Clock
from tests.oracle.facts import Fact, Rulebook, Span


@dataclass
class Conversation:
    """One conversation."""

    name: str
    kind: str
    policy: str | None
    priority: str
    named: bool
    chosen_at: int
    """Whether its policy was named, and else as of when it was chosen (S29)."""
    status: str = "open"
    clocks: list[Clock] = field(default_factory=list)
    person_began: bool = False
    customer_wrote: bool = False
    awaits_first_reply: bool = False
    merged_into: str | None = None


CLOSED = ("resolved", "withdrawn")


class Replay:
    """S2: facts by (at, recorded_at, position), each acting on what is there."""

    def __init__(self, facts: Sequence[Fact], rules: Rulebook, until: int) -> None:
        self.rules = rules
        self.conversations: dict[str, Conversation] = {}
        self._created: Counter[tuple[str, str]] = Counter()
        in_time = sorted((f for f in facts if f.at <= until), key=lambda f: (f.at, f.recorded_at, f.position))
        # S13: versions of policies begin, each before what happens at that instant.
        starts = {
            start for policy in rules.policies.values() for start in (*policy.starts, *rules.chosen_from.values())
        }
        begins = sorted(start for start in starts if start <= until)
        self._begins = list(begins)
        self._until = until
        self._span: Span | None = None
        facts = self._told = _without_undone(in_time)
        self._undone = {
            str(fact.conversation): fact for fact in facts if "undo_split" in fact.step
        }  # of each split that was undone, the undo
        self._facts = [counted for fact in facts if (counted := self._where_it_counts(fact, facts)) is not None]
        self._facts.sort(key=_in_turn)
        for split in facts:
            if split.step.get("into") in self._undone:
                name = split.step["into"]
                gone = Conversation(name, "inquiry", None, "normal", named=False, chosen_at=until, status="merged")
                gone.merged_into = str(split.conversation)
                self.conversations[name] = gone
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
            closes = other.step.get("status") == "resolved" or "withdraw" in other.step
            before = closes and homes[0] == homes[1]
            if before and other.at > fact.at and _recorded(other) < _recorded(fact):
                return True
        return False

    def _where_it_counts(self, fact: Fact, facts: Sequence[Fact]) -> Fact | None:
        """S28: what was split off counts elsewhere, and nothing of a split that was undone has been."""
        step, name = fact.step, str(fact.conversation)
        if "split" in step:
            return None if step["into"] in self._undone else fact
        if "undo_split" in step:
            return replace(fact, step={**step, "waits": self._waits_in(name, fact, facts)})
        if name in self._undone:
            return fact if "say" in step or "note" in step else None
        for other in facts:
            split_off = other.conversation == fact.conversation and other.step.get("split") == step.get("message")
            if "message" in step and split_off and other.step["into"] not in self._undone:
                # The status that the message changed stays changed, as somebody saw it.
                if not step.get("reopened"):
                    return None
                return replace(fact, at=fact.recorded_at, span=None, step={"conversation": name, "status": "open"})
        return fact

    def _waits_in(self, name: str, undo: Fact, facts: Sequence[Fact]) -> bool:
        """Whether somebody waits for an answer to what was said in what a split began, as the split is undone."""
        status, waits = "open", False
        for fact in sorted(facts, key=_recorded):
            if fact.conversation != name or _recorded(fact) >= _recorded(undo):
                continue
            if "status" in fact.step:
                status = fact.step["status"]
                waits = waits and status != "resolved"
            elif "withdraw" in fact.step:
                status, waits = "withdrawn", False
            elif "say" in fact.step and not fact.step.get("automatic"):
                if fact.step["by"] == "customer":
                    waits, status = True, status if status == "on_hold" else "open"
                elif fact.step["by"] == "agent":
                    waits = False
        return waits and status == "open"

    def _elsewhere(self, fact: Fact) -> bool:
        """S28: whether it was said in what an undone split began, before the undo: so it left the source's status."""
        undo = self._undone.get(str(fact.conversation))
        return undo is not None and _recorded(fact) < _recorded(undo)

    def home(self, name: str) -> str:
        """Where what arrives at a conversation counts (S23)."""
        while (into := self.conversations[name].merged_into) is not None:
            name = into
        return name

    def _apply(self, fact: Fact) -> None:
        step, at, name = fact.step, fact.at, fact.conversation
        if name is None:
            return
        self._span = fact.span
        if "open" in step:
            self._open(fact)
            return
        if "split" in step:
            self._split(fact)
            return
        if "say" in step and step.get("automatic"):
            return  # S39, and R5
        customers = "say" in step and step["by"] in ("customer", "participant")
        here = self.conversations[self.home(name)] if name in self.conversations else None
        of_another = "say" in step and "participant" in (step["by"], step.get("to"))
        if of_another and here is not None and not self._counts_others(here, fact):  # S40
            return
        elsewhere = self._elsewhere(fact)
        keeps = elsewhere or (here is not None and not self._reopens(here, fact))
        if customers and not keeps and self._is_late(fact):
            if fact.recorded_at <= self._until:
                self._later.append(replace(fact, at=fact.recorded_at, span=None))
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
        elif "withdraw" in step:
            self._set_status(here, "withdrawn", at)
        elif "undo_split" in step:
            if step["waits"] and here.status in CLOSED:
                self._customer_says(here, at, keeps=False)
            elif step["waits"] and here.status == "waiting_on_customer":
                self._set_status(here, "open", at)
        elif "priority" in step or "policy" in step:
            before = here.priority, here.policy
            here.priority, here.named = step.get("priority", here.priority), here.named or "policy" in step
            here.policy = step.get("policy", here.policy)
            if (here.priority, here.policy) == before:  # S30
                return
            if not here.named:
                here.policy, here.chosen_at = self.rules.chosen(here.kind, here.priority, at), at
            self._govern(here, at)
        elif "merge_into" in step:
            self._merge(name, step["merge_into"], at)
        # R5: what bots say, and notes, do nothing.

    # -- clocks start

    def _start(self, here: Conversation, metric: str, at: int, since: Fact | None = None) -> None:
        """`since`: what was said elsewhere before, and starts it then (S28)."""
        began, span = (at, self._span) if since is None else (since.at, since.span)
        clock = Clock(
            metric,
            began,
            here.policy,
            here.priority,
            self.rules.targets(here.policy, here.priority, began).get(metric),
            [(began, self.rules.calendar(here.policy, began))],
            span,
        )
        if here.status not in PAUSED_IN.get(metric, ()):
            clock.resume(began, span)
        self._seen(here, clock)
        here.clocks.append(clock)
        for version in self._begins:
            if began < version <= at:
                self._judge_by(here, clock, version)

    def _seen(self, here: Conversation, clock: Clock) -> None:
        # Clocks are told apart by where and as the how-manyth they came up, wherever merges take them.
        if clock.target is not None and clock.identity is None:
            self._created[here.name, clock.metric] += 1
            clock.identity = (here.name, clock.metric, self._created[here.name, clock.metric])

    def _running(self, here: Conversation, *metrics: str) -> list[Clock]:
        return [clock for clock in here.clocks if clock.is_open and clock.metric in metrics]

    # -- facts

    def _open(self, fact: Fact) -> None:
        step, at, name = fact.step, fact.at, str(fact.conversation)
        kind, priority, policy = step["open"], step.get("priority", "normal"), step.get("policy")
        named = policy is not None
        if not named:
            policy = self.rules.chosen(kind, priority, at)
        here = Conversation(name, kind, policy, priority, named=named, chosen_at=at)
        self.conversations[name] = here
        if step["by"] == "customer" and step.get("automatic"):  # S39
            return
        self._a_person_speaks(here, at)
        if step["by"] == "customer":  # S21: what an agent opens with is no reply
            here.customer_wrote = here.awaits_first_reply = True
            self._start(here, "first_reply", at)

    def _split(self, fact: Fact) -> None:
        """S28: what was said begins a conversation of its own, which owes the reply since it was said."""
        name, at = fact.step["into"], fact.at
        policy = self.rules.chosen("inquiry", "normal", at)
        here = Conversation(name, "inquiry", policy, "normal", named=False, chosen_at=at)
        self.conversations[name] = here
        self._a_person_speaks(here, at)
        said = next(each for each in self._told if each.step.get("message") == fact.step["split"])
        if not said.step.get("automatic"):
            here.customer_wrote = here.awaits_first_reply = True
            # In a conversation of its own, it stands after nothing.
            self._start(here, "first_reply", at, replace(said, at=said.said_at))

    def _a_person_speaks(self, here: Conversation, at: int) -> None:
        if here.person_began or here.status in CLOSED:
            return
        here.person_began = True
        for metric in WHOLE_LIFE:
            self._start(here, metric, at)

    def _reopens(self, here: Conversation, fact: Fact) -> bool:
        version = self._policy_known(here, fact)
        return bool(version.get("on_customer_message", "reopen") == "reopen")

    def _counts_others(self, here: Conversation, fact: Fact) -> bool:
        return bool(self._policy_known(here, fact).get("participants_count", True))

    def _policy_known(self, here: Conversation, fact: Fact) -> dict[str, Any]:
        """S29: what was said before a policy was written was taken in without it."""
        policy = here.policy
        if not here.named:
            policy = self.rules.chosen(here.kind, here.priority, here.chosen_at, fact.position)
        if policy is None or self.rules.written[policy] >= fact.position:
            return {}
        return self.rules.policies[policy].at(fact.at)

    def _customer_says(self, here: Conversation, at: int, *, keeps: bool) -> None:
        if not here.customer_wrote:
            for clock in self._running(here, *UPDATES):  # S21
                clock.cancel(self.rules, at, self._span)
        if not keeps and here.status in ("waiting_on_customer", *CLOSED):  # S19
            self._set_status(here, "open", at)
        if here.status in CLOSED:  # S27
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
            clock.stop(self.rules, at, self._span)
        here.awaits_first_reply = False
        if here.status in CLOSED:  # S27
            return
        for metric in UPDATES:
            self._start(here, metric, at)

    def _set_status(self, here: Conversation, status: str, at: int) -> None:
        before, here.status = here.status, status
        if status in CLOSED:
            here.awaits_first_reply = False  # S20
            if before not in CLOSED:
                for clock in here.clocks:
                    clock.by_last_resolve = False
            # Resolved once more, it stops what was said in between.
            for clock in self._running(here, *METRICS):
                if status == "withdrawn":  # S31
                    clock.cancel(self.rules, at, self._span)
                else:
                    clock.stop(self.rules, at, self._span)
                clock.by_last_resolve = clock.metric in WHOLE_LIFE
            return
        if status == before:
            return
        reopened = self._reopen(here, at) if before in CLOSED else []
        for clock in self._running(here, *METRICS):
            self._pause_or_resume(here, clock, at)
        for metric in reopened:
            self._start(here, metric, at)

    def _pause_or_resume(self, here: Conversation, clock: Clock, at: int) -> None:
        if here.status in PAUSED_IN.get(clock.metric, ()):
            clock.pause(at, self._span)
        else:
            clock.resume(at, self._span)

    def _reopen(self, here: Conversation, at: int) -> list[str]:
        """R9: answers which metrics begin a new cycle."""
        for clock in [clock for clock in here.clocks if clock.by_last_resolve]:  # S22
            mode = self._mode(clock.policy, at)  # S23: what was merged goes by the policy it kept
            if mode not in ("continue_excluding_solved", "continue_including_solved"):
                continue
            resolved_at = clock.stopped_at
            assert resolved_at is not None
            solved_counts = mode == "continue_including_solved"
            runs = here.status not in PAUSED_IN.get(clock.metric, ())
            clock.go_on(at, self._span, solved_counts=solved_counts, runs=runs)
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

    def _mode(self, policy: str | None, at: int) -> str:
        if policy is None:
            return "continue_excluding_solved"
        return str(self.rules.policies[policy].at(at).get("reopen", "continue_excluding_solved"))

    def _merge(self, source: str, target: str, at: int) -> None:
        shell, here = self.conversations[source], self.conversations[self.home(target)]
        if shell.merged_into is not None or shell is here:
            return
        for clock in shell.clocks:
            here.clocks.append(clock)
            clock.by_last_resolve = False  # S22: that was the source's resolve, and none of this one's
            if clock.is_open and here.status in CLOSED:  # S23
                if here.status == "withdrawn":  # S31
                    clock.cancel(self.rules, at)
                else:
                    clock.stop(self.rules, at)
                clock.by_last_resolve = clock.metric in WHOLE_LIFE
            elif clock.is_open:
                self._pause_or_resume(here, clock, at)
        here.person_began |= shell.person_began
        here.customer_wrote |= shell.customer_wrote
        here.awaits_first_reply |= shell.awaits_first_reply and here.status not in CLOSED
        shell.clocks, shell.status, shell.merged_into = [], "merged", here.name

    # -- another target (R7)

    def _govern(self, here: Conversation, at: int) -> None:
        for clock in list(here.clocks):
            clock.policy, clock.priority = here.policy, here.priority
            self._judge_by(here, clock, at)

    def _a_version_begins(self, at: int) -> None:
        for here in self.conversations.values():
            before = here.policy
            if at in self.rules.chosen_from.values() and not here.named:  # S29
                here.policy, here.chosen_at = self.rules.chosen(here.kind, here.priority, at), at
            for clock in here.clocks:
                if clock.policy == before and (clock.is_open or clock.by_last_resolve):
                    clock.policy = here.policy
            for clock in list(here.clocks):
                self._judge_by(here, clock, at)

    def _judge_by(self, here: Conversation, clock: Clock, at: int) -> None:
        if clock.policy is not None:
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
        ready.began, ready.ran = clock.began, [replace(ran) for ran in clock.ran]
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
