"""`antiphon import`: records of other systems, from a file."""

from __future__ import annotations

import os
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli.display.progress import progress
from cli.wiring.composition import antiphon
from consumers.imports.catalogue import SOURCES
from consumers.imports.rejects import Rejects
from consumers.imports.run import rehearse, run
from domain.kernel.refusal import Refusal
from domain.kernel.zones import zone as find_zone
from infra.file_to_read import regular_file


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    app.command("import")(import_)


def import_(
    kind: Annotated[str, typer.Argument(metavar="|".join(SOURCES), help="What kind of file it is.")],
    file: Annotated[Path, typer.Argument(help="The file.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing to the log; say what would happen.")
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(help="File for rejected records; NAME.rejects.csv in the working folder by default."),
    ] = None,
    history: Annotated[
        bool | None,
        typer.Option(
            "--history/--live",
            help="Whether it is over: nobody waits, no clock runs. By default history, and the sample live.",
        ),
    ] = None,
) -> None:
    """Import the records of a file. The same file again adds nothing; a newer export adds its new facts."""
    source = SOURCES.get(kind)
    if source is None:
        raise Refusal("kind-unknown", f"import one of {', '.join(SOURCES)}")
    into = rejects or Path(f"{file.stem}.rejects.csv")
    with regular_file(file, "the file to import") as content, antiphon() as parts, _rejects(into, file) as written:
        size = os.fstat(content.fileno()).st_size
        records = source.read(content, datetime.now(find_zone(parts.executor.zone)))
        over = source.is_history if history is None else history
        go = rehearse if dry_run else partial(run, history=over)
        with progress(f"import {source.name}") as report:
            counts = go(records, parts.executor, written.add, lambda end, counts: report(end, size, str(counts)))
    if counts.rejected:
        typer.echo(f"rejects: {into.absolute()} (may hold personal text; delete it when it has served)", err=True)
    if dry_run:
        typer.echo("dry run: the log is as it was", err=True)
    typer.echo(str(counts))


def _rejects(into: Path, file: Path) -> Rejects:
    """The file of rejected records. Raises Refusal `rejects-not-writable` where it is the file to import."""
    if into.exists() and into.samefile(file):
        raise Refusal("rejects-not-writable", f"{into} is the file to import; name another with --rejects")
    return Rejects(into)
