"""The route of a customer's full record: one JSON document, written while it is read, a page at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.edge.access import Calling, Guarded
from api.edge.json_documents import members, only
from api.edge.parts import AtLeast, TheParts, wait_for_views
from api.routes.reading import reading
from domain.kernel.refusal import NotFound
from infra.views.page_query import Rows
from infra.views.reader import Reader
from infra.views.selection import Selection
from projections.customer import customer_side as shown
from projections.customer.customer_promises import PROMISES, CustomerPromise

router = APIRouter(route_class=Guarded, tags=["customer's side"])

PAGE = 200
"""How many rows to hold at once."""

SELECTIONS = (shown.CONTACT, shown.ORDERS, PROMISES, shown.MESSAGES, shown.CONVERSATIONS, shown.LINES)


class ToldConversation(BaseModel):
    """One conversation in full."""

    conversation: shown.CustomerConversation
    lines: list[shown.CustomerLine]


class CustomerRecord(BaseModel):
    """The customer's full record: at least what the log held at `position`."""

    position: int
    contact: shown.CustomerContact
    orders: list[shown.CustomerOrder]
    promises: list[CustomerPromise]
    messages: list[shown.CustomerMessage]
    conversations: list[ToldConversation]


@router.get("/me/record", **reading(CustomerRecord, "customer", codes=("not-found",), shows=("Position",)))
async def read_my_record(caller: Calling, parts: TheParts, at_least: AtLeast) -> StreamingResponse:
    """All data held of you: contact points, orders, promises, conversations with both voices, and what you said and
    were told in conversations of others. A document that breaks
    off is incomplete: ask again."""
    await wait_for_views(parts, [selection.table.view for selection in SELECTIONS], at_least)
    first = [selection.page(limit=1) for selection in SELECTIONS]
    found = await parts.reader.pages(first, [1] * len(first), **_of(caller.id))
    if not found[0].number:
        raise NotFound(caller.id)
    position = min(rows.position for rows in found)
    headers = {"Position": str(position), "Content-Disposition": 'attachment; filename="record.json"'}
    written = _written(parts.reader, caller.id, b"{%s" % members(position=b"%d" % position, contact=only(found[0])))
    return StreamingResponse(written, 200, headers, "application/json")


async def _written(reader: Reader, customer_id: str, beginning: bytes) -> AsyncIterator[bytes]:
    yield beginning
    for selection in (shown.ORDERS, PROMISES, shown.MESSAGES):
        yield b',"%s":[' % selection.name.encode()
        async for rows in _listed(reader, selection, PAGE, _of(customer_id)):
            yield rows
        yield b"]"
    yield b',"conversations":['
    between = b""
    async for conversation in _pages(reader, shown.CONVERSATIONS, 1, _of(customer_id)):
        yield b'%s{%s,"lines":[' % (between, members(conversation=only(conversation)))
        async for rows in _listed(reader, shown.LINES, PAGE, _of(customer_id, conversation.last[1])):
            yield rows
        yield b"]}"
        between = b","
    yield b"]}"


async def _listed(
    reader: Reader, selection: Selection[Any], limit: int, given: dict[str, str | None]
) -> AsyncIterator[bytes]:
    """The rows of all pages, without the brackets of the list."""
    between = b""
    async for rows in _pages(reader, selection, limit, given):
        yield between + rows.rows[1:-1]
        between = b","


async def _pages(
    reader: Reader, selection: Selection[Any], limit: int, given: dict[str, str | None]
) -> AsyncIterator[Rows]:
    # No connection is held between two pages, however slowly the caller reads.
    cursor = None
    while True:
        (rows,) = await reader.pages([selection.page(cursor=cursor, limit=limit)], [limit], **given)
        if rows.number:
            yield rows
        if (cursor := rows.cursor) is None:
            return


def _of(customer_id: str, id: str | None = None) -> dict[str, str | None]:
    return {"customer_id": customer_id, "id": id, "conversation_id": None}
