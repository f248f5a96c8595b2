"""The routes of suggestions: what may be one matter with a conversation, and that somebody leaves the two apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from anyio import to_thread
from fastapi import APIRouter, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.bodies.merging import SuggestionDismissal
from api.edge.access import Calling, Guarded
from api.edge.parts import (
    AtLeast,
    ExpectedVersion,
    Id,
    Parts,
    TheContext,
    TheParts,
    ask,
    done,
    json_answer,
    wait_for_views,
)
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing_one
from api.routes.reading import READERS, reading
from domain.conversation.events import Status
from domain.conversation.suggestions import DismissSuggestion
from domain.kernel.refusal import NotFound
from infra.views import versions
from projections import visibility
from projections.conversation import inbox
from projections.conversation.alike import alike
from projections.conversation.history import HISTORY
from projections.conversation.inbox import INBOX

queries = APIRouter(route_class=Guarded, tags=["conversations"])
router = APIRouter(route_class=StrictJSON, tags=["conversations"])


class Suggestion(BaseModel):
    """Another conversation of the customer that may be the same matter: by mail, with the same subject."""

    conversation_id: str
    customer_id: str
    subject: str | None
    opened_at: datetime
    status: Status


class Suggestions(BaseModel):
    """What may be one matter with a conversation, the newest first, three at most. Nothing is joined by it."""

    position: int
    suggestions: list[Suggestion]


@queries.get("/conversations/{id}/suggestions", **reading(Suggestions, *READERS, codes=("not-found",)))
async def read_suggestions(id: Id, parts: TheParts, at_least: AtLeast, caller: Calling) -> Response:
    """The conversations that may be one matter with this one: mails of the same sender with the same subject, begun
    within 14 days. Merge one into the other if they are, or dismiss the suggestion."""
    await wait_for_views(parts, [INBOX, HISTORY], at_least)
    return await to_thread.run_sync(_suggested, parts, id, caller.teams_seen)


def _suggested(parts: Parts, id: str, teams_seen: Sequence[str] | None) -> Response:
    with parts.database.connection() as connection:
        position = min(versions.position(connection, view) for view in (INBOX, HISTORY))
        if (item := inbox.one(connection, id)) is None:
            raise NotFound(id)
        found = [
            each
            for each in alike(connection, item)
            if teams_seen is None or visibility.shown(connection, each.conversation_id, teams_seen) == "shown"
        ]
    suggestions = [
        Suggestion(
            conversation_id=each.conversation_id,
            customer_id=each.customer_id,
            subject=each.subject,
            opened_at=each.opened_at,
            status=each.status,
        )
        for each in found
    ]
    return json_answer(to_json(Suggestions(position=position, suggestions=suggestions)), position)


@router.post(
    "/conversations/{id}/suggestions/dismissal",
    **changing_one(DismissSuggestion),
)
def dismiss_suggestion(
    id: Id, body: SuggestionDismissal, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Leave two conversations of one customer apart, so that they are suggested no more."""
    command = DismissSuggestion(other_id=body.other_id)
    return done(ask(parts, command, replace(context, reason=body.reason), id, expected_version=expected))
