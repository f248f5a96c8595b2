"""What leads from a customer's sentence to a launch and back: items, the signals they belong to, what was promised, and
who was told. What was decided on the way is in the log (`commands/signal/tracing.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.signal.state import SignalStatus
from infra.postgres.database import Connection
from infra.views.view import AnyView
from projections import attention
from projections.attention import ClosingRow
from projections.conversation.inbox import INBOX
from projections.signal import board, items
from projections.signal.board import BoardRow
from projections.signal.items import ItemRow
from projections.visibility import those_seen

READS: tuple[AnyView, ...] = (items.ITEMS, board.BOARD, attention.CLOSING_MESSAGES, INBOX)
"""The views that a trace is read from."""


@dataclass(frozen=True, slots=True)
class LaunchShown:
    """What a team promised to launch about a signal: in which product area, by which date, and by which one at first.
    `status`: where the signal stands."""

    launch_id: str
    signal_id: str
    area: str | None
    first_due_at: datetime | None
    due_at: datetime | None
    overdue_at: datetime | None
    status: SignalStatus


@dataclass(frozen=True, slots=True)
class Traced:
    """Where something leads. `items`: the newest first. `signals`: those that the items belong to, and those that these
    were merged with. `launches`: what was promised about the signals. `closings`: who hears what became of them.
    `more`: there are more items or closing messages than are shown."""

    items: Sequence[ItemRow]
    signals: Sequence[str]
    launches: Sequence[LaunchShown]
    closings: Sequence[ClosingRow]
    more: bool


def of_signal(connection: Connection, id: str, most: int) -> Traced | None:
    """Where a signal comes from and leads to; None where nothing is known of it."""
    together = _together(connection, [id])
    found = items.of_signals(connection, together, most + 1)
    known = found or board.by_id(connection, [id])
    return _traced(connection, found, together, most) if known else None


def of_item(connection: Connection, id: str, most: int) -> Traced | None:
    """Where an item leads; None where there is no such item. `closings`: of the one who said it alone."""
    found = items.by_id(connection, id)
    if found is None:
        return None
    signals = _together(connection, [found.signal_id] if found.signal_id else [])
    return _traced(connection, [found], signals, most, told=found.person_id)


def of_conversation(connection: Connection, id: str, most: int) -> Traced | None:
    """Where what was said in a conversation leads; None where no item comes from it."""
    found = items.of_conversation(connection, id, most + 1)
    signals = _together(connection, {each.signal_id for each in found if each.signal_id})
    return _traced(connection, found, signals, most, said_in=id) if found else None


def of_launch(connection: Connection, id: str, most: int) -> Traced | None:
    """Where a launch comes from; None where there is no such launch."""
    found = board.of_launch(connection, id)
    return of_signal(connection, found.signal_id, most) if found else None


def seen(connection: Connection, found: Traced, teams_seen: Sequence[str] | None) -> Traced:
    """What of a trace a caller sees: nothing of conversations that they do not see. None: all of it."""
    if teams_seen is None:
        return found
    named = {each.conversation_id for each in found.items} | {each.conversation_id for each in found.closings}
    theirs = {None, *those_seen(connection, filter(None, named), teams_seen)}
    return replace(
        found,
        items=[each for each in found.items if each.conversation_id in theirs],
        closings=[each for each in found.closings if each.conversation_id in theirs],
    )


def _together(connection: Connection, ids: Iterable[str]) -> list[str]:
    """These signals, the one that each was merged into, and the parts of all of them."""
    found = set(ids)
    found |= {each.merged_into for each in board.by_id(connection, found).values() if each.merged_into}
    return sorted(found.union(*(each.parts for each in board.by_id(connection, found).values())))


def _traced(
    connection: Connection,
    found: Sequence[ItemRow],
    signals: Sequence[str],
    most: int,
    *,
    told: str | None = None,
    said_in: str | None = None,
) -> Traced:
    launches = [each for row in board.by_id(connection, signals).values() if (each := _launch(row))]
    closings = attention.of_signals(connection, signals, most + 1, customer_id=told, conversation_id=said_in)
    return Traced(found[:most], signals, launches, closings[:most], max(len(found), len(closings)) > most)


def _launch(row: BoardRow) -> LaunchShown | None:
    if row.launch_id is None:
        return None
    return LaunchShown(
        launch_id=row.launch_id,
        signal_id=row.signal_id,
        area=row.launch_area,
        first_due_at=row.launch_first_due_at,
        due_at=row.launch_due_at,
        overdue_at=row.overdue_at,
        status=row.status,
    )
