"""What is cut off beyond what an event holds goes into the content store: no event grows by megabytes, and nothing of
it is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from commands import content as contents
from commands.content_findings import ContentFindings, compare
from commands.conversation import handlers as conversations
from commands.conversation.as_sent import as_sent
from commands.conversation.delivering import Delivery, deliver
from commands.conversation.removing import remove
from commands.conversation.with_content import REST_BYTES
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.stranger import erase as erase_stranger
from consumers.publishing.messages.conversation import MessageReceived as Published
from domain.conversation import events as c
from domain.conversation.as_sent import MOST_EACH, SentAttachment
from domain.conversation.commands import JudgeAnswer, SendReply
from domain.conversation.interaction import BODY_CHARACTERS
from domain.conversation.removing import RemoveMessage
from domain.kernel.event import Actor
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.stranger import EraseStranger
from infra.content.store import ContentStore
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.marker_scan import files
from tests.support.open_work import Shown, erase
from tests.support.recorded import events_of

LONG = "0123456789" * 50_000 + "and what was said last"
MAIL = Delivery("mail", "m1", ContactPoint("mail", "ada@example.org"), LONG, thread="t1")
BECAUSE = replace(AGENT, reason="a card's number")


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def said_in(log: Log, id: str) -> Any:
    return [each for each in events_of(log, id) if isinstance(each, c.MessageReceived)][-1]


def sent_files(count: int, **more: Any) -> tuple[SentAttachment, ...]:
    file = {"name": "n" * 100, "size": 3, "sha256": "0" * 64} | more
    return tuple(SentAttachment.model_validate({"id": f"f{number}"} | file) for number in range(count))


def test_the_event_stays_small_and_all_of_it_is_read(
    executor: CommandExecutor, log: Log, content: ContentStore
) -> None:
    # When
    id = deliver(executor, replace(MAIL, subject="s" * 300_000), GATEWAY).id
    # Then
    said = said_in(log, id)
    assert max(len(record.state) for record in log.records(id)) < 200_000
    assert [(each.field, each.kept) for each in said.adjusted] == [("body", None)]
    assert said.body + str(as_sent(executor, id, 3).adjusted[0].kept) == LONG
    assert len(str(as_sent(executor, id, 1).adjusted[0].kept)) == 300_000 - 2_000
    assert compare(log, content) == ContentFindings(kept=2)
    with pytest.raises(Refusal, match="not-found"):
        as_sent(executor, id, 3, only_of="customer-other")


def test_a_rest_that_an_event_can_hold_stays_there(executor: CommandExecutor, log: Log, content: ContentStore) -> None:
    # When
    id = deliver(executor, replace(MAIL, body=LONG[: BODY_CHARACTERS + REST_BYTES // 2]), GATEWAY).id
    # Then
    assert said_in(log, id).rest is None
    assert list(content.owners()) == []


def test_any_number_of_attachments_is_taken_in(executor: CommandExecutor, log: Log) -> None:
    # Given
    customer_id = deliver(executor, replace(MAIL, body="Hello"), GATEWAY)
    owner = said_in(log, customer_id.id).customer_id
    kept = contents.keep(executor, owner, [b"a leak"], AGENT).answer.id
    names = [*sent_files(MOST_EACH - 1), *sent_files(1, content_id=kept), *sent_files(201, name="the last ones")]
    # When
    id = deliver(executor, replace(MAIL, channel_message_id="m2", body="", attachments=names), GATEWAY).id
    # Then
    version, said = len(events_of(log, id)), said_in(log, id)
    assert (len(said.attachments), said.more_attachments, said.rest.attachments) == (50, (), MOST_EACH - 50)
    found = as_sent(executor, id, version)
    assert len(found.more_attachments) == MOST_EACH - 50
    assert [(each.field, str(each.kept).count("the last ones")) for each in found.adjusted] == [("attachments", 201)]
    assert Published.facts(said)["attachments"] == MOST_EACH
    # And a file that an attachment of the rest names is read
    assert contents.sent(executor, id, version, kept).name == "n" * 100


def test_words_beside_a_verdict_are_kept_so_too(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, replace(MAIL, body="It leaks"), GATEWAY).id
    conversations.act(executor, id, SendReply(body="A new one is on its way"), GATEWAY)
    ada = Context(Actor(id=said_in(log, id).customer_id, kind="customer"))
    # When
    conversations.act(executor, id, JudgeAnswer(answered=False, because=LONG), ada)
    # Then
    judged = events_of(log, id)[-1]
    assert isinstance(judged, c.AnswerJudged)
    assert judged.rest is not None
    assert str(judged.because) + str(as_sent(executor, id, len(events_of(log, id))).adjusted[0].kept) == LONG


def test_it_goes_with_an_erasure(executor: CommandExecutor, log: Log, content: ContentStore) -> None:
    # Given
    id = deliver(executor, MAIL, GATEWAY).id
    # When
    erase(executor, said_in(log, id).customer_id, AGENT)
    # Then
    assert list(content.owners()) == []
    assert [each.kept for each in as_sent(executor, id, 3).adjusted] == [ERASED]


def test_what_a_stranger_sent_is_theirs_and_goes_with_them(
    executor: CommandExecutor, log: Log, content: ContentStore
) -> None:
    # Given
    deliver(executor, replace(MAIL, body="It leaks"), GATEWAY)
    eve = replace(MAIL, channel_message_id="m2", contact=ContactPoint("mail", "eve@example.net"))
    id = deliver(executor, eve, GATEWAY).id
    stranger = said_in(log, id).participant_id
    assert list(content.owners()) == [stranger]
    version = next(number for number, each in enumerate(events_of(log, id), 1) if each == said_in(log, id))
    assert len(str(as_sent(executor, id, version).adjusted[0].kept)) == len(LONG) - BODY_CHARACTERS
    # When
    erase_stranger(executor, EraseStranger(stranger_id=stranger), AGENT, Shown())
    # Then
    assert list(content.owners()) == []
    assert [each.kept for each in as_sent(executor, id, version).adjusted] == [ERASED]


def test_it_goes_with_the_message_that_is_taken_out(executor: CommandExecutor, log: Log, content: ContentStore) -> None:
    # Given
    id = deliver(executor, MAIL, GATEWAY).id
    # When
    remove(executor, id, RemoveMessage(message_id=said_in(log, id).message_id), BECAUSE)
    # Then
    assert compare(log, content) == ContentFindings()
    assert [each.kept for each in as_sent(executor, id, 3).adjusted] == [ERASED]


def test_where_the_store_takes_nothing_the_event_holds_it(
    executor: CommandExecutor, log: Log, content: ContentStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given
    monkeypatch.setattr(content, "most_bytes", REST_BYTES)
    # When
    id = deliver(executor, MAIL, GATEWAY).id
    # Then
    assert said_in(log, id).rest is None
    assert said_in(log, id).body + as_sent(executor, id, 3).adjusted[0].kept == LONG
    assert list(files(tmp_path)) == []


def test_a_rest_that_is_missing_is_said_so(executor: CommandExecutor, log: Log, tmp_path: Path) -> None:
    # Given
    id = deliver(executor, MAIL, GATEWAY).id
    # When
    for path in tmp_path.glob("content/*/content/*"):
        path.unlink()
    # Then
    with pytest.raises(Refusal, match="content-missing"):
        as_sent(executor, id, 3)
