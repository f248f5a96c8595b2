"""A policy may say that what other participants say and are told does not count: nobody waits because of it, and it
answers nobody; in the state, in the inbox and in the clocks alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangeStatus, SendReply, SetPolicy
from domain.conversation.events import MessageReceived, MessageSent, PartHeard
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.standing import Standing, standings
from domain.conversation.state import CONVERSATION
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy
from infra.log.application import Log
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries
from tests.support.recorded import events_of

ADA, BOB = "ada@example.org", "bob@example.net"


def governed(executor: CommandExecutor, **more: Any) -> str:
    """A policy for inquiries, by which every reply is owed within an hour."""
    replies = dict.fromkeys(("first_reply", "next_reply"), timedelta(hours=1))
    return policy_for_inquiries(executor, by_priority={"normal": replies}, **more)


class Company:
    """Ada's conversations, in whose threads Bob writes."""

    def __init__(self, executor: CommandExecutor) -> None:
        self.executor = executor
        self._facts = ClockFacts(executor.log, "UTC")
        self._mails = 0

    def says(self, sender: str, thread: str = "t1") -> str:
        self._mails += 1
        return deliver(self.executor, mail(self._mails, thread, sender=sender), GATEWAY).id

    def told(self, id: str, to: str | None = None) -> None:
        conversations.act(self.executor, id, SendReply(body="Hello", to=to), AGENT)

    def now(self, id: str, status: str) -> None:
        conversations.act(self.executor, id, ChangeStatus.model_validate({"status": status}), AGENT)

    def bob(self, id: str) -> str:
        return next(iter(self.executor.read(CONVERSATION, id).existing("conversation").state.participants))

    def shown(self, id: str) -> Standing:
        """As the inbox shows it; the state and the clocks tell the same."""
        assert isinstance(self.executor.log, MemoryLog)
        shown = standings(self.executor.log.everything())[id]
        clocks = self._facts.of(id).conversations(self.executor.log.now())[id]
        assert shown.status == self.executor.read(id).state.status == clocks.status
        if clocks.clocks:
            runs = any(each.stopped_at is None for each in clocks.clocks)
            assert runs == (shown.waiting_since is not None)
        return shown


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def company(executor: CommandExecutor) -> Company:
    return Company(executor)


@pytest.mark.parametrize("status", ["open", "waiting_on_customer", "resolved"])
@pytest.mark.parametrize("count", [True, False])
def test_a_participants_words_open_again_only_where_they_count(
    company: Company, executor: CommandExecutor, status: str, count: bool
) -> None:
    # Given
    policy = governed(executor, participants_count=count)
    id = company.says(ADA)
    company.told(id)
    company.now(id, status)
    # When
    company.says(BOB)
    # Then
    shown = company.shown(id)
    assert (shown.status, shown.waiting_since is not None) == (("open", True) if count else (status, False))
    assert shown.messages_in == 2
    (*_, said) = (each for each in events_of(executor.log, id) if isinstance(each, MessageReceived))
    assert said.aside_by == (None if count else policy)
    # And the customer's own words count all the same.
    company.says(ADA)
    assert company.shown(id).waiting_since is not None


@pytest.mark.parametrize("count", [True, False])
def test_an_answer_to_a_participant_answers_only_where_it_counts(
    company: Company, executor: CommandExecutor, count: bool
) -> None:
    # Given
    policy = governed(executor, participants_count=count)
    id = company.says(ADA)
    company.says(BOB)
    # When
    company.told(id, company.bob(id))
    # Then
    assert (company.shown(id).waiting_since is None) == count
    (*_, sent) = (each for each in events_of(executor.log, id) if isinstance(each, MessageSent))
    assert sent.aside_by == (None if count else policy)
    company.told(id)
    assert company.shown(id).waiting_since is None


def test_the_version_in_force_when_the_participant_wrote_decides(company: Company, executor: CommandExecutor) -> None:
    # Given a policy under which participants count from now on, and no longer count in a century
    policy = governed(executor, participants_count=False)
    began = executor.log.now()
    id = company.says(ADA)
    company.told(id)
    sla.change_policy(executor, policy, CorrectPolicy(correct_from=began, participants_count=True), AGENT)
    far = began.replace(year=2150)
    sla.change_policy(executor, policy, EditPolicy(effective_from=far, participants_count=False), AGENT)
    # When
    company.says(BOB)
    # Then
    assert company.shown(id).waiting_since is not None


def test_each_goes_by_its_own_policy_also_after_a_separation(
    company: Company, executor: CommandExecutor, log: Log
) -> None:
    # Given a part whose own policy counts what the policy of its target does not
    governed(executor)
    alone = governed(executor, participants_count=False, selects=None)
    part, target = company.says(ADA, "t1"), company.says(ADA, "t2")
    conversations.act(executor, target, SetPolicy(policy_id=alone), AGENT)
    merging.merge(executor, part, MergeInto(into=target), AGENT)
    company.told(target)
    # When
    company.says(BOB, "t1")
    # Then
    assert company.shown(target).waiting_since is None
    assert [each.what for each in events_of(log, target) if isinstance(each, PartHeard)] == ["aside"]
    # When an answer to Bob goes out of the part, while Ada waits in it
    company.says(ADA, "t1")
    company.told(part, company.bob(part))
    assert company.shown(target).waiting_since is not None
    # And once they are separated, the part stands as its own policy has it
    merging.separate(executor, part, Separate(), AGENT)
    assert company.shown(part).waiting_since is None
    assert company.shown(target).waiting_since is None


def test_what_is_split_off_counts_in_its_new_conversation(company: Company, executor: CommandExecutor) -> None:
    # Given
    governed(executor, participants_count=False)
    id = company.says(ADA)
    company.told(id)
    company.says(BOB)
    (*_, said) = (each for each in events_of(executor.log, id) if isinstance(each, MessageReceived))
    # When
    new = splitting.split(executor, id, SplitMessage(message_id=said.message_id, kind="inquiry"), AGENT).id
    # Then
    assert company.shown(new).waiting_since is not None
    assert company.shown(id).waiting_since is None
    # And once the split is undone, it counts for nothing again.
    splitting.undo_split(executor, new, UndoSplit(), AGENT)
    assert company.shown(id).waiting_since is None


def test_words_from_before_a_resolution_that_do_not_count_open_nothing(
    company: Company, executor: CommandExecutor
) -> None:
    # Given
    governed(executor, participants_count=False)
    id = company.says(ADA)
    said_at = executor.log.now()
    company.told(id)
    company.now(id, "resolved")
    # When
    late = replace(GATEWAY, occurred_at=said_at + timedelta(microseconds=1))
    deliver(executor, mail(9, "t1", sender=BOB), late)
    # Then
    assert company.shown(id).status == "resolved"
