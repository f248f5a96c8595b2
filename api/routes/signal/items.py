"""The routes of feedback items: mark a passage, correct and withdraw an item, and the items."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.contract.bodies import signal as bodies
from api.edge.access import Calling, Guarded
from api.edge.json_documents import document, only, page
from api.edge.parts import AtLeast, Cursor, Id, Limit, TheContext, TheParts, ask, done, json_answer
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.reading import READERS, read_page, reading
from commands.registry import Role
from domain.kernel.refusal import NotFound
from domain.kernel.values import Label
from domain.signal import item
from domain.signal.item import ThemeKey
from projections.signal import items

queries = APIRouter(route_class=Guarded, tags=["signals"])
router = APIRouter(route_class=StrictJSON, tags=["signals"])

SIGNAL_READERS: tuple[Role, ...] = (*READERS, "design")
"""The roles that may read items and signals, which hold no words of customers."""


class ItemsPage(BaseModel):
    """Items, the newest first."""

    position: int
    items: list[items.ItemRow]
    cursor: str | None


class ItemPage(BaseModel):
    """One item."""

    position: int
    item: items.ItemRow


# -- commands


@router.post(
    "/conversations/{id}/passages",
    **changing(
        item.MarkPassage,
        codes=("not-found", "message-unknown", "message-not-received", "passage-empty", "customer-erased"),
        status=201,
    ),
)
def mark_passage(id: Id, body: bodies.PassageBody, parts: TheParts, context: TheContext) -> Response:
    """Mark a passage of what a customer wrote as feedback. The item names the passage; its words stay where they
    are."""
    command = item.MarkPassage(**dict(body))
    return done(ask(parts, command, context, id), 201)


@router.put(
    "/items/{id}/placement",
    **changing(item.CorrectItem, codes=("not-found", "item-withdrawn", "nothing-said", "customer-erased")),
)
def correct_item(id: Id, body: bodies.PlacementBody, parts: TheParts, context: TheContext) -> Response:
    """Correct what an item is about. What was decided before stays in the log."""
    return done(ask(parts, item.CorrectItem(**dict(body)), context, id))


@router.post("/items/{id}/withdrawal", **changing(item.WithdrawItem, codes=("not-found", "customer-erased")))
def withdraw_item(id: Id, body: bodies.ItemWithdrawalBody, parts: TheParts, context: TheContext) -> Response:
    """Withdraw an item, which counts no longer."""
    return done(ask(parts, item.WithdrawItem(), replace(context, reason=body.reason), id))


# -- reads


@queries.get("/items", **reading(ItemsPage, *SIGNAL_READERS))
async def read_items(
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    product_area: Annotated[Label | None, Query(description="Only items of this product area.")] = None,
    theme: Annotated[ThemeKey | None, Query(description="Only items of this theme, by its key.")] = None,
    without_signal: Annotated[
        bool, Query(description="Only items that belong to no signal yet: area, theme or stage is not known.")
    ] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Feedback items, the newest first."""
    which = {"area": product_area, "theme": theme, "without_signal": without_signal}
    rows = await read_page(parts, items.ALL, at_least, cursor, limit, None, caller.teams_seen, **which)
    return json_answer(page(rows.position, rows.cursor, items=rows.rows), rows.position)


@queries.get("/items/{id}", **reading(ItemPage, *SIGNAL_READERS, codes=("not-found",)))
async def read_item(id: Id, parts: TheParts, at_least: AtLeast) -> Response:
    """One item: its source, what it is about, and who decided so."""
    rows = await read_page(parts, items.ONE, at_least, None, 1, id=id)
    if not rows.number:
        raise NotFound(id)
    return json_answer(document(rows.position, item=only(rows)), rows.position)
