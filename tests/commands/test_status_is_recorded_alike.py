"""Where a conversation stands is told alike by its state, which commands decide on, by the inbox, and by its clocks,
which go through what happened anew: under policies that keep and that reopen, by name or chosen, edited and written in
between; and whenever the customer is said to have written: before merges, in the future, or when nobody can have."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import keeping, merging, splitting
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from domain.conversation.commands import (
    AddInteraction,
    AddNote,
    ChangeKind,
    ChangePriority,
    ChangeStatus,
    ConversationCommand,
    JudgeAnswer,
    OpenConversation,
    Participant,
    ReceiveMessage,
    RequestPerson,
    SendReply,
    SetPolicy,
    Withdraw,
)
from domain.conversation.events import MessageReceived
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.standing import Standing, standings
from domain.conversation.state import Conversation
from domain.kernel.event import Actor
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.service_level import fold
from domain.service_level.calendar import WriteCalendar
from domain.service_level.detection import Knowledge
from domain.service_level.evaluated import ConversationClocks
from domain.service_level.fold import Fold
from domain.service_level.late_words import late_words
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import METRICS, OnCustomerMessage, ReopenMode, Selects, Terms
from domain.service_level.policy_decisions import EditPolicy, WritePolicy
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY

HISTORIES = 60
LATE = (0, 0, 1, 5, 20, 90, 600, -3, 400_000_000)
"""How many minutes after they were said words are recorded; below zero: by a gateway whose clock is ahead. The
last one makes a time that cannot be."""
WORDS: tuple[OnCustomerMessage, ...] = ("keep", "reopen")
BOT = Context(Actor(id="bot-1", kind="bot"))
BOB = Participant(contact_kind="mail", contact="bob@example.net")
SELECTS = (
    None,
    Selects(),
    Selects(kinds=("inquiry",)),
    Selects(priorities=("urgent",)),
    Selects(kinds=("complaint",), priorities=("normal",)),
)


class Company:
    """To which things happen by chance, a while after each other or at once."""

    def __init__(self, chance: random.Random, *, merges: bool = True) -> None:
        """`merges`: conversations are merged, and not each of them has a policy."""
        self.chance, self.with_merges = chance, merges
        self.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
        self.log = MemoryLog(lambda: self.now)
        self.executor = CommandExecutor(self.log, lambda: self.now)
        self.customer = customers.register(self.executor, [ContactPoint("mail", "ada@example.org")], GATEWAY).id
        self.ada = Context(Actor(id=self.customer, kind="customer", roles=("customer",)))
        hours = OpeningHours(zone="UTC", hours={"mon-sun": ("00:00-24:00",)})
        self.bob = customers.register(self.executor, [ContactPoint("mail", "bob@example.net")], GATEWAY).id
        self.calendar = sla.write_calendar(self.executor, WriteCalendar(name="all", opening_hours=hours), GATEWAY).id
        self.policies: list[str] = []
        self.conversations: list[str] = []
        self.writes_policy()
        self.opens()

    def close(self) -> None:
        self.executor.close()
        self.log.close()

    def opens(self) -> None:
        opening = OpenConversation(
            customer_id=self.customer,
            kind=self.chance.choice(("inquiry", "complaint")),
            channel="web",
            body="words",
            priority=self.chance.choice(("normal", "urgent")),
        )
        self.conversations.append(conversations.open_conversation(self.executor, opening, GATEWAY).id)

    def writes_policy(self) -> None:
        terms = Terms(
            calendar_id=self.calendar,
            targets=dict.fromkeys(METRICS, timedelta(hours=1)),
            reopen=self.chance.choice(get_args(ReopenMode)),
            on_customer_message=self.chance.choice(WORDS),
            participants_count=self.chance.choice((True, False)),
            # Without merges, each conversation always has a policy, and so reply clocks that show.
            selects=self.chance.choice(SELECTS) if self.policies or self.with_merges else Selects(),
        )
        write = WritePolicy(name=f"policy {len(self.policies)}", terms=terms)
        self.policies.append(sla.write_policy(self.executor, write, AGENT).id)

    def edits_policy(self) -> None:
        soon = self.now + self.chance.choice((1, 10, 40)) * timedelta(minutes=1)
        edit = EditPolicy(
            effective_from=soon,
            on_customer_message=self.chance.choice(WORDS),
            participants_count=self.chance.choice((True, False)),
        )
        sla.change_policy(self.executor, self.chance.choice(self.policies), edit, AGENT)

    def asks(self) -> None:
        chance = self.chance
        asked: list[ConversationCommand] = [
            *[ReceiveMessage(body="words")] * 4,
            *[ReceiveMessage(body="words", participant=BOB)] * 2,
            SendReply(body="words"),
            SendReply(body="words", to=self.bob),
            *[ChangeStatus(status="waiting_on_customer"), ChangeStatus(status="resolved")] * 2,
            ChangeStatus(status=chance.choice(("open", "on_hold"))),
            ChangePriority(priority=chance.choice(("normal", "urgent"))),
            ChangeKind(kind=chance.choice(("inquiry", "complaint", "feedback"))),
            SetPolicy(policy_id=chance.choice(self.policies)),
            Withdraw(),
            ReceiveMessage(body="words", automatic=True),
        ]
        if self.with_merges:
            asked += [RequestPerson(), AddInteraction(kind="complaint")]
        self.act(chance.choice(self.conversations), chance.choice(asked))

    def act(self, id: str, command: ConversationCommand) -> None:
        by = self.ada if isinstance(command, Withdraw | RequestPerson | AddInteraction | JudgeAnswer) else AGENT
        if isinstance(command, ReceiveMessage):
            said_at = self.now - self.chance.choice(LATE) * timedelta(minutes=1)
            by = replace(GATEWAY, occurred_at=said_at)
        conversations.act(self.executor, id, command, by)

    def merges(self) -> None:
        part, target = self.chance.choice(self.conversations), self.chance.choice(self.conversations)
        merging.merge(self.executor, part, MergeInto(into=target), AGENT)

    def separates(self) -> None:
        merging.separate(self.executor, self.chance.choice(self.conversations), Separate(), AGENT)

    def splits(self) -> None:
        id = self.chance.choice(self.conversations)
        said = [each.event for each in self.log.streams([id])[id] if isinstance(each.event, MessageReceived)]
        if said:
            split = SplitMessage(message_id=self.chance.choice(said).message_id, kind="inquiry")
            self.conversations.append(splitting.split(self.executor, id, split, AGENT).id)

    def undoes_split(self) -> None:
        splitting.undo_split(self.executor, self.chance.choice(self.conversations), UndoSplit(), AGENT)

    def happens(self) -> None:
        self.now += self.chance.choice((0, 1, 7, 30)) * timedelta(minutes=1)
        what: list[Callable[[], None]] = [self.asks] * 20
        what += [self.opens, self.edits_policy, self.writes_policy]
        what += [self.splits] * 4
        if self.with_merges:
            what += [self.merges, self.merges, self.separates, *[self.undoes_split] * 4]
        try:
            self.chance.choice(what)()
        except Refusal:
            return

    def told(self) -> Iterator[tuple[Conversation, ConversationClocks, Standing]]:
        """What each conversation that stands for itself is by its state, its clocks and the inbox."""
        kinds = ("conversation", "policy", "calendar")
        known = Knowledge([each for each in self.log.everything() if kind_of(each.originator_id) in kinds], zone="UTC")
        found = known.conversations(self.now)
        shown = standings([each for each in self.log.everything() if kind_of(each.originator_id) == "conversation"])
        for id in self.conversations:
            state = self.executor.read(id).state
            if not state.merged_into:
                yield state, found[id], shown[id]

    def told_otherwise(self) -> list[Conversation]:
        """The conversations of which the three tell different things."""
        return [
            state
            for state, clocks, shown in self.told()
            if len({clocks.status, state.status, shown.status}) > 1
            or (not self.with_merges and reply_clock_runs(clocks) != (shown.waiting_since is not None))
        ]


def reply_clock_runs(clocks: ConversationClocks) -> bool:
    """Whether a reply is owed by the clocks."""
    return any(each.metric in ("first_reply", "next_reply") and each.stopped_at is None for each in clocks.clocks)


def disagreements(chance: random.Random, histories: int, *, merges: bool = True) -> Iterator[str]:
    """Histories after a step of which the two tell different things."""
    for number in range(histories):
        company = Company(chance, merges=merges)
        steps = chance.randrange(5, 40)
        for step in range(steps):
            company.happens()
            # What differs goes on to differ for a while.
            if (step % 4 == 3 or step == steps - 1) and company.told_otherwise():
                yield f"history {number}, step {step}"
                break
        company.close()


@pytest.mark.faults
def test_state_inbox_and_clocks_tell_the_same_status(chance: random.Random, long: bool) -> None:
    assert list(disagreements(chance, 20 * HISTORIES if long else HISTORIES)) == []


@pytest.mark.faults
def test_the_inbox_shows_that_somebody_waits_while_a_reply_clock_runs(chance: random.Random, long: bool) -> None:
    # Whenever words are told: before or after an answer, a resolution and a reopening that did not know of them
    assert list(disagreements(chance, 20 * HISTORIES if long else HISTORIES // 2, merges=False)) == []


@pytest.mark.parametrize(
    ("what", "somebody_waits", "clock_runs"),
    [
        ("a bot", False, True), ("a note", True, False), ("a part", True, False), ("no target", True, False),
        ("a verdict", True, False), ("a person", True, False), ("a matter", True, False),
    ],
)  # fmt: skip
def test_inbox_and_reply_clock_differ_where_it_is_said_and_only_there(
    what: str, somebody_waits: bool, clock_runs: bool, chance: random.Random
) -> None:
    # Given somebody who waits (docs/sla.md, "Does the customer wait?")
    company = Company(chance, merges=False)
    (id,), (policy,) = company.conversations, company.policies
    edit = EditPolicy(effective_from=company.now + timedelta(minutes=1), notes_count=True)
    sla.change_policy(company.executor, policy, edit, AGENT)
    company.now += timedelta(minutes=2)
    # When
    match what:
        case "a bot":
            conversations.act(company.executor, id, SendReply(body="words"), BOT)
        case "a note":
            conversations.act(company.executor, id, AddNote(body="words"), AGENT)
        case "a part":
            company.opens()
            merging.merge(company.executor, company.conversations[1], MergeInto(into=id), AGENT)
            conversations.act(company.executor, company.conversations[1], SendReply(body="words"), AGENT)
        case "a verdict" | "a person" | "a matter":
            conversations.act(company.executor, id, SendReply(body="words"), AGENT)
            asks: dict[str, ConversationCommand] = {
                "a verdict": JudgeAnswer(answered=False),
                "a person": RequestPerson(),
                "a matter": AddInteraction(kind="complaint"),
            }
            company.act(id, asks[what])
        case _:
            terms = Terms(calendar_id=company.calendar, targets={"agent_work": timedelta(hours=1)})
            without = sla.write_policy(company.executor, WritePolicy(name="no reply", terms=terms), AGENT).id
            conversations.act(company.executor, id, SetPolicy(policy_id=without), AGENT)
    # Then
    ((_, clocks, shown),) = company.told()
    assert (shown.waiting_since is not None, reply_clock_runs(clocks)) == (somebody_waits, clock_runs)
    company.close()


@pytest.mark.parametrize("rule", ["keep", "late", "answered", "returned", "before it waits", "participants", "merged"])
def test_a_rule_that_is_broken_on_purpose_is_caught(
    rule: str, chance: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    match rule:
        case "keep":
            monkeypatch.setattr(fold, "keeps", lambda policies, matter, recorded: False)
        case "late":
            monkeypatch.setattr(fold, "late_words", lambda *told: replace(late_words(*told), closed=()))
        case "answered":
            monkeypatch.setattr(fold, "late_words", lambda *told: replace(late_words(*told), answered=()))
        case "merged":
            monkeypatch.setattr(fold, "late_words", lambda *told: replace(late_words(*told), shown_at={}))
        case "returned":
            monkeypatch.setattr(Fold, "_returned", lambda self, matter, split, recorded: None)
        case "participants":
            monkeypatch.setattr(fold, "does_not_count", lambda policies, matter, recorded: False)
        case _:
            monkeypatch.setattr(keeping, "_said_before_waiting", lambda *_: set())
    assert next(disagreements(chance, 10 * HISTORIES, merges=rule != "answered"), None) is not None
