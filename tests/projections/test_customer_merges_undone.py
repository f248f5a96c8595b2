"""Merges of customers that are undone leave nothing: all views show what they would show had nobody merged anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.links import shown_as
from commands.executor.executor import CommandExecutor
from domain.conversation.merging import MergeInto, RecordReliance
from domain.customer import EraseCustomer, MergeCustomer, SeparateCustomer
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.kernel.values import Frozen
from domain.subscription import Skip
from infra.content.folder import Folder
from infra.content.store import ContentStore
from infra.log.application import Log
from infra.log.memory import MemoryLog
from tests.support.asking import ask, founded, learn, patiently
from tests.support.canonical_rows import canonical_rows
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.drawn import Command, Company, command_classes, drawn

WHY = replace(AGENT, reason="seen to")
C = TypeVar("C", bound=Frozen)
LINKING = (MergeCustomer, SeparateCustomer)
# Whether a merge is relied on, a reaction finds in the log: a caller asks for it of one world only. What is quarantined
# is found in a database.
FURTHER = [each for each in command_classes() if each not in (*LINKING, EraseCustomer, RecordReliance, Skip)]


@pytest.fixture
def log(memory_log: Log) -> Log:
    """What is decided, and what views make of it, needs no server."""
    return memory_log


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[CommandExecutor]:
    """A second company, in which nobody merges anybody."""
    log = MemoryLog(lambda: datetime.now(UTC))
    content = ContentStore(Folder(tmp_path / "content of the second"), log.vault, most_bytes=1_000_000, most_files=20)
    executor = CommandExecutor(log, content=content)
    yield executor
    executor.close()
    log.close()


class Side:
    """One of two companies in which the same happens, and what came of it since `begun`."""

    def __init__(self, executor: CommandExecutor) -> None:
        self.executor = executor
        self.begun = executor.log.position()
        self.company: Company = founded(executor)
        self.ids = [id for ids in self.company.ids.values() for id in ids]

    def learn(self, *ids: str) -> None:
        for id in ids:
            self.company.add(id)
            self.ids.append(id)

    def recorded_events(self) -> list[Recorded[Event]]:
        log = self.executor.log
        return log.recorded_events(log.read(self.begun, 100_000))

    def rows(self) -> dict[str, list[str]]:
        return canonical_rows(self.recorded_events(), self.ids)


def translated(command: C, names: dict[str, str]) -> C:
    """The same of the other company's things."""

    def of_the_other(said: object) -> object:
        if isinstance(said, str):
            return names.get(said, said)
        if isinstance(said, tuple):
            return tuple(map(of_the_other, said))
        return translated(said, names) if isinstance(said, Frozen) else said

    return command.model_copy(update={field: of_the_other(said) for field, said in command})


def run_machine(merging: CommandExecutor, plain: CommandExecutor, how: settings) -> None:
    """Do, go on, undo; and only go on. Raises AssertionError where the views differ."""
    numbers = iter(range(10**9))

    class Both(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.number = next(numbers)
            self.one, self.other = Side(merging), Side(plain)
            self.mail(1)
            self.mail(2)

        @property
        def names(self) -> dict[str, str]:
            return dict(zip(self.one.ids, self.other.ids, strict=True))

        @rule(data=st.data(), command_class=st.sampled_from(FURTHER))
        def command(self, data: st.DataObject, command_class: type[Command]) -> None:
            command = data.draw(drawn(command_class, self.one.company))
            stream = data.draw(self.one.company.target(command_class))
            if isinstance(command, MergeInto) and len(self.customers_of(stream, command.into)) > 1:
                return  # who had merged nobody might not do that
            there = (self.other, translated(command, self.names), self.names.get(stream, stream))
            outcomes = []
            for side, asked, on in ((self.one, command, stream), there):
                try:
                    answer = ask(side.executor, asked, on, WHY)
                except Refusal as refusal:
                    outcomes.append(refusal.code)
                    continue
                learn(side.company, asked, answer)
                side.learn(answer.id)
                outcomes.append("done")
            assert outcomes[0] == outcomes[1]

        def customers_of(self, *conversation_ids: str) -> set[str]:
            """Whose they are, whoever was merged with whom."""
            states = [self.one.executor.read(id).state for id in conversation_ids]
            return {state.customer_id for state in states if state is not None}

        @rule(sender=st.integers(1, 3))
        def mail(self, sender: int) -> None:
            number = next(numbers)
            for side in (self.one, self.other):
                told = mail(number, f"t{number}", f"{sender}.{self.number}@example.org")
                id = patiently(partial(deliver, side.executor, told, GATEWAY)).id
                side.learn(id, side.executor.read(id).state.customer_id)

        @rule(data=st.data())
        def merge(self, data: st.DataObject) -> None:
            who = data.draw(self.one.company.some("customer"))
            self.link(MergeCustomer(customer_id=who, into=data.draw(self.one.company.some("customer"))))

        @rule(data=st.data())
        def separate(self, data: st.DataObject) -> None:
            self.link(SeparateCustomer(customer_id=data.draw(self.one.company.some("customer"))))

        def link(self, command: Command) -> bool:
            try:
                ask(merging, command, "", WHY)
            except Refusal:
                return False
            return True

        def teardown(self) -> None:
            # (Somebody may have registered customer-nobody meanwhile.)
            for id in [*self.one.company.ids["customer"], "customer-nobody"]:
                self.link(SeparateCustomer(customer_id=id))
            assert self.one.rows() == self.other.rows()

    run_state_machine_as_test(Both, settings=how)


@pytest.mark.faults
def test_merged_gone_on_with_and_separated_is_as_if_nobody_had_merged(
    executor: CommandExecutor, plain: CommandExecutor, long: bool
) -> None:
    examples = 600 if long else 12
    run_machine(executor, plain, settings(max_examples=examples, stateful_step_count=25, phases=[Phase.generate]))


def test_a_merge_that_keeps_later_contacts_for_the_other_is_caught(
    executor: CommandExecutor, plain: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given whoever writes again is taken for the customer they are shown as
    named = executor.named

    def moved(*names: object) -> list[str | None]:
        found = named(*names)  # type: ignore[arg-type]
        return [shown_as(executor.load, id) if id and kind_of(id) == "customer" else id for id in found]

    monkeypatch.setattr(executor, "named", moved)
    # Then
    with pytest.raises((AssertionError, FlakyFailure)):
        run_machine(executor, plain, settings(max_examples=100, stateful_step_count=25, phases=[Phase.generate]))


def test_what_is_left_of_a_merge_is_caught(
    executor: CommandExecutor, plain: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a separation that changes nothing
    act = customers.act

    def careless(executor: CommandExecutor, command: Command, context: object, **more: object) -> object:
        if isinstance(command, SeparateCustomer):
            raise Refusal("not-merged", "or so it says")
        return act(executor, command, context, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(customers, "act", careless)
    # Then
    with pytest.raises((AssertionError, FlakyFailure)):
        run_machine(executor, plain, settings(max_examples=100, stateful_step_count=25, phases=[Phase.generate]))
