"""`antiphon run`: everything that runs for as long as the process lives; with a sample to look at where the log is
empty."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import structlog
import typer

from cli import trying
from cli.progress import progress
from cli.views import wait
from cli.wiring import FOLLOWERS, Antiphon, antiphon
from consumers.imports.run import run as take_in
from consumers.imports.sample import Sample
from consumers.imports.source import Reject
from domain.refusal import Refusal
from infra.embedded import EmbeddedPostgres

SAMPLE = Path(__file__).parents[1] / "docs" / "sample" / "sample.toml"

LOOK_SECONDS = 2.0
"""How often PostgreSQL of our own is looked after."""

_LOGGER = structlog.get_logger("run")


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("run")(run)


def run(
    what: Annotated[
        Literal["all", "followers"], typer.Argument(help="all: take in the sample where the log is empty, and show it.")
    ] = "all",
) -> None:
    """Run the followers until Ctrl-C, SIGTERM or the terminal's end. Several such processes stand by for each other."""
    with _until_told(), antiphon() as parts:
        if what == "all" and parts.log.position() == 0:
            _take_in_sample(parts)
        with parts.followers() as database, parts.watches():
            if what == "all":
                wait(database, FOLLOWERS, parts.log.position())
                trying.show(parts)
            _LOGGER.info("running", followers=[name for name, _ in FOLLOWERS], position=parts.log.position())
            _stay(parts)


def _stay(parts: Antiphon) -> NoReturn:
    """For as long as nobody ends it. Followers outlive any database; where PostgreSQL is ours, we see to it."""
    server = EmbeddedPostgres(parts.settings.home) if parts.settings.embedded else None
    while True:
        threading.Event().wait(LOOK_SECONDS)
        try:
            if server and server.revive():
                _LOGGER.warning("postgres-started-again")
        except Refusal as refusal:
            _LOGGER.warning("postgres-away", code=refusal.code)


class _Told(BaseException):
    """Somebody wants it to end."""


@contextmanager
def _until_told() -> Iterator[None]:
    """Ends what is within at the first signal to do so, in order; further ones do not disturb the ending."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # else it is meant to outlive its terminal
        signals.append(signal.SIGHUP)

    def told(*_: Any) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        _LOGGER.info("stopping")
        raise _Told

    before = {each: signal.signal(each, told) for each in signals}
    try:
        yield
    except _Told:
        _LOGGER.info("stopped")
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _take_in_sample(parts: Antiphon) -> None:
    rejected: list[Reject] = []
    with SAMPLE.open("rb") as content, progress("sample") as seen:
        size = SAMPLE.stat().st_size
        records = Sample().read(content, datetime.now(UTC))
        counts = take_in(records, parts.handling, rejected.append, lambda end, _: seen(end, size))
    for each in rejected:
        _LOGGER.warning("sample-rejected", line=each.place.line, code=each.code)
    print(f"The log was empty: took in the sample of docs/sample ({counts.imported} records).\n")
