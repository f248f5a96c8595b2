"""`antiphon rebuild`: replays a view from zero, and replaces the live table or compares the two."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.display.progress import progress
from cli.display.terminal import safe
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from domain.kernel.refusal import Refusal
from infra.views.rebuild import Rebuild, Rebuilt
from projections.catalogue import VIEWS

_VIEWS = {view.name: view for view in VIEWS}


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("rebuild")(rebuild)


def rebuild(
    view: Annotated[str, typer.Argument(metavar="|".join(_VIEWS), help="Which view.")],
    verify: Annotated[bool, typer.Option("--verify", help="Change nothing; exit with 1 where it differs.")] = False,
    hash: Annotated[
        bool, typer.Option("--hash", help="Change nothing; print the hash of the rows of a replay from zero.")
    ] = False,
) -> None:
    """Replay the log into a new table and put it in the view's place; with --verify, only compare.

    With --hash, only print what the rows of the replay amount to."""
    if verify and hash:
        raise Refusal("input-invalid", "name one of --verify and --hash")
    if view not in _VIEWS:
        raise Refusal("view-unknown", f"there is no view {view}; rebuild one of {', '.join(_VIEWS)}")
    with antiphon() as parts, caught_up(parts), parts.database("projector") as database:
        work = Rebuild(parts.log, database, parts.owner_url(), _VIEWS[view], parts.settings.subscriptions.page_size)
        with progress(f"rebuild {view}") as report:
            if hash:
                found = work.hashed(report)
                print(f"{view}: {_rows(found.rows, found.position)}, sha256 {found.sha256}")
                return
            rebuilt = work.verify(report) if verify else work.replace(report)
    _print_result(view, rebuilt, verify)
    if verify and rebuilt.differing:
        raise typer.Exit(1)


def _rows(count: int, position: int) -> str:
    return f"{count} row{'' if count == 1 else 's'} at position {position}"


def _print_result(view: str, rebuilt: Rebuilt, verify: bool) -> None:
    rows = _rows(rebuilt.rows, rebuilt.position)
    if not rebuilt.differing:
        print(f"{view}: {rows}, equal to a replay from zero" if verify else f"{view}: {rows}, replaced by the same")
        return
    count = f"{rebuilt.differing} differ{'s' if rebuilt.differing == 1 else ''}"
    print(f"{view}: {rows}; {count} from a replay from zero" if verify else f"{view}: {rows}; {count} from before")
    for each in rebuilt.examples:
        key = " ".join(safe(str(part)) for part in each.key)
        print(f"  {key}: {', '.join(each.columns) or 'in one of the two only'}")
    if (more := rebuilt.differing - len(rebuilt.examples)) > 0:
        print(f"  and {more} more")
    if verify:
        print(f"put it right with: antiphon rebuild {view}")
