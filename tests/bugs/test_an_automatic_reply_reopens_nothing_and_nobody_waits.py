"""What no person wrote on the customer's side, as its channel says, reopens no conversation, and nobody waits for an
answer to it; the message is kept, counted and marked. (Clocks: docs/scenarios/s39-no-person-wrote-it.yaml.)"""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.handlers import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation import events as c
from domain.conversation.commands import ChangeStatus, SendReply
from domain.conversation.merging import MergeInto
from domain.conversation.splitting import SplitMessage
from domain.conversation.standing import Standing, standings
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.recorded import events_of

ASKED = Delivery("mail", "m1", ContactPoint("mail", "ada@example.org"), "When do you open?", thread="t1")
AWAY = replace(ASKED, channel_message_id="m2", body="I am away until Monday", automatic=True)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def answered(executor: CommandExecutor) -> str:
    """A conversation in which nobody waits."""
    id = deliver(executor, ASKED, GATEWAY).id
    conversations.act(executor, id, SendReply(body="At nine"), AGENT)
    return id


def standing(log: Log, id: str, *parts: str) -> Standing:
    streams = log.streams([id, *parts])
    events = sorted((each for stream in streams.values() for each in stream), key=lambda each: each.position)
    return standings(events)[id]


def away(executor: CommandExecutor) -> Answer:
    return deliver(executor, AWAY, GATEWAY)


@pytest.mark.parametrize("status", ["resolved", "waiting_on_customer", "on_hold", "open"])
def test_the_status_stays_and_nobody_waits(status: str, executor: CommandExecutor, log: Log, answered: str) -> None:
    # Given
    conversations.act(executor, answered, ChangeStatus.model_validate({"status": status}), AGENT)
    # When
    away(executor)
    # Then
    found = standing(log, answered)
    assert (found.status, found.waiting_since, found.messages_in) == (status, None, 2)
    assert executor.read(answered).state.status == status
    said = events_of(log, answered)[-1]
    assert isinstance(said, c.MessageReceived)
    assert (said.automatic, said.effect, said.body) == (True, "none", "I am away until Monday")


def test_who_waits_goes_on_waiting(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, ASKED, GATEWAY).id
    since = standing(log, id).waiting_since
    # When
    away(executor)
    # Then
    assert since is not None
    assert standing(log, id).waiting_since == since


def test_the_customers_own_words_still_reopen_it(executor: CommandExecutor, log: Log, answered: str) -> None:
    # Given
    conversations.act(executor, answered, ChangeStatus(status="resolved"), AGENT)
    away(executor)
    # When
    deliver(executor, replace(ASKED, channel_message_id="m3", body="And on Sundays?"), GATEWAY)
    # Then
    found = standing(log, answered)
    assert found.status == "open"
    assert found.waiting_since is not None


def test_nobody_waits_where_it_comes_first(executor: CommandExecutor, log: Log) -> None:
    # When
    id = deliver(executor, replace(AWAY, thread="t2"), GATEWAY).id
    # Then
    found = standing(log, id)
    assert (found.status, found.waiting_since, found.messages_in) == ("open", None, 1)
    # When
    deliver(executor, replace(ASKED, channel_message_id="m3", thread="t2"), GATEWAY)
    # Then
    assert standing(log, id).waiting_since is not None


def test_a_part_opens_nothing_by_it(executor: CommandExecutor, log: Log, answered: str) -> None:
    # Given
    target = deliver(executor, replace(ASKED, channel_message_id="m4", thread="t4"), GATEWAY).id
    merging.merge(executor, answered, MergeInto(into=target), AGENT)
    conversations.act(executor, target, ChangeStatus(status="resolved"), AGENT)
    # When
    away(executor)
    # Then
    found = standing(log, target, answered)
    assert (found.status, found.waiting_since, found.messages_in) == ("resolved", None, 3)
    assert executor.read(target).state.status == "resolved"


def test_split_off_it_makes_nobody_wait(executor: CommandExecutor, log: Log, answered: str) -> None:
    # Given
    away(executor)
    said = events_of(log, answered)[-1]
    # When
    id = splitting.split(executor, answered, SplitMessage(message_id=said.message_id, kind="inquiry"), AGENT).id
    # Then
    found = standing(log, id)
    assert (found.waiting_since, found.messages_in) == (None, 1)
