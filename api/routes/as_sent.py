"""The routes of what is not shown in full, as it was sent or told: of a line, an order, and reports on a message."""

from __future__ import annotations

from typing import Annotated, Literal

from anyio import from_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.edge import looks
from api.edge.access import Caller, Calling, Guarded, roles
from api.edge.parts import Id, Parts, TheParts
from api.edge.problems import responses
from api.routes.reading import READERS
from commands.conversation.as_sent import as_sent
from domain.conversation.interaction import RecordedAttachment
from domain.conversation.state import CONVERSATION
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from domain.message import MESSAGE
from domain.order.state import ORDER

router = APIRouter(route_class=Guarded)


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


Version = Annotated[int, Query(ge=1, le=2**53, examples=[1], description="The version of the event that keeps it.")]


@router.get(
    "/conversations/{id}/as-sent",
    **roles(*READERS, "customer"),
    tags=["conversations"],
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
    if kind_of(id) != CONVERSATION.kind:
        raise NotFound("the line")
    from_thread.run(parts.visibility.check_line, caller.teams_seen, id, version)
    return _kept(parts, id, version, caller, request)


@router.get(
    "/orders/{id}/as-sent",
    **roles(*READERS, "customer"),
    tags=["orders"],
    response_model=KeptOfLine,
    responses=responses("not-found"),
)
def read_order_as_sent(id: Id, version: Version, parts: TheParts, caller: Calling, request: Request) -> Response:
    """What an order does not show in full, as the order system told it: what was cut off, dropped or normalised.
    `version` is one of the order's `adjusted`. Customers read what was told of their own orders."""
    if kind_of(id) != ORDER.kind:
        raise NotFound("the order")
    return _kept(parts, id, version, caller, request)


@router.get(
    "/messages/{id}/as-sent",
    **roles(*READERS, "customer"),
    tags=["conversations"],
    response_model=KeptOfLine,
    responses=responses("not-found"),
)
def read_report_as_sent(id: Id, version: Version, parts: TheParts, caller: Calling, request: Request) -> Response:
    """What the receipt of a message does not show in full, as the gateway reported it. `version` is one of the
    receipt's `adjusted`. Customers read what was reported of messages to them."""
    reported = parts.executor.read(MESSAGE, id).state if kind_of(id) == MESSAGE.kind else None
    if reported is None:
        raise NotFound("the message")
    if caller.teams_seen is not None:
        from_thread.run(parts.visibility.check, caller.teams_seen, reported.conversation_id)
    return _kept(parts, id, version, caller, request)


def _kept(parts: Parts, id: str, version: int, caller: Caller, request: Request) -> Response:
    only_of = caller.id if kind_of(caller.id) == "customer" else None
    kept = as_sent(parts.executor, id, version, only_of=only_of)
    looks.shows(request, *kept.customers)
    body = {"adjusted": kept.adjusted, "more_attachments": kept.more_attachments}
    return Response(to_json(body), media_type="application/json")
