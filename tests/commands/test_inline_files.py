"""Files come within a delivery, in base64: they are kept as uploads are, and the message names them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from commands import content as contents
from commands.content_findings import ContentFindings, compare
from commands.conversation.as_sent import as_sent
from commands.conversation.delivering import Delivery, deliver
from commands.conversation.removing import remove
from commands.customer.contact_points import ContactPoint
from commands.executor.batcher import CommandBatcher, PendingCommand
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.content import ContentKept
from domain.conversation.events import MessageReceived
from domain.conversation.inline_files import DeliveredAttachment, decoded
from domain.conversation.interaction import MOST_ATTACHMENTS
from domain.conversation.removing import RemoveMessage
from domain.kernel.refusal import Refusal
from infra.content.check import FileCheck
from infra.content.store import Content, ContentStore
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.open_work import erase
from tests.support.recorded import events_of

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200
OTHER = b"terms" * 100


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def coded(whole: bytes) -> str:
    return base64.b64encode(whole).decode()


def mail(*files: str | None, id: str = "m1", thread: str = "t1", **more: Any) -> Delivery:
    attachments = tuple(DeliveredAttachment(name=f"{number}.png", content=each) for number, each in enumerate(files))
    ada = ContactPoint("mail", "ada@example.org")
    return Delivery("mail", id, ada, "It leaks", thread, attachments=attachments, **more)


def last_said(log: Log, id: str) -> tuple[int, MessageReceived]:
    events = events_of(log, id)
    version = max(number for number, each in enumerate(events, 1) if isinstance(each, MessageReceived))
    said = events[version - 1]
    assert isinstance(said, MessageReceived)
    return version, said


def read(executor: CommandExecutor, log: Log, id: str) -> list[bytes]:
    """The files that the last message names, as whoever sees the message gets them."""
    version, said = last_said(log, id)
    ids = [each.content_id for each in said.attachments if each.content_id]
    for each in ids:
        contents.sent(executor, id, version, each)
    return [b"".join(contents.read(executor, each)) for each in ids]


def test_a_file_is_kept_and_named_by_its_message(executor: CommandExecutor, log: Log, content: ContentStore) -> None:
    # When the first message of somebody of whom nobody has heard brings files, one of them twice
    id = deliver(executor, mail(coded(PICTURE), None, coded(OTHER), coded(PICTURE)), GATEWAY).id
    # Then
    _, said = last_said(log, id)
    assert read(executor, log, id) == [PICTURE, OTHER, PICTURE]
    assert [(each.content_id is None, each.size) for each in said.attachments] == [
        (False, len(PICTURE)), (True, None), (False, len(OTHER)), (False, len(PICTURE)),
    ]  # fmt: skip
    assert (said.adjusted, list(content.owners())) == ((), [said.customer_id])
    assert compare(log, content) == ContentFindings(kept=2)
    # And no event has the file itself
    assert max(len(record.state) for record in log.records(id)) < 5_000
    # And once the message is taken out, the files are gone
    remove(executor, id, RemoveMessage(message_id=said.message_id), replace(AGENT, reason="a card's number"))
    assert compare(log, content) == ContentFindings()


def test_a_repeat_adds_nothing_and_another_file_is_another_message(
    executor: CommandExecutor, log: Log, content: ContentStore
) -> None:
    # Given
    first = deliver(executor, mail(coded(PICTURE)), GATEWAY)
    end = log.position()
    # When
    again = deliver(executor, mail(coded(PICTURE)), GATEWAY)
    # Then
    assert (again.id, again.repeated, log.position()) == (first.id, True, end)
    assert compare(log, content) == ContentFindings(kept=1)
    # When the same id comes with another file
    deliver(executor, mail(coded(OTHER)), GATEWAY)
    # Then it is taken in, too
    assert read(executor, log, first.id) == [OTHER]


def test_a_strangers_file_is_theirs_and_an_erasure_takes_all(
    executor: CommandExecutor, log: Log, content: ContentStore
) -> None:
    # Given
    id = deliver(executor, mail(coded(PICTURE)), GATEWAY).id
    # When somebody else writes in the thread
    eve = replace(mail(coded(OTHER), id="m2"), contact=ContactPoint("mail", "eve@example.net"))
    deliver(executor, eve, GATEWAY)
    # Then
    _, said = last_said(log, id)
    assert set(content.owners()) == {said.customer_id, said.participant_id}
    assert read(executor, log, id) == [OTHER]
    erase(executor, said.customer_id, AGENT)
    assert list(content.owners()) == [said.participant_id]


@pytest.mark.parametrize("text", ["no base64!", "====x", "é", "abcde"])
def test_what_is_no_file_is_kept_as_it_was_sent(executor: CommandExecutor, log: Log, text: str) -> None:
    assert decoded(text) is None
    delivery = mail(text)
    id = deliver(executor, delivery, GATEWAY).id
    version, said = last_said(log, id)
    assert [(each.field, each.how) for each in delivery.adjusted] == [("attachments.0.content", "dropped")]
    assert said.attachments[0].content_id is None
    assert [each.kept for each in as_sent(executor, id, version).adjusted] == [text]


def test_base64_is_read_as_gateways_write_it() -> None:
    text = coded(PICTURE)
    lines = "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    for each in (text, lines, text.rstrip("="), text.replace("+", "-").replace("/", "_")):
        assert decoded(each) == PICTURE
    assert decoded("") == b""


def test_what_the_store_does_not_take_stays_beside_the_message(
    executor: CommandExecutor, log: Log, content: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(content, "most_bytes", len(OTHER))
    # When
    id = deliver(executor, mail(coded(PICTURE), coded(OTHER)), GATEWAY).id
    # Then
    version, said = last_said(log, id)
    assert read(executor, log, id) == [OTHER]
    assert [(each.field, each.how) for each in said.adjusted] == [("attachments.0.content", "dropped")]
    assert [each.kept for each in as_sent(executor, id, version).adjusted] == [coded(PICTURE)]


def test_beyond_what_a_message_shows_a_file_is_kept_as_it_was_sent(executor: CommandExecutor, log: Log) -> None:
    # When
    files = [None] * MOST_ATTACHMENTS
    id = deliver(executor, mail(*files, coded(OTHER)), GATEWAY).id
    # Then
    version, _ = last_said(log, id)
    kept = {each.field: each.kept for each in as_sent(executor, id, version).adjusted}
    assert kept[f"attachments.{MOST_ATTACHMENTS}.content"] == coded(OTHER)


@pytest.mark.processes
def test_a_file_is_checked_as_an_upload_is(
    executor: CommandExecutor, log: Log, content: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a check that nothing passes
    monkeypatch.setattr(content, "_check", FileCheck("false", 10))
    # When
    id = deliver(executor, mail(coded(PICTURE)), GATEWAY).id
    # Then the message has the file, and says so; nobody is served it
    _, said = last_said(log, id)
    (content_id,) = (each.content_id for each in said.attachments)
    assert content_id is not None
    assert said.quarantined == (content_id,)
    (kept,) = (each for each in events_of(log, content_id) if isinstance(each, ContentKept))
    assert (kept.verdict, kept.size) == ("quarantined", len(PICTURE))
    with pytest.raises(Refusal, match="content-quarantined"):
        list(contents.read(executor, content_id))


def test_without_a_store_nothing_is_lost(executor: CommandExecutor, log: Log) -> None:
    keeps_none = CommandExecutor(log)
    try:
        id = deliver(keeps_none, mail(coded(OTHER)), GATEWAY).id
    finally:
        keeps_none.close()
    version, _ = last_said(log, id)
    assert [each.kept for each in as_sent(executor, id, version).adjusted] == [coded(OTHER)]


def test_nothing_is_left_where_another_process_met_the_customer_first(
    executor: CommandExecutor, log: Log, content: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given another process, to which the same customer writes while the file is being kept
    other = CommandExecutor(log)
    keep = content.keep_soon

    def meanwhile(owner: str, parts: Iterable[bytes]) -> Content:
        monkeypatch.setattr(content, "keep_soon", keep)
        deliver(other, mail(id="m0", thread="t0"), GATEWAY)
        return keep(owner, parts)

    monkeypatch.setattr(content, "keep_soon", meanwhile)
    # When
    id = deliver(executor, mail(coded(PICTURE)), GATEWAY).id
    other.close()
    # Then
    _, said = last_said(log, id)
    assert read(executor, log, id) == [PICTURE]
    assert list(content.owners()) == [said.customer_id]
    assert compare(log, content) == ContentFindings(kept=1)


def test_a_message_with_files_is_decided_once_whoever_wrote_it(
    executor: CommandExecutor, log: Log, content: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, ask = list[PendingCommand](), CommandBatcher.ask

    def counted(self: CommandBatcher, pending: PendingCommand, seconds: float) -> Answer:
        asked.append(pending)
        return ask(self, pending, seconds)

    monkeypatch.setattr(CommandBatcher, "ask", counted)
    # When somebody writes, again, and in another thread; somebody else writes into the thread, and again; and the
    # customer of another thread, somebody without an address
    writers = [
        ("t1", "ada@x.org"), ("t1", "Ada@X.ORG"), ("t2", "ada@x.org"), ("t1", "bob@x.org"), ("t1", "bob@x.org"),
        ("t3", "eve@x.org"), ("t1", "eve@x.org"), ("t1", ""), ("t4", "")
    ]  # fmt: skip
    for number, (thread, address) in enumerate(writers):
        delivery = mail(coded(b"%d" % number), id=f"m{number}", thread=thread)
        id = deliver(executor, replace(delivery, contact=ContactPoint("mail", address)), GATEWAY).id
        assert read(executor, log, id) == [b"%d" % number]
    # Then
    assert len(asked) == len(writers)
    assert compare(log, content) == ContentFindings(kept=len(writers))
    assert len(list(content.owners())) == 4
