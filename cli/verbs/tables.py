"""`antiphon tables`: checks, tries, publishes and shows decision tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.text import Text

from cli.display.names import of_staff
from cli.display.terminal import console, safe, when
from cli.verbs.customer.customers import Reason
from cli.wiring.actors import As, context
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from cli.yaml_file import read_texts
from commands import decision_table as decision_tables
from commands.signal.past_decisions import SINCE, inputs_since
from consumers.imports.csv_rows import CsvRows
from consumers.imports.source import Reject
from domain.decision_table.checking import Region, TableCheck, check_table
from domain.decision_table.published import TABLE, in_force
from domain.decision_table.table import DecisionTable, read_table, read_tables
from domain.decision_table.trying import MOST_KINDS, TrialResult, try_table
from domain.decision_table.values import Value, literal
from domain.decision_table.written import RecordedTable, TablesInFile
from domain.kernel.refusal import NotFound, Refusal
from infra.file_to_read import regular_file
from projections import decision_table as view
from projections.decision_table import TableVersion

app = typer.Typer(help="Check, try, publish and show decision tables.", no_args_is_help=True)

_File = Annotated[Path, typer.Argument(metavar="TABLES.yaml", help="`tables` by name (docs/decision-tables.md).")]


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    parent.add_typer(app, name="tables")


@app.command()
def check(file: _File) -> None:
    """Show the gaps and overlaps of the tables in a file, and rules that never decide. A gap is no error."""
    for name, table in _tables(file).items():
        _print(f"table {name}: {len(table.rules)} rules, hit policy {table.hit_policy}")
        for line in _shown(table, check_table(table)):
            _print(f"  {line}")


@app.command("try")
def try_(
    file: _File,
    inputs: Annotated[
        Path | None,
        typer.Option(
            metavar="INPUTS.csv",
            help="A column for each input; an empty cell is null. Without it: what was decided in the last 90 days.",
        ),
    ] = None,
    former: Annotated[
        Path | None, typer.Option(metavar="TABLES.yaml", help="A file with the tables so far; else those in force.")
    ] = None,
    name: Annotated[str | None, typer.Option("--table", help="Which table; the only one if there is one.")] = None,
) -> None:
    """Show which inputs a table in a file decides otherwise than the table so far. Nothing is appended."""
    tried = _tables(file)
    if name is None and len(tried) == 1:
        (name,) = tried
    if name is None:
        raise Refusal("input-invalid", f"--table: name one of {', '.join(sorted(tried)) or 'none'}")
    after, earlier = _named(tried, name), _in_force(name) if former is None else _named(_tables(former), name)
    rejected: list[Reject] = []
    names = {each.name for each in (*after.inputs, *earlier.inputs)}
    found = try_table(earlier, after, _recorded(name) if inputs is None else _rows(inputs, names, rejected))
    _print(f"{found.changed} of {found.inputs} inputs would be decided otherwise")
    if found.refused_by_both:
        _print(
            f"{found.refused_by_both} are decided by neither: see docs/decision-tables.md for what an input has to be"
        )
    for reject in rejected:
        _print(f"not read: line {reject.place.line}: {reject.why}")
    for kind, number in Counter(found.numbers).most_common():
        _print(f"\n{number} from {_result(kind[0])} to {_result(kind[1])}")
        for example in found.changes[kind]:
            _print(f"  {', '.join(f'{key} {value}' for key, value in example.items())}")
    if found.more_kinds:
        _print(f"\n{found.more_kinds} in other ways; {MOST_KINDS} ways are told apart")


@app.command()
def put(
    file: _File,
    since: Annotated[str | None, typer.Option("--from", help="From this future date on; else from now on.")] = None,
    reason: Reason = None,
    as_: As = None,
) -> None:
    """Publish the tables in a file, all or none. A date is 2026-06-17, or an instant with its offset.

    A table whose name is new begins; of another one, this is the next version. What says the same adds nothing.
    """
    tables = TablesInFile.model_validate(read_texts(file)).tables
    with antiphon() as parts:
        because = replace(context(parts.executor, as_, None), reason=reason)
        for name, answer in decision_tables.put(parts.executor, tables, because, since):
            _print(f"table {name}: {answer.id} at {answer.position}")


@app.command("list")
def list_() -> None:
    """List the decision tables, each with its last version. Times are the company's."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        last = {each.name: each for each in view.every(connection)}
        authors = of_staff(connection, (each.author_id for each in last.values()))
    if not last:
        _print("no tables here")
    for each in last.values():
        _print(f"table {each.name}, {_version(each, authors)}")


