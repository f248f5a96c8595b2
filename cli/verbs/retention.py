"""`antiphon retention`: how long people's data are kept: the rules, what they would do, and a run of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.text import Text

from cli.display.terminal import console, one_line, print_zone, when
from cli.verbs.customer.customers import Reason
from cli.wiring.actors import As, context
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import catch_up, caught_up, open_work
from cli.yaml_file import read_texts
from commands import decision_table as tables
from commands import retention
from commands import retention_of_records as of_records
from consumers.inbound.dead_letters import count_letters
from domain.decision_table.table import read_tables
from domain.decision_table.written import TablesInFile, TableWritten
from domain.kernel.refusal import Refusal
from domain.retention import (
    RECORDS_TABLE,
    RUNS,
    TABLE_NAME,
    RecordsRemoved,
    RetentionRan,
    What,
    check_records_rules,
    check_rules,
)
from infra.log import old_records
from projections import decision_table as view
from projections.retention import KeptInViews

app = typer.Typer(no_args_is_help=True, help="How long people's data are kept, by rules of the company.")

SHOWN = 20
"""How many people a dry run names, and how many runs are shown."""

_File = Annotated[
    Path,
    typer.Argument(metavar="RETENTION.yaml", help="`tables` with `retention`, `retention-of-records`, or both."),
]


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    parent.add_typer(app, name="retention")


@app.command()
def put(
    file: _File,
    since: Annotated[str | None, typer.Option("--from", help="From this future date on; else from now on.")] = None,
    reason: Reason = None,
    as_: As = None,
) -> None:
    """Put rules in force. `antiphon run` erases who is due by them, and removes old records, at once and then every
    day: try `dry-run` first."""
    written = _written(file)
    with antiphon() as parts:
        because = replace(context(parts.executor, as_, None), reason=reason)
        for name, answer in tables.put(parts.executor, written, because, since):
            typer.echo(f"table {name}: {answer.id} at {answer.position}")


@app.command("dry-run")
def dry_run(
    file: Annotated[
        Path | None, typer.Argument(metavar="RETENTION.yaml", help="Other rules than those in force.")
    ] = None,
) -> None:
    """Show who would be erased today, and how much removed, by the rules in force or by those in a file. Nothing is
    appended."""
    with antiphon() as parts, _kept(parts) as kept:
        now = parts.executor.log.now()
        if file is None:
            records = of_records.rules_in_force(parts.executor, now)
            people = retention.rules_in_force(parts.executor, now) if records is None else None
            if records is not None and tables.in_force(parts.executor, TABLE_NAME, now):
                people = retention.rules_in_force(parts.executor, now)
        else:
            read = read_tables(_written(file))
            people = (read[TABLE_NAME], 0) if TABLE_NAME in read else None
            records = (read[RECORDS_TABLE], 0) if RECORDS_TABLE in read else None
        if people is not None:
            _print_due(retention.Looked(parts.executor, kept, people, now))
        if records is not None:
            _print_old(parts, kept, records, now)


def _print_due(looked: retention.Looked) -> None:
    number, out = 0, console()
    print_zone(out)
    found = iter(looked)
    for each in islice(found, SHOWN):
        number += 1
        also = f", with {len(each.people) - 1} merged" if len(each.people) > 1 else ""
        out.print(Text(f"{each.customer_id}  last {when(each.last_at)}{also}"), soft_wrap=True)
    more = sum(1 for _ in found)
    if more:
        typer.echo(f"and {more} more")
    typer.echo(f"{number + more} of {looked.people} customers are due")


def _print_old(parts: Antiphon, kept: KeptInViews, rules: of_records.Rules, now: datetime) -> None:
    held = retention.held(parts.executor, kept)
    with parts.database("auditor") as auditor, auditor.connection() as connection:
        for what in get_args(What):
            since = of_records.kept_since(rules, what, now)
            if since is None:
                typer.echo(f"{what}: kept for good")
                continue
            match what:
                case "looks":
                    number = old_records.count_looks(connection, since, held)
                case "unique-keys":
                    number = old_records.count_keys(connection, since)
                case "files":
                    number = sum(1 for _ in of_records.old_files(parts.executor, since))
                case _:
                    number = count_letters(connection, since)
            typer.echo(f"{what}: {number} from before {when(since)} would be removed")


@app.command()
def show() -> None:
    """Show the rules in force, and the last runs."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        versions = [each for each in view.every(connection) if each.name in (TABLE_NAME, RECORDS_TABLE)]
        names = [RetentionRan.stored_name, RecordsRemoved.stored_name]
        ran = parts.executor.log.last_of([RUNS], names, SHOWN)[RUNS]
    if not versions:
        typer.echo("no rules: nothing is erased by its age; put them in force with antiphon retention put")
        return
    out = console()
    print_zone(out)
    for last in {each.name: each for each in versions}.values():
        since = when(last.effective_from)
        shown = f"version {last.version}, in force from {since}: antiphon tables show {last.name}"
        out.print(Text(shown), soft_wrap=True)
    for each in ran:
        run = each.event
        if isinstance(run, RecordsRemoved):
            held = f", {run.held} held" if run.held else ""
            said = f"{when(each.recorded_at)}  version {run.table_version}: {run.removed} {run.what} removed{held}"
            out.print(Text(one_line(said)), soft_wrap=True)
            continue
        assert isinstance(run, RetentionRan)
        cut = "; cut off, the rest is left to the next run" if run.cut else ""
        said = (
            f"{when(each.recorded_at)}  version {run.table_version}: of {run.people} customers {run.due} due: "
            f"{run.erased} erased, {run.held} held, {run.failed} failed{cut}"
        )
        out.print(Text(one_line(said)), soft_wrap=True)


@app.command()
def run(as_: As = None) -> None:
    """Erase who is due by the rules in force, now. `antiphon run` does so every day."""
    with antiphon() as parts, _kept(parts) as kept, open_work(parts) as open_:
        ran = retention.run(parts.executor, kept, open_, context(parts.executor, as_, None))
    if ran is None:
        typer.echo("another process runs it")
        return
    typer.echo(f"{ran.due} of {ran.people} due: {ran.erased} erased, {ran.held} held, {ran.failed} failed")


def _written(file: Path) -> dict[str, TableWritten]:
    """The rules in a file. Raises Refusal `input-invalid`, `table-invalid`, `table-not-understood`."""
    written = TablesInFile.model_validate(read_texts(file)).tables
    if not written or not set(written) <= {TABLE_NAME, RECORDS_TABLE}:
        raise Refusal("input-invalid", f"the file has to hold the table {TABLE_NAME}, {RECORDS_TABLE}, or both")
    read = read_tables(written)
    if TABLE_NAME in read:
        check_rules(read[TABLE_NAME])
    if RECORDS_TABLE in read:
        check_records_rules(read[RECORDS_TABLE])
    return dict(written)


@contextmanager
def _kept(parts: Antiphon) -> Iterator[KeptInViews]:
    with caught_up(parts) as reader:
        yield KeptInViews(reader, lambda *_: catch_up(parts, reader))
