"""Followers under test: views that follow, what they hold, and a view that can be told what to choke on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from domain import customer
from domain.kernel.event import Event, Recorded
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from infra.views.rebuild import Rebuild, Rebuilt
from infra.views.tables import Table
from infra.views.view import AnyView, fold_in_memory
from projections.catalogue import VIEWS
from tests.support.waiting import wait_until_followed

PERSONAL = [view for view in VIEWS if customer.Erased in view.reads]
"""The views that show what customers said."""


def catch_up(
    log: Log, projector: Database, seconds: float = 30, subscriptions: Sequence[Projector[Any]] | None = None
) -> None:
    """Let a host bring all views (or these followers) up to the log's end, and stop it."""
    subscriptions = subscriptions or [Projector(view) for view in VIEWS]
    with Host(log, projector, subscriptions, lease_seconds=5, poll_seconds=0.2):
        names = [(follower.name, follower.version) for follower in subscriptions]
        wait_until_followed(projector, names, log.position(), seconds)


def rows(projector: Database, view: AnyView) -> dict[tuple[Any, ...], tuple[Any, int]]:
    """Everything in a view's table by key: the row (None: removed) and its position, as `fold_in_memory` gives it."""
    table = Table(view)
    names = [*table.columns, "position", "deleted"]
    with projector.connection() as connection:
        found = connection.execute(f"SELECT {', '.join(names)} FROM {table.name.as_string()}").fetchall()
        living = {tuple(getattr(row, key) for key in view.key): row for row in table.select(connection)}
    held = {}
    for values in found:
        values_by_name = dict(zip(names, values, strict=True))
        key = tuple(values_by_name[name] for name in view.key)
        held[key] = (None if values_by_name["deleted"] else living[key], values_by_name["position"])
    return held


def in_memory(log: Log, view: AnyView) -> dict[tuple[Any, ...], tuple[Any, int]]:
    """What the view should hold, folded from the whole log without a database."""
    recorded_events: list[Recorded[Event]] = []
    while records := log.read(recorded_events[-1].position or 0 if recorded_events else 0):
        recorded_events += log.recorded_events(records)
    return fold_in_memory(view, recorded_events)


def verify_all(log: Log, projector: Database, owner_url: str) -> list[Rebuilt]:
    """A replay from zero beside each view, compared with it byte by byte. Raises AssertionError where one differs."""
    found = []
    for view in VIEWS:
        rebuilt = Rebuild(log, projector, owner_url, view).verify()
        assert rebuilt.differing == 0, f"{view.name}: {rebuilt}"
        found.append(rebuilt)
    return found


class Choking(Projector[Any]):
    """A view that cannot take in some positions, until they are taken off `on`."""

    def __init__(self, view: AnyView, on: set[int]) -> None:
        super().__init__(view)
        self.on = on

    def begin(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> Callable[[], None]:
        if bad := [recorded.position for recorded in recorded_events if recorded.position in self.on]:
            raise ValueError(f"choked on {bad}")
        return super().begin(recorded_events, connection)
