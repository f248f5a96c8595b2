"""`antiphon themes`: what feedback is about."""

from __future__ import annotations

import typer

from cli.verbs.themes import from_log, model

app = typer.Typer(help="Train and try the text model that suggests themes.", no_args_is_help=True)


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this folder on the command line."""
    model.verbs(app)
    from_log.verbs(app)
    parent.add_typer(app, name="themes")
