"""The view `board`: every routed signal, the team that has it, and what the team answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, assert_never

from domain.kernel.event import Recorded
from domain.kernel.replace import replace
from domain.service_level import signal_verdicts as v
from domain.service_level.policy import SignalMetric
from domain.signal import events as s
from domain.signal.assessment import Strength
from domain.signal.identity import Stage
from domain.signal.state import SignalStatus
from infra.postgres.database import Connection
from infra.views.selection import Page, Selection
from infra.views.tables import Table
from infra.views.view import HIDDEN, Target, View

Lane = Literal["new", "asked-back", "planned", "shipped", "declined"]
"""Where a signal stands on the board. What is acknowledged and not answered stays among the new ones."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One signal. `strength`, `people`: its evidence as it was weighed when it was routed. `said`: the last reason,
    question, answer or plan. `launch_first_due_at`: the first date, which never changes while the launch stands.
    `overdue_at`: when it was last detected that a date had passed. `parts`: the signals merged into this one.
    `due_metric`, `due_at`: of its clocks, the running one with the earliest due. `missed_at`: since when one that goes
    on is overdue."""

    signal_id: str
    version: int
    area: str
    theme: str
    stage: Stage
    team_id: str
    lane: Lane
    status: SignalStatus
    strength: Strength
    people: int
    routed_at: datetime
    changed_at: datetime
    changed_by: str
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    said: str | None = None
    launch_id: str | None = None
    launch_area: str | None = None
    launch_first_due_at: datetime | None = None
    launch_due_at: datetime | None = None
    overdue_at: datetime | None = None
    merged_into: str | None = None
    parts: tuple[str, ...] = ()
    due_metric: SignalMetric | None = None
    due_at: datetime | None = None
    missed_at: datetime | None = None
    goes_on_as: Annotated[SignalStatus, HIDDEN] = "acknowledged"


_Reads = s.SignalEvent | v.SignalClocksEvaluated


class Board(View[BoardRow, _Reads]):
    """Signals by id."""

    name = "board"
    version = 2
    row = BoardRow
    key = ("signal_id",)
    indexes = ("routed_at, signal_id", "team_id, routed_at, signal_id", "missed_at, signal_id")

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The signal."""
        yield (recorded.event.signal_id,)

    def fold(self, row: BoardRow | None, recorded: Recorded[_Reads]) -> BoardRow | None:
        """The signal after one more event."""
        event = recorded.event
        if isinstance(event, s.SignalRouted):
            return _routed(row, event, recorded)
        if row is None:
            return None
        if isinstance(event, v.SignalClocksEvaluated):
            return _with_clocks(row, event)
        row = replace(
            row,
            version=recorded.originator_version,
            team_id=event.team_id,
            changed_at=recorded.at,
            changed_by=recorded.envelope.actor.id,
        )
        match event:
            case s.SignalAcknowledged():
                return replace(_stands(row, "acknowledged"), acknowledged_at=recorded.at)
            case s.SignalAskedBack():
                goes_on_as = row.goes_on_as if row.status == "asked-back" else row.status
                return replace(_stands(row, "asked-back"), said=event.question, goes_on_as=goes_on_as)
            case s.SignalQuestionAnswered():
                return replace(_stands(row, row.goes_on_as), said=event.answer)
            case s.SignalPlanned():
                return _with_launch(replace(_stands(row, "planned"), said=event.what), event.launch)
            case s.SignalLaunchRevised():
                return replace(row, launch_due_at=event.due_at, said=event.because)
            case s.SignalLaunchOverdue():
                return replace(row, overdue_at=event.detected_at)
            case s.SignalShipped():
                return replace(_stands(row, "shipped"), said=event.what, answered_at=recorded.at)
            case s.SignalDeclined():
                return replace(_stands(row, "declined"), said=event.because, answered_at=recorded.at)
            case s.SignalHandedOn():
                handed_on = replace(_stands(row, "routed"), said=event.because, acknowledged_at=None)
                return _with_launch(handed_on, None)
            case s.SignalMerged():
                return replace(row, merged_into=event.into)
            case s.SignalSeparated():
                return replace(row, merged_into=None)
            case s.SignalPartJoined() | s.SignalPartLeft():
                return replace(row, parts=event.parts)
            case _:
                assert_never(event)


