"""`antiphon audit views`: what the rows of views amount to goes into the next checkpoint, and is compared later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from audit.verifying import Notes
from audit.view_hashes import hash_of, last_said
from cli.display.terminal import safe
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.proof import checkpoints_of, keys_of, place_names, places_of, tree_grown
from cli.wiring.views import caught_up
from domain.kernel.refusal import Refusal
from infra.postgres.database import Database
from infra.proof.view_hashes import keep
from infra.views.rebuild import Rebuild
from infra.views.view import AnyView
from projections.catalogue import VIEWS

_VIEWS = {view.name: view for view in VIEWS}


def views(
    view: Annotated[list[str] | None, typer.Argument(metavar="[VIEW]…", help="Which views; all by default.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare with what checkpoints say; exit with 1 where a view differs.")
    ] = False,
) -> None:
    """Replay views from zero, without texts, and put what their rows amount to into a checkpoint; or compare."""
    if unknown := next((name for name in view or () if name not in _VIEWS), None):
        raise Refusal("view-unknown", f"there is no view {unknown}; name some of {', '.join(_VIEWS)}")
    chosen = [_VIEWS[name] for name in view or _VIEWS]
    with antiphon() as parts, caught_up(parts), parts.database("projector") as database:
        if check:
            _check(parts, database, chosen)
        else:
            _put(parts, database, chosen)


def _put(parts: Antiphon, database: Database, chosen: Sequence[AnyView]) -> None:
    for each in chosen:
        found = hash_of(each, _replay(parts, database, each))
        with database.connection() as connection:
            keep(connection, found)
        print(f"{found.name}: version {found.version} at position {found.position}, sha256 {found.sha256}")
    with tree_grown(parts) as projector:
        checkpoints_of(parts, projector).make()
        places = place_names(places_of(parts))
    print(f"said by a checkpoint in {places}")


def _check(parts: Antiphon, database: Database, chosen: Sequence[AnyView]) -> None:
    try:
        said = last_said(Notes(keys_of(parts).public()).checkpoints(places_of(parts)))
    except OSError as error:
        raise Refusal("checkpoint-place-away", f"{error}; see to the places of checkpoints") from error
    differing = False
    for each in chosen:
        known = said.get(each.name)
        if known is None or known.version != each.version:
            print(f"    {each.name}: no checkpoint says what version {each.version} amounts to")
            continue
        found = hash_of(each, _replay(parts, database, each), known.position)
        differing = differing or found != known
        print(f"ok  {safe(str(found))}" if found == known else f"!!  {safe(str(known))}, and a replay now: {found}")
    if differing:
        raise typer.Exit(1)


def _replay(parts: Antiphon, database: Database, view: AnyView) -> Rebuild:
    page_size = parts.settings.subscriptions.page_size
    return Rebuild(parts.log, database, parts.owner_url(), view, page_size, opened=False)
