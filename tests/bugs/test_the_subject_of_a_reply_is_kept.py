"""The subject of a message in a known thread is kept with the message, sealed; the conversation keeps its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.contract.bodies import conversation as bodies
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.conversation.events import MessageReceived, Opened
from infra.log.application import Log
from infra.views.view import fold_in_memory
from projections.conversation.history import HISTORY
from projections.search.passage import SEARCH
from tests.support.companies import AGENT, GATEWAY
from tests.support.importing import everything
from tests.support.open_work import erase
from tests.support.recorded import events_of

FIRST = Delivery("mail", "m1", ContactPoint("mail", "ada@example.org"), "It drips", thread="t1", subject="The kettle")
NEXT = replace(FIRST, channel_message_id="m2", body="It came without one", subject="Re: The kettle and its lid")


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def subjects(log: Log) -> list[str | None]:
    rows = (row for row, _ in fold_in_memory(HISTORY, everything(log)).values())
    return [row.subject for row in rows if row is not None and row.kind == "received"]


def test_the_subject_of_a_reply_is_kept_with_the_message(executor: CommandExecutor, log: Log) -> None:
    # When
    id = deliver(executor, FIRST, GATEWAY).id
    assert deliver(executor, NEXT, GATEWAY).id == id
    # Then
    events = events_of(log, id)
    assert [each.subject for each in events if isinstance(each, Opened)] == ["The kettle"]
    said = [each.subject for each in events if isinstance(each, MessageReceived)]
    assert said == subjects(log) == [None, "Re: The kettle and its lid"]
    # And search finds it
    found = [row for row, _ in fold_in_memory(SEARCH, everything(log)).values() if "lid" in str(row)]
    assert len(found) == 1
    # And told over HTTP, it is kept as well
    told = bodies.ReceivedBody(subject="Another lid", body="By phone").command()
    conversations.act(executor, id, told, GATEWAY)
    assert subjects(log)[-1] == "Another lid"


def test_a_long_subject_is_cut_and_the_rest_is_kept(executor: CommandExecutor, log: Log) -> None:
    id = deliver(executor, FIRST, GATEWAY).id
    deliver(executor, replace(NEXT, subject="x" * 3_000), GATEWAY)
    said = [each for each in events_of(log, id) if isinstance(each, MessageReceived)][-1]
    assert said.subject == "x" * 2_000
    assert [(each.field, each.how, each.kept) for each in said.adjusted] == [("subject", "cut", "x" * 1_000)]


def test_an_erasure_reaches_the_subject(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, FIRST, GATEWAY).id
    deliver(executor, NEXT, GATEWAY)
    # When
    erase(executor, executor.read(id).state.customer_id, AGENT)
    # Then
    assert [each.subject for each in events_of(log, id) if isinstance(each, MessageReceived)] == [None, "[erased]"]
    assert subjects(log) == [None, "[erased]"]
    # And what search holds is what was erased, once, not the word
    passages = [
        row.text for row, _ in fold_in_memory(SEARCH, everything(log)).values() if row and row.kind == "received"
    ]
    assert passages == ["[erased]", "[erased]"]
