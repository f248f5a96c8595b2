"""A policy may let a conversation stand as it does when the customer writes, whether it was put under it by name or is
under it for what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.importing import SourceFact, SourceRecord, take_in
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import (
    ChangeKind,
    ChangePriority,
    ChangeStatus,
    CompanyStatus,
    ConversationCommand,
    OpenConversation,
    ReceiveMessage,
    SetPolicy,
)
from domain.conversation.events import Opened
from domain.conversation.merging import MergeInto, Separate
from domain.customer import RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.service_level.policy import OnCustomerMessage
from domain.service_level.policy_decisions import EditPolicy
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries
from tests.support.waiting import wait_until

KEEP: OnCustomerMessage = "keep"
REOPEN: OnCustomerMessage = "reopen"


class Company:
    """Conversations that wait, or are resolved, and customers who write to them."""

    def __init__(self, executor: CommandExecutor) -> None:
        self.executor = executor
        self._facts = ClockFacts(executor.log, "UTC")
        self._mails = 0

    def conversation(self, status: CompanyStatus = "waiting_on_customer") -> str:
        self._mails += 1
        id = deliver(self.executor, mail(self._mails, f"t{self._mails}"), GATEWAY).id
        self.now(id, status)
        return id

    def now(self, id: str, status: CompanyStatus) -> None:
        conversations.act(self.executor, id, ChangeStatus(status=status), AGENT)

    def customer_writes(self, id: str) -> None:
        conversations.act(self.executor, id, ReceiveMessage(body="And?"), GATEWAY)

    def status(self, id: str) -> str:
        """As its state says; its clocks say the same."""
        status = self.executor.read(id).state.status
        assert self._facts.of(id).conversations(self.executor.log.now())[id].status == status
        return str(status)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def company(executor: CommandExecutor) -> Company:
    return Company(executor)


@pytest.mark.parametrize("status", ["waiting_on_customer", "resolved", "on_hold"])
@pytest.mark.parametrize("by_name", [True, False])
def test_words_leave_a_conversation_as_it_stands_where_its_policy_says_so(
    company: Company, executor: CommandExecutor, status: CompanyStatus, by_name: bool
) -> None:
    # Given two, of which one is under a policy
    more: dict[str, Any] = {"selects": None} if by_name else {}
    policy_id = policy_for_inquiries(executor, on_customer_message=KEEP, **more)
    under_it, other = company.conversation(status), company.conversation(status)
    if by_name:
        conversations.act(executor, under_it, SetPolicy(policy_id=policy_id), AGENT)
    else:
        conversations.act(executor, other, ChangeKind(kind="complaint"), AGENT)
    # When both customers write, over the desk and over the channel
    for id in (under_it, other):
        company.customer_writes(id)
    deliver(executor, mail(11, "t1"), GATEWAY)
    # Then
    assert company.status(under_it) == status
    assert company.status(other) == ("on_hold" if status == "on_hold" else "open")


def test_the_version_in_force_when_the_customer_writes_decides(company: Company, executor: CommandExecutor) -> None:
    # Given an edit that is to come, and one that is far off
    policy_id = policy_for_inquiries(executor)
    soon = executor.log.now() + timedelta(seconds=1)
    sla.change_policy(executor, policy_id, EditPolicy(effective_from=soon, on_customer_message=KEEP), AGENT)
    later = soon.replace(year=2100)
    sla.change_policy(executor, policy_id, EditPolicy(effective_from=later, on_customer_message=REOPEN), AGENT)
    before, after, back_dated = (company.conversation() for _ in range(3))
    # When
    said_at = executor.log.now()
    company.customer_writes(before)
    wait_until(lambda: executor.log.now() > soon and executor.clock() > soon, 5, "the edit is in force")
    company.customer_writes(after)
    then = replace(GATEWAY, occurred_at=said_at)
    conversations.act(executor, back_dated, ReceiveMessage(body="From before"), then)
    # Then
    assert [company.status(id) for id in (before, after, back_dated)] == ["open", "waiting_on_customer", "open"]


def test_another_process_says_so_and_it_holds_at_once(company: Company, executor: CommandExecutor, log: Log) -> None:
    # Given a process that has looked at the policies before
    one, other = company.conversation(), company.conversation()
    company.customer_writes(one)
    assert company.status(one) == "open"
    # When
    elsewhere = CommandExecutor(log)
    policy_for_inquiries(elsewhere, on_customer_message=KEEP)
    elsewhere.close()
    company.customer_writes(other)
    # Then what was opened before stays open
    assert [company.status(id) for id in (one, other)] == ["open", "waiting_on_customer"]


def test_what_chooses_another_policy_takes_its_word(company: Company, executor: CommandExecutor) -> None:
    # Given a policy that keeps, and one for what is urgent that does not
    policy_for_inquiries(executor, on_customer_message=KEEP)
    policy_for_inquiries(executor, selects={"kinds": ("inquiry",), "priorities": ("urgent",)})
    usual, urgent = company.conversation(), company.conversation()
    conversations.act(executor, urgent, ChangePriority(priority="urgent"), AGENT)
    # When
    for id in (usual, urgent):
        company.customer_writes(id)
    # Then
    assert [company.status(id) for id in (usual, urgent)] == ["waiting_on_customer", "open"]


@pytest.mark.parametrize("keeps", ["whole", "part"])
def test_of_what_is_merged_each_goes_by_its_own(company: Company, executor: CommandExecutor, keeps: str) -> None:
    # Given a part, and what it is shown at, of which one keeps
    policy_id = policy_for_inquiries(executor, on_customer_message=KEEP, selects=None)
    whole, part = company.conversation(), company.conversation()
    conversations.act(executor, whole if keeps == "whole" else part, SetPolicy(policy_id=policy_id), AGENT)
    merging.merge(executor, part, MergeInto(into=whole), AGENT)
    # When the customer writes to the part
    company.customer_writes(part)
    # Then it counts where it is shown, and as if never merged where that is undone
    assert company.status(whole) == ("waiting_on_customer" if keeps == "whole" else "open")
    merging.separate(executor, part, Separate(), AGENT)
    assert company.status(whole) == "waiting_on_customer"
    assert company.status(part) == ("open" if keeps == "whole" else "waiting_on_customer")


def test_words_to_what_is_open_have_no_look_at_policies(
    company: Company, executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    policy_for_inquiries(executor, on_customer_message=KEEP)
    open_, waits = company.conversation("on_hold"), company.conversation()
    company.now(open_, "open")
    looks: list[int] = []
    policy_events = log.policy_events

    def counted(after: int = 0) -> object:
        looks.append(after)
        return policy_events(after)

    monkeypatch.setattr(log, "policy_events", counted)
    # When
    company.customer_writes(open_)
    # Then nothing is paid for what changes nothing
    assert not looks
    company.customer_writes(waits)
    assert looks


@pytest.mark.parametrize("says", [KEEP, REOPEN])
def test_what_another_system_tells_goes_by_it_too(
    company: Company, executor: CommandExecutor, log: Log, says: OnCustomerMessage
) -> None:
    # Given a policy, and what was said long ago, told at once: it waited, and then the customer wrote
    policy_for_inquiries(executor, on_customer_message=says)
    customer_id = new_id("customer")
    then = datetime(2026, 5, 4, 9, tzinfo=UTC)

    def fact(what: str, command: ConversationCommand, minutes: int, actor: Actor) -> SourceFact:
        return SourceFact(what, command, Context(actor, occurred_at=then + timedelta(minutes=minutes)))

    customer = Actor(id=customer_id, kind="customer")
    opened = OpenConversation(customer_id=customer_id, kind="inquiry", channel="web", body="Hello")
    record = SourceRecord(
        source="shop",
        id="1",
        customer=RegisterCustomer(customer_id=customer_id),
        context=GATEWAY,
        facts=(
            fact("opened", opened, 0, customer),
            fact("waits", ChangeStatus(status="waiting_on_customer"), 10, AGENT.actor),
            fact("wrote", ReceiveMessage(body="And?"), 20, customer),
        ),
    )
    # When
    take_in(executor, record)
    # Then
    id = next(
        recorded.originator_id for recorded in log.recorded_events(log.read(0)) if isinstance(recorded.event, Opened)
    )
    assert company.status(id) == ("waiting_on_customer" if says == KEEP else "open")
