"""A text beyond what an event holds is kept in the content store. The store was asked while the command decided, in the
one thread in which all commands of a process decide: with a bucket that did not answer, all of them waited for 15 s.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.as_sent import as_sent
from commands.conversation.delivering import Delivery, deliver
from commands.conversation.with_content import REST_BYTES
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageReceived
from domain.conversation.interaction import BODY_CHARACTERS
from infra.content import store as content_store
from infra.content.bucket import Bucket
from infra.content.store import ContentStore
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.recorded import events_of

LONG = Delivery("mail", "m9", ContactPoint("mail", "eve@example.org"), "x" * (BODY_CHARACTERS + 2 * REST_BYTES))


@pytest.fixture
def log(memory_log: Log) -> Log:
    return memory_log


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        yield server


@pytest.fixture
def desk(log: Log, silent: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandExecutor]:
    """One whose files are kept in a bucket of that server."""
    monkeypatch.setattr(content_store, "SLOW_SECONDS", 0)
    endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
    bucket = Bucket("files", endpoint=endpoint, region="us-east-1", access_key="key", secret_key="secret")
    store = ContentStore(bucket, log.vault, most_bytes=10**7, most_files=100)
    executor = CommandExecutor(log, content=store)
    yield executor
    executor.close()


def said(log: Log, id: str) -> MessageReceived:
    (found,) = (each for each in events_of(log, id) if isinstance(each, MessageReceived))
    return found


def refuse_all(server: socket.socket, until: Future[Answer]) -> None:
    """Close each connection that comes, until the message is taken in. The server stays: its port is nobody else's."""
    server.settimeout(0.05)
    while not until.done():
        with suppress(TimeoutError):
            server.accept()[0].close()


def test_other_commands_go_on_and_nothing_of_the_text_is_lost(
    desk: CommandExecutor, log: Log, silent: socket.socket
) -> None:
    with ThreadPoolExecutor(1) as sender:
        # Given a text of which the bucket shall keep the rest
        long = sender.submit(deliver, desk, LONG, GATEWAY)
        connection, _ = silent.accept()
        # When others are delivered and answered meanwhile
        id = deliver(desk, mail(1), GATEWAY).id
        conversations.act(desk, id, SendReply(body="Here"), AGENT)
        # Then they do not wait for the bucket
        assert not long.done()
        # And once it is sure that the bucket does not answer, the event holds all of the text
        connection.close()
        refuse_all(silent, long)
        id = long.result().id
    assert said(log, id).rest is None
    assert said(log, id).body + str(as_sent(desk, id, 3).adjusted[0].kept) == LONG.body


def test_a_store_that_did_not_answer_is_not_asked_at_once_again(
    desk: CommandExecutor, log: Log, silent: socket.socket
) -> None:
    # Given
    with ThreadPoolExecutor(1) as sender:
        first = sender.submit(deliver, desk, LONG, GATEWAY)
        refuse_all(silent, first)
        first.result()
    silent.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            silent.accept()[0].close()
    # When
    again = replace(LONG, channel_message_id="m10", body=LONG.body + "y")
    id = deliver(desk, again, GATEWAY).id
    # Then nobody asked it
    with pytest.raises(BlockingIOError):
        silent.accept()
    assert said(log, id).rest is None
