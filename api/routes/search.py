"""The route of the full-text search, for agents' tools."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.edge.access import Calling, Guarded
from api.edge.parts import AtLeast, Cursor, IdQuery, Parts, TheParts, TheThen, json_answer, wait_for_views
from api.edge.replaying import Then
from api.routes.reading import READERS, reading, reading_from, reads_in
from domain.kernel.refusal import Refusal
from domain.kernel.text import Text
from domain.kernel.values import Language
from projections.conversation.inbox import INBOX
from projections.search import finding
from projections.search.finding import Scope
from projections.search.passage import SEARCH

router = APIRouter(route_class=Guarded, tags=["conversations"])

Words = Annotated[
    Text,
    Query(
        min_length=1,
        max_length=500,
        description='All of them must occur. `kett*` is a prefix; `"the lid"` is a phrase.',
        examples=["kettle drip*"],
    ),
]
InLanguage = Annotated[
    Language | None, Query(description="Find other forms of a word in this language; in any by default.")
]
AtOnce = Annotated[int, Query(ge=1, le=finding.CANDIDATES, description="How many at once, at most.")]


class FoundPage(BaseModel):
    """Passages that were found: the best of the newest first, then the next older ones."""

    position: int
    found: list[finding.Found]
    cursor: str | None


@router.get("/search", **reading(FoundPage, *READERS, codes=("words-missing",)))
async def find(
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    words: Words,
    language: InLanguage = None,
    customer_id: IdQuery = None,
    cursor: Cursor = None,
    limit: AtOnce = 20,
    then: TheThen = None,
) -> Response:
    """Find messages, notes, subjects, customers and orders by their words. A snippet marks the words that were
    found. As of another time, name the customer."""
    if then is not None and customer_id is None:
        raise Refusal("input-invalid", "query: customer_id: what was is searched for one customer; name the customer")
    await wait_for_views(parts, [SEARCH] if caller.teams_seen is None else [SEARCH, INBOX], at_least)
    scope = Scope(customer_id, teams_seen=caller.teams_seen)
    return await reads_in(parts, then, _found, parts, scope, words, language, cursor, limit, then)


def _found(
    parts: Parts,
    scope: Scope,
    words: str,
    language: str | None,
    cursor: str | None,
    limit: int,
    then: Then | None,
) -> Response:
    with reading_from(parts, [SEARCH], then, scope.customer_id) as (connection, position):
        page = finding.read(connection, scope, words, language=language, cursor=cursor, limit=limit)
    body = to_json({"position": position, "found": page.rows, "cursor": page.cursor})
    return json_answer(body, position)
