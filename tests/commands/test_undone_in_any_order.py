"""No order of doing and undoing sends words to the wrong person: what is shown as one is one person's, at any time.

Pairs of relations that can be undone one without the other: the merge of two customers, and a merge of their
conversations; that one, and a split in either of them. Orders, promises and splits always are of one customer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.handlers import deliver
from commands.customer import handlers as customers
from commands.customer.links import shown_as
from commands.executor.executor import CommandExecutor
from domain import customer
from domain.conversation.commands import ReceiveMessage
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.state import CONVERSATION, Conversation
from domain.customer import CUSTOMER, Customer, CustomerCommand, MergeCustomer, SeparateCustomer
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail

CUSTOMERS = 3
CONVERSATIONS = 5
EXPECTED = {
    "merge-with-itself", "merged-already", "target-merged", "merge-cycle", "not-merged", "customers-differ",
    "conversation-merged", "merge-relied-on", "not-split", "split-already", "split-merged", "nothing-left",
    "message-unknown", "message-not-received",
}  # fmt: skip
"""Why something may not be done just now."""
WHO, WHICH = st.integers(0, CUSTOMERS - 1), st.integers(0, 2 * CONVERSATIONS)


class Linking(RuleBasedStateMachine):
    """A company in which people merge, split and undo whatever they can, and go on writing."""

    def __init__(self) -> None:
        super().__init__()
        self.log = MemoryLog(lambda: datetime.now(UTC))
        self.executor = CommandExecutor(self.log)
        self.conversations = [
            deliver(self.executor, mail(n, f"t{n}", f"{n % CUSTOMERS}@example.org"), GATEWAY).id
            for n in range(CONVERSATIONS)
        ]
        self.people = [self.state(id).customer_id for id in self.conversations[:CUSTOMERS]]
        self.said: list[tuple[str, str]] = []

    def teardown(self) -> None:
        self.executor.close()
        self.log.close()

    def state(self, id: str) -> Conversation:
        found = self.executor.read(CONVERSATION, id).state
        assert found is not None
        return found

    def some(self, number: int) -> str:
        return self.conversations[number % len(self.conversations)]

    def attempt(self, ask: Callable[[], object]) -> None:
        try:
            ask()
        except Refusal as refusal:
            if refusal.code not in EXPECTED:
                raise

    @rule(one=WHO, other=WHO)
    def merge_customers(self, one: int, other: int) -> None:
        merge = MergeCustomer(customer_id=self.people[one], into=self.people[other])
        self.attempt(lambda: customers.act(self.executor, merge, AGENT))

    @rule(one=WHO)
    def separate_customers(self, one: int) -> None:
        separate = SeparateCustomer(customer_id=self.people[one])
        self.attempt(lambda: customers.act(self.executor, separate, AGENT))

    @rule(one=WHICH, other=WHICH)
    def merge(self, one: int, other: int) -> None:
        merge = MergeInto(into=self.some(other))
        self.attempt(lambda: merging.merge(self.executor, self.some(one), merge, AGENT))

    @rule(one=WHICH)
    def separate(self, one: int) -> None:
        self.attempt(lambda: merging.separate(self.executor, self.some(one), Separate(), AGENT))

    @rule(one=WHICH)
    def receive(self, one: int) -> None:
        command = ReceiveMessage(body="And this?")
        conversations.act(self.executor, self.some(one), command, GATEWAY)
        self.said.append((self.some(one), command.message_id))

    @rule(one=WHICH)
    def split(self, one: int) -> None:
        if not self.said:
            return
        id, message_id = self.said[one % len(self.said)]
        command = SplitMessage(message_id=message_id, kind="inquiry")
        self.attempt(lambda: self.conversations.append(splitting.split(self.executor, id, command, AGENT).id))

    @rule(one=WHICH)
    def undo_split(self, one: int) -> None:
        self.attempt(lambda: splitting.undo_split(self.executor, self.some(one), UndoSplit(), AGENT))

    @invariant()
    def what_is_answered_as_one_is_one_persons(self) -> None:
        for id in self.conversations:
            shown = self.state(id)
            people = {shown_as(self.executor.read, self.state(each).customer_id) for each in (id, *shown.parts)}
            assert len(people) == 1, "an answer here is read by another"
            assert shown.merged_into is None or id in self.state(shown.merged_into).parts

    @invariant()
    def what_relies_on_a_merge_is_merged_across_it(self) -> None:
        states = [self.executor.read(CUSTOMER, id).state for id in self.people]
        relied_on = {part: into for each in states if each for part, into in each.relying.items()}
        across = {
            id: into
            for id in self.conversations
            if (into := self.state(id).merged_into) and self.state(into).customer_id != self.state(id).customer_id
        }
        assert relied_on == across


def run(examples: int, *phases: Phase) -> None:
    how = settings(max_examples=examples, stateful_step_count=30, phases=phases or tuple(Phase))
    run_state_machine_as_test(Linking, settings=how)


@pytest.mark.faults
def test_no_order_of_doing_and_undoing_sends_words_to_another(long: bool) -> None:
    run(600 if long else 40)


def merge_and_separate() -> None:
    """Merge two customers and their conversations, separate the customers if that may be, and check."""
    machine = Linking()
    try:
        machine.merge_customers(0, 1)
        machine.merge(0, 1)
        machine.what_relies_on_a_merge_is_merged_across_it()
        machine.separate_customers(0)
        machine.what_is_answered_as_one_is_one_persons()
    finally:
        machine.teardown()


def test_a_separation_that_looks_at_no_conversation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    decide = customer.decide

    def careless(before: Customer | None, command: CustomerCommand, now: datetime) -> list[Event]:
        return decide(before and replace(before, relying={}), command, now)

    merge_and_separate()
    monkeypatch.setattr(customer, "decide", careless)
    # Then
    with pytest.raises(AssertionError, match="an answer here is read by another"):
        merge_and_separate()


def test_a_merge_that_records_nothing_at_the_customers_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setattr(merging, "between", lambda *_: [])
    # Then
    with pytest.raises(AssertionError):
        merge_and_separate()
