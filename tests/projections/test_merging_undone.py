"""Merging, whatever happens then, and undoing it leaves every view as it is where nothing was ever merged.

Folded in memory. What is compared are all rows of all views, without the lines and marks of merges and undos.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from commands import merging as commands
from commands.states import NOTHING, Loaded, evolved
from domain import conversation as c
from domain import conversation_commands as asked
from domain import merging, standing
from domain.kernel import Actor, AnyEntry, Entry, Envelope, Event, new_id
from domain.merging import Side
from domain.refusal import Refusal
from infra.views import fold_in_memory
from projections import inbox
from projections.catalogue import VIEWS

LINKS = (c.Merged, c.Separated, c.PartJoined, c.PartLeft, c.PartHeard)
START = datetime(2026, 6, 1, tzinfo=UTC)
NUMBERS = st.integers(0, 99)


class Merging(RuleBasedStateMachine):
    """A customer's conversations, merged and taken apart while things happen in them."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[AnyEntry] = []
        self.loaded: dict[str, Loaded] = defaultdict(lambda: NOTHING)
        self.by = Actor(id="staff-1", kind="agent")

    # -- as commands do it, without a log

    def append(self, stream: str, events: Sequence[Event], late: int = 0) -> None:
        for event in events:
            before = self.loaded[stream]
            position = len(self.log) + 1
            at = START + timedelta(minutes=position)
            envelope = Envelope(
                event_id=new_id("event"),
                actor=self.by,
                recorded_at=at,
                occurred_at=at - timedelta(minutes=late),
            )
            self.log.append(Entry(stream, before.version + 1, event, envelope, position))
            self.loaded[stream] = evolved(stream, before, [event], position)

    def act(self, number: int, command: asked.Command, late: int = 0) -> None:
        id = self.some(number)
        before = self.loaded[id]
        try:
            events = asked.decide(before.state, command, START)
        except Refusal:
            return
        for change in commands.changes(self.loaded.__getitem__, id, before, command, events):
            self.append(change.stream_id, change.events, late)

    def some(self, number: int) -> str:
        ids = list(self.loaded)
        return ids[number % len(ids)]

    def side(self, id: str) -> Side:
        return Side(id, self.loaded[id].state)

    def merged(self) -> list[str]:
        return [id for id, loaded in self.loaded.items() if loaded.state.merged_into]

    # -- what happens

    @initialize()
    def two(self) -> None:
        self.open("complaint", "customer")
        self.open("inquiry", "customer")

    @rule(
        kind=st.sampled_from(["inquiry", "complaint", "feedback"]),
        opened_by=st.sampled_from(["customer", "company"]),
    )
    def open(self, kind: Any, opened_by: Any) -> None:
        command = asked.OpenConversation(
            customer_id="customer-1", kind=kind, channel="mail", opened_by=opened_by, subject="one", body="two"
        )
        self.append(new_id("conversation"), asked.decide(None, command, START))

    @rule(number=NUMBERS, late=st.integers(0, 20), reopens=st.booleans())
    def receive(self, number: int, late: int, reopens: bool) -> None:
        self.act(number, asked.ReceiveMessage(body="three", reopens=reopens), late)

    @rule(number=NUMBERS, automatic=st.booleans())
    def reply(self, number: int, automatic: bool) -> None:
        self.act(number, asked.SendReply(body="four", automatic=automatic))

    @rule(number=NUMBERS, status=st.sampled_from(["open", "waiting_on_customer", "on_hold", "resolved"]))
    def change_status(self, number: int, status: Any) -> None:
        self.act(number, asked.ChangeStatus(status=status))

    @rule(number=NUMBERS, answered=st.booleans())
    def judge(self, number: int, answered: bool) -> None:
        self.act(number, asked.JudgeAnswer(answered=answered, because="five"))

    @rule(number=NUMBERS, again=st.booleans())
    def ask_or_withdraw(self, number: int, again: bool) -> None:
        self.act(number, asked.RequestPerson() if again else asked.Withdraw(because="seven"))

    @rule(number=NUMBERS, kind=st.sampled_from(["inquiry", "complaint"]), more=st.booleans())
    def bring(self, number: int, kind: Any, more: bool) -> None:
        self.act(number, asked.AddInteraction(kind=kind) if more else asked.ChangeKind(kind=kind))

    @rule(number=NUMBERS, priority=st.sampled_from(["low", "urgent"]), team=st.sampled_from(["team-1", "team-2"]))
    def handle(self, number: int, priority: Any, team: str) -> None:
        self.act(number, asked.AddNote(body="six"))
        self.act(number, asked.ChangePriority(priority=priority))
        self.act(number, asked.Assign(team_id=team))

    @rule(one=NUMBERS, other=NUMBERS)
    def merge(self, one: int, other: int) -> None:
        part, target = self.side(self.some(one)), self.side(self.some(other))
        try:
            merging.check_mergeable(part, target)
        except Refusal:
            return
        entries = [entry for entry in self.log if entry.originator_id == part.id]
        for id, events in merging.decide_merge(part, target, standing.members(entries)).items():
            self.append(id, events)

    @rule(kind=st.sampled_from(["agent", "service", "customer"]))
    def another_acts(self, kind: Any) -> None:
        self.by = Actor(id=f"{kind}-1", kind=kind)

    @precondition(lambda self: self.merged())
    @rule(number=NUMBERS)
    def separate(self, number: int) -> None:
        id = self.merged()[number % len(self.merged())]
        above = commands.above(self.loaded.__getitem__, self.loaded[id])
        for each, events in merging.decide_separation(self.side(id), [self.side(other) for other in above]).items():
            self.append(each, events)
        if not self.merged():
            self.compare()

    def teardown(self) -> None:
        """All is taken apart, in whatever order."""
        while self.loaded and self.merged():
            self.separate(len(self.log))

    # -- what must hold

    def compare(self) -> None:
        alone = [entry for entry in self.log if not isinstance(entry.event, LINKS)]
        for view in VIEWS:
            assert canonical(view, self.log) == canonical(view, alone), f"undone as if never done: {view.name}"
        for id, loaded in self.loaded.items():
            state = None
            for entry in alone:
                if entry.originator_id == id:
                    state = c.evolve(state, entry.event)
            assert loaded.state == state, "decided on as if never done"


