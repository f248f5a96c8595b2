"""`antiphon migrate`: the schema in one step."""

from __future__ import annotations

import typer

from cli.wiring import bring_up_to_date
from infra.embedded import databases
from infra.settings import Settings


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("migrate")(migrate)


def migrate() -> None:
    """Bring log, vault and the tables of views to the present schema. Every other verb does so, too."""
    settings = Settings.load()
    with databases(settings) as urls:
        applied = bring_up_to_date(urls, settings)
    print("\n".join(applied) or "nothing to do")
