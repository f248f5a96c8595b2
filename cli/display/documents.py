"""`--json`: what a verb lists, as one JSON document for each row, for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated

import typer
from pydantic_core import to_jsonable_python

from cli.display.terminal import escaped_json

AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document per line, with all there is; times are UTC.")
]


def print_documents(rows: Iterable[object], cursor: str | None = None) -> None:
    """Print rows, one document per line. Where there is a further page, the last line is `{"cursor": …}`."""
    for row in rows:
        print(escaped_json(json.dumps(to_jsonable_python(row), ensure_ascii=False)))
    if cursor is not None:
        print(json.dumps({"cursor": cursor}))
