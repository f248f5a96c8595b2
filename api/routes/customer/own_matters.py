"""The customer's own side: open a matter, and search what was said."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.bodies import customer as bodies
from api.edge.access import Calling, Guarded
from api.edge.parts import AtLeast, Cursor, Parts, Taken, TheContext, TheParts, json_answer, taken, wait_for_views
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import done_by
from api.routes.reading import reading
from api.routes.search import AtOnce, InLanguage, Words
from commands.conversation.as_sent import adjusted_in
from commands.conversation.own_matter import open_own, own_opening
from infra.views import versions
from projections.customer import customer_search
from projections.search.passage import SEARCH

queries = APIRouter(route_class=Guarded, tags=["customer's side"])
router = APIRouter(route_class=StrictJSON, tags=["customer's side"])

CHANNEL = "portal"
"""The channel of what a customer opens here."""


class MyFoundPage(BaseModel):
    """Texts that were found: the best of the newest first, then the next older ones."""

    position: int
    found: list[customer_search.CustomerFound]
    cursor: str | None


@router.post(
    "/me/conversations",
    **done_by(
        "customer", codes=("not-found", "order-missing", "customer-erased", "word-unknown"), status=201, model=Taken
    ),
)
def open_my_conversation(body: bodies.OwnOpening, parts: TheParts, context: TheContext) -> Response:
    """Open a matter of your own, with your first message."""
    parts.words.check(body)
    sent = {name: value for name, value in body if value is not None}
    fixed = {"customer_id": context.actor.id, "channel": CHANNEL, "adjusted": body.not_as_told}
    command, number = own_opening(sent | fixed)
    answer = open_own(parts.executor, command, number, context)
    return taken(answer, adjusted_in(parts.executor, answer, command.adjusted, command.attachments), 201)


@queries.get("/me/search", **reading(MyFoundPage, "customer", codes=("words-missing",)))
async def search_mine(
    caller: Calling,
    parts: TheParts,
    at_least: AtLeast,
    words: Words,
    language: InLanguage = None,
    cursor: Cursor = None,
    limit: AtOnce = 20,
) -> Response:
    """Find what you said and what was said to you, your subjects, orders and contact points, by their words."""
    await wait_for_views(parts, [SEARCH], at_least)
    return await to_thread.run_sync(_found, parts, caller.id, words, language, cursor, limit)


def _found(
    parts: Parts, customer_id: str, words: str, language: str | None, cursor: str | None, limit: int
) -> Response:
    with parts.database.connection() as connection:
        position = versions.position(connection, SEARCH)
        page = customer_search.read(connection, customer_id, words, language=language, cursor=cursor, limit=limit)
    body = to_json({"position": position, "found": page.rows, "cursor": page.cursor})
    return json_answer(body, position)
