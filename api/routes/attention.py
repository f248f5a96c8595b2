"""The routes of closing messages: who is owed which outcome of a signal, who was told, and who was not and why."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.edge.access import Calling, Guarded
from api.edge.json_documents import page
from api.edge.parts import AtLeast, Cursor, Id, Limit, TheParts, json_answer
from api.routes.reading import READERS, read_page_of, reading
from api.routes.signal.items import SIGNAL_READERS
from projections import attention as view
from projections.customer import timeline
from projections.signal import items

queries = APIRouter(route_class=Guarded, tags=["signals"])


class ClosingsPage(BaseModel):
    """Closing messages: told, waiting, or not told and why."""

    position: int
    closings: list[view.ClosingRow]
    cursor: str | None


@queries.get("/signals/{id}/closings", **reading(ClosingsPage, *SIGNAL_READERS, codes=("not-found",)))
async def read_closings_of_signal(
    id: Id, parts: TheParts, at_least: AtLeast, caller: Calling, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Who contributed to a signal and hears what became of it."""
    rows = await read_page_of(
        parts, items.OF_SIGNAL, view.OF_SIGNAL, at_least, cursor, limit, id, None, caller.teams_seen
    )
    return json_answer(page(rows.position, rows.cursor, closings=rows.rows), rows.position)


@queries.get("/customers/{id}/closings", **reading(ClosingsPage, *READERS, codes=("not-found",)))
async def read_closings_of_customer(
    id: Id, parts: TheParts, at_least: AtLeast, caller: Calling, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """What a customer is to hear of signals that they contributed to, what they were told, and why not."""
    rows = await read_page_of(
        parts, timeline.MOMENTS, view.OF_CUSTOMER, at_least, cursor, limit, id, None, caller.teams_seen
    )
    return json_answer(page(rows.position, rows.cursor, closings=rows.rows), rows.position)
