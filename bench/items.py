"""What feedback items cost: the views' way to the log's end with an item for each event, and weighing all signals."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

from bench.catch_up import by_followers
from bench.rows import Row, Size
from bench.traffic import CALLERS, GATEWAY, Caller, all_at_once, process_over
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import items
from domain.decision_table.written import TableWritten
from domain.signal.identity import Stage, signal_id
from domain.signal.item import FileItem
from domain.signal.limits import SignalLimits
from infra.embedded.postgres import Urls
from infra.postgres.database import Connection, connect
from infra.views.schema import prepare_views
from infra.views.tables import Table
from projections.catalogue import VIEWS
from projections.conversation.inbox import INBOX, Item
from projections.signal import shown
from projections.signal.items import ITEMS, ItemRow
from tests.support.databases import Databases

_THEMES = TableWritten.model_validate(
    {
        "hit_policy": "first",
        "inputs": [{"name": "kind", "type": "string"}],
        "outputs": [{"name": each, "type": "string"} for each in ("area", "theme", "stage")],
        "rules": [{"then": {"area": '"kettles"', "theme": '"leaks"', "stage": '"production"'}}],
    }
)
_AREAS, _THEMES_OF_AN_AREA, _PEOPLE_OF_AN_ITEM = 20, 10, 0.25
_SEGMENTS = ("families", "singles", "students", "retired", "trade")
_CHANNELS = ("mail", "phone", "web", "chat")
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class _Filing(Caller):
    """And an item is filed for each event of the conversation."""

    def send(self, executor: CommandExecutor) -> int:
        events = super().send(executor)
        for number in range(events):
            command = FileItem(
                kind="feedback", conversation_id=self.conversation_id, part=f"{self.sent}.{number}",
                said_at=executor.clock(),
            )  # fmt: skip
            items.file(executor, command, GATEWAY)
        return 4 * events  # filed, decided, compared


def items_catch_up(databases: Databases, size: Size) -> Row:
    """Events a second that all views take in, of a log with an item for each event, against one without items."""
    ratios, ours, theirs = [], list[float](), list[float]()
    with databases.fresh() as filed, databases.fresh() as bare:
        events, without = _filled(filed, size.catch_up, _Filing), _filled(bare, size.catch_up, Caller)
        for _ in range(size.rounds):
            for urls, number, found in ((bare, without, theirs), (filed, events, ours)):
                with process_over(urls) as executor:
                    found.append(number / by_followers(urls, executor.log, number))
            ratios.append(ours[-1] / theirs[-1])
    return Row(
        "items-catch-up",
        f"all views together from zero, {events:,} events, with a feedback item for each event of a conversation:"
        " filed, decided and compared, events/s",
        f"the same of {without:,} events without items",
        ">=",
        0.8,
        ratios,
        {"events/s": statistics.median(ours), "events/s without": statistics.median(theirs)},
    )


def _filled(urls: Urls, events: int, caller: type[Caller]) -> int:
    prepare_views(urls.database_url, VIEWS)
    with process_over(urls) as executor:
        put(executor, {"themes": _THEMES}, GATEWAY)
        all_at_once(executor, [caller(number) for number in range(CALLERS)], events=events)
        return executor.log.position()


def signals_weighed(databases: Databases, size: Size) -> Row:
    """Seconds of processor time, of the database and of us, to weigh all signals of so many items; and one of them, as
    each further item has it."""
    taken, one, signals = [], [], list[str]()
    with databases.fresh() as urls:
        prepare_views(urls.database_url, VIEWS)
        with connect(urls.database_url, "owner") as owner:
            Table(ITEMS).copy(owner, list(_items(size.items)))
            Table(INBOX).copy(owner, list(_conversations(size.items)))
        with connect(urls.database_url, "owner") as owner:
            for table in (Table(ITEMS).name, Table(INBOX).name):
                owner.execute(b"VACUUM ANALYZE " + table.as_string().encode())
        with connect(urls.database_url, "reader") as connection:
            connection.execute("SET max_parallel_workers_per_gather = 0")  # all that it does is in one process
            for _ in range(size.rounds):
                began = _processor(connection)
                signals = list(_weighed(connection))
                taken.append(_processor(connection) - began)
                began = _processor(connection)
                shown.in_full(connection, "UTC", SignalLimits(), signals[0])
                one.append(_processor(connection) - began)
    return Row(
        "signals-weighed",
        f"all {len(signals)} signals of {size.items:,} items of {int(size.items * _PEOPLE_OF_AN_ITEM):,} people, each"
        " weighed once, seconds of processor time",
        "as it is asked",
        "<=",
        5,
        taken,
        {"one signal s": statistics.median(one)},
    )


def _weighed(connection: Connection) -> Iterator[str]:
    for number in range(_AREAS):
        page = shown.listed(connection, "UTC", SignalLimits(), area=f"area {number}", limit=50)
        assert page.cursor is None, "a page is all of an area"
        yield from (each.signal_id for each in page.rows)


def _processor(connection: Connection) -> float:
    """Seconds of processor time that this process and the database's for this connection have used."""
    fields = Path(f"/proc/{connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _items(number: int) -> Iterator[tuple[ItemRow, int]]:
    stages = get_args(Stage)
    for each in range(number):
        area, theme = f"area {each % _AREAS}", f"theme-{each // _AREAS % _THEMES_OF_AN_AREA}"
        stage: Stage = stages[each % len(stages)]
        person = each * 7919 % int(number * _PEOPLE_OF_AN_ITEM)
        yield (
            ItemRow(
                item_id=f"item-{each}", person_id=f"customer-{person}", kind="complaint", did=None,
                conversation_id=f"conversation-{each}", order_id=None, message_id=None, first_character=None,
                end_character=None, channel=_CHANNELS[person % 4], language="en", segment=_SEGMENTS[person % 5],
                prompted=False, said_at=_BEGIN + timedelta(minutes=5 * each), product_area=area, theme=theme,
                step="use", stage=stage, weight=Decimal(1), signal_id=signal_id(area, theme, stage), words=12,
            ),
            each + 1,
        )  # fmt: skip


def _conversations(number: int) -> Iterator[tuple[Item, int]]:
    for each in range(number):
        person = each * 7919 % int(number * _PEOPLE_OF_AN_ITEM)
        at = _BEGIN + timedelta(minutes=5 * each)
        yield (
            Item(
                conversation_id=f"conversation-{each}", version=4, customer_id=f"customer-{person}",
                channel=_CHANNELS[person % 4], priority="normal", opened_at=at, last_at=at,
                product_area=f"area {each % _AREAS}", segment=_SEGMENTS[person % 5],
            ),
            each + 1,
        )  # fmt: skip
