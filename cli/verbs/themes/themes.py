"""`antiphon themes`: what feedback is about."""

from __future__ import annotations

import typer

from cli.verbs.themes import catalogue, from_log, model, suggestions, unknown

app = typer.Typer(help="The catalogue of themes, and the text model that suggests themes.", no_args_is_help=True)


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this folder on the command line."""
    catalogue.verbs(app)
    model.verbs(app)
    from_log.verbs(app)
    unknown.verbs(app)
    suggestions.verbs(app)
    parent.add_typer(app, name="themes")
