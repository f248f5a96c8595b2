"""Command handlers of decision tables: to publish one, or all of a file at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain.decision_table import deciding, published
from domain.decision_table.deciding import TableDecision
from domain.decision_table.published import TABLE, PublishTable, TableState
from domain.decision_table.table import read_table, read_tables
from domain.decision_table.written import TableWritten
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
    ids = [(each.name, executor.find(*_key(each))) for each in commands]
    return [(name, Answer(id, answer.position, answer.repeated)) for name, id in ids if id is not None]


def decide_by(executor: CommandExecutor, name: str, given: Mapping[str, object], at: datetime) -> TableDecision:
    """Decide by the version of a published table that is in force at an instant. Of what is given, the table sees what
    it has inputs for. Outside of a command's turn: reading a table takes its time.

    Raises Refusal `table-unpublished`, or as `domain.decision_table.deciding.decide`.
    """
    id = executor.find("table-name", name)
    known = None if id is None else executor.read(TABLE, id).state
    found = None if known is None else published.in_force(known.versions, at)
    if found is None:
        raise Refusal("table-unpublished", f"no table {name} is in force; publish one with antiphon tables put")
    version, written = found
    table = read_table(written)
    names = {column.name for column in table.inputs}
    return deciding.decide(table, name, version, {key: value for key, value in given.items() if key in names})


def _published(
    executor: CommandExecutor, commands: Sequence[PublishTable], context: Context, body: bytes | None
) -> Answer:
    # Read here and not in the command's turn, in which all others wait.
    read_tables({each.name: each.table for each in commands})
    names = [_key(each) for each in commands]

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


def _key(command: PublishTable) -> tuple[KeyKind, str]:
    return "table-name", command.name
