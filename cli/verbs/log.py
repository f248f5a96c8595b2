"""`antiphon log`: prints the log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from cli.display.terminal import escaped_json
from cli.wiring.composition import antiphon
from domain.kernel.event import Event, Recorded
from infra.log.application import Log
from infra.log.mapper import Record, UnreadableEvent

PAGE = 500


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("log")(log)


def log(
    after: Annotated[int, typer.Option(min=0, help="Print what comes after this position.")] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="How many events at most; all by default.")] = None,
) -> None:
    """Print events of the log, one JSON document per line, with personal texts opened where possible."""
    with antiphon() as parts:
        for record, recorded in _read(parts.log, after, limit):
            line: dict[str, object] = {"position": record.id, "stream": record.originator_id}
            line |= {"version": record.originator_version, "event": record.topic}
            if isinstance(recorded, UnreadableEvent):
                line["unreadable"] = recorded.code
            else:
                line["data"] = recorded.event.model_dump(mode="json")
                line["envelope"] = recorded.envelope.model_dump(mode="json", exclude_none=True)
            print(escaped_json(json.dumps(line, ensure_ascii=False)))


def _read(log: Log, after: int, limit: int | None) -> Iterator[tuple[Record, Recorded[Event] | UnreadableEvent]]:
    while records := log.read(after, PAGE if limit is None else min(PAGE, limit)):
        yield from zip(records, _opened(log, records), strict=True)
        after = records[-1].id
        limit = None if limit is None else limit - len(records)
        if limit == 0:
            return


def _opened(log: Log, records: Sequence[Record]) -> Sequence[Recorded[Event] | UnreadableEvent]:
    try:
        return log.recorded_events(records)
    except UnreadableEvent as error:
        if len(records) == 1:
            return [error]
        return [each for record in records for each in _opened(log, [record])]
