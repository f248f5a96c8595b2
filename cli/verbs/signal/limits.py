"""`antiphon signals try`: what other limits of evidence would make of the signals of the past. Nothing is appended."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from cli.display.terminal import one_line
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from cli.yaml_file import read_texts
from commands.signal.limits import limits_in_force
from domain.decision_table.table import read_tables
from domain.decision_table.written import TablesInFile
from domain.kernel.refusal import NotFound
from domain.signal.assessment import Assessment
from domain.signal.limits import TABLE_NAME, SignalLimits
from projections.signal import shown, signals

SHOWN = 50
"""How many windows are shown that would be assessed otherwise."""


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file among those of signals."""
    app.command("try")(try_)


def try_(
    file: Annotated[Path, typer.Argument(metavar="LIMITS.yaml", help=f"A file with the table {TABLE_NAME}.")],
    area: Annotated[str | None, typer.Option(help="Only signals of this product area.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=500, help="How many signals, those with the most people first.")
    ] = 50,
) -> None:
    """Show which signals other limits of evidence would assess otherwise, in all and in the last twelve months."""
    tables = read_tables(TablesInFile.model_validate(read_texts(file)).tables)
    if TABLE_NAME not in tables:
        raise NotFound(f"the table {TABLE_NAME}", check="whether it was published")
    other = SignalLimits(tables[TABLE_NAME])
    changed, windows = Counter[str](), 0
    lines: list[str] = []
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        zone, present = parts.executor.zone, limits_in_force(parts.executor)
        for signal in signals.read(connection, zone, area=area, limit=limit).rows:
            about = (signal.product_area, signal.theme, signal.stage)
            for month, evidence in shown.evidence_of(connection, zone, signal):
                windows += 1
                before, after = present.assess(evidence, *about), other.assess(evidence, *about)
                if before.strength != after.strength:
                    kind = f"{before.strength} would be {after.strength}"
                    changed[kind] += 1
                    lines.append(f"{month or 'in all'} {', '.join(about)}: {kind}{_why(before, after)}")
    print(f"{sum(changed.values())} of {windows} windows would be assessed otherwise")
    for kind, number in sorted(changed.items()):
        print(f"{number}: {kind}")
    for line in lines[:SHOWN]:
        print(one_line(line))
    if len(lines) > SHOWN:
        print(f"and {len(lines) - SHOWN} more")


def _why(before: Assessment, after: Assessment) -> str:
    codes = {each.code for each in before.against} ^ {each.code for each in after.against}
    return f" ({', '.join(sorted(codes))})"