@app.command()
def show(name: Annotated[str, typer.Argument(help="The name of the table.")]) -> None:
    """Show a decision table with every version, its author and its time, the last version in full. Times are
    the company's."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        versions = view.named(connection, name)
        authors = of_staff(connection, (each.author_id for each in versions))
    if not versions:
        raise NotFound(f"the table {name}", check="the name")
    for each in versions:
        _print(f"table {each.name}, {_version(each, authors)}")
    (stored,) = versions[-1].content
    # The database keeps no order of names: as the page on tables writes it, hit policy first, and `when` before `then`.
    content = RecordedTable.model_validate(stored).model_dump(mode="json", exclude_none=True)
    _print(yaml.safe_dump({"tables": {name: content}}, sort_keys=False, allow_unicode=True, width=10_000).rstrip())


def _version(of: TableVersion, authors: Mapping[str, str]) -> str:
    published = f"published {when(of.recorded_at)} by {authors[of.author_id]}"
    reason = f": {of.reason}" if of.reason else ""
    return f"version {of.version}, from {when(of.effective_from)}, {published}{reason}"


def _in_force(name: str) -> DecisionTable:
    """The version of a table that is in force now. Raises Refusal `not-found`, `table-unpublished`."""
    with antiphon() as parts:
        id = parts.executor.find("table-name", name)
        versions = parts.executor.read(TABLE, id).existing(TABLE.kind).state.versions if id else ()
        found = in_force(versions, parts.executor.clock())
    if not versions:
        raise NotFound(f"the table {name}", check="the name")
    if found is None:
        raise Refusal(
            "table-unpublished", f"no version of {name} is in force yet; say what to compare with: --former FILE"
        )
    return read_table(found[1])


def _tables(file: Path) -> dict[str, DecisionTable]:
    """The tables of a file by name. Raises Refusal as `read_texts` and `read_tables`."""
    return read_tables(TablesInFile.model_validate(read_texts(file)).tables)


def _named(tables: dict[str, DecisionTable], name: str) -> DecisionTable:
    if name not in tables:
        raise NotFound(f"the table {name}", check="the name")
    return tables[name]


def _recorded(name: str) -> list[Mapping[str, Value]]:
    """What came into the table at the decisions of the last 90 days."""
    with antiphon() as parts:
        return list(inputs_since(parts.executor, name, parts.executor.clock() - SINCE))


def _rows(file: Path, names: set[str], rejected: list[Reject]) -> Iterator[dict[str, object]]:
    """The rows of a CSV file as inputs by name; an empty cell is null. Columns of no input are left out."""
    with regular_file(file, "a CSV file") as opened:
        csv = CsvRows(opened)
        for row in csv.rows(lambda fields: True):
            if isinstance(row, Reject):
                rejected.append(row)
            else:
                fields = zip(csv.header, row.fields, strict=True)
                yield {name: field or None for name, field in fields if name in names}


def _shown(table: DecisionTable, found: TableCheck) -> Iterator[str]:
    goes = "; goes to `otherwise`" if table.otherwise is not None else ""
    for gap in found.gaps:
        example = ", ".join(f"{name} {literal(value)}" for name, value in gap.example.items())
        yield f"gap: {_region(gap)}; for example {example}{goes}"
    for overlap in found.overlaps:
        refused = "refused by the hit policy" if overlap.refused else "the hit policy says what goes"
        yield f"rules {overlap.rules[0]} and {overlap.rules[1]} overlap: {_region(overlap.region)}; {refused}"
    if found.more_gaps or found.more_overlaps:
        yield "there are more gaps or overlaps than are shown"
    yield from (f"rule {number} never decides" for number in found.never_decide)
    if not found.complete:
        yield "the table is too large to decide: there may be more than is shown"
    elif not (found.gaps or found.overlaps or found.never_decide):
        yield "no gaps, no overlaps"


def _region(region: Region) -> str:
    return ", ".join(f"{name} {text}" for name, text in region.tests.items()) or "whatever comes in"


def _result(result: TrialResult) -> str:
    if result.refused is not None:
        return f"refused ({result.refused})"
    return " and ".join(" ".join(f"{name} {text}" for name, text in each) for each in result.results) or "nothing"


def _print(line: str) -> None:
    console().print(Text(safe(line)), soft_wrap=True)
