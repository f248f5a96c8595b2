"""The routes of legal holds, which stop what would erase."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.bodies import hold as bodies
from api.edge.access import Guarded
from api.edge.parts import (
    AtLeast,
    Cursor,
    Done,
    Id,
    Limit,
    Parts,
    TheContext,
    TheParts,
    ask,
    done,
    json_answer,
    wait_for_views,
)
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.reading import reading
from commands.confirmation import UNCONFIRMED
from commands.executor.unit_of_work import Answer
from commands.hold import DEFERRED, holds_of
from domain.hold import HoldConversation, HoldCustomer, ReleaseHold
from domain.kernel.ids import kind_of
from infra.views import versions
from projections.hold import ALL, LEGAL_HOLDS, HoldRow
from projections.staff import STAFFING, by_id

queries = APIRouter(route_class=Guarded, tags=["customers"])
router = APIRouter(route_class=StrictJSON, tags=["customers"])

PLACING = ("not-found", "customer-erased", "erasure-begun", "hold-ends-before", "holds-too-many")


class MayWait(Done):
    """`waits`: while a legal hold stands, or until another person confirms it, nothing is erased, and what was asked
    for waits under this id (`erasure-…`, or `confirmation-…`); null: it is done."""

    waits: str | None


class StandingHold(BaseModel):
    """A legal hold that stands: on one conversation of the customer, or (null) on all that is the customer's."""

    hold_id: str
    customer_id: str
    conversation_id: str | None
    until: datetime | None
    placed_at: datetime
    placed_by: str
    reason: str | None


class WaitingErasure(BaseModel):
    """What waits until no hold stands: the erasure of a person, or of one message of a conversation. `requested_by`:
    the customer or stranger on whose behalf it was asked for."""

    erasure_id: str
    customer_id: str
    person_id: str | None
    conversation_id: str | None
    message_id: str | None
    asked_at: datetime
    asked_by: str
    requested_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ListedHold(HoldRow):
    """A legal hold, with the handles of the staff who placed and released it; null for whoever is none of the staff."""

    placed_by_handle: str | None = None
    ended_by_handle: str | None = None


class HoldsPage(BaseModel):
    """Legal holds of all customers, the oldest first."""

    position: int
    holds: list[ListedHold]
    cursor: str | None


class HoldsOfCustomer(BaseModel):
    """The legal holds that stand on a customer, on merged customers, and on their conversations; and what waits."""

    position: int
    holds: list[StandingHold]
    waiting: list[WaitingErasure]


def is_waiting(answer: Answer) -> bool:
    """Whether what was asked for waits for the end of a hold, or for a second person."""
    return kind_of(answer.id) in (DEFERRED, UNCONFIRMED)


def may_wait(answer: Answer, id: str, status: int = 200, **more: object) -> Response:
    """The answer of a command for which a hold may have to end first, or a second person to confirm it."""
    waits = answer.id if is_waiting(answer) else None
    return done(replace(answer, id=id), status, waits=waits, **more)


@queries.get("/customers/{id}/holds", **reading(HoldsOfCustomer, "lead", "auditor", "privacy", codes=("not-found",)))
def read_holds(id: Id, parts: TheParts) -> Response:
    """The legal holds that stand on a customer and on the customer's conversations, and the erasures that wait for
    their end."""
    position = parts.executor.log.position()
    standing, waiting = holds_of(parts.executor, id)
    holds = [
        StandingHold(
            hold_id=each.event.hold_id,
            customer_id=each.event.customer_id,
            conversation_id=each.event.conversation_id,
            until=each.event.until,
            placed_at=each.recorded_at,
            placed_by=each.envelope.actor.id,
            reason=each.envelope.reason,
        )
        for each in standing
    ]
    erasures = [WaitingErasure(**each.event.model_dump(), asked_at=each.recorded_at) for each in waiting]
    shown = HoldsOfCustomer(position=position, holds=holds, waiting=erasures)
    return json_answer(to_json(shown.model_dump()), position)


@queries.get("/holds", **reading(HoldsPage, "auditor", "privacy"))
async def read_all_holds(
    parts: TheParts,
    at_least: AtLeast,
    ended: Annotated[bool, Query(description="Also those that ended.")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """All legal holds that stand, of all customers, the oldest first; who placed them, and why."""
    await wait_for_views(parts, [LEGAL_HOLDS, STAFFING], at_least)
    return await to_thread.run_sync(_listed, parts, ended, cursor, limit)


def _listed(parts: Parts, ended: bool, cursor: str | None, limit: int) -> Response:
    with parts.database.connection() as connection:
        position = versions.position(connection, LEGAL_HOLDS)
        page = ALL.read(connection, cursor=cursor, limit=limit, ended=ended)
        staff = by_id(connection, {id for row in page.rows for id in (row.placed_by, row.ended_by) if id})
    handle: dict[str | None, str | None] = {id: each.handle for id, each in staff.items()}
    holds = [
        ListedHold(**asdict(row), placed_by_handle=handle.get(row.placed_by), ended_by_handle=handle.get(row.ended_by))
        for row in page.rows
    ]
    return json_answer(to_json({"position": position, "holds": holds, "cursor": page.cursor}), position)


@router.post("/customers/{id}/holds", **changing(HoldCustomer, codes=PLACING, status=201))
def hold_customer(id: Id, body: bodies.LegalHold, parts: TheParts, context: TheContext) -> Response:
    """Place a legal hold on all that is a customer's: until the hold ends, nothing of it is erased, and what is asked
    for waits. The answer has the hold's id."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, HoldCustomer(customer_id=id, until=body.until), because), 201)


@router.post("/conversations/{id}/holds", **changing(HoldConversation, codes=PLACING, status=201))
def hold_conversation(id: Id, body: bodies.LegalHold, parts: TheParts, context: TheContext) -> Response:
    """Place a legal hold on one conversation: until the hold ends, none of its messages is taken out, and nobody is
    erased who took part. The answer has the hold's id."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, HoldConversation(conversation_id=id, until=body.until), because), 201)


@router.post("/holds/{id}/release", **changing(ReleaseHold, codes=("not-found",)))
def release_hold(id: Id, body: bodies.HoldRelease, parts: TheParts, context: TheContext) -> Response:
    """End a legal hold. What waited for it is done now, unless another hold stands."""
    return done(ask(parts, ReleaseHold(hold_id=id), replace(context, reason=body.reason)))
