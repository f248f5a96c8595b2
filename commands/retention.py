"""The use case "keep no longer than the rules say": who is due by the table `retention` in force is erased; and what
rules would do, without doing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from commands import decision_table as tables
from commands import hold as holds
from commands import retention_of_records
from commands.customer import erasing
from commands.customer.links import linked, shown_as
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Change, UnitOfWork
from commands.open_work import OpenWork
from commands.retention_of_records import record
from domain.decision_table.table import DecisionTable
from domain.kernel.ids import kind_of
from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from domain.retention import (
    GIVEN_UP,
    RETENTION,
    RUNS,
    TABLE_NAME,
    PersonFacts,
    RetentionBegan,
    RetentionRan,
    check_rules,
    due,
)

PAGE = 200
"""How many people are looked at with one read."""
MOST_ERASED = 1_000
"""How many people one run erases, at most: rules with a slip do no more harm than that in a day."""


class KeptPeople(Protocol):
    """The port through which the people who are kept are read, from views that have reached a position.
    `projections/retention.py` implements the port."""

    def page(self, after: str, limit: int, position: int) -> Sequence[PersonFacts]:
        """The next customers by id, erased ones among them."""
        ...

    def of(self, customer_ids: Iterable[str]) -> Sequence[PersonFacts]:
        """These customers."""
        ...

    def held(self, position: int) -> Sequence[str]:
        """The customers and conversations of all legal holds that stand."""
        ...


Rules = tuple[DecisionTable, int]
"""A version of the table, and its number."""


@dataclass(frozen=True, slots=True)
class Due:
    """A person who is due, by the customer under whom they are shown, with all who are the same person."""

    customer_id: str
    people: tuple[str, ...]
    last_at: datetime


class Looked:
    """Who is due by some rules, found page by page. `people`: how many customers were looked at so far."""

    def __init__(self, executor: CommandExecutor, kept: KeptPeople, rules: Rules, now: datetime) -> None:
        self.people = 0
        self._executor = executor
        self._kept = kept
        self._rules = rules
        self._now = now

    def __iter__(self) -> Iterator[Due]:
        erased = self._executor.log.tombstones()
        position, after = self._executor.log.position(), ""
        while page := self._kept.page(after, PAGE, position):
            for facts in page:
                self.people += 1
                if facts.customer_id not in erased and self._is_due(facts) and (found := self._whole(facts)):
                    yield found
            after = page[-1].customer_id

    def _whole(self, facts: PersonFacts) -> Due | None:
        """The whole person, once: an erasure reaches all merged customers, so each of them has to be due."""
        id, read = facts.customer_id, self._executor.read
        if shown_as(read, id) != id:
            return None
        people = linked(read, id)
        others = [each for each in people if each != id and kind_of(each) == "customer"]
        if not all(map(self._is_due, self._kept.of(others))):
            return None
        return Due(id, tuple(people), facts.last_at)

    def _is_due(self, facts: PersonFacts) -> bool:
        return due(*self._rules, facts, self._now)


def rules_in_force(executor: CommandExecutor, now: datetime) -> Rules:
    """The rules in force, with their version. Raises Refusal `table-unpublished`, `table-invalid`."""
    found = _rules(executor, now)
    if found is None:
        raise tables.unpublished(TABLE_NAME)
    return found


def _rules(executor: CommandExecutor, now: datetime) -> Rules | None:
    found = tables.table_in_force(executor, TABLE_NAME, now)
    if found is not None:
        check_rules(found[0])
    return found


def run(executor: CommandExecutor, kept: KeptPeople, open_work: OpenWork, context: Context) -> RetentionRan | None:
    """Erase who is due by the rules in force, remove the records that are, and record what came of it; None where
    another process runs.

    A legal hold wins: the erasure waits, and is done when the hold ends. Where a database does not answer, the run
    ends, and the next one does the rest; so it does where the process dies.

    Raises Refusal `table-unpublished`, `table-invalid`, Overloaded, OutcomeUnknown.
    """
    now = executor.log.now()
    records = retention_of_records.rules_in_force(executor, now)
    rules = rules_in_force(executor, now) if records is None else _rules(executor, now)
    version = rules[1] if rules else 0
    if not _begin(executor, version, context, now):
        return None
    ran = _erased(executor, kept, rules, open_work, context, now) if rules else NOBODY
    because = replace(context, command_id=None)
    if records is not None and not ran.cut:
        try:
            for each in retention_of_records.remove(executor, records, held(executor, kept), because, now):
                record(executor, each, because)
        except (Overloaded, OutcomeUnknown):
            ran = ran.model_copy(update={"cut": True})
    record(executor, ran, because)
    return ran


NOBODY = RetentionRan(table_version=0, people=0, due=0, erased=0, held=0, failed=0)
"""What a run came to where there are rules on records only."""


def held(executor: CommandExecutor, kept: KeptPeople) -> list[str]:
    """Whatever legal holds are on, with those who are the same people."""
    found = kept.held(executor.log.position())
    people = {each for id in found if kind_of(id) == "customer" for each in linked(executor.read, id)}
    return sorted({*found, *people})


def _erased(
    executor: CommandExecutor,
    kept: KeptPeople,
    rules: Rules,
    open_work: OpenWork,
    context: Context,
    now: datetime,
) -> RetentionRan:
    version = rules[1]
    because = replace(context, command_id=None, reason=f"retention by version {version} of the rules")
    counts = {"due": 0, "erased": 0, "held": 0, "failed": 0}
    looked, cut = Looked(executor, kept, rules, now), False
    try:
        for each in looked:
            if counts["erased"] == MOST_ERASED:
                cut = True
                break
            counts["due"] += 1
            counts[_erase(executor, each, because, open_work)] += 1
    except (Overloaded, OutcomeUnknown):
        cut = True
    return RetentionRan(table_version=version, people=looked.people, cut=cut, **counts)


def _erase(executor: CommandExecutor, each: Due, context: Context, open_work: OpenWork) -> str:
    try:
        answer = erasing.erase(executor, each.customer_id, context, open_work)
    except (Overloaded, OutcomeUnknown):
        raise
    except Refusal:
        return "failed"  # the others do not wait for it
    return "held" if kind_of(answer.id) == holds.DEFERRED else "erased"


def _begin(executor: CommandExecutor, version: int, context: Context, now: datetime) -> bool:
    """Record that a run begins; False where another one goes on, or began at the same moment."""
    names = [RetentionBegan.stored_name, RetentionRan.stored_name]
    last = next(iter(executor.log.last_of([RUNS], names, 1)[RUNS]), None)
    if last and isinstance(last.event, RetentionBegan) and now - last.recorded_at < GIVEN_UP:
        return False
    begins = False

    def work() -> UnitOfWork:
        nonlocal begins
        before = executor.load(RETENTION, RUNS)
        begins = before.version == (last.originator_version if last else 0)
        return UnitOfWork(RUNS, [Change(RUNS, before, [RetentionBegan(table_version=version)] if begins else [])])

    executor.run(replace(context, command_id=None), work, streams=[RUNS])
    return begins
