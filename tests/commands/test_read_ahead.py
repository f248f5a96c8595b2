"""A whole stream that a decision needs is read before the command's turn: nobody else waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.executor.read_ahead import ReadAhead, ReadAheadNeeded, needed
from commands.executor.unit_of_work import UnitOfWork
from domain.conversation.commands import AddNote, Assign, ChangeStatus, CompanyStatus, ReceiveMessage, RequestPerson
from domain.conversation.events import MessageReceived, StatusChanged
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.kernel.refusal import Refusal
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class WatchedLog(MemoryLog):
    """Knows in which threads whole streams were read, and lets something happen after the first such read."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.read_in: list[str] = []
        self.meanwhile: list[Any] = []

    def streams(self, stream_ids: Iterable[str], *, opened: bool = True) -> dict[str, Any]:
        found = super().streams(stream_ids, opened=opened)
        self.read_in.append(threading.current_thread().name)
        while self.meanwhile:
            self.meanwhile.pop()()
        return found


@pytest.fixture
def log() -> WatchedLog:
    return WatchedLog()


@pytest.fixture
def executor(log: WatchedLog) -> Iterator[CommandExecutor]:
    executor = CommandExecutor(log, lambda: NOW)
    yield executor
    executor.close()


@pytest.fixture
def resolved(executor: CommandExecutor) -> str:
    """A conversation that is resolved, under a policy that keeps it so."""
    policy_for_inquiries(executor, on_customer_message="keep")
    id = deliver(executor, mail(1), GATEWAY).id
    conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    return id


def messages(log: WatchedLog, id: str) -> list[MessageReceived]:
    return [each.event for each in log.streams([id])[id] if isinstance(each.event, MessageReceived)]


def test_a_policy_that_keeps_is_found_before_the_commands_turn(
    log: WatchedLog, executor: CommandExecutor, resolved: str
) -> None:
    # When
    log.read_in.clear()
    deliver(executor, mail(2), GATEWAY)
    # Then
    assert log.read_in == [threading.current_thread().name]
    last = messages(log, resolved)[-1]
    assert last.effect == "kept"
    assert last.kept_by is not None


@pytest.mark.parametrize("status", ["open", "on_hold"])
def test_for_a_conversation_that_waits_already_no_policy_is_read(
    log: WatchedLog, executor: CommandExecutor, resolved: str, status: CompanyStatus
) -> None:
    # Given
    conversations.act(executor, resolved, ChangeStatus(status=status), AGENT)
    log.read_in.clear()
    # When
    conversations.act(executor, resolved, ReceiveMessage(body="And?"), GATEWAY)
    # Then
    assert log.read_in == []
    assert messages(log, resolved)[-1].effect == "none"


def test_what_comes_in_between_reading_and_deciding_counts(
    log: WatchedLog, executor: CommandExecutor, resolved: str
) -> None:
    # Given something that happens as soon as the stream was read
    log.read_in.clear()
    log.meanwhile.append(lambda: conversations.act(executor, resolved, ChangeStatus(status="open"), AGENT))
    # When
    conversations.act(executor, resolved, ReceiveMessage(body="And?"), GATEWAY)
    # Then it is decided on what is so by then: an open conversation needs no policy
    assert messages(log, resolved)[-1].effect == "none"
    assert "commands" not in log.read_in


def test_a_stream_that_grew_meanwhile_is_read_once_more(
    log: WatchedLog, executor: CommandExecutor, resolved: str
) -> None:
    log.read_in.clear()
    log.meanwhile.append(lambda: conversations.act(executor, resolved, ReceiveMessage(body="One"), GATEWAY))
    conversations.act(executor, resolved, ReceiveMessage(body="Two"), GATEWAY)
    assert [each.effect for each in messages(log, resolved)[-2:]] == ["kept", "kept"]