def _routed(row: BoardRow | None, event: s.SignalRouted, recorded: Recorded[_Reads]) -> BoardRow:
    return BoardRow(
        signal_id=recorded.originator_id,
        version=recorded.originator_version,
        area=event.area,
        theme=event.theme,
        stage=event.stage,
        team_id=event.team_id,
        lane="new",
        status="routed",
        strength=event.weighed.strength,
        people=event.weighed.people,
        routed_at=recorded.at,
        changed_at=recorded.at,
        changed_by=recorded.envelope.actor.id,
        said=event.because,
        merged_into=row.merged_into if row else None,
        parts=row.parts if row else (),
    )


def _stands(row: BoardRow, status: SignalStatus) -> BoardRow:
    return replace(row, status=status, lane="new" if status == "routed" or status == "acknowledged" else status)


def _with_clocks(row: BoardRow, event: v.SignalClocksEvaluated) -> BoardRow:
    running = [each for each in event.clocks if each.state == "running" and each.due_at is not None]
    due = min(running, key=lambda each: (each.due_at, each.which.metric), default=None)
    missed = [each.breached_at for each in event.clocks if each.live and each.breached_at is not None]
    return replace(
        row,
        due_metric=due.which.metric if due else None,
        due_at=due.due_at if due else None,
        missed_at=min(missed, default=None),
    )


def _with_launch(row: BoardRow, launch: s.Launch | None) -> BoardRow:
    return replace(
        row,
        launch_id=launch.launch_id if launch else None,
        launch_area=launch.area if launch else None,
        launch_first_due_at=launch.due_at if launch else None,
        launch_due_at=launch.due_at if launch else None,
        overdue_at=None,
    )


BOARD = Board()
_TABLE = Table(BOARD)

# -- reading


def _any_of(name: str, column: str) -> str:
    return f"(%({name})s::text[] IS NULL OR {column} = ANY (%({name})s::text[]))"


SIGNALS = Selection(
    "signals",
    _TABLE,
    order=[("t.routed_at", "timestamptz"), ("t.signal_id", "text")],
    which=f"t.merged_into IS NULL AND {_any_of('team_id', 't.team_id')} AND {_any_of('lane', 't.lane')}"
    f" AND {_any_of('area', 't.area')}",
)
"""The board: signals of any `team_id`, in any `lane` and of any `area` (None: of every one), the longest routed first.
A part is shown by the signal that it was merged into."""

OVERDUE = Selection(
    "overdue",
    _TABLE,
    order=[("t.missed_at", "timestamptz"), ("t.signal_id", "text")],
    which=f"t.missed_at IS NOT NULL AND t.merged_into IS NULL AND {_any_of('team_id', 't.team_id')}"
    f" AND {_any_of('area', 't.area')}",
)
"""Signals of any `team_id` and of any `area` (None: of every one) that were not taken on, or not answered, in time; the
longest overdue first."""


def overdue(
    connection: Connection,
    team_id: Sequence[str] | None = None,
    area: Sequence[str] | None = None,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[BoardRow]:
    """A page of OVERDUE. Raises Refusal `cursor-invalid`."""
    given = {"team_id": team_id and list(team_id), "area": area and list(area)}
    return OVERDUE.read(connection, cursor=cursor, limit=limit, **given)


def read(
    connection: Connection,
    team_id: Sequence[str] | None = None,
    lane: Sequence[Lane] | None = None,
    area: Sequence[str] | None = None,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[BoardRow]:
    """A page of SIGNALS. Raises Refusal `cursor-invalid`."""
    given = {"team_id": team_id and list(team_id), "lane": lane and list(lane), "area": area and list(area)}
    return SIGNALS.read(connection, cursor=cursor, limit=limit, **given)


def by_id(connection: Connection, ids: Iterable[str]) -> dict[str, BoardRow]:
    """The routed signals among these, parts too."""
    rows = _TABLE.select(connection, "WHERE signal_id = ANY (%s) AND NOT deleted", (list(ids),))
    return {row.signal_id: row for row in rows}
