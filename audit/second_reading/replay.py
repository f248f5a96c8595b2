"""What becomes of conversations and their clocks when facts are replayed up to an instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from audit.second_reading.clocks import METRICS, UPDATES, WHOLE_LIFE, Clock
from audit.second_reading.conversation import Conversation, Said, traits_of
from audit.second_reading.rules import Fact, Rulebook
from audit.second_reading.shown import CLOSED, Shown, answers, closes, home, in_turn
from audit.second_reading.targets import Targets


class Replay(Targets):
    """S2: facts by (at, recorded_at, position), each acting on what is there."""

    def __init__(self, facts: Sequence[Fact], rules: Rulebook, until: int) -> None:
        super().__init__(rules)
        # S13: versions of policies begin, each before what happens at that instant.
        starts = {start for policy in rules.policies.values() for start in policy.starts}
        begins = sorted(start for start in starts | {*rules.chosen_from.values()} if start <= until)
        self._begins = list(begins)
        self._until = until
        self._shown = Shown(sorted((fact for fact in facts if fact.at <= until), key=in_turn))
        for split in self._shown.told:
            if split.step.get("into") in self._shown.undone:
                name = split.step["into"]
                gone = Conversation(
                    name, traits_of({"open": "inquiry"}), None, "normal", named=False, chosen_at=until, status="merged"
                )
                gone.merged_into = str(split.conversation)
                self.conversations[name] = gone
        self._later: list[tuple[Fact, bool]] = []
        for fact in self._shown.facts:
            while self._later and in_turn(self._later[0][0]) < in_turn(fact):
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
        """S37, S41: it acts when it was recorded."""
        fact, reopens = self._later.pop(0)
        while begins and begins[0] <= fact.at:
            self._a_version_begins(begins.pop(0))
        if fact.conversation in self.conversations:
            self._span = fact.span
            here = self.conversations[self.home(fact.conversation)]
            self._customer_says(here, fact.at, keeps=not reopens, over=fact.is_over)

    def home(self, name: str) -> str:
        """Where what arrives at a conversation counts (S23)."""
        return home(name, lambda each: self.conversations[each].merged_into)

    def _apply(self, fact: Fact) -> None:
        step, at, name = fact.step, fact.at, fact.conversation
        if name is None:
            return
        self._span = fact.span
        if "open" in step:
            self._open(fact)
            return
        if "split" in step:
            if step.get("opens", True):
                self._split(fact)
            return
        if "say" in step and step.get("automatic"):
            return  # S39, and R5
        customers = "say" in step and step["by"] in ("customer", "participant")
        here = self.conversations[self.home(name)] if name in self.conversations else None
        of_another = "say" in step and "participant" in (step["by"], step.get("to"))
        later = self._shown.shown_when_recorded(fact) if customers else None
        there = self.conversations.get(later) if later is not None else None
        counting = there or here
        if of_another and counting is not None and not self._counts_others(counting, fact):  # S40
            return
        elsewhere = self._shown.elsewhere(fact)
        keeps, keeps_there = (each is not None and not self._reopens(each, fact) for each in (here, there))
        keeps = elsewhere or keeps
        closed = customers and self._shown.is_late(fact, closes, where=later)
        reopens = closed and not (keeps if later is None else keeps_there)
        unknown = here is None or (keeps and here.status in CLOSED) or self._shown.is_late(fact, closes, answers)
        if customers and not elsewhere and there is not None and not reopens:  # S42
            self._status_follows(there, at, keeps=keeps_there)
        if customers and not elsewhere and (unknown or closed):
            if here is not None and not reopens:
                self._status_follows(here, at, keeps=keeps)
            if fact.recorded_at <= self._until:
                self._later.append((replace(fact, at=fact.recorded_at, span=None), reopens))
                self._later.sort(key=lambda later: in_turn(later[0]))
            return
        if here is None:
            return
        if customers:
            self._customer_says(here, at, keeps=keeps, over=fact.is_over)
        elif "say" in step and step["by"] == "agent":
            self._agent_says(here, at, over=fact.is_over)
        elif "note" in step and step["by"] == "agent":
            self._agent_notes(here, at)
        elif "placed" in step:
            self._customer_says(here, at, keeps=False, since=step["placed"], over=fact.is_over)
        elif "part_opens" in step:
            shown = here.name == name == self.home(step["part_opens"])
            if shown and here.status in ("waiting_on_customer", *CLOSED):
                self._set_status(here, "open", at)
        elif "status" in step:
            if here.name == name or not step.get("of_part"):
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
                here.policy, here.chosen_at = self._chosen(here, at), at
            self._govern(here, at)
        elif "traits" in step:
            here.traits = here.traits | step["traits"]
            if not here.named:
                here.policy, here.chosen_at = self._chosen(here, at), at
            self._govern(here, at)
        elif "merge_into" in step:
            self._merge(name, step["merge_into"], at)
        # R5: what bots say does nothing.

    # -- clocks start

    def _start(self, here: Conversation, metric: str, at: int, since: Said | None = None) -> None:
        """`since`: when was said what starts it, if that was elsewhere, and before (S28)."""
        began, span = (at, self._span) if since is None else since
        clock = Clock(
            metric,
            began,
            here.policy,
            here.priority,
            self.rules.targets(here.policy, here.priority, began).get(metric),
            [(began, self.rules.calendar(here.policy, began))],
            span,
        )
        clock.paused_too = self._pauses_too(clock, began)
        if not clock.pauses_in(here.status):
            clock.resume(began, span)
        self._seen(here, clock)
        here.clocks.append(clock)
        for version in self._begins:
            if began < version <= at:
                self._judge_by(here, clock, version)

    def _running(self, here: Conversation, *metrics: str) -> list[Clock]:
        return [clock for clock in here.clocks if clock.is_open and clock.metric in metrics]

    # -- facts

    def _open(self, fact: Fact) -> None:
        step, at, name = fact.step, fact.at, str(fact.conversation)
        policy = step.get("policy")
        here = Conversation(name, traits_of(step), policy, step.get("priority", "normal"), policy is not None, at)
        self.conversations[name] = here
        if not here.named and step["open"] is not None:
            here.policy = self._chosen(here, at)
        if fact.is_over or (step["by"] == "customer" and step.get("automatic")):  # S39
            return
        self._a_person_speaks(here, at)
        if step["by"] == "customer":  # S21: what an agent opens with is no reply
            here.customer_wrote = here.awaits_first_reply = True
            self._start(here, "first_reply", at)

    def _split(self, fact: Fact) -> None:
        """S28: what was said begins a conversation of its own, which owes the reply since it was said."""
        name, at = fact.step["into"], fact.at
        here = Conversation(name, traits_of({"open": "inquiry"}), None, "normal", named=False, chosen_at=at)
        here.policy = self._chosen(here, at)
        self.conversations[name] = here
        self._a_person_speaks(here, at)
        said = next(each for each in self._shown.told if each.step.get("message") == fact.step["split"])
        if not said.step.get("automatic") and not fact.step.get("returned"):
            # In a conversation of its own, it stands after nothing.
            self._customer_says(here, at, keeps=False, since=(said.said_at, said.span))

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
            policy = self._chosen(here, here.chosen_at, fact.position)
        if policy is None or self.rules.written[policy] >= fact.position:
            return {}
        return self.rules.policies[policy].at(fact.at)

    def _customer_says(
        self, here: Conversation, at: int, *, keeps: bool, since: Said | None = None, over: bool = False
    ) -> None:
        if not here.customer_wrote:
            for clock in self._running(here, *UPDATES):  # S21
                clock.cancel(self.rules, at, self._span)
        self._status_follows(here, at, keeps=keeps)
        if over:
            return
        if here.status in CLOSED:  # S27
            here.customer_wrote = True
            return
        self._a_person_speaks(here, at)
        if not here.customer_wrote:
            here.customer_wrote = here.awaits_first_reply = True
            self._start(here, "first_reply", at, since)
        elif not here.awaits_first_reply and not self._running(here, "next_reply"):  # R6
            self._start(here, "next_reply", at, since)

    def _status_follows(self, here: Conversation, at: int, *, keeps: bool) -> None:
        if not keeps and here.status in ("waiting_on_customer", *CLOSED):  # S19
            self._set_status(here, "open", at)

    def _agent_says(self, here: Conversation, at: int, *, over: bool) -> None:
        if not over:
            self._a_person_speaks(here, at)
        for clock in self._running(here, "first_reply", "next_reply", *UPDATES):
            clock.stop(self.rules, at, self._span)
        here.awaits_first_reply = False
        here.customer_wrote |= over  # what comes live is no first reply any more
        if here.status in CLOSED or over:  # S27
            return
        for metric in UPDATES:
            self._start(here, metric, at)

    def _agent_notes(self, here: Conversation, at: int) -> None:
        """A note is an answer where the policy says so."""
        for clock in self._running(here, "first_reply", "next_reply"):
            if self._notes_count(clock.policy, at):
                clock.stop(self.rules, at, self._span)
        if self._notes_count(here.policy, at):
            here.awaits_first_reply = False

    def _notes_count(self, policy: str | None, at: int) -> bool:
        return policy is not None and bool(self.rules.policies[policy].at(at).get("notes_count"))

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

    def _reopen(self, here: Conversation, at: int) -> list[str]:
        """R9: answers which metrics begin a new cycle."""
        for clock in [clock for clock in here.clocks if clock.by_last_resolve]:  # S22
            mode = self._mode(clock.policy, at)  # S23: what was merged goes by the policy it kept
            if mode not in ("continue_excluding_solved", "continue_including_solved"):
                continue
            resolved_at = clock.stopped_at
            assert resolved_at is not None
            solved_counts = mode == "continue_including_solved"
            runs = not clock.pauses_in(here.status)
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
