"""The sample that `antiphon run` takes into an empty log: an inbox, and what many customers said before, so that there
are signals; one of them is answered."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import structlog

from cli.display.progress import progress
from cli.wiring.actors import context
from cli.wiring.composition import Antiphon
from cli.wiring.views import signal_evidence, wait
from cli.yaml_file import read_texts
from commands import decision_table
from commands.signal import handlers, routing
from commands.staff.handlers import team_id
from consumers.imports.run import run as take_records_in
from consumers.imports.sample import Sample, conversations
from consumers.imports.source import Reject
from domain.decision_table.written import TablesInFile
from domain.signal.commands import RouteSignal, ShipSignal
from process.signal import SignalItems

FOLDER = Path(str(files("cli") / "sample"))
SAMPLE = FOLDER / "sample.toml"
SIGNALS = FOLDER / "signals.toml"
TABLES = FOLDER / "tables.yaml"
ANSWERED = {"area": "billing", "theme": "charged-twice", "stage": "sales"}
"""The signal of the sample that is answered."""

_LOGGER = structlog.get_logger("run")


def take_in(parts: Antiphon) -> None:
    """Take the sample in. The tables come first: what was said before there is a table is no feedback item."""
    parts.begin_reactions()
    tables = TablesInFile.model_validate(read_texts(TABLES)).tables
    decision_table.put(parts.executor, tables, replace(context(parts.executor, None, None), reason="the sample"))
    records = _take_in(parts, SAMPLE, history=False) + _take_in(parts, SIGNALS, history=True)
    _LOGGER.info("sample-taken-in", records=records)
    if sys.stdout.isatty():
        print(f"The log was empty: took in the sample ({records} records).\n")


def answer(parts: Antiphon) -> None:
    """Answer one of the signals, once its items are filed."""
    executor = parts.executor
    with parts.database("reader") as reader:
        wait(reader, [(SignalItems.name, SignalItems.version)], parts.log.position())
    lead = context(executor, "tomas", None)
    because = "Whoever pays twice is paid back, however few they are"
    command = RouteSignal.model_validate({**ANSWERED, "team_id": team_id(executor, "Orders"), "because": because})
    with signal_evidence(parts) as evidence:
        routed = routing.route(executor, command, lead, evidence)
    handlers.act(
        executor, routed.id, ShipSignal(what="Each order is charged once; second charges were paid back"), lead
    )


def invented(parts: Antiphon) -> set[str]:
    """The ids of the conversations that belong to no real customer."""
    with SAMPLE.open("rb") as sample:
        return conversations(sample, parts.executor)


def _take_in(parts: Antiphon, file: Path, *, history: bool) -> int:
    rejected: list[Reject] = []
    with file.open("rb") as content, progress("sample") as seen:
        size = file.stat().st_size
        records = Sample().read(content, datetime.now(UTC))
        counts = take_records_in(
            records, parts.executor, rejected.append, lambda end, _: seen(end, size), history=history
        )
    for each in rejected:
        _LOGGER.warning("sample-rejected", line=each.place.line, code=each.code)
    return counts.imported
