"""Merging and splitting, whatever happens then, and undoing it leaves every view as it is where nothing was ever merged
or split.

Folded in memory. What is compared are all rows of all views, without the lines and marks of merges, splits and undos,
and without the conversations that splits opened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from commands.conversation import merging as commands
from commands.executor.state_cache import NOTHING, Loaded, evolved
from domain.conversation import commands as asked
from domain.conversation import events as c
from domain.conversation import merging, splitting
from domain.conversation.decisions import decide
from domain.conversation.events import ConversationEvent
from domain.conversation.merging import Side
from domain.conversation.splitting import SplitMessage, WholeConversation
from domain.conversation.standing import Standing
from domain.conversation.state import CONVERSATION, evolve, settled
from domain.conversation.waiting import Share
from domain.kernel.event import Actor, Draft, Envelope, Event, Recorded
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from infra.views.view import AnyView, fold_in_memory, fold_page
from projections.catalogue import VIEWS
from projections.conversation import history, inbox
from projections.customer.proposals import PROPOSALS
from projections.search.passage import Search
from tests.support.all_streams import reading

LINKS = (c.ConversationMerged, c.ConversationSeparated, c.PartJoined, c.PartLeft, c.PartHeard)
SPLITS = (c.MessageSplit, c.MessagePlaced, c.MessageReturned, c.MessageTaken)
SAID = (c.MessageReceived, c.MessageSent)
START = datetime(2026, 6, 1, tzinfo=UTC)
NUMBERS = st.integers(0, 99)


class Folded:
    """The rows of the inbox, folded as far as the log was taken in."""

    def __init__(self) -> None:
        self.taken = 0
        self.rows: dict[Any, inbox.Item] = {}

    def take(self, log: Sequence[Recorded[Event]]) -> None:
        view: AnyView = inbox.INBOX
        page = [recorded for recorded in log[self.taken :] if type(recorded.event) in view.reads]
        fold_page(view, [(recorded, tuple(view.keys(recorded))) for recorded in page], self.rows)
        self.taken = len(log)

    def row(self, id: str) -> inbox.Item:
        return self.rows[id,]


class Merging(RuleBasedStateMachine):
    """A customer's conversations, merged, split and taken apart while things happen in them."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Recorded[Event]] = []
        self.loaded: dict[str, Loaded[Any]] = defaultdict(lambda: NOTHING)
        self.by = Actor(id="staff-1", kind="agent")
        self.born: set[str] = set()
        self.folded = Folded()

    # -- as commands do it, without a log

    def load(self, stream: object, id: str, /) -> Loaded[Any]:
        loaded = self.loaded[id]
        if loaded.state is not None and loaded.state.unsettled:
            self.loaded[id] = loaded = replace(loaded, state=settled(loaded.state, id, self.log))
        return loaded

    def append(self, events: Mapping[str, Sequence[Event]], late: int = 0) -> None:
        """All at once, as a command does."""
        at = START + timedelta(minutes=len(self.log) + 1)
        for stream, each in events.items():
            for event in each:
                before = self.loaded[stream]
                position = len(self.log) + 1
                occurred_at = at - timedelta(minutes=late)
                envelope = Envelope(event_id=new_id("event"), actor=self.by, occurred_at=occurred_at)
                self.log.append(Draft(stream, before.version + 1, event, envelope).recorded(position, at))
                self.loaded[stream] = evolved(stream, before, [event], position)

    def act(self, number: int, command: asked.ConversationCommand, late: int = 0) -> None:
        id = self.some(number)
        before = self.load(CONVERSATION, id)
        try:
            events = decide(before.state, command, START)
        except Refusal:
            return
        changes = commands.changes(self.load, id, before, command, events)
        self.append({change.stream_id: change.events for change in changes}, late)

    def some(self, number: int) -> str:
        ids = list(self.loaded)
        return ids[number % len(ids)]

    def side(self, id: str) -> Side:
        return Side(id, self.load(CONVERSATION, id).state)

    def merged(self) -> list[str]:
        return [id for id, loaded in self.loaded.items() if loaded.state.merged_into]

    def whole_of(self, id: str) -> WholeConversation:
        return WholeConversation(
            id, self.load(CONVERSATION, id).state, [recorded for recorded in self.log if recorded.originator_id == id]
        )

    def split_off(self) -> list[str]:
        return [id for id in self.born if self.loaded[id].state.split_from]

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
        self.append({new_id("conversation"): decide(None, command, START)})

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
        self.append(merging.decide_merge(part, target))

    @rule(kind=st.sampled_from(["agent", "service", "customer"]))
    def another_acts(self, kind: Any) -> None:
        self.by = Actor(id=f"{kind}-1", kind=kind)

    @precondition(lambda self: self.merged())
    @rule(number=NUMBERS)
    def separate(self, number: int) -> None:
        id = self.merged()[number % len(self.merged())]
        above = commands.above(self.load, self.loaded[id].state)
        self.append(merging.decide_separation(self.side(id), [self.side(other) for other in above]))
        if not self.merged() and not self.split_off():
            self.compare()

    @rule(number=NUMBERS, which=NUMBERS, kind=st.sampled_from(["inquiry", "complaint"]))
    def split(self, number: int, which: int, kind: Any) -> None:
        whole_of = self.whole_of(self.some(number))
        said = [recorded.event.message_id for recorded in whole_of.recorded_events if isinstance(recorded.event, SAID)]
        if not said:
            return
        command = SplitMessage(message_id=said[which % len(said)], kind=kind)
        try:
            events = splitting.decide_split(whole_of, command, new_id("conversation"))
        except Refusal:
            return
        self.append(events)
        self.born |= events.keys() - {whole_of.id}

    @precondition(lambda self: self.split_off())
    @rule(number=NUMBERS)
    def undo_split(self, number: int) -> None:
        id = sorted(self.split_off())[number % len(self.split_off())]
        whole_of, source = self.whole_of(id), self.whole_of(str(self.loaded[id].state.split_from))
        try:
            events = splitting.decide_undo(whole_of, source)
        except Refusal:
            return
        self.append(events)
        if not any(isinstance(recorded.event, (*SAID, *ASKS)) for recorded in whole_of.recorded_events[3:]):
            self.compare_at_once(source.id)

    @invariant()
    def is_as_all_streams_say(self) -> None:
        """The rows of the inbox, and the states that commands decide on, equal a second, slow reading."""
        self.folded.take(self.log)
        for id in self.loaded:
            row, due = self.folded.row(id), reading(self.log, id)
            shown = {name: getattr(row, name) for name in due}
            assert shown == due, "the inbox is as all streams say it"
            assert self.load(CONVERSATION, id).state.status == due["status"], "decided on as all streams say it"

    def teardown(self) -> None:
        """All is taken apart, in whatever order."""
        while self.loaded and (self.merged() or self.split_off()):
            if self.merged():
                self.separate(len(self.log))
            else:
                self.undo_split(len(self.log))

    # -- what must hold

    def compare(self) -> None:
        alone = [
            recorded for recorded in self.log
            if not isinstance(recorded.event, LINKS + SPLITS) and recorded.originator_id not in self.born
        ]  # fmt: skip
        for view in VIEWS:
            shown = canonical(view, self.log, self.born)
            assert shown == canonical(view, alone), f"undone as if never done: {view.name}"
        for id, loaded in self.loaded.items():
            if id in self.born:
                continue
            state = None
            for recorded in alone:
                if recorded.originator_id == id:
                    assert isinstance(recorded.event, ConversationEvent)
                    state = evolve(state, recorded.event)
            assert loaded.state == state, "decided on as if never done"

    def compare_at_once(self, id: str) -> None:
        """Also while what is left of the new conversation is a part still, where nothing was said in it."""
        log = self.whole_of(id).recorded_events
        if len(self.loaded[id].state.parts) > 1 or self.whole_of(id).elsewhere or id in self.born:
            return
        alone = [recorded for recorded in log if not isinstance(recorded.event, LINKS + SPLITS)]
        shown, due = (canonical(inbox.INBOX, each)[id,] for each in (log, alone))
        assert {**shown, "members": ()} == due, "undone as if never done: inbox"


