"""The routes of traces: from what a customer said to a launch, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.edge.access import Calling, Guarded
from api.edge.parts import AtLeast, Cursor, Id, Parts, TheParts, json_answer, wait_for_views
from api.routes.reading import reading
from api.routes.signal.items import SIGNAL_READERS
from commands.signal.tracing import TraceStep, steps
from domain.kernel.refusal import NotFound
from infra.postgres.database import Connection
from infra.views import versions
from projections.attention import ClosingRow
from projections.signal import trace
from projections.signal.items import ItemRow
from projections.signal.trace import LaunchShown, Traced

queries = APIRouter(route_class=Guarded, tags=["signals"])

Most = Annotated[int, Query(ge=1, le=200, description="How many items and closing messages, at most of each.")]


class TracePage(BaseModel):
    """From what customers said to what became of it. `items`: the newest first; whose words they are, their
    conversations show. `steps`: what was decided of the signals (and, where one item is traced, of the item), by whom,
    in the log's order. `launches`: what was promised about the signals. `closings`: who hears what became of them.
    `more`: there are more items or closing messages, from `cursor` on; each further page repeats steps and launches."""

    position: int
    items: list[ItemRow]
    steps: list[TraceStep]
    launches: list[LaunchShown]
    closings: list[ClosingRow]
    more: bool
    cursor: str | None


@queries.get("/signals/{id}/trace", **reading(TracePage, *SIGNAL_READERS, codes=("not-found",)))
async def trace_signal(
    id: Id, parts: TheParts, at_least: AtLeast, caller: Calling, cursor: Cursor = None, limit: Most = 50
) -> Response:
    """Where a signal comes from and where it led, with the signals that were merged with it."""
    await wait_for_views(parts, trace.READS, at_least)
    return await to_thread.run_sync(_traced, parts, id, trace.of_signal, limit, cursor, caller.teams_seen)


@queries.get("/items/{id}/trace", **reading(TracePage, *SIGNAL_READERS, codes=("not-found",)))
async def trace_item(
    id: Id, parts: TheParts, at_least: AtLeast, caller: Calling, cursor: Cursor = None, limit: Most = 50
) -> Response:
    """Where something that a customer said led: to which signal, and what they were told. `closings`: of this customer
    only."""
    await wait_for_views(parts, trace.READS, at_least)
    return await to_thread.run_sync(_traced, parts, id, trace.of_item, limit, cursor, caller.teams_seen)


@queries.get("/launches/{id}/trace", **reading(TracePage, *SIGNAL_READERS, codes=("not-found",)))
async def trace_launch(
    id: Id, parts: TheParts, at_least: AtLeast, caller: Calling, cursor: Cursor = None, limit: Most = 50
) -> Response:
    """Where a launch comes from: what customers said, and who decided what; and who hears of it."""
    await wait_for_views(parts, trace.READS, at_least)
    return await to_thread.run_sync(_traced, parts, id, trace.of_launch, limit, cursor, caller.teams_seen)


def _traced(
    parts: Parts,
    id: str,
    of: Callable[[Connection, str, int, str | None], Traced | None],
    limit: int,
    cursor: str | None,
    teams_seen: Sequence[str] | None,
) -> Response:
    with parts.database.connection() as connection:
        position = min(versions.position(connection, view) for view in trace.READS)
        found = of(connection, id, limit, cursor)
        if found is None:
            raise NotFound(id)
        found = trace.seen(connection, found, teams_seen)
    of_one = [id] if of is trace.of_item else []
    answer = {
        "position": position,
        "items": found.items,
        "steps": steps(parts.executor, [*of_one, *found.signals]),
        "launches": found.launches,
        "closings": found.closings,
        "more": found.more,
        "cursor": found.cursor,
    }
    return json_answer(to_json(answer), position)
