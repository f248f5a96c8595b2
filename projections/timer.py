"""The timer table: one row for everything that becomes due. The watch (`process/watch.py`) polls the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from psycopg import sql

from domain import hold as h
from domain import promise as p
from domain.attention import contacts as a
from domain.decision_table.published import TablePublished
from domain.kernel.event import Recorded
from domain.kernel.replace import replace
from domain.retention import EVERY, RECORDS_TABLE, RUNS, TABLE_NAME, RetentionRan
from domain.service_level import signal_verdicts as sv
from domain.service_level import verdicts as v
from domain.service_level.watch import ClockInput
from domain.signal import events as s
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Page, Selection
from infra.views.tables import Table
from infra.views.view import Target, View

Kind = Literal["promise", "clocks", "contacts", "holds", "retention"]
"""`promise`: the date of a promise by its id, or of a launch by the id of its signal. `clocks`: when to evaluate the
clocks of a conversation or a signal, by its id.
`contacts`: when to try what a customer is owed, by the id of the stream of their contacts. `holds`: when a legal hold
ends by itself, by the id of the stream of the customer's holds. `retention`: when to erase who is due by the rules."""

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""The due of a timer that waits for no instant: a conversation had an event since its clocks were evaluated. It lies
before every other due, and before now by any clock."""


@dataclass(frozen=True, slots=True)
class TimerRow:
    """When something is due; None: nothing is due, as far as is known.

    `version`: of the stream, at the last event that set the timer. Clocks have `ahead`, all instants at which an
    evaluation may detect something, each with `which` clock, and `warned`, those for which a warning was recorded.
    Contacts have `ahead`, when to try `which` outcome or survey; holds, when `which` of them ends.
    """

    kind: Kind
    id: str
    version: int = 0
    due_at: datetime | None = None
    ahead: tuple[Document, ...] = ()
    warned: tuple[Document, ...] = ()


_Reads = (
    p.Made | p.Revised | p.Overdue | p.Kept | p.Broken | p.PromiseWithdrawn | ClockInput | v.ClocksEvaluated | v.Warned
    | a.ClosingOwed | a.QuestionOwed | a.Contacted | a.ContactBlocked | s.SignalEvent | sv.SignalClocksEvaluated
    | sv.SignalClockWarned
    | h.HoldPlaced | h.HoldReleased | h.HoldExpired | TablePublished | RetentionRan
)  # fmt: skip


_Owed = a.ClosingOwed | a.QuestionOwed

_OfLaunch = (
    s.SignalPlanned | s.SignalLaunchRevised | s.SignalLaunchOverdue | s.SignalShipped | s.SignalDeclined
    | s.SignalHandedOn
)  # fmt: skip


class Timers(View[TimerRow, _Reads]):
    """Timers by kind and id. A promise whose date passed, or that ended, has no due."""

    name = "timers"
    version = 3
    row = TimerRow
    key = ("kind", "id")
    indexes = ("kind, due_at, id",)

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The promise, the signal and its launch, or the conversation."""
        match recorded.event:
            case p.AboutPromise():
                yield ("promise", recorded.originator_id)
            case s.AboutSignal() as event:
                yield ("clocks", recorded.originator_id)
                if isinstance(event, _OfLaunch):
                    yield ("promise", recorded.originator_id)
            case sv.AboutSignalClocks() as event:
                yield ("clocks", event.signal_id)
            case a.AboutContacts():
                yield ("contacts", recorded.originator_id)
            case h.HoldPlaced() | h.HoldReleased() | h.HoldExpired():
                yield ("holds", recorded.originator_id)
            case TablePublished() as event:
                if event.table_name in (TABLE_NAME, RECORDS_TABLE):
                    yield ("retention", RUNS)
            case RetentionRan():
                yield ("retention", RUNS)
            case v.AboutClocks():
                yield ("clocks", recorded.event.conversation_id)
            case _:
                yield ("clocks", recorded.originator_id)

    def fold(self, row: TimerRow | None, recorded: Recorded[_Reads]) -> TimerRow | None:
        """The timer after one more event."""
        match event := recorded.event:
            case p.Made() | p.Revised():
                return TimerRow("promise", recorded.originator_id, recorded.originator_version, event.due_at)
            case p.Overdue() | p.Kept() | p.Broken() | p.PromiseWithdrawn():
                return None
            case s.AboutSignal() if not isinstance(event, s.SignalRouted) and (row is None or row.kind == "promise"):
                # A signal is routed first, and its clocks have a row from then on: this is the row of its launch.
                return _launch(recorded, event)
            case a.ClosingOwed() | a.QuestionOwed() | a.Contacted() | a.ContactBlocked():
                return _contacts(row, recorded, event)
            case h.HoldPlaced() | h.HoldReleased() | h.HoldExpired():
                return _holds(row, recorded, event)
            case TablePublished():
                due = min(event.effective_from, (row and row.due_at) or event.effective_from)
                return TimerRow("retention", RUNS, recorded.originator_version, due)
            case RetentionRan():
                return TimerRow("retention", RUNS, recorded.originator_version, recorded.recorded_at + EVERY)
            case v.ClocksEvaluated():
                return _evaluated(row or TimerRow("clocks", event.conversation_id), event)
            case sv.SignalClocksEvaluated():
                return _evaluated(row or TimerRow("clocks", event.signal_id), event)
            case v.Warned() | sv.SignalClockWarned():
                of = event.signal_id if isinstance(event, sv.SignalClockWarned) else event.conversation_id
                row = row or TimerRow("clocks", of)
                row = replace(row, warned=(*row.warned, _instant(event.which, event.warn_at)))
                return row if row.due_at == AT_ONCE else _due(row)
            case _:
                row = row or TimerRow("clocks", recorded.originator_id)
                return replace(row, version=recorded.originator_version, due_at=AT_ONCE)


