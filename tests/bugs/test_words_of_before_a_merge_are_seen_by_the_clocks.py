"""Words that were said before a merge and told after it, and what a customer asks for in a part, are seen by the clocks
as the inbox shows them: whoever waits there has a clock, and somebody is warned."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.service_level import handlers as sla
from domain.conversation.commands import (
    AddInteraction,
    ChangeStatus,
    CompanyStatus,
    ConversationCommand,
    ReceiveMessage,
    RequestPerson,
    SendReply,
    SetPolicy,
    Withdraw,
)
from domain.conversation.events import Status
from domain.conversation.merging import MergeInto, Separate
from domain.service_level.policy import METRICS, OnCustomerMessage, Terms
from domain.service_level.policy_decisions import WritePolicy
from tests.commands.test_status_is_recorded_alike import Company, reply_clock_runs
from tests.support.companies import AGENT, GATEWAY

MINUTE = timedelta(minutes=1)
Told = tuple[Status, bool]
"""The status, and whether a reply clock runs."""


class TwoMatters(Company):
    """A customer's two conversations, which were answered."""

    def __init__(self, on_customer_message: OnCustomerMessage = "reopen") -> None:
        super().__init__(random.Random(1), merges=False)
        self.opens()
        self.part, self.target = self.conversations
        terms = Terms(
            calendar_id=self.calendar,
            targets=dict.fromkeys(METRICS, timedelta(hours=1)),
            on_customer_message=on_customer_message,
        )
        policy = sla.write_policy(self.executor, WritePolicy(name="mine", terms=terms), AGENT).id
        for id in self.conversations:
            self.does(id, SetPolicy(policy_id=policy), SendReply(body="words"))

    def does(self, id: str, *commands: ConversationCommand) -> None:
        for command in commands:
            by = self.ada if isinstance(command, Withdraw | RequestPerson | AddInteraction) else AGENT
            conversations.act(self.executor, id, command, by)

    def moves(self, status: CompanyStatus, id: str = "") -> None:
        self.now += 10 * MINUTE
        self.does(id or self.target, ChangeStatus(status=status))

    def joins(self) -> None:
        self.now += 10 * MINUTE
        merging.merge(self.executor, self.part, MergeInto(into=self.target), AGENT)

    def says(self, ago: int) -> None:
        """In the part, so many minutes before now."""
        said = replace(GATEWAY, occurred_at=self.now - ago * MINUTE)
        conversations.act(self.executor, self.part, ReceiveMessage(body="words"), said)

    def all_tell(self) -> dict[str, Told]:
        """What the state, the inbox and the clocks tell alike."""
        found: dict[str, Told] = {}
        for state, clocks, shown in self.told():
            assert clocks.status == state.status == shown.status
            found[shown.own.conversation_id] = shown.status, reply_clock_runs(clocks)
            assert (shown.waiting_since is not None) == reply_clock_runs(clocks)
        return found


@pytest.fixture
def company(request: pytest.FixtureRequest) -> Iterator[TwoMatters]:
    """Of a policy that reopens, or what the test asks for."""
    company = TwoMatters(getattr(request, "param", "reopen"))
    yield company
    company.close()


@pytest.mark.parametrize(
    ("company", "status", "ago", "told"),
    [
        # Said after the target was resolved, and before that
        ("reopen", "resolved", 5, ("open", True)), ("reopen", "resolved", 15, ("open", True)),
        ("keep", "resolved", 5, ("resolved", False)), ("keep", "resolved", 15, ("resolved", False)),
        # What was said before the company began to wait for the customer is no answer to that
        ("reopen", "waiting_on_customer", 5, ("open", True)),
        ("reopen", "waiting_on_customer", 15, ("waiting_on_customer", True)),
        ("reopen", "on_hold", 5, ("on_hold", True)),
    ],
    indirect=["company"],
)  # fmt: skip
def test_words_of_before_a_merge_open_what_shows_them(
    company: TwoMatters, status: CompanyStatus, ago: int, told: Told
) -> None:
    # Given
    company.moves(status)
    company.joins()
    # When
    company.says(ago)
    # Then
    assert company.all_tell() == {company.target: told}
    # And after an undo, the target is as it was, and the part asks for a reply
    merging.separate(company.executor, company.part, Separate(), AGENT)
    assert company.all_tell() == {company.target: (status, False), company.part: ("open", True)}


@pytest.mark.parametrize("status", ["waiting_on_customer", "resolved", "on_hold"])
@pytest.mark.parametrize("asks", [RequestPerson(), AddInteraction(kind="complaint")], ids=["person", "matter"])
def test_what_is_asked_for_in_a_part_opens_what_shows_it(
    company: TwoMatters, status: CompanyStatus, asks: ConversationCommand
) -> None:
    # Given
    company.moves("resolved", company.part)
    company.moves(status)
    company.joins()
    # When
    company.does(company.part, asks)
    # Then
    ((state, clocks, shown),) = company.told()
    opens = status == "resolved" or (status == "waiting_on_customer" and isinstance(asks, RequestPerson))
    assert clocks.status == state.status == shown.status == ("open" if opens else status)


def test_a_withdrawal_closes_as_a_resolution_does(company: TwoMatters) -> None:
    # Given words of before a withdrawal, after which the company wants to know something
    company.does(company.part, Withdraw())
    company.moves("waiting_on_customer", company.part)
    # When they are told
    company.says(15)
    # Then
    assert company.all_tell()[company.part] == ("open", True)
