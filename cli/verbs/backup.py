"""`antiphon backup` and `antiphon restore`: the log as a file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.customer.erasing import apply_erasures
from infra.log import backup as log_backup
from projections.catalogue import VIEWS


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
) -> None:
    """Write the log to a file. The key store's keys are not in it: keep them, and the master key, separately."""
    with antiphon() as parts:
        size = log_backup.dump(parts.urls.database_url, file, overwrite=force)
    print(f"{file}: {size} bytes")


def restore(file: Annotated[Path, typer.Argument(help="What `antiphon backup` wrote.")]) -> None:
    """Fill an empty log from a backup. Customers erased since then stay erased. Views are rebuilt."""
    with antiphon() as parts:
        log_backup.restore(parts.urls.database_url, file, VIEWS)
        forgotten = apply_erasures(parts.executor)
        position = parts.log.position()
        with caught_up(parts):
            pass
    print(f"restored up to position {position}, views included")
    if forgotten:
        print(f"erased again, because the key store has destroyed their keys since: {', '.join(forgotten)}")
