"""`antiphon openapi`: the API's contract."""

from __future__ import annotations

import json

import typer

from api.server import routes


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("openapi")(openapi)


def openapi() -> None:
    """Print the API's contract (OpenAPI 3.1), as the API serves it under /openapi.json."""
    print(json.dumps(routes().openapi(), indent=2, ensure_ascii=False))
