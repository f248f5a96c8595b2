"""Views for verbs that read: as of the log's present end, but for quarantined events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from cli.display.progress import progress
from cli.display.terminal import program
from cli.wiring.composition import SUBSCRIPTIONS, Antiphon
from domain.kernel.refusal import NotFound, Overloaded, Refusal
from infra.postgres.database import Connection, Database
from infra.subscriptions.host import wait_until_reached
from infra.subscriptions.quarantine import count_of
from infra.views.versions import go_live, live
from process.reaction import AnyReaction
from projections.open_work import OpenWorkInViews
from projections.signal.evidence import SignalEvidenceInViews

POLL_SECONDS = 0.1
"""Short, because a host that ends waits for its listener."""

PATIENCE_SECONDS = 60.0
"""How long subscriptions may stand still before a verb gives up; longer than the lease of any holder that died."""


@contextmanager
def caught_up(parts: Antiphon, *reactions: AnyReaction) -> Iterator[Database]:
    """The reader's database, once these reactions and then all views have reached the log's present end, and new
    versions are live.

    Raises Overloaded where they make no progress.
    """
    with parts.database("reader") as reader:
        reacting = [(each.name, each.version) for each in reactions]
        position = parts.log.position()
        if not wait_until_reached(reader, reacting, position, seconds=0):
            with parts.subscriptions(POLL_SECONDS) as database:
                wait(database, reacting, position)
        catch_up(parts, reader)
        yield reader


def catch_up(parts: Antiphon, reader: Database) -> None:
    """Wait until all views have reached the log's present end and new versions are live; run projectors here if no
    other process does. Raises Overloaded."""
    position = parts.log.position()
    if not wait_until_reached(reader, SUBSCRIPTIONS, position, seconds=0):
        with parts.subscriptions(POLL_SECONDS) as database:
            wait(database, SUBSCRIPTIONS, position)
    with reader.connection() as connection:
        built = set(SUBSCRIPTIONS) - live(connection)
    if built:  # their lease holder does so, too, a moment later
        with parts.database("projector") as projector, projector.connection() as connection:
            for name, version in sorted(built):
                go_live(connection, name, version, position)


@contextmanager
def open_work(parts: Antiphon) -> Iterator[OpenWorkInViews]:
    """Open work for use cases, which raise Overloaded where the views make no progress."""
    with parts.database("reader") as reader:
        yield OpenWorkInViews(reader, lambda *_: catch_up(parts, reader))


@contextmanager
def signal_evidence(parts: Antiphon) -> Iterator[SignalEvidenceInViews]:
    """Evidence of signals for use cases, which raise Overloaded where the views make no progress."""
    with parts.database("reader") as reader:
        yield SignalEvidenceInViews(reader, parts.executor.zone, lambda _: catch_up(parts, reader))


def wait(database: Database, subscriptions: Iterable[tuple[str, int]], position: int) -> None:
    """Wait until these subscriptions have reached the position, and show progress if it takes long.

    Raises Overloaded.
    """
    watch = _Watch()
    subscriptions = list(subscriptions)
    with progress("views") as seen:
        while not wait_until_reached(database, subscriptions, position, 1.0, watch.see(lambda at: seen(at, position))):
            watch.check()


class _Watch:
    """Whether any subscription moves."""

    def __init__(self) -> None:
        self._at = -1
        self._moved = time.monotonic()

    def see(self, then: Callable[[int], None]) -> Callable[[int], None]:
        def seen(at: int) -> None:
            if at != self._at:
                self._at, self._moved = at, time.monotonic()
            then(at)

        return seen

    def check(self) -> None:
        if time.monotonic() > self._moved + PATIENCE_SECONDS:
            raise Overloaded(f"the views stand still at position {self._at}; `antiphon doctor` says who leads them")


def count_quarantined(connection: Connection, streams: set[str]) -> int:
    """How many events of these streams are quarantined by some view."""
    return count_of(connection, streams)


def not_shown(id: str, quarantined: int) -> Refusal:
    """Why a view has nothing of this id: it does not exist, or `quarantined` of its events are quarantined."""
    if quarantined:
        return Refusal("parked", f"{quarantined} events of {id} could not be taken in; look: antiphon parked list")
    return NotFound(id)


def print_quarantined(out: Console, quarantined: int) -> None:
    """Print, if events are quarantined, that the output is incomplete."""
    if quarantined:
        text = f"\n! not all of it: {quarantined} events could not be taken in; look: {program()} parked list"
        out.print(Text(text, "bold red"), soft_wrap=True)
