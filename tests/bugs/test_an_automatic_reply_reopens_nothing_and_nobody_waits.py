"""What no person wrote on the customer's side, as its channel says, reopens no conversation, and nobody waits for an
answer to it; the message is kept, counted and marked. (Clocks: docs/scenarios/s39-no-person-wrote-it.yaml.)"""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.contract.bodies import conversation as bodies
from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation import events as c
from domain.conversation.commands import ChangeStatus, OpenConversation, SendReply
from domain.conversation.merging import MergeInto
from domain.conversation.splitting import SplitMessage
from domain.conversation.standing import Standing, standings
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.importing import everything, imported
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


SAMPLE = """
[[conversation]]
id = "away"
kind = "inquiry"
channel = "mail"
ago = "2d"
customer = {name = "Ada", mail = "ada@example.org"}
says = "I am away"
automatic = true

[[conversation.then]]
ago = "1d"
says = "I am away still"
automatic = true
"""


def test_every_way_in_takes_the_mark(executor: CommandExecutor, log: Log, answered: str) -> None:
    # Given what two routes make of a body, and a file
    ada = executor.read(answered).state.customer_id
    opening = bodies.Opening(customer_id=ada, kind="inquiry", channel="mail", body="I am away", automatic=True)
    opened = conversations.open_conversation(executor, OpenConversation(**dict(opening)), GATEWAY).id
    conversations.act(executor, answered, bodies.ReceivedBody(body="I am away", automatic=True).command(), GATEWAY)
    assert imported(executor, "sample", SAMPLE).said == "imported 1, unchanged 0, rejected 0"
    # Then nobody waits
    begun = [each for each in everything(log) if isinstance(each.event, c.Opened)]
    (file,) = [each.originator_id for each in begun if each.envelope.client == "import"]
    for id in (opened, answered, file):
        assert standing(log, id).waiting_since is None
        said = [each for each in events_of(log, id) if isinstance(each, c.MessageReceived)]
        assert said[-1].automatic