def canonical(view: Any, log: Sequence[AnyEntry]) -> Mapping[Any, Any]:
    """Rows without positions, versions, and what tells of merges and undos."""
    rows: dict[Any, Any] = {}
    for key, (row, _) in fold_in_memory(view, log).items():
        values = None if row is None else asdict(row)
        if values is not None and view.name == "history" and (values["kind"] == "heard" or values["field"] in MARKS):
            continue
        if values is not None and view.name == "inbox":
            del values["version"]
        rows[key] = values
    return rows


MARKS = ("merged", "parts")


def run(examples: int, *phases: Phase) -> None:
    run_state_machine_as_test(
        Merging,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
            phases=phases or tuple(Phase),
        ),
    )


@pytest.mark.faults
def test_what_was_merged_and_undone_is_as_if_it_never_had_been(long: bool) -> None:
    run(600 if long else 40)


def moves_what_waits(together: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A merge that takes the part's counts over, and has forgotten whose they were."""

    def moved(itself: Any, parts: Any) -> dict[str, Any]:
        after = together(itself, parts)
        return {**after, "members": after["members"][:1] and ({**after["members"][0], "messages_in": 99},)}

    return moved


def keeps_what_left(changes: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """An undo that leaves what is shown as it was."""

    def kept(now: Any, entry: AnyEntry) -> dict[str, Any]:
        return {} if isinstance(entry.event, c.PartLeft) else changes(now, entry)

    return kept


@pytest.mark.parametrize(
    ("where", "name", "broken"),
    [(standing, "_together", moves_what_waits), (inbox, "changes", keeps_what_left)],
)
def test_a_merge_that_moves_instead_of_placing_is_caught(
    where: Any, name: str, broken: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(where, name, broken(getattr(where, name)))
    # Then
    with pytest.raises(AssertionError, match="undone as if never done: inbox"):
        run(40, Phase.generate)
