"""What leads from a customer's sentence to a launch and back: items, the signals they belong to, what was promised, and
who was told. What was decided on the way is in the log (`commands/signal/tracing.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.kernel.time import read_instant
from domain.signal.state import SignalStatus
from infra.postgres.database import Connection
from infra.views.cursor import cursor_invalid, encoded, place
from infra.views.view import AnyView
from projections import attention, promise
from projections.attention import ClosingRow
from projections.conversation.inbox import INBOX
from projections.promise import PromiseRow
from projections.signal import board, items, merged_themes
from projections.signal.items import ItemRow
from projections.visibility import those_seen

READS: tuple[AnyView, ...] = (items.ITEMS, board.BOARD, attention.CLOSING_MESSAGES, promise.PROMISES, INBOX)
"""The views that a trace is read from."""
_ALL = "all"
"""In a cursor: there are no more of these."""
MOST_LAUNCHES = 100
"""How many launches of signals are shown: the oldest ones."""
MOST_IN_CONVERSATION = 200
"""Of how many items of one conversation the signals are found: the newest ones."""


@dataclass(frozen=True, slots=True)
class LaunchShown:
    """What a team promised to launch about a signal: in which product area, by which date, and by which one at first.
    `status`: where the signal stands. `state`: what became of the launch; a signal that is handed on has its former
    launch withdrawn, and may get another."""

    launch_id: str
    signal_id: str
    area: str | None
    first_due_at: datetime | None
    due_at: datetime | None
    overdue_at: datetime | None
    status: SignalStatus
    state: promise.State


@dataclass(frozen=True, slots=True)
class Traced:
    """Where something leads. `items`: the newest first. `signals`: those that the items belong to, and those that these
    were merged with. `launches`: what was promised about the signals. `closings`: who hears what became of them.
    `cursor`: where the next page of items and closing messages begins; None where all are shown."""

    items: Sequence[ItemRow]
    signals: Sequence[str]
    launches: Sequence[LaunchShown]
    closings: Sequence[ClosingRow]
    cursor: str | None = None

    @property
    def more(self) -> bool:
        """There are more items or closing messages."""
        return self.cursor is not None


@dataclass(frozen=True, slots=True)
class _Place:
    """Behind which item and which closing message a page begins; None: with the first one. `all_items`,
    `all_closings`: those before this page were all."""

    item: items.After | None = None
    closing: attention.After | None = None
    all_items: bool = False
    all_closings: bool = False


def of_signal(connection: Connection, id: str, most: int, cursor: str | None = None) -> Traced | None:
    """Where a signal comes from and leads to; None where nothing is known of it. Raises Refusal `cursor-invalid`."""
    begin = _place(cursor)
    together = _together(connection, merged_themes.signals_as(connection, id))
    found = [] if begin.all_items else items.of_signals(connection, together, most + 1, after=begin.item)
    known = found or board.by_id(connection, [id]) or items.of_signals(connection, together, 1)
    return _traced(connection, found, together, most, begin) if known else None


def of_item(connection: Connection, id: str, most: int, cursor: str | None = None) -> Traced | None:
    """Where an item leads; None where there is no such item. `closings`: of the one who said it alone. Raises Refusal
    `cursor-invalid`."""
    begin = _place(cursor)
    found = items.by_id(connection, id)
    if found is None:
        return None
    signals = _together(connection, [found.signal_id] if found.signal_id else [])
    shown = [] if begin.all_items else [found]
    return _traced(connection, shown, signals, most, begin, told=found.person_id)


def of_conversation(connection: Connection, id: str, most: int, cursor: str | None = None) -> Traced | None:
    """Where what was said in a conversation leads; None where no item comes from it. Raises Refusal
    `cursor-invalid`."""
    begin = _place(cursor)
    every = items.of_conversation(connection, id, MOST_IN_CONVERSATION)
    signals = _together(connection, {each.signal_id for each in every if each.signal_id})
    found = [] if begin.all_items else items.of_conversation(connection, id, most + 1, after=begin.item)
    return _traced(connection, found, signals, most, begin, said_in=id) if every else None


def of_launch(connection: Connection, id: str, most: int, cursor: str | None = None) -> Traced | None:
    """Where a launch comes from; None where there is no such launch. Raises Refusal `cursor-invalid`."""
    launch = promise.launch(connection, id)
    return of_signal(connection, launch.signal_id, most, cursor) if launch and launch.signal_id else None


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
    begin: _Place,
    *,
    told: str | None = None,
    said_in: str | None = None,
) -> Traced:
    routed = board.by_id(connection, signals)
    promised = promise.of_signals(connection, signals, MOST_LAUNCHES)
    launches = [_launch(each, routed[id].status) for each in promised if (id := each.signal_id) and id in routed]
    closings: Sequence[ClosingRow] = []
    if not begin.all_closings:
        closings = attention.of_signals(
            connection, signals, most + 1, customer_id=told, conversation_id=said_in, after=begin.closing
        )
    return Traced(found[:most], signals, launches, closings[:most], _next(found, closings, most))


def _next(found: Sequence[ItemRow], closings: Sequence[ClosingRow], most: int) -> str | None:
    """The cursor of the next page: behind the last item and the last closing message, as far as there are more."""
    if max(len(found), len(closings)) <= most:
        return None
    item, closing = [_ALL, ""], [_ALL, ""]
    if len(found) > most:
        item = [found[most - 1].said_at.isoformat(), found[most - 1].item_id]
    if len(closings) > most:
        closing = [closings[most - 1].outcome_id, closings[most - 1].customer_id]
    return encoded([*item, *closing])


def _place(cursor: str | None) -> _Place:
    if cursor is None:
        return _Place()
    found = place(cursor)
    if len(found) != 4 or not all(each.isprintable() for each in found):
        raise cursor_invalid()
    said_at, item_id, outcome_id, customer_id = found
    try:
        item = None if said_at == _ALL else (read_instant(said_at), item_id)
    except ValueError:
        raise cursor_invalid() from None
    closing = None if outcome_id == _ALL else (outcome_id, customer_id)
    return _Place(item, closing, item is None, closing is None)


def _launch(row: PromiseRow, status: SignalStatus) -> LaunchShown:
    return LaunchShown(
        launch_id=row.promise_id,
        signal_id=row.signal_id or "",
        area=row.area,
        first_due_at=row.original_due_at,
        due_at=row.due_at,
        overdue_at=row.overdue_at,
        status=status,
        state=row.state,
    )
