"""Retention: who is due by the company's rules is erased, a legal hold wins, and each run is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands import decision_table as tables
from commands import hold as holds
from commands import retention
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.deferred import resume
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.customer import MergeCustomer, SeparateCustomer
from domain.decision_table.written import TableWritten
from domain.hold import HoldCustomer, ReleaseHold, ResumeErasures
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.retention import GIVEN_UP, RUNS, PersonFacts, RetentionBegan, RetentionRan
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import Shown

SYSTEM = Context(Actor(id="system-retention", kind="system"))
YEARS = timedelta(days=365)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@dataclass
class Known:
    """The port of `commands/retention.py`: these people are kept."""

    people: dict[str, PersonFacts] = field(default_factory=dict)
    pages: int = 0

    def page(self, after: str, limit: int, position: int) -> Sequence[PersonFacts]:
        self.pages += 1
        return [self.people[id] for id in sorted(self.people) if id > after][:limit]

    def of(self, customer_ids: Iterable[str]) -> Sequence[PersonFacts]:
        return [self.people[id] for id in customer_ids]

    def held(self, position: int) -> Sequence[str]:
        return []

    def add(self, executor: CommandExecutor, number: int, years: float, **facts: Any) -> str:
        """A customer of whom nothing was heard for so many years."""
        conversation_id = deliver(executor, mail(number, f"t{number}", f"{number}@a.org"), GATEWAY).id
        id: str = executor.read(conversation_id).state.customer_id
        at = datetime.now(UTC) - years * YEARS
        known = PersonFacts(id, at, at, None, complained=False, ordered=False, segment=None)
        self.people[id] = replace(known, **facts)
        return id


def rules(*conditions: Mapping[str, str]) -> TableWritten:
    """Who fits one of these is erased, and nobody else."""
    kinds = dict.fromkeys(("quiet", "closed", "withdrawn"), "days and time duration")
    inputs = [
        {"name": name, "type": kinds.get(name, "boolean"), "optional": True}
        for name in ("quiet", "closed", "withdrawn", "complained", "ordered")
    ]
    return TableWritten.model_validate(
        {
            "hit_policy": "first",
            "inputs": inputs,
            "outputs": [{"name": "erase", "type": "boolean"}],
            "rules": [{"when": each, "then": {"erase": "true"}} for each in conditions],
            "otherwise": {"erase": "false"},
        }
    )


THREE_YEARS = {"closed": '>= duration("P1095D")', "complained": "false"}


def put(executor: CommandExecutor, *conditions: Mapping[str, str]) -> None:
    tables.put(executor, {"retention": rules(*conditions)}, AGENT)


def run(executor: CommandExecutor, known: Known) -> RetentionRan:
    ran = retention.run(executor, known, Shown(), SYSTEM)
    assert ran is not None
    return ran


def erased(executor: CommandExecutor, *customer_ids: str) -> list[bool]:
    return [executor.read(id).state.erased for id in customer_ids]


def test_who_is_due_is_erased_and_nobody_else(executor: CommandExecutor, log: Log) -> None:
    # Given
    known = Known()
    old, new = known.add(executor, 1, 4), known.add(executor, 2, 2)
    complained, open_ = known.add(executor, 3, 4, complained=True), known.add(executor, 4, 4, closed_at=None)
    withdrawn = known.add(executor, 5, 0.1, withdrawn_at=datetime.now(UTC) - timedelta(days=31))
    put(executor, THREE_YEARS, {"withdrawn": '> duration("P30D")'})
    # When
    ran = run(executor, known)
    # Then
    assert erased(executor, old, new, complained, open_, withdrawn) == [True, False, False, False, True]
    assert ran == RetentionRan(table_version=1, people=5, due=2, erased=2, held=0, failed=0)
    assert [each.event for each in log.streams([RUNS])[RUNS]] == [RetentionBegan(table_version=1), ran]
    gone = log.streams([old], opened=False)[old][-1].envelope
    assert (gone.actor.id, gone.reason) == ("system-retention", "retention by version 1 of the rules")
    # And a second run erases nobody again
    assert run(executor, known).due == 0


def test_a_hold_wins_and_what_was_due_is_done_when_it_ends(executor: CommandExecutor) -> None:
    # Given
    known = Known()
    old = known.add(executor, 1, 4)
    hold_id = holds.hold(executor, HoldCustomer(customer_id=old), replace(AGENT, reason="lawsuit")).id
    put(executor, THREE_YEARS)
    # When
    ran = run(executor, known)
    # Then it waits once, however many runs there are
    assert (ran.due, ran.erased, ran.held) == (1, 0, 1)
    assert run(executor, known).held == 1
    assert len(holds.holds_of(executor, old)[1]) == 1
    assert erased(executor, old) == [False]
    # When
    holds.end(executor, ReleaseHold(hold_id=hold_id), replace(AGENT, reason="over"))
    resume(executor, ResumeErasures(customer_id=old), SYSTEM, Shown())
    # Then
    assert erased(executor, old) == [True]


def test_merged_customers_are_due_together(executor: CommandExecutor) -> None:
    # Given one person under two records, one of them active
    known = Known()
    old, new = known.add(executor, 1, 4), known.add(executor, 2, 1)
    put(executor, THREE_YEARS)
    customers.act(executor, MergeCustomer(customer_id=old, into=new), AGENT)
    # Then
    assert run(executor, known).due == 0
    # And as soon as they are two people, or both are old
    customers.act(executor, SeparateCustomer(customer_id=old), AGENT)
    assert run(executor, known).due == 1
    assert erased(executor, old, new) == [True, False]


def test_all_pages_are_looked_at(executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setattr(retention, "PAGE", 2)
    known = Known()
    people = [known.add(executor, number, 4) for number in range(5)]
    put(executor, THREE_YEARS)
    # Then
    assert run(executor, known).erased == 5
    assert all(erased(executor, *people))
    assert known.pages == 4


def test_a_run_erases_so_many_at_most(executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST_ERASED", 2)
    known = Known()
    for number in range(3):
        known.add(executor, number, 4)
    put(executor, THREE_YEARS)
    ran = run(executor, known)
    assert (ran.erased, ran.cut) == (2, True)
    ran = run(executor, known)
    assert (ran.erased, ran.cut) == (1, False)


def test_two_processes_run_once(executor: CommandExecutor, log: Log) -> None:
    # Given a run that goes on elsewhere
    known = Known()
    known.add(executor, 1, 4)
    put(executor, THREE_YEARS)
    elsewhere = CommandExecutor(log)
    assert retention._begin(elsewhere, 1, SYSTEM, log.now())
    elsewhere.close()
    # Then
    assert retention.run(executor, known, Shown(), SYSTEM) is None
    # And one that is not heard of any more is begun anew
    assert retention._begin(executor, 1, SYSTEM, log.now() + GIVEN_UP)


def test_rules_that_cannot_decide_are_refused(executor: CommandExecutor) -> None:
    known = Known()
    with pytest.raises(Refusal, match="table-unpublished"):
        run(executor, known)
    written = rules(THREE_YEARS).model_dump(mode="json", by_alias=True, exclude_none=True)
    mood = {"inputs": [{"name": "mood", "type": "string"}], "rules": [{"when": {}, "then": {"erase": "true"}}]}
    other = TableWritten.model_validate({**written, **mood})
    tables.put(executor, {"retention": other}, AGENT)
    with pytest.raises(Refusal, match="no input mood"):
        run(executor, known)


def test_a_dry_run_names_who_is_due_and_changes_nothing(executor: CommandExecutor, log: Log) -> None:
    # Given
    known = Known()
    old = known.add(executor, 1, 4)
    known.add(executor, 2, 1)
    put(executor, THREE_YEARS)
    end = log.position()
    # When
    looked = retention.Looked(executor, known, retention.rules_in_force(executor, log.now()), log.now())
    # Then
    assert [each.customer_id for each in looked] == [old]
    assert looked.people == 2
    assert log.position() == end
