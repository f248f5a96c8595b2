"""What colleagues write as the reason of a command is sealed with whom it is about, and gone with any of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pydantic_core import from_json

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddNote, ChangePriority
from domain.customer import CustomerMerged, CustomerSeparated, MergeCustomer, SeparateCustomer
from domain.kernel.event import Draft, Envelope
from domain.kernel.personal import ERASED
from domain.service_level.policy import PolicyWritten
from infra.log.application import Log
from infra.log.mapper import UnreadableEvent
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import erase

WHY = "she said on the phone that she is ill"
BECAUSE = replace(AGENT, reason=WHY)


@pytest.fixture
def log(memory_log: Log) -> Log:
    return memory_log


def customer_of(executor: CommandExecutor, number: int) -> tuple[str, str]:
    id = deliver(executor, mail(number, f"t{number}", f"{number}@example.org"), GATEWAY).id
    return id, executor.read(id).state.customer_id


def reasons(log: Log) -> dict[str, str | None]:
    """The reasons as they are read, by the event's name."""
    recorded_events = log.recorded_events(log.read(0, 1_000))
    return {each.event.stored_name: each.envelope.reason for each in recorded_events}


def stored(log: Log) -> str:
    return "".join(record.state.decode() for record in log.read(0, 1_000))


def test_a_reason_is_sealed_read_by_colleagues_and_gone_once_erased(executor: CommandExecutor, log: Log) -> None:
    # Given
    id, ada = customer_of(executor, 1)
    conversations.act(executor, id, ChangePriority(priority="urgent"), BECAUSE)
    # Then
    assert WHY not in stored(log)
    assert reasons(log)["conversation.priority-changed"] == WHY
    # When
    erase(executor, ada, replace(AGENT, reason="case 2025-118"))
    # Then: it is gone, and why she was erased is the company's own record.
    assert reasons(log)["conversation.priority-changed"] == ERASED
    assert reasons(log)["customer.erased"] == "case 2025-118"


@pytest.mark.parametrize("which", [0, 1])
def test_a_reason_about_two_people_is_gone_with_either(which: int, executor: CommandExecutor, log: Log) -> None:
    # Given two customers who were merged by mistake
    people = [customer_of(executor, number)[1] for number in (1, 2)]
    customers.act(executor, MergeCustomer(customer_id=people[0], into=people[1]), BECAUSE)
    customers.act(executor, SeparateCustomer(customer_id=people[0]), BECAUSE)
    both = CustomerMerged.stored_name, CustomerSeparated.stored_name, "customer.joined", "customer.parted"
    assert [reasons(log)[name] for name in both] == [WHY] * 4
    # When
    erase(executor, people[which], AGENT)
    # Then
    assert [reasons(log)[name] for name in both] == [ERASED] * 4
    assert WHY not in stored(log)


def test_a_reason_of_a_former_release_is_read_until_the_erasure(executor: CommandExecutor, log: Log) -> None:
    # Given an event as a former release wrote it
    id, ada = customer_of(executor, 1)
    conversations.act(executor, id, AddNote(body="words"), BECAUSE)
    record = log.records(id)[-1]
    state = from_json(record.state)
    del state["e"]["reason_of"]
    former = replace(record, state=json.dumps({**state, "e": {**state["e"], "reason": WHY}}).encode())
    # When, Then
    (read,) = log.recorded_events([former])
    assert read.envelope.reason == WHY
    erase(executor, ada, AGENT)
    (read,) = log.recorded_events([former])
    assert read.envelope.reason == ERASED


def test_a_reason_moved_to_another_event_does_not_open(executor: CommandExecutor, log: Log) -> None:
    # Given
    id, _ = customer_of(executor, 1)
    conversations.act(executor, id, AddNote(body="words"), BECAUSE)
    record = log.records(id)[-1]
    # When, Then
    with pytest.raises(UnreadableEvent, match="does not open"):
        log.recorded_events([replace(record, originator_version=record.originator_version + 1)])


@pytest.mark.parametrize("of", [7, "customer-1", [7], {"a": 1}, [], ["customer-nobody"]])
def test_an_envelope_that_is_none_of_ours_is_named(of: object, executor: CommandExecutor, log: Log) -> None:
    # Given
    id, _ = customer_of(executor, 1)
    conversations.act(executor, id, ChangePriority(priority="urgent"), BECAUSE)
    record = log.records(id)[-1]
    state = from_json(record.state)
    state["e"]["reason_of"] = of
    # When, Then
    with pytest.raises(UnreadableEvent, match=r"key-missing|has never had a key|does not fit"):
        log.recorded_events([replace(record, state=json.dumps(state).encode())])


def test_a_reason_about_nobody_stays_as_it_is(executor: CommandExecutor, log: Log) -> None:
    # Given
    envelope = Envelope(event_id="event-1", actor=AGENT.actor, reason="We grew.")
    written = PolicyWritten(policy_name="all", calendar_id="calendar-1", targets={})
    # When
    log.save(Draft("policy-1", 1, written, envelope))
    # Then
    assert reasons(log)["policy.written"] == "We grew."
    assert "We grew." in stored(log)
