"""The verbs that only look."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.wiring import antiphon
from infra.mapper import UnreadableEvent


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    app.command("log")(log)


def log(
    after: Annotated[int, typer.Option(help="Print what comes after this position.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="How many events at most.")] = 100,
) -> None:
    """Print events as they stand in the log, one JSON document a line, personal texts opened where possible."""
    with antiphon() as parts:
        for record in parts.log.read(after, limit):
            line: dict[str, object] = {"position": record.id, "stream": record.originator_id}
            line |= {"version": record.originator_version, "event": record.topic}
            try:
                (entry,) = parts.log.entries([record])
                line |= {
                    "data": entry.event.model_dump(mode="json"),
                    "envelope": entry.envelope.model_dump(mode="json", exclude_none=True),
                }
            except UnreadableEvent as error:
                line["unreadable"] = error.code
            typer.echo(json.dumps(line, ensure_ascii=False))
