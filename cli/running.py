"""The verbs that prepare and run."""

from __future__ import annotations

import typer

from cli.wiring import antiphon
from infra.embedded import databases
from infra.postgres import migrate as migrate_databases
from infra.settings import Settings


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    app.command()(migrate)
    app.command()(doctor)


def migrate() -> None:
    """Bring log and vault to the present schema, in one step."""
    with databases(Settings.load()) as urls:
        applied = migrate_databases(urls.database_url, urls.vault_url)
    typer.echo("\n".join(applied) or "nothing to do")


def doctor() -> None:
    """Say what is here and whether it is well."""
    with antiphon() as parts:
        typer.echo(f"home      {parts.settings.home}")
        typer.echo(f"database  {'embedded' if parts.settings.embedded else 'DATABASE_URL'}")
        typer.echo(f"log       {parts.log.position()} events")
        with parts.database("auditor").connection() as connection:
            rows = connection.execute("SELECT name, version, position FROM antiphon.followers ORDER BY name").fetchall()
            (parked,) = connection.execute("SELECT count(*) FROM antiphon.parked").fetchone() or (0,)
        for name, version, position in rows:
            typer.echo(f"follower  {name} v{version} at {position}")
        typer.echo(f"parked    {parked} events")