def canonical(view: Any, log: Sequence[Recorded[Event]], without: Collection[str] = ()) -> Mapping[Any, Any]:
    """Rows without positions, versions, what tells of merges and undos, and those of some conversations."""
    rows: dict[Any, Any] = {}
    for key, (row, _) in fold_in_memory(view, log).items():
        if row is None and view is PROPOSALS:
            continue  # what was proposed and is over leaves a key that shows nothing
        values = None if row is None else asdict(row)
        if values is not None and {values.get(name) for name in ("conversation_id", "stream", "id")} & {*without}:
            continue
        if values is not None and view.name == "history" and (values["kind"] == "heard" or values["field"] in MARKS):
            continue
        if values is not None and view.name == "conversation_steps" and (values["part"] or values["what"] in MARKS):
            continue
        if values is not None and view.name in ("inbox", "sla_clocks", "timers"):
            del values["version"]
        rows[key] = values
    return rows


MARKS = ("merged", "parts", "split", "split-from")
ASKS = (c.InteractionAdded, c.PersonRequested, c.AnswerJudged)


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


def moves_what_waits(after: Callable[..., Standing]) -> Callable[..., Standing]:
    """A merge that adds what the part has to what is its own, and has forgotten whose it was."""

    def moved(self: Standing, recorded: Recorded[Event], joining: Sequence[Share] = ()) -> Standing:
        now = after(self, recorded, joining)
        more = sum(share.messages_in for share in joining)
        return replace(now, own=replace(now.own, messages_in=now.own.messages_in + more))

    return moved


