"""The route of what a line does not show in full, as the customer sent it."""

from __future__ import annotations

from typing import Annotated, Literal

from anyio import from_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.edge import looks
from api.edge.access import Calling, Guarded, roles
from api.edge.parts import Id, TheParts
from api.edge.problems import responses
from api.routes.reading import READERS
from commands.conversation.as_sent import as_sent
from domain.conversation.interaction import RecordedAttachment
from domain.conversation.state import CONVERSATION
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound

router = APIRouter(route_class=Guarded, tags=["conversations"])


class KeptField(BaseModel):
    """A field that is not recorded in full as it was sent. `kept`: what was cut off, or what was sent instead; null
    where only signs were replaced that cannot be stored."""

    field: str
    how: Literal["cut", "normalised", "dropped"]
    kept: str | None


class KeptOfLine(BaseModel):
    """What a line does not show in full, as it was sent: fields, and the attachments beyond those that are shown."""

    adjusted: list[KeptField]
    more_attachments: list[RecordedAttachment]


@router.get(
    "/conversations/{id}/as-sent",
    **roles(*READERS, "customer"),
    response_model=KeptOfLine,
    responses=responses("not-found", "content-missing"),
)
def read_as_sent(
    id: Id,
    version: Annotated[int, Query(ge=1, le=2**53, examples=[3], description="The line's version.")],
    parts: TheParts,
    caller: Calling,
    request: Request,
) -> Response:
    """What a line of a conversation does not show in full, as the customer sent it: what was cut off, dropped or
    normalised. `id` and `version` are the line's. Customers read what they sent themselves."""
    only_of = caller.id if kind_of(caller.id) == "customer" else None
    if kind_of(id) != CONVERSATION.kind:  # of orders and reports: at the command line
        raise NotFound("the line")
    from_thread.run(parts.visibility.check_line, caller.teams_seen, id, version)
    kept = as_sent(parts.executor, id, version, only_of=only_of)
    looks.shows(request, *kept.customers)
    body = {"adjusted": kept.adjusted, "more_attachments": kept.more_attachments}
    return Response(to_json(body), media_type="application/json")
