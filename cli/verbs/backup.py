"""`antiphon backup` and `antiphon restore`: the log as a file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.verbs.doctor import conclude, examined
from cli.wiring.actors import operator
from cli.wiring.composition import Antiphon, antiphon, content_place
from cli.wiring.views import caught_up, open_work
from commands.content import store_of
from commands.content_findings import compare
from commands.customer.erasing import apply_erasures, erase
from commands.executor.context import Context
from domain.customer import CUSTOMER
from domain.kernel.ids import kind_of
from infra.log import backup as log_backup
from projections.catalogue import VIEWS

MOST_NAMED = 20
"""How many people are named who were erased since a backup."""


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; with --verify, where it is.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check a backup that is there, as a restore would, and restore nothing.")
    ] = False,
) -> None:
    """Write the log to a file. The key store's keys are not in it: keep them, and the master key, separately.

    Nor are files of people, which the log names: save their folder or bucket, too.
    """
    if verify:
        _verify(file)
        return
    with antiphon() as parts:
        size = log_backup.dump(parts.urls.of("auditor"), parts.log.vault, file, overwrite=force)
        print(f"{file}: {size} bytes")
        _say_files(parts)


def restore(
    file: Annotated[Path, typer.Argument(help="What `antiphon backup` wrote.")],
    unauthenticated: Annotated[
        bool,
        typer.Option("--unauthenticated", help="Take a backup of an earlier release, which anybody may have written."),
    ] = False,
) -> None:
    """Fill an empty log from a backup. Customers erased since then stay erased. Views are rebuilt.

    The key store has to be that of the log which was backed up. At the end, `doctor` has its say: exit with 1, and
    print what to do, if something is wrong.
    """
    with antiphon(restoring=True) as parts:
        vault = parts.log.vault
        log_backup.restore(parts.owner_url(), vault, file, VIEWS, unauthenticated=unauthenticated)
        forgotten = apply_erasures(parts.executor)
        position = parts.log.position()
        with open_work(parts) as open_:
            for id in forgotten:
                if kind_of(id) == CUSTOMER.kind:  # the views had to come first: they say what is open
                    erase(parts.executor, id, Context(operator(), reason="erased after the backup"), open_)
        with caught_up(parts):
            pass
        print(f"restored up to position {position}, views included")
        if forgotten:
            print(f"erased again, because the key store has destroyed their keys since: {', '.join(forgotten)}")
        _say_files(parts)
        conclude(examined(quietly=True))


def _verify(file: Path) -> None:
    # As for a restore: the log itself may be lost, and the key store that of the backup.
    with antiphon(restoring=True) as parts:
        found = log_backup.verify(parts.log.vault, file)
    print(f"{file}: whole, and of this installation; {found.events} events up to position {found.position}")
    if since := found.erased_since:
        more = f" and {len(since) - MOST_NAMED} more" if len(since) > MOST_NAMED else ""
        print(f"a restore erases again, whose keys were destroyed since: {', '.join(since[:MOST_NAMED])}{more}")


def _say_files(parts: Antiphon) -> None:
    """Print how many files of people the log names, which are in no backup of the log, and how many are missing."""
    found, place = compare(parts.log, store_of(parts.executor)), content_place(parts.settings)
    if found.kept:
        print(f"not in the backup: {found.kept} files of people in {place}; save that {_kind(parts)}, too")
    if found.missing:
        print(f"missing in {place}: {len(found.missing)} files of people; antiphon doctor names them")


def _kind(parts: Antiphon) -> str:
    return "bucket" if parts.settings.content.bucket else "folder"
