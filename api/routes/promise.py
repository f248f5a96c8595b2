"""The routes of promises: to make and end them, and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.contract.bodies import promise as bodies
from api.contract.examples.story import DUE
from api.edge.access import Calling, Guarded
from api.edge.json_documents import document, only, page
from api.edge.parts import AtLeast, Cursor, Id, Limit, Parts, TheContext, TheParts, TheThen, ask, done, json_answer
from api.edge.replaying import Then
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.reading import READERS, read_page, read_page_of, read_page_of_customer, reading
from api.routes.signal.items import SIGNAL_READERS
from domain import promise as p
from domain.kernel.refusal import NotFound
from domain.kernel.time import WrittenInstant, until_end
from infra.views.selection import Selection
from projections import order as orders
from projections import promise as ledger
from projections.conversation import inbox
from projections.customer import overview as customers
from projections.signal import items

queries = APIRouter(route_class=Guarded, tags=["promises"])
router = APIRouter(route_class=StrictJSON, tags=["promises"])

ENDED = ("not-found", "promise-ended", "customer-erased")


class PromisesPage(BaseModel):
    """Promises in the order in which they were made; of all standing ones, the most urgent first."""

    position: int
    promises: list[ledger.PromiseRow]
    cursor: str | None


class PromisePage(BaseModel):
    """One promise."""

    position: int
    promise: ledger.PromiseRow


# -- commands


@router.post(
    "/promises",
    **changing(
        p.MakePromise,
        codes=(
            "not-found", "not-theirs", "promise-about-nothing", "due-in-past", "delivery-promised",
            "order-step-misplaced", "customer-erased",
        ),
        status=201,
    ),
)  # fmt: skip
def make_promise(body: bodies.PromiseBody, parts: TheParts, context: TheContext) -> Response:
    """Promise a customer something by a time, in a conversation or about one of the customer's orders."""
    command = p.MakePromise(
        customer_id=body.customer_id,
        text=body.text,
        due_at=until_end(body.due_at, parts.executor.zone),
        conversation_id=body.conversation_id,
        order_id=body.order_id,
        delivery=body.delivery,
    )
    return done(ask(parts, command, context), 201)


@router.put("/promises/{id}/due", **changing(p.RevisePromise, codes=(*ENDED, "due-in-past")))
def revise_promise(id: Id, body: bodies.RevisionBody, parts: TheParts, context: TheContext) -> Response:
    """Give a promise another date, with the reason. The first date stays in the ledger."""
    command = p.RevisePromise(due_at=until_end(body.due_at, parts.executor.zone), because=body.because)
    return done(ask(parts, command, context, id))


@router.put("/promises/{id}/outcome", **changing(p.KeepPromise, codes=(*ENDED, "time-ahead", "time-not-yours")))
def end_promise(id: Id, body: bodies.Outcome, parts: TheParts, context: TheContext) -> Response:
    """End a promise: it was kept, it is broken, or nobody expects it any more."""
    return done(ask(parts, body.command(), body.dated(context, parts.executor.zone), id))


# -- the ledger


async def _promises(
    parts: Parts,
    owner: Selection[Any],
    of: Selection[ledger.PromiseRow],
    at_least: int,
    cursor: str | None,
    limit: int,
    id: str,
    then: Then | None,
    teams_seen: Sequence[str] | None = None,
) -> Response:
    rows = await read_page_of(parts, owner, of, at_least, cursor, limit, id, then, teams_seen)
    return json_answer(page(rows.position, rows.cursor, promises=rows.rows), rows.position)


@queries.get("/customers/{id}/promises", **reading(PromisesPage, *READERS, codes=("not-found",)))
async def read_customers_promises(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    cursor: Cursor = None,
    limit: Limit = 50,
    then: TheThen = None,
) -> Response:
    """The promises made to a customer and to all merged customers."""
    teams_seen = caller.teams_seen
    rows = await read_page_of_customer(parts, customers.PROMISES, at_least, cursor, limit, id, then, teams_seen)
    return json_answer(page(rows.position, rows.cursor, promises=rows.rows), rows.position)


@queries.get("/conversations/{id}/promises", **reading(PromisesPage, *READERS, codes=("not-found",)))
async def read_conversations_promises(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    cursor: Cursor = None,
    limit: Limit = 50,
    then: TheThen = None,
) -> Response:
    """The promises made in a conversation."""
    return await _promises(parts, inbox.ONE, ledger.OF_CONVERSATION, at_least, cursor, limit, id, then)


@queries.get("/orders/{id}/promises", **reading(PromisesPage, *READERS, codes=("not-found",)))
async def read_orders_promises(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    cursor: Cursor = None,
    limit: Limit = 50,
    then: TheThen = None,
) -> Response:
    """The promises made about an order."""
    return await _promises(parts, orders.ONE, ledger.OF_ORDER, at_least, cursor, limit, id, then, caller.teams_seen)


@queries.get("/signals/{id}/promises", **reading(PromisesPage, *SIGNAL_READERS, codes=("not-found",)))
async def read_signals_promises(
    id: Id, parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The launches of a signal: what its team promised, by which first date, and whether it was kept."""
    return await _promises(parts, items.OF_SIGNAL, ledger.OF_SIGNAL, at_least, cursor, limit, id, None)


@queries.get("/promises/{id}", **reading(PromisePage, *READERS, codes=("not-found",)))
async def read_promise(id: Id, parts: TheParts, at_least: AtLeast, then: TheThen = None) -> Response:
    """One promise of the ledger."""
    rows = await read_page(parts, ledger.ONE, at_least, None, 1, then, id=id)
    if not rows.number:
        raise NotFound(id)
    return json_answer(document(rows.position, promise=only(rows)), rows.position)


@queries.get("/promises", **reading(PromisesPage, *READERS))
async def read_standing_promises(
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    before: Annotated[WrittenInstant, Query(description="Due before this time.", examples=[DUE])],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The standing promises (neither kept, broken nor withdrawn) that are due before a time, the most urgent first."""
    rows = await read_page(parts, ledger.OPEN, at_least, cursor, limit, None, caller.teams_seen, before=before)
    return json_answer(page(rows.position, rows.cursor, promises=rows.rows), rows.position)
