"""The routes of the board: which team has which signal, and what became of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.edge.access import Guarded
from api.edge.json_documents import page
from api.edge.parts import ID, AtLeast, Cursor, Limit, TheParts, json_answer
from api.live.resources import Resource
from api.live.routes import Counted, LastEventId, begin, live
from api.live.streams import LiveStream
from api.routes.reading import read_page, reading
from api.routes.signal.items import SIGNAL_READERS
from domain.kernel.refusal import Refusal
from domain.kernel.values import Label
from projections.signal import board

queries = APIRouter(route_class=Guarded, tags=["signals"])

MOST_VALUES = 50
"""How many values one filter takes, at most."""

_TeamId = Annotated[str, Field(pattern=ID)]


class BoardPage(BaseModel):
    """Signals, the longest routed first."""

    position: int
    signals: list[board.BoardRow]
    cursor: str | None


async def _which(
    team_id: Annotated[list[_TeamId] | None, Query(max_length=MOST_VALUES)] = None,
    lane: Annotated[list[board.Lane] | None, Query(max_length=MOST_VALUES)] = None,
    product_area: Annotated[list[Label] | None, Query(max_length=MOST_VALUES)] = None,
) -> dict[str, list[str] | None]:
    return {"team_id": team_id, "lane": None if lane is None else [*lane], "area": product_area}


Which = Annotated[dict[str, list[str] | None], Depends(_which)]
"""The filters of the board. A filter that is repeated takes any of its values."""


@queries.get("/board", **reading(BoardPage, *SIGNAL_READERS))
async def read_board(
    parts: TheParts,
    at_least: AtLeast,
    which: Which,
    overdue: Annotated[
        bool,
        Query(description="Only what was not taken on or answered in time, in any lane; the longest overdue first."),
    ] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The routed signals with their teams and answers, the longest routed first; a lane is new, asked-back, planned,
    shipped or declined. Or those that are overdue."""
    if overdue and which["lane"]:
        raise Refusal("input-invalid", "overdue is about all lanes; leave one of both out")
    of, given = (
        (board.OVERDUE, {name: which[name] for name in ("team_id", "area")}) if overdue else (board.SIGNALS, which)
    )
    rows = await read_page(parts, of, at_least, cursor, limit, **given)
    return json_answer(page(rows.position, rows.cursor, signals=rows.rows), rows.position)


@queries.get("/board/live", **live(allowed=SIGNAL_READERS))
async def follow_board(
    request: Request,
    parts: TheParts,
    at_least: AtLeast,
    counted: Counted,
    which: Which,
    last_event_id: LastEventId = None,
) -> LiveStream:
    """The board, live: `signals` as the board with the same filters shows them."""
    resource = Resource((board.SIGNALS,), which)
    return await begin(resource, parts, request, at_least, last_event_id, allowed=SIGNAL_READERS)
