"""The view of staff and teams: the names behind the ids that other views show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, assert_never

from domain import staff
from domain.kernel.event import Recorded
from domain.kernel.personal import ERASED
from infra.postgres.database import Connection
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import WIPED, Target, View


@dataclass(frozen=True, slots=True)
class Entry:
    """A staff member, with a handle and perhaps a team; or a team, without either. `left_at`: when the staff member
    left; None while they work here."""

    id: str
    name: Annotated[str, WIPED]
    handle: Annotated[str | None, WIPED] = None
    team_id: str | None = None
    roles: tuple[str, ...] = ()
    left_at: datetime | None = None


_Reads = (
    staff.StaffJoined | staff.Moved | staff.RolesChanged | staff.StaffLeft | staff.StaffErased | staff.TeamFormed
)  # fmt: skip


class Staffing(View[Entry, _Reads]):
    """Entries by the id of a staff member or a team."""

    name = "staffing"
    version = 2
    row = Entry
    key = ("id",)
    indexes = ("team_id",)
    at_once = frozenset({staff.StaffErased})

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The staff member, or the team."""
        yield (recorded.originator_id,)

    def fold(self, row: Entry | None, recorded: Recorded[_Reads]) -> Entry | None:
        """The staff member or the team after one more event."""
        event = recorded.event
        match event:
            case staff.StaffJoined():
                return Entry(event.staff_id, event.name, event.handle, event.team_id, event.roles)
            case staff.TeamFormed():
                return Entry(event.team_id, event.name)
            case _ if row is None:
                return None
            case staff.Moved():
                return replace(row, team_id=event.team_id)
            case staff.RolesChanged():
                return replace(row, roles=event.roles)
            case staff.StaffLeft():
                return replace(row, left_at=recorded.at)
            case staff.StaffErased():
                return replace(row, name=ERASED, handle=ERASED)
            case _:
                assert_never(event)


STAFFING = Staffing()
_TABLE = Table(STAFFING)


def by_id(connection: Connection, ids: Iterable[str]) -> dict[str, Entry]:
    """The known ones of these staff members and teams."""
    rows = _TABLE.select(connection, "WHERE id = ANY (%s) AND NOT deleted", (list(set(ids)),))
    return {row.id: row for row in rows}


COLLEAGUES = Selection(
    "staff",
    _TABLE,
    order=[("t.id", "text")],
    which="t.handle IS NOT NULL AND (%(team_id)s::text IS NULL OR t.team_id = %(team_id)s)",
)
"""The staff of the team `team_id` (None: of all teams), in the order in which they joined, with those who left."""

TEAMS = Selection("teams", _TABLE, order=[("t.id", "text")], which="t.handle IS NULL")
"""The teams, in the order in which they were formed."""


def of_team(connection: Connection, team_id: str | None = None, *, limit: int = 500) -> Sequence[Entry]:
    """The staff of a team (None: of all teams), in the order in which they joined, with those who left."""
    return COLLEAGUES.read(connection, limit=limit, team_id=team_id).rows
