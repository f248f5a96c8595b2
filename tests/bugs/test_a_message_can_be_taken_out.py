"""A single message is taken out, with a reason: no reader opens its text any more, in views, search, history, topics,
the log or as it was sent; its place stays. And a replay from zero shows the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.as_sent import as_sent
from commands.conversation.delivering import Delivery, deliver
from commands.conversation.removing import remove
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation import events as c
from domain.conversation.commands import AddNote, ReceiveMessage, SendReply
from domain.conversation.interaction import RecordedAttachment
from domain.conversation.removing import RemoveMessage
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from infra.keys.subject_keys import SubjectKeys
from infra.log.application import Log
from infra.log.memory import MemoryVault
from tests.support.companies import AGENT, GATEWAY
from tests.support.recorded import events_of

BECAUSE = replace(AGENT, reason="a card's number")
FILE = RecordedAttachment(id="f1", name="secret.pdf", type="application/pdf", size=3, sha256="0" * 64)
MAIL = Delivery(
    "mail", "m1", ContactPoint("mail", "ada@example.org"), "secret " + "x" * 100_000 + "secret", attachments=(FILE,)
)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, and what readers of the log are given."""
    return memory_log


def test_no_reader_of_the_log_opens_it(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, MAIL, GATEWAY).id
    conversations.act(executor, id, SendReply(body="We have it"), AGENT)
    said = events_of(log, id)[2]
    # When
    answer = remove(executor, id, RemoveMessage(message_id=said.message_id), BECAUSE)
    # Then
    after = events_of(log, id)
    assert (after[2].body, after[2].attachments[0].name) == (ERASED, ERASED)
    assert [each.kept for each in as_sent(executor, id, 3).adjusted] == [ERASED]
    assert after[3].body == "We have it"
    assert isinstance(after[4], c.MessageRemoved)
    assert "secret" not in repr(log.recorded_events(log.read(0)))
    last = log.streams([id])[id][-1]
    assert (last.envelope.reason, last.position) == ("a card's number", answer.position)


@pytest.mark.parametrize("command", [SendReply(body="secret"), AddNote(body="secret")], ids=["reply", "note"])
def test_an_answer_and_a_note_are_taken_out_too(
    command: SendReply | AddNote, executor: CommandExecutor, log: Log
) -> None:
    # Given
    id = deliver(executor, replace(MAIL, body="Hello"), GATEWAY).id
    conversations.act(executor, id, command, AGENT)
    # When
    of = command.message_id if isinstance(command, SendReply) else command.note_id
    remove(executor, id, RemoveMessage(message_id=of), BECAUSE)
    # Then
    assert events_of(log, id)[3].body == ERASED


def test_a_repeat_adds_nothing(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, MAIL, GATEWAY).id
    command = RemoveMessage(message_id=events_of(log, id)[2].message_id)
    # When
    first = remove(executor, id, command, BECAUSE)
    remove(executor, id, command, BECAUSE)
    # Then
    assert log.position() == first.position


def test_after_a_crash_half_way_a_repeat_does_the_rest(executor: CommandExecutor, log: Log) -> None:
    # Given: the texts are withheld, and the event was not appended
    id = deliver(executor, MAIL, GATEWAY).id
    message_id = events_of(log, id)[2].message_id
    log.vault.withhold(id, 3, ())
    # When
    remove(executor, id, RemoveMessage(message_id=message_id), BECAUSE)
    # Then
    assert isinstance(events_of(log, id)[-1], c.MessageRemoved)


@pytest.mark.parametrize(
    ("message_id", "context", "version", "code"),
    [
        ("message-other", BECAUSE, None, "message-unknown"),
        (None, AGENT, None, "input-invalid"),
        (None, BECAUSE, 2, "version-changed"),
    ],
)
def test_what_is_refused_takes_nothing_out(
    message_id: str | None,
    context: Context,
    version: int | None,
    code: str,
    executor: CommandExecutor,
    log: Log,
) -> None:
    # Given
    id = deliver(executor, MAIL, GATEWAY).id
    command = RemoveMessage(message_id=message_id or events_of(log, id)[2].message_id)
    # When
    with pytest.raises(Refusal) as why:
        remove(executor, id, command, context, expected_version=version)
    # Then
    assert why.value.code == code
    assert events_of(log, id)[2].body.startswith("secret")


def test_no_program_opens_the_text_with_key_store_and_master_key(
    executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    id = deliver(executor, MAIL, GATEWAY).id
    for body in ("And the other one?", "One more thing"):
        conversations.act(executor, id, ReceiveMessage(body=body), GATEWAY)
    before = log.streams([id], opened=False)[id]
    messages = [each.event.message_id for each in before if isinstance(each.event, c.MessageReceived)]
    # When two of three are taken out
    for message_id in messages[:2]:
        remove(executor, id, RemoveMessage(message_id=message_id), BECAUSE)
    # Then a program that heeds no list of what is withheld opens the third only
    monkeypatch.setattr(log.vault, "withheld", frozenset)
    log.vault.forget_cached()
    said = [each.body for each in events_of(log, id) if isinstance(each, c.MessageReceived)]
    assert said == [ERASED, ERASED, "One more thing"]


def test_words_of_who_has_a_key_of_a_former_release_are_withheld(executor: CommandExecutor, log: Log) -> None:
    # Given
    assert isinstance(log.vault, MemoryVault)
    id = deliver(executor, MAIL, GATEWAY).id
    customer_id = executor.read(id).state.customer_id
    log.vault._made[customer_id] = SubjectKeys(log.vault.key(customer_id))
    said = ReceiveMessage(body="My card is 4711")
    conversations.act(executor, id, said, GATEWAY)
    # When
    remove(executor, id, RemoveMessage(message_id=said.message_id), BECAUSE)
    # Then
    found = [each.body for each in events_of(log, id) if isinstance(each, c.MessageReceived)]
    assert found[-1] == ERASED
