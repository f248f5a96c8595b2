"""`antiphon switch`, `antiphon retire`: blue/green versions of views: build the new one, drop the old one."""

from __future__ import annotations

from typing import Annotated

import typer
from psycopg import sql

from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from domain.kernel.refusal import Refusal
from infra.postgres.database import Connection, Database
from infra.views.versions import go_live, retire, versions
from infra.views.view import AnyView
from projections.catalogue import VIEWS

_VIEWS = {view.name: view for view in VIEWS}

Name = Annotated[str | None, typer.Argument(metavar="|".join(_VIEWS), help="Which view; all of them without one.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    app.command("switch")(switch)
    app.command("retire")(retire_)


def switch(
    view: Name = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also where it could not take in all that another has.")
    ] = False,
) -> None:
    """Build this release's version of a view beside the one that is read, compare them, and switch reads to it.

    A process that runs this release's subscriptions does so by itself; this verb waits for that, and exits with 1 if
    the new version is not fit. Run it after `antiphon migrate`, and before the services of a new release replace the
    old ones.
    """
    unfit = []
    with antiphon() as parts, caught_up(parts) as reader, parts.database("projector") as projector:
        position = parts.log.position()
        for each in _chosen(view):
            with projector.connection() as connection:
                is_live = go_live(connection, each.name, each.version, position, anyway=anyway)
            _print_status(reader, each)
            if not is_live:
                unfit.append(each)
    for each in unfit:
        print(
            f"version {each.version} of {each.name} parked what another version took in (antiphon parked list); "
            f"once that is looked into: antiphon switch {each.name} --anyway"
        )
    if unfit:
        raise typer.Exit(1)


def retire_(view: Name = None) -> None:
    """Drop the versions of a view that a newer one has replaced, unless a subscription still moves them."""
    with antiphon() as parts:
        owner_url = parts.owner_url()
        dropped = [(each.name, old) for each in _chosen(view) for old in retire(owner_url, each)]
    print("\n".join(f"dropped version {version} of {name}" for name, version in dropped) or "nothing to drop")


def _chosen(name: str | None) -> list[AnyView]:
    if name is None:
        return list(VIEWS)
    if name not in _VIEWS:
        raise Refusal("view-unknown", f"there is no view {name}; name one of {', '.join(_VIEWS)}")
    return [_VIEWS[name]]


def _print_status(reader: Database, view: AnyView) -> None:
    with reader.connection() as connection:
        for each in versions(connection, view.name):
            rows = _rows(connection, view.name, each.version)
            facts = [
                f"{rows} row{'' if rows == 1 else 's'} at position {each.position}",
                *([f"{each.quarantined} parked"] if each.quarantined else []),
                "live" if each.generation else "being built",
                *([] if each.led or each.version == view.version else ["nobody follows it"]),
            ]
            print(f"{view.name} v{each.version}: {', '.join(facts)}")


def _rows(connection: Connection, name: str, version: int) -> int:
    table = sql.Identifier("views", f"{name}_v{version}")
    (count,) = connection.execute(sql.SQL("SELECT count(*) FROM {} WHERE NOT deleted").format(table)).fetchone() or (0,)
    return int(count)
