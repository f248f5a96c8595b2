"""Whoever follows "rows with position > n" must see every change: here is somebody who does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from infra.postgres.database import Database
from infra.subscriptions.lease import positions
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.catalogue import VIEWS

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


class Onlooker:
    """Holds every view as it was at its last look, and follows only the rows with a higher position since."""

    def __init__(self, projector: Database, views: Iterable[AnyView] = VIEWS) -> None:
        self._projector = projector
        self._held: dict[AnyView, tuple[int, Rows]] = {view: (0, {}) for view in views}

    def look(self) -> None:
        """Apply what changed by position, and compare with everything. Raises AssertionError where that differs."""
        for view, (position, held) in self._held.items():
            now, rows = self._read(view)
            changed = {key: values for key, values in rows.items() if values[-2] > position}
            followed = held | changed
            wrong = [key for key in followed.keys() | rows.keys() if followed.get(key) != rows.get(key)]
            assert not wrong, f"{view.name}: no position above {position} tells of the change of {wrong[:3]}"
            self._held[view] = (now, rows)

    def _read(self, view: AnyView) -> tuple[int, Rows]:
        table = Table(view)
        columns = [*table.columns, "position", "deleted"]
        with self._projector.connection() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            position = positions(connection)[view.name, view.version]
            found = connection.execute(f"SELECT {', '.join(columns)} FROM {table.name.as_string()}".encode()).fetchall()
        keys = [columns.index(name) for name in view.key]
        return position, {tuple(values[number] for number in keys): values for values in found}
