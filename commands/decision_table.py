"""Command handlers of decision tables: to publish one, or all of a file at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from threading import Lock

from cachetools import LRUCache, cached

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain.decision_table import deciding, published
from domain.decision_table.deciding import TableDecision
from domain.decision_table.published import TABLE, PublishTable, TableState
from domain.decision_table.table import DecisionTable, read_table, read_tables
from domain.decision_table.written import RecordedTable, TableWritten
from domain.kernel.refusal import Refusal


def publish(executor: CommandExecutor, command: PublishTable, context: Context) -> Answer:
    """Publish a table, or another version of it. Raises Refusal `table-not-understood`, `table-invalid`, or as
    `domain.decision_table.published.decide` and `CommandExecutor.run`."""
    return _published(executor, [command], context, body_of(context, command))


def put(
    executor: CommandExecutor,
    tables: Mapping[str, TableWritten],
    context: Context,
    effective_from: str | date | datetime | None = None,
) -> list[tuple[str, Answer]]:
    """Publish all tables of a file in one append: one refusal keeps out the whole. Answers each by name, in the order
    of the file. Raises Refusal as `publish`, or `input-invalid` without a table."""
    if not tables:
        raise Refusal("input-invalid", "the file has no tables; write them under `tables`")
    commands = [
        PublishTable.model_validate({"name": name, "table": table, "effective_from": effective_from})
        for name, table in tables.items()
    ]
    answer = _published(executor, commands, context, body_of(context, tables, effective_from))
    # Looked up by name: a repeat finds the ids that the first run drew.
    ids = [(each.name, executor.find(*named(each.name))) for each in commands]
    return [(name, Answer(id, answer.position, answer.repeated)) for name, id in ids if id is not None]


def decide_by(executor: CommandExecutor, name: str, given: Mapping[str, object], at: datetime) -> TableDecision:
    """Decide by the version of a published table that is in force at an instant. Of what is given, the table sees what
    it has inputs for. Outside of a command's turn: reading a table takes its time.

    Raises Refusal `table-unpublished`, or as `domain.decision_table.deciding.decide`.
    """
    id = executor.find(*named(name))
    decision = None if id is None else _decided(id, executor.read(TABLE, id).state, given, at)
    if decision is None:
        raise unpublished(name)
    return decision


def in_force(executor: CommandExecutor, name: str, at: datetime) -> DecisionTable | None:
    """The version of a published table that is in force at an instant; None where there is none. Outside of a command's
    turn."""
    id = executor.find(*named(name))
    found = None if id is None else published.in_force(executor.read(TABLE, id).existing(TABLE.kind).state.versions, at)
    return None if id is None or found is None else _read(id, *found)


def unpublished(name: str) -> Refusal:
    """The refusal where no version of a table is in force."""
    return Refusal("table-unpublished", f"no table {name} is in force; publish one with antiphon tables put")


def decided(executor: CommandExecutor, name: str, given: Mapping[str, object], at: datetime) -> TableDecision | None:
    """As `decide_by`, for a command that is deciding, whose `names` have the table's (`named`). None where no version
    is in force. Raises Refusal as `domain.decision_table.deciding.decide`."""
    (id,) = executor.named(named(name))
    return None if id is None else _decided(id, executor.existing(TABLE, id).state, given, at)


def table_in_force(executor: CommandExecutor, name: str, at: datetime) -> tuple[DecisionTable, int] | None:
    """A table by its name, with the version that is in force at an instant; None where none is. Outside of a command's
    turn, as `decide_by`."""
    id = executor.find(*named(name))
    return None if id is None else _in_force(id, executor.read(TABLE, id).state, at)


def named(name: str) -> tuple[KeyKind, str]:
    """The unique key of the table of this name."""
    return "table-name", name


@cached(LRUCache(16), key=lambda id, version, written: (id, version), lock=Lock())
def _read(id: str, version: int, written: RecordedTable) -> DecisionTable:
    # Reading takes far longer than deciding, and a version never changes.
    return read_table(written)


def _decided(id: str, known: TableState | None, given: Mapping[str, object], at: datetime) -> TableDecision | None:
    found = _in_force(id, known, at)
    if known is None or found is None:
        return None
    table, version = found
    names = {column.name for column in table.inputs}
    return deciding.decide(table, known.name, version, {key: value for key, value in given.items() if key in names})


def _in_force(id: str, known: TableState | None, at: datetime) -> tuple[DecisionTable, int] | None:
    found = None if known is None else published.in_force(known.versions, at)
    return None if found is None else (_read(id, *found), found[0])


def _published(
    executor: CommandExecutor, commands: Sequence[PublishTable], context: Context, body: bytes | None
) -> Answer:
    # Read here and not in the command's turn, in which all others wait.
    read_tables({each.name: each.table for each in commands})
    names = [named(each.name) for each in commands]

    def work() -> UnitOfWork:
        now = context.counted_at(executor.clock())
        changes, free = [], []
        for command, name, known in zip(commands, names, executor.named(*names), strict=True):
            before = _before(executor, known)
            id = known or command.table_id
            changes.append(Change(id, before, published.decide(before.state, command, now, executor.zone)))
            if known is None:
                free.append((*name, id))
        return UnitOfWork(changes[0].stream_id, changes, free)

    return executor.run(context, work, body=body, names=names)


def _before(executor: CommandExecutor, known: str | None) -> Loaded[TableState | None]:
    found = None if known is None else executor.existing(TABLE, known)
    return found or NOTHING