def test_merges_and_splits_read_ahead_too(log: WatchedLog, executor: CommandExecutor) -> None:
    # Given
    first, second = (deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in (1, 2))
    deliver(executor, mail(3, "t1"), GATEWAY)
    said = messages(log, first)[-1].message_id
    log.read_in.clear()
    # When
    split = splitting.split(executor, first, SplitMessage(message_id=said, kind="complaint"), AGENT).id
    splitting.undo_split(executor, split, UndoSplit(), AGENT)
    merging.merge(executor, first, MergeInto(into=second), AGENT)
    # Then
    assert log.read_in
    assert "commands" not in log.read_in


@pytest.fixture
def joined(executor: CommandExecutor) -> tuple[str, str]:
    """A conversation that waits for the customer, and one that has joined it, in which a person is asked for."""
    target, part = (deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in (1, 2))
    conversations.act(executor, part, RequestPerson(), AGENT)
    conversations.act(executor, target, ChangeStatus(status="waiting_on_customer"), AGENT)
    merging.merge(executor, part, MergeInto(into=target), AGENT)
    return part, target


def test_what_joined_is_read_once_and_before_the_commands_turn(
    log: WatchedLog, executor: CommandExecutor, joined: tuple[str, str]
) -> None:
    # Given
    _, target = joined
    log.read_in.clear()
    # When
    for word in ("one", "two", "three"):
        conversations.act(executor, target, AddNote(body=word), AGENT)
    # Then: the stream itself, and the one that it names
    assert log.read_in == [threading.current_thread().name] * 2
    assert executor.read(target).state.status == "waiting_on_customer"
    with pytest.raises(Refusal, match="asked for a person"):
        conversations.act(executor, target, Assign(agent_id="service-bot"), AGENT)
    assert "commands" not in log.read_in


def test_another_process_decides_alike_on_what_joined(
    log: WatchedLog, executor: CommandExecutor, joined: tuple[str, str]
) -> None:
    part, target = joined
    other = CommandExecutor(log, lambda: NOW)
    # What is said of the whole stays when the part leaves.
    conversations.act(other, target, ChangeStatus(status="open"), AGENT)
    assert isinstance(log.streams([target])[target][-1].event, StatusChanged)
    conversations.act(other, target, ChangeStatus(status="resolved"), AGENT)
    # Closed, nothing is asked for any more in any of it.
    conversations.act(executor, target, Assign(agent_id="service-bot"), AGENT)
    merging.separate(other, part, Separate(), AGENT)
    assert [executor.read(id).state.status for id in joined] == ["open", "resolved"]
    other.close()


def test_what_joins_while_it_is_read_counts(
    log: WatchedLog, executor: CommandExecutor, joined: tuple[str, str]
) -> None:
    # Given another that joins as soon as the first was read
    part, target = joined
    third = deliver(executor, mail(3, "t3"), GATEWAY).id
    merging.separate(executor, part, Separate(), AGENT)
    merging.merge(executor, third, MergeInto(into=target), AGENT)
    log.meanwhile.append(lambda: merging.merge(executor, part, MergeInto(into=target), AGENT))
    # When
    with pytest.raises(Refusal, match="asked for a person"):
        conversations.act(executor, target, Assign(agent_id="service-bot"), AGENT)
    # Then
    state = executor.read(target).state
    assert (state.parts, state.for_person) == ((third, part), {part})


def test_a_read_in_the_commands_turn_would_be_detected(log: WatchedLog, executor: CommandExecutor) -> None:
    id = deliver(executor, mail(1), GATEWAY).id

    def careless() -> UnitOfWork:
        log.streams([id])
        return UnitOfWork(id, [])

    executor.run(AGENT, careless)
    assert log.read_in == ["commands"]


def test_what_was_read_serves_up_to_its_version() -> None:
    found = ReadAhead({"conversation-1": 3}, "read")
    everything = {"this": found}
    assert needed(everything, "this", {"conversation-1": 3, "conversation-2": 0}, lambda: found) == "read"
    for what, versions in (("this", {"conversation-1": 4}), ("this", {"conversation-2": 1}), ("that", {})):
        with pytest.raises(ReadAheadNeeded, match="read before the turn") as caught:
            needed(everything, what, versions, lambda: found)
        assert caught.value.what == what