def keeps_what_left(after: Callable[..., Standing]) -> Callable[..., Standing]:
    """An undo that leaves what is shown as it was."""

    def kept(self: Standing, recorded: Recorded[Event], joining: Sequence[Share] = ()) -> Standing:
        return self if isinstance(recorded.event, c.PartLeft) else after(self, recorded, joining)

    return kept


@pytest.mark.parametrize("broken", [moves_what_waits, keeps_what_left])
def test_a_merge_that_moves_instead_of_placing_is_caught(
    broken: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(Standing, "after", broken(Standing.after))
    # Then
    with pytest.raises(AssertionError, match=r"(undone as if never done: inbox|as all streams say it)"):
        run(40, Phase.generate)


def brings_nothing_back(shown_elsewhere: Callable[..., Share]) -> Callable[..., Share]:
    """An undo after which the message is shown again and counts for nothing."""

    def forgotten(self: Share, message_id: str, elsewhere: bool) -> Share:
        return shown_elsewhere(self, message_id, elsewhere) if elsewhere else self

    return forgotten


def keeps_it_elsewhere(fold: Callable[..., Any]) -> Callable[..., Any]:
    """An undo that leaves the message where it was placed."""

    def kept(self: Any, row: Any, recorded: Recorded[Event]) -> Any:
        return row if row is not None and isinstance(recorded.event, c.MessageReturned) else fold(self, row, recorded)

    return kept


@pytest.mark.parametrize(
    ("where", "name", "broken", "view"),
    [
        (Share, "shown_elsewhere", brings_nothing_back, "inbox"),
        (history.History, "fold", keeps_it_elsewhere, "history"),
        (Search, "fold", keeps_it_elsewhere, "search"),
    ],
)
def test_a_split_that_is_not_undone_as_a_whole_is_caught(
    where: Any, name: str, broken: Callable[..., Any], view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(where, name, broken(getattr(where, name)))
    # Then
    with pytest.raises(AssertionError, match=rf"(undone as if never done: {view}|{view} is as all streams say it)"):
        run(100, Phase.generate)
