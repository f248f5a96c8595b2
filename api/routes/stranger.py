"""The routes of strangers: who took part in customers' conversations and is no customer."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.contract.bodies.erasing import Erasure
from api.contract.bodies.merging import MergeBody, Separation
from api.edge.access import Calling, Guarded
from api.edge.json_documents import only, page
from api.edge.parts import AtLeast, Cursor, Id, Limit, TheContext, TheParts, ask, done, json_answer, wait_for_selections
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.hold import MayWait, may_wait
from api.routes.reading import READERS, parameters, reading
from domain.kernel.refusal import NotFound
from domain.stranger import EraseStranger, MergeStranger, SeparateStranger
from projections import stranger as strangers
from projections.conversation import history
from projections.visibility import seen

queries = APIRouter(route_class=Guarded, tags=["customers"])
router = APIRouter(route_class=StrictJSON, tags=["customers"])


class StrangerPage(BaseModel):
    """A stranger, and a page of what was said by and to the stranger, in order."""

    position: int
    stranger: strangers.StrangerRow
    messages: list[history.HistoryLine]
    cursor: str | None


@queries.get("/strangers/{id}", **reading(StrangerPage, *READERS, codes=("not-found",)))
async def read_stranger(
    id: Id, parts: TheParts, at_least: AtLeast, caller: Calling, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """A stranger: the contact point, and what was said by and to the stranger in customers' conversations."""
    selections = (strangers.ONE, history.OF_PARTICIPANT)
    await wait_for_selections(parts, selections, at_least, teams_seen=caller.teams_seen)
    of_them = seen(history.OF_PARTICIPANT, caller.teams_seen)
    pages = [strangers.ONE.page(limit=1), of_them.page(cursor=cursor, limit=limit)]
    one, messages = await parts.reader.pages(pages, [1, limit], id=id, **parameters(caller.teams_seen))
    if not one.number:
        raise NotFound(id)
    position = min(one.position, messages.position)
    return json_answer(page(position, messages.cursor, stranger=only(one), messages=messages.rows), position)


@router.post(
    "/strangers/{id}/merge", **changing(MergeStranger, codes=("not-found", "merged-already", "customer-erased"))
)
def merge_stranger(id: Id, body: MergeBody, parts: TheParts, context: TheContext) -> Response:
    """Merge a stranger with a customer, who is the same person and is shown with what the stranger said from now on.
    Nothing is moved: the merge can be undone at any time, exactly."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, MergeStranger(stranger_id=id, into=body.into), because))


@router.post(
    "/strangers/{id}/separation", **changing(SeparateStranger, codes=("not-found", "not-merged", "customer-erased"))
)
def separate_stranger(id: Id, body: Separation, parts: TheParts, context: TheContext) -> Response:
    """Undo a merge: the stranger and the customer are different people. What each of them said stays their own."""
    return done(ask(parts, SeparateStranger(stranger_id=id), replace(context, reason=body.reason)))


@router.post(
    "/strangers/{id}/erasure",
    **changing(EraseStranger, codes=("not-found", "merged-already", "position-not-reached"), model=MayWait),
)
def erase_stranger(id: Id, body: Erasure, parts: TheParts, context: TheContext) -> Response:
    """Erase a stranger for good: what they said and who they were. What happened still counts."""
    command = EraseStranger(stranger_id=id, requested_by=body.requested_by)
    return may_wait(ask(parts, command, replace(context, reason=body.reason)), id)
