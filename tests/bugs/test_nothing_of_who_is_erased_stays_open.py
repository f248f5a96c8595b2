"""What a customer writes while they are erased leaves nothing open for ever; asking again closes what is open still."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.erasing import erase
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import RequestPerson
from domain.conversation.events import CLOSED
from domain.conversation.merging import MergeInto
from domain.customer import EraseCustomer
from domain.kernel.ids import kind_of
from domain.promise import MakePromise
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import Shown


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def open_work(executor: CommandExecutor, ids: Iterable[str]) -> Shown:
    """What views show once they have reached the log: which of these are open now."""

    def is_open(id: str) -> bool:
        state = executor.read(id).state
        if kind_of(id) == "promise":
            return state.end is None
        return state.merged_into is None and state.status not in CLOSED

    return Shown(lambda position: [id for id in ids if is_open(id)])


def promised(executor: CommandExecutor, conversation_id: str) -> str:
    customer_id = executor.read(conversation_id).state.customer_id
    due = datetime(2100, 1, 1, tzinfo=UTC)
    make = MakePromise(customer_id=customer_id, conversation_id=conversation_id, text="Soon", due_at=due)
    return promises.make(executor, make, AGENT).id


@pytest.mark.parametrize("before", ["key", "event"])
def test_what_is_written_amid_the_erasure_is_closed_too(
    before: str, executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given two conversations of one customer
    ids = [deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in (1, 2)]
    customer_id = executor.read(ids[0]).state.customer_id
    destroy, record = executor.log.vault.destroy, customers.erase

    def write() -> None:
        deliver(executor, mail(3, "t1"), GATEWAY)
        conversations.act(executor, ids[1], RequestPerson(), GATEWAY)
        ids.append(deliver(executor, mail(4, "t4"), GATEWAY).id)
        ids.append(promised(executor, ids[0]))

    def writing_first(*subjects: str) -> None:
        if before == "key":
            write()
        if before == "key" or executor.read(customer_id).state.erased:
            destroy(*subjects)

    def writing_before_the_event(*arguments: Any, **kept: Any) -> Any:
        # Another process still has the key in memory.
        write()
        destroy(customer_id)
        return record(*arguments, **kept)

    monkeypatch.setattr(executor.log.vault, "destroy", writing_first)
    if before == "event":
        monkeypatch.setattr(customers, "erase", writing_before_the_event)
    # When they write once more, as all that was open is settled and the erasure is not in the log
    erase(executor, customer_id, AGENT, open_work(executor, ids))
    # Then all of that was theirs, and nothing of it is open
    *conversation_ids, promise_id = ids
    assert len(conversation_ids) == 3
    assert {executor.read(id).state.customer_id for id in ids} == {customer_id}
    assert {executor.read(id).state.status for id in conversation_ids} == {"resolved"}
    assert executor.read(promise_id).state.end == "withdrawn"


def test_asking_again_closes_what_an_erasure_left_open(executor: CommandExecutor, log: Log) -> None:
    # Given an erasure that settled nothing, as after a restore; one conversation is shown at another
    ids = [deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in (1, 2, 3)]
    ids.append(promised(executor, ids[0]))
    merging.merge(executor, ids[1], MergeInto(into=ids[0]), AGENT)
    conversations.act(executor, ids[2], RequestPerson(), GATEWAY)
    customer_id = executor.read(ids[0]).state.customer_id
    executor.log.vault.destroy(customer_id)
    customers.act(executor, EraseCustomer(customer_id=customer_id), AGENT)
    # When
    answers = [erase(executor, customer_id, AGENT, open_work(executor, ids)) for _ in range(2)]
    # Then it is closed, once, and whoever waits for the answer's position reads that
    assert answers[0].position == log.position()
    assert answers[0].id == answers[1].id == customer_id
    assert [executor.read(id).state.status for id in (ids[0], ids[2])] == ["resolved"] * 2
    assert executor.read(ids[3]).state.end == "withdrawn"
    assert names(log, customer_id).count("customer.erased") == 1
    assert names(log, ids[0])[-1] == "conversation.status-changed"
    assert names(log, ids[0]).count("conversation.status-changed") == 1