def _launch(recorded: Recorded[_Reads], event: s.AboutSignal) -> TimerRow | None:
    match event:
        case s.SignalPlanned(launch=launch) if launch is not None:
            due_at = launch.due_at
        case s.SignalLaunchRevised():
            due_at = event.due_at
        case _:
            return None
    return TimerRow("promise", recorded.originator_id, recorded.originator_version, due_at)


def _evaluated(row: TimerRow, event: v.ClocksEvaluated | sv.SignalClocksEvaluated) -> TimerRow:
    running = [each for each in event.clocks if each.state == "running" and each.breached_at is None]
    ahead = [
        _instant(each.which, at)
        for each in running
        for at in (*each.warn_at, *([each.due_at] if each.due_at else []))
    ]  # fmt: skip
    if isinstance(event, sv.SignalClocksEvaluated) or event.gone is None:
        still = [each.which.model_dump(mode="json") for each in event.clocks]
        warned = [each for each in row.warned if each["which"] in still]
    else:
        gone = [each.model_dump(mode="json") for each in event.gone]
        warned = [each for each in row.warned if each["which"] not in gone]
    row = replace(row, ahead=tuple(ahead), warned=tuple(warned))
    return replace(row, due_at=AT_ONCE) if row.version > event.up_to else _due(row)


def _contacts(
    row: TimerRow | None,
    recorded: Recorded[_Reads],
    event: a.ClosingOwed | a.QuestionOwed | a.Contacted | a.ContactBlocked,
) -> TimerRow | None:
    outcomes: Sequence[str] = (event.outcome_id,) if isinstance(event, _Owed) else event.outcome_ids
    ahead = [each for each in (row.ahead if row else ()) if each["which"] not in outcomes]
    if not isinstance(event, a.Contacted) and (at := event.next_at) is not None:
        ahead += [{"which": outcome, "at": at.isoformat()} for outcome in outcomes]
    timer = TimerRow("contacts", recorded.originator_id, recorded.originator_version, ahead=tuple(ahead))
    return _due(timer) if ahead else None


def _holds(
    row: TimerRow | None, recorded: Recorded[_Reads], event: h.HoldPlaced | h.HoldReleased | h.HoldExpired
) -> TimerRow | None:
    ahead = [each for each in (row.ahead if row else ()) if each["which"] != event.hold_id]
    if isinstance(event, h.HoldPlaced) and event.until is not None:
        ahead.append({"which": event.hold_id, "at": event.until.isoformat()})
    timer = TimerRow("holds", recorded.originator_id, recorded.originator_version, ahead=tuple(ahead))
    return _due(timer) if ahead else None


def _instant(which: v.Which | sv.WhichOfSignal, at: datetime) -> Document:
    return {"which": which.model_dump(mode="json"), "at": at.isoformat()}


def _due(row: TimerRow) -> TimerRow:
    ahead = (datetime.fromisoformat(each["at"]) for each in row.ahead if each not in row.warned)
    return replace(row, due_at=min(ahead, default=None))


TIMERS = Timers()
_TABLE = Table(TIMERS)

# -- reading

_ORDER = [("t.due_at", "timestamptz"), ("t.id", "text")]
_OF_KIND = "t.kind = %(kind)s"
_PASSED = Selection("timers", _TABLE, order=_ORDER, scope=_OF_KIND, which="t.due_at < %(now)s::timestamptz")
_TO_COME = Selection("timers", _TABLE, order=_ORDER, scope=_OF_KIND, which="t.due_at >= %(now)s::timestamptz")

_OF_SIGNALS = Selection(
    "of_signals",
    _TABLE,
    order=[("t.id", "text")],
    scope="t.kind = 'clocks'",
    which="t.id >= 'signal-' AND t.id < 'signal.'",
)


def of_signals(connection: Connection, *, cursor: str | None = None, limit: int = 500) -> Page[TimerRow]:
    """The timers of the clocks of all signals, by id."""
    return _OF_SIGNALS.read(connection, cursor=cursor, limit=limit)


def passed(
    connection: Connection, kind: Kind, now: datetime, *, cursor: str | None = None, limit: int = 500
) -> Page[TimerRow]:
    """Timers of this kind whose due has passed, the earliest first. A due at exactly `now` has not passed yet."""
    return _PASSED.read(connection, cursor=cursor, limit=limit, kind=kind, now=now)


def next_due(connection: Connection, kind: Kind, now: datetime) -> datetime | None:
    """The earliest due of this kind that has not passed; None where there is none."""
    return next((row.due_at for row in _TO_COME.read(connection, limit=1, kind=kind, now=now).rows), None)


def late(connection: Connection) -> dict[Kind, tuple[int, float]]:
    """For each kind: how many timers have passed, and how many seconds ago the earliest due among them was. Timers that
    wait for no instant count, and have no due."""
    query = sql.SQL(
        "SELECT k.kind, count(t.id), "
        "coalesce(extract(epoch FROM clock_timestamp() - min(t.due_at) FILTER (WHERE t.due_at > %s)), 0)::float8 "
        "FROM unnest(%s::text[]) AS k (kind) "
        "LEFT JOIN {} AS t ON t.kind = k.kind AND t.due_at < clock_timestamp() GROUP BY k.kind ORDER BY k.kind"
    ).format(_TABLE.name)
    rows = connection.execute(query, (AT_ONCE, [*get_args(Kind)]), prepare=False).fetchall()
    return {kind: (count, seconds) for kind, count, seconds in rows}
