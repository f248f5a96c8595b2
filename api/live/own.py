"""The customer's own live streams. Each event is a `state`: what a customer does not see leaves no trace in any."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.edge.access import Calling, Guarded
from api.edge.parts import AtLeast, Id, TheParts
from api.live.resources import Resource
from api.live.routes import Counted, LastEventId, begin, live
from api.live.streams import LiveStream
from commands.registry import Role
from projections import message as receipts
from projections.customer import customer_side as shown
from projections.customer.customer_promises import HEAR_BY

router = APIRouter(route_class=Guarded, tags=["customer's side"])

WINDOW = 100
"""How many rows of each collection a stream shows: the newest."""

_THEMSELVES: tuple[Role, ...] = ("customer",)


@router.get("/me/conversations/live", **live(allowed=_THEMSELVES))
async def follow_my_conversations(
    request: Request,
    caller: Calling,
    parts: TheParts,
    at_least: AtLeast,
    counted: Counted,
    last_event_id: LastEventId = None,
) -> LiveStream:
    """Your newest 100 conversations, live: `conversations`, anew whenever one of them changes."""
    resource = Resource((shown.CONVERSATIONS,), {"customer_id": caller.id})
    return await begin(resource, parts, request, at_least, last_event_id, limit=WINDOW, allowed=_THEMSELVES)


@router.get("/me/conversations/{id}/live", **live("not-found", allowed=_THEMSELVES))
async def follow_my_conversation(
    id: Id,
    request: Request,
    caller: Calling,
    parts: TheParts,
    at_least: AtLeast,
    counted: Counted,
    last_event_id: LastEventId = None,
) -> LiveStream:
    """One of your conversations, live: `conversation`; `hear_by`, the promises in it, nearest first; `lines`, the
    newest 100, newest first; `receipts`. All of it anew whenever any of it changes."""
    selections = (shown.CONVERSATION, HEAR_BY, shown.NEWEST, receipts.TO_CUSTOMER)
    resource = Resource(selections, {"id": id, "customer_id": caller.id}, shown.CONVERSATION)
    return await begin(resource, parts, request, at_least, last_event_id, limit=WINDOW, allowed=_THEMSELVES)
