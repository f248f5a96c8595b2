"""The use case "keep records no longer than the rules say": the oldest looks, unique keys that answer repeats, and
files of customers go by the table `retention-of-records` in force. Its sibling for people: `commands/retention.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from commands import content as contents
from commands import decision_table as tables
from commands import hold as holds
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.content import CONTENT, ContentDestroyed, ContentKept, id_of
from domain.customer import CUSTOMER
from domain.decision_table.table import DecisionTable
from domain.kernel.event import Event
from domain.kernel.ids import kind_of
from domain.retention import RECORDS_TABLE, RETENTION, RUNS, RecordsRemoved, What, check_records_rules, keep
from infra.log import old_records

MOST = {"looks": 1_000_000, "unique-keys": 1_000_000, "files": 10_000}
"""How many one run removes, at most."""

Rules = tuple[DecisionTable, int]
"""A version of the table, and its number."""


def rules_in_force(executor: CommandExecutor, now: datetime) -> Rules | None:
    """The rules in force, with their version; None where there are none. Raises Refusal `table-invalid`."""
    found = tables.table_in_force(executor, RECORDS_TABLE, now)
    if found is not None:
        check_records_rules(found[0])
    return found


def kept_since(rules: Rules, what: What, now: datetime) -> datetime | None:
    """From when on it is kept; None: all of it. Raises Refusal as `domain.retention.keep`."""
    kept = keep(*rules, what)
    return None if kept is None else now - kept


def remove(
    executor: CommandExecutor, rules: Rules, held: Sequence[str], context: Context, now: datetime
) -> Iterator[RecordsRemoved]:
    """Remove what is older than the rules keep it, and answer what is to be recorded of it. `held`: the people and
    conversations of all legal holds that stand, whose looks and files stay. A run that dies is made up for by the next.
    Raises Refusal as `kept_since`, Overloaded, OutcomeUnknown."""
    database = executor.log.database
    if before := kept_since(rules, "looks", now):
        at = before
        yield _all(rules, "looks", before, lambda: old_records.remove_looks(database, at, held))
    if before := kept_since(rules, "unique-keys", now):
        since = before
        yield _all(rules, "unique-keys", before, lambda: old_records.remove_keys(database, since))
    if (before := kept_since(rules, "files", now)) and executor.content is not None:
        yield _files(executor, rules, before, context)


def _all(rules: Rules, what: What, before: datetime, some: Callable[[], int]) -> RecordsRemoved:
    removed = 0
    while removed < MOST[what]:
        found = some()
        removed += found
        if found < old_records.AT_ONCE:
            return RecordsRemoved(what=what, table_version=rules[1], before=before, removed=removed)
    return RecordsRemoved(what=what, table_version=rules[1], before=before, removed=removed, cut=True)


def record(executor: CommandExecutor, event: Event, context: Context) -> Answer:
    """Record what a run came to. Raises Refusal as `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        before = executor.load(RETENTION, RUNS)
        return UnitOfWork(RUNS, [Change(RUNS, before, [event])])

    return executor.run(context, work, streams=[RUNS])


# -- files


def old_files(executor: CommandExecutor, before: datetime) -> Iterator[tuple[str, str]]:
    """The files of customers that were kept before an instant: whose, and which. Raises Refusal `unavailable`."""
    store = contents.store_of(executor)
    with contents.answering():
        owners = sorted(each for each in store.owners() if kind_of(each) == CUSTOMER.kind)
    for owner in owners:
        with contents.answering():
            ids = sorted(map(id_of, store.names(owner)))
        for id, stream in executor.log.streams(ids, opened=False).items():
            if stream and isinstance(stream[0].event, ContentKept) and stream[0].recorded_at < before:
                yield owner, id


def _files(executor: CommandExecutor, rules: Rules, before: datetime, context: Context) -> RecordsRemoved:
    removed, held, cut, standing = 0, 0, False, dict[str, bool]()
    for owner, id in old_files(executor, before):
        if owner not in standing:
            standing[owner] = bool(holds.holds_of(executor, owner)[0])
        if standing[owner]:
            held += 1
        elif removed == MOST["files"]:
            cut = True
            break
        else:
            _destroy(executor, id, context)
            removed += 1
    return RecordsRemoved(what="files", table_version=rules[1], before=before, removed=removed, held=held, cut=cut)


def _destroy(executor: CommandExecutor, id: str, context: Context) -> None:
    """Record that a file is destroyed, and remove its bytes. A repeat removes what a dead process left."""

    def work() -> UnitOfWork:
        before = executor.existing(CONTENT, id)
        events = [] if before.state.destroyed else [ContentDestroyed(content_id=id)]
        return UnitOfWork(id, [Change(id, before, events)])

    executor.run(context, work, streams=[id])
    contents.remove_destroyed(executor, [id])
