"""The routes of exports: everything that is kept about a customer, as a zip file; and who exported it before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.concurrency import iterate_in_threadpool

from api.contract.bodies.export import Export
from api.contract.examples.export import WAITS
from api.contract.openapi import headers
from api.edge import looks
from api.edge.access import Guarded, roles
from api.edge.parts import Id, Limit, TheContext, TheParts, json_answer, wait_for_views
from api.edge.problems import responses
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import EVERY
from api.routes.hold import MayWait, may_wait
from api.routes.reading import reading
from commands import confirmation as confirmations
from commands.customer.links import linked
from domain.customer import CUSTOMER
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from infra.trail.exports import ROUTE, exported, exports_of
from projections.staff import by_id

queries = APIRouter(route_class=Guarded, tags=["customers"])
router = APIRouter(route_class=StrictJSON, tags=["customers"])

_ZIP = {"schema": {"type": "string", "format": "binary"}}


class ListedExport(BaseModel):
    """A file with data of the customer that somebody wrote: everything that was kept (`exports`), or a bundle for
    auditors (`bundles`). `about`: under whose id it was asked for, or what the bundle is about. No erasure reaches
    it."""

    at: datetime
    actor_id: str
    handle: str | None
    roles: list[str]
    what: str
    about: str


class ExportsOfCustomer(BaseModel):
    """The exports of data of a customer and of all merged customers, the last first."""

    position: int
    exports: list[ListedExport]


@queries.get("/customers/{id}/exports", **reading(ExportsOfCustomer, "auditor", "privacy", codes=("not-found",)))
def read_exports(id: Id, parts: TheParts, limit: Limit = 100) -> Response:
    """Who exported data of a customer, and when. Tell them of an erasure: it does not reach their files."""
    position = parts.executor.log.position()
    people = linked(parts.executor.read, id)
    with parts.database.connection() as connection:
        found = exports_of(connection, people, limit=limit)
        staff = by_id(connection, {each.actor_id for each in found})
    listed = [
        ListedExport(
            at=each.at,
            actor_id=each.actor_id,
            handle=staff[each.actor_id].handle if each.actor_id in staff else None,
            roles=list(each.roles),
            what=each.what,
            about=each.about,
        )
        for each in found
    ]
    return json_answer(to_json(ExportsOfCustomer(position=position, exports=listed).model_dump()), position)


@router.post(
    "/customers/{id}/exports",
    **roles("privacy"),
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/zip": _ZIP}, **headers("Content-Disposition")},
        202: {"model": MayWait, "content": {"application/json": {"example": WAITS}}, **headers("Position")},
        **responses(*EVERY, "not-found", "confirmation-missing", "position-not-reached"),
    },
)
async def export_person(id: Id, body: Export, request: Request, parts: TheParts, context: TheContext) -> Response:
    """Everything that is kept about a customer and all merged customers, as a zip file: for programs, to read, who
    looked, and their files, with a manifest of hashes. Where the company's policy wants a second person, the answer is
    202, and `waits` has the id to be confirmed, and to be sent again as `confirmation_id`. A file that breaks off is
    incomplete: send the same again, with the same `Idempotency-Key`."""
    if kind_of(id) != CUSTOMER.kind:
        raise NotFound(id)
    command = confirmations.AskedExport(person_id=id, confirmation_id=body.confirmation_id)
    because = replace(context, reason=body.reason)
    waits = await to_thread.run_sync(confirmations.export_waits, parts.executor, command, because)
    if waits is not None:
        return may_wait(waits, id, 202)
    await wait_for_views(parts, parts.export.reads, await to_thread.run_sync(parts.executor.log.position))
    people = await to_thread.run_sync(linked, parts.executor.read, id)
    # Before anything is written: what is not recorded is not shown.
    look = exported(context.actor, ROUTE, id, people, request.state.correlation_id)
    await looks.recorder_of(request).record(look)
    await to_thread.run_sync(confirmations.take_export, parts.executor, command, because)
    written = await to_thread.run_sync(parts.export.parts, parts.executor, parts.database, id)
    named = {"Content-Disposition": f'attachment; filename="{id}.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(iterate_in_threadpool(written), 200, named, "application/zip")
