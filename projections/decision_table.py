"""The view `tables`: every version of every decision table, with its author and its time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.decision_table.published import TablePublished
from domain.kernel.event import Recorded
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class TableVersion:
    """A version of a decision table. `content`: the table, as the one document in it."""

    id: str
    version: int
    name: str
    effective_from: datetime
    content: tuple[Document, ...]
    recorded_at: datetime
    author_id: str
    reason: str | None


class TablesView(View[TableVersion, TablePublished]):
    """Versions of decision tables."""

    name = "tables"
    row = TableVersion
    key = ("id", "version")
    indexes = ("name",)

    def keys(self, recorded: Recorded[TablePublished]) -> Iterable[Target]:
        """The version."""
        yield (recorded.originator_id, recorded.originator_version)

    def fold(self, row: TableVersion | None, recorded: Recorded[TablePublished]) -> TableVersion | None:
        """The version as it was published."""
        event, envelope = recorded.event, recorded.envelope
        return TableVersion(
            recorded.originator_id,
            recorded.originator_version,
            event.table_name,
            event.effective_from,
            (event.content.model_dump(mode="json", exclude_none=True),),
            recorded.recorded_at,
            envelope.actor.id,
            envelope.reason,
        )


TABLES = TablesView()
_TABLE = Table(TABLES)


_BY_NAME = [("t.name", "text"), ("t.version", "bigint")]
ALL = Selection("tables", _TABLE, order=_BY_NAME)
"""All versions of all tables, by name."""
OF_TABLE = Selection("tables", _TABLE, order=_BY_NAME, scope="t.id = %(id)s")
"""The versions of one table by its `id`, in order."""


def every(connection: Connection) -> list[TableVersion]:
    """All versions of all tables, by name."""
    return _TABLE.select(connection, "WHERE NOT deleted ORDER BY name, version")


def named(connection: Connection, name: str) -> list[TableVersion]:
    """The versions of the table of this name, in order; none where there is no such table."""
    return _TABLE.select(connection, "WHERE name = %s AND NOT deleted ORDER BY version", (name,))
