"""The customer's own side, for the company's app or portal: what customers see, in its own form, under `/me`.

Customers act through the same routes as everybody else (`/conversations/…`, `/customers/…`).
"""

from __future__ import annotations

from datetime import datetime

from anyio import to_thread
from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.contract.bodies import customer as bodies
from api.edge.access import Calling, Guarded
from api.edge.json_documents import document, only, page
from api.edge.parts import (
    AtLeast,
    Cursor,
    Id,
    IdQuery,
    Limit,
    Parts,
    TheContext,
    TheParts,
    TheThen,
    ask,
    done,
    json_answer,
    wait_for_selections,
)
from api.edge.replaying import Then
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.queries import MOST_RECEIPTS
from api.routes.reading import READERS, read_page, reading
from commands.customer.links import linked
from commands.executor.context import Context
from domain import customer as u
from domain.kernel.refusal import NotFound
from infra.trail.reading import looks_at
from infra.views.cursor import cursor_invalid, encoded, place
from infra.views.selection import Selection
from projections import message as receipts
from projections.customer import contacts
from projections.customer import customer_side as shown
from projections.customer.customer_promises import HEAR_BY, PROMISES, CustomerPromise

queries = APIRouter(route_class=Guarded, tags=["customer's side"])
router = APIRouter(route_class=StrictJSON, tags=["customer's side"])

OF_ONE = ("not-found", "customer-erased")


class MyConversationsPage(BaseModel):
    """A customer's conversations, newest first."""

    position: int
    conversations: list[shown.CustomerConversation]
    cursor: str | None


class MyConversationPage(BaseModel):
    """A conversation's status, the nearest promised date in it (None: no date was promised), and a page of what was
    said and done, in order. `receipts`: how far the company's messages have come."""

    position: int
    conversation: shown.CustomerConversation
    hear_by: CustomerPromise | None
    lines: list[shown.CustomerLine]
    receipts: list[receipts.Receipt]
    cursor: str | None


class MyPromisesPage(BaseModel):
    """Promises, in the order in which they were made."""

    position: int
    promises: list[CustomerPromise]
    cursor: str | None


class MyOrdersPage(BaseModel):
    """Orders, in the order in which they became known."""

    position: int
    orders: list[shown.CustomerOrder]
    cursor: str | None


class MyMessagesPage(BaseModel):
    """Messages in conversations of others, in the order in which they were said."""

    position: int
    messages: list[shown.CustomerMessage]
    cursor: str | None


class MyContactPage(BaseModel):
    """How a customer can be reached, and wants to be."""

    position: int
    contact: shown.CustomerContact


class MyLook(BaseModel):
    """Somebody of the company was shown data of yours: when, in which roles, on which kind of page, and for which
    purpose, where they said so. `live`: the page stayed open and was kept up to date, `until` then; null where no end
    is recorded."""

    at: datetime
    roles: list[str]
    what: str
    purpose: str | None
    live: bool
    until: datetime | None


class MyLooksPage(BaseModel):
    """Who of the company was shown data of yours, the last first."""

    position: int
    looks: list[MyLook]
    cursor: str | None


class ContactPage(BaseModel):
    """How one customer can be reached, and wants to be."""

    position: int
    contact: contacts.ContactRow


# -- reads


@queries.get("/me/conversations", **reading(MyConversationsPage, "customer"))
async def read_my_conversations(
    caller: Calling, parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Your conversations, with their status."""
    rows = await read_page(parts, shown.CONVERSATIONS, at_least, cursor, limit, customer_id=caller.id)
    return json_answer(page(rows.position, rows.cursor, conversations=rows.rows), rows.position)


@queries.get("/me/conversations/{id}", **reading(MyConversationPage, "customer", codes=("not-found",)))
async def read_my_conversation(
    id: Id, caller: Calling, parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """One of your conversations: stages done and to come, who has the next move, by when you hear, and both voices."""
    await wait_for_selections(parts, (shown.CONVERSATION, HEAR_BY, receipts.TO_CUSTOMER, shown.TOGETHER), at_least)
    pages = [
        shown.CONVERSATION.page(limit=1),
        HEAR_BY.page(limit=1),
        receipts.TO_CUSTOMER.page(limit=MOST_RECEIPTS),
        shown.TOGETHER.page(cursor=cursor, limit=limit),
    ]
    limits = [1, 1, MOST_RECEIPTS, limit]
    one, hear_by, receipt, lines = await parts.reader.pages(pages, limits, id=id, customer_id=caller.id)
    if not one.number:
        raise NotFound(id)
    position = min(one.position, hear_by.position, receipt.position, lines.position)
    body = page(
        position,
        lines.cursor,
        conversation=only(one),
        hear_by=only(hear_by),
        lines=lines.rows,
        receipts=receipt.rows,
    )
    return json_answer(body, position)


@queries.get("/me/promises", **reading(MyPromisesPage, "customer"))
async def read_my_promises(
    caller: Calling,
    parts: TheParts,
    at_least: AtLeast,
    conversation_id: IdQuery = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The promises made to you: the first date, each revision with its reason, and the outcome."""
    given = {"customer_id": caller.id, "conversation_id": conversation_id}
    rows = await read_page(parts, PROMISES, at_least, cursor, limit, **given)
    return json_answer(page(rows.position, rows.cursor, promises=rows.rows), rows.position)


@queries.get("/me/orders", **reading(MyOrdersPage, "customer"))
async def read_my_orders(
    caller: Calling, parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Your orders, with their status, parcels and returns."""
    rows = await read_page(parts, shown.ORDERS, at_least, cursor, limit, customer_id=caller.id)
    return json_answer(page(rows.position, rows.cursor, orders=rows.rows), rows.position)


@queries.get("/me/messages", **reading(MyMessagesPage, "customer"))
async def read_my_messages(
    caller: Calling, parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """What you said in conversations of others, and what was said to you there; nothing else of them is shown."""
    rows = await read_page(parts, shown.MESSAGES, at_least, cursor, limit, customer_id=caller.id)
    return json_answer(page(rows.position, rows.cursor, messages=rows.rows), rows.position)


@queries.get("/me/looks", **reading(MyLooksPage, "customer", shows=("Position",)))
async def read_my_looks(caller: Calling, parts: TheParts, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Who of the company was shown data of yours: when, in which roles, on which kind of page."""
    body = await to_thread.run_sync(_my_looks, parts, caller.id, cursor, limit)
    return Response(body.model_dump_json(), 200, {"Position": str(body.position)}, "application/json")


def _my_looks(parts: Parts, customer_id: str, cursor: str | None, limit: int) -> MyLooksPage:
    at = place(cursor) if cursor is not None else []
    if cursor is not None and (len(at) != 1 or not at[0].isdecimal() or len(at[0]) > 18):
        raise cursor_invalid()
    with parts.database.connection() as connection:
        found = looks_at(connection, linked(parts.executor.read, customer_id), int(at[0]) if at else None, limit)
    looks = [
        MyLook(
            at=each.at,
            roles=list(each.roles),
            what=each.what,
            purpose=each.purpose,
            live=each.live,
            until=each.until,
        )
        for each in found
    ]
    further = encoded([str(found[-1].id)]) if len(found) == limit else None
    return MyLooksPage(position=parts.executor.log.position(), looks=looks, cursor=further)


# -- preferences


def _of_customer(parts: Parts, command: u.CustomerCommand, context: Context) -> Response:
    only_of = context.actor.id if context.actor.kind == "customer" else None
    return done(ask(parts, command, context, only_of=only_of))


@router.put("/customers/{id}/preferences", **changing(u.ChoosePreferences, codes=(*OF_ONE, "word-unknown")))
def choose_preferences(id: Id, body: bodies.Preferences, parts: TheParts, context: TheContext) -> Response:
    """Choose how a customer is to be reached. All former choices are replaced."""
    return _of_customer(
        parts,
        u.ChoosePreferences(customer_id=id, channel=body.channel, language=body.language, quiet=body.quiet),
        context,
    )


@router.put("/customers/{id}/zone", **changing(u.ChangeZone, codes=OF_ONE))
def change_zone(id: Id, body: bodies.ZoneBody, parts: TheParts, context: TheContext) -> Response:
    """Set or change the time zone in which a customer lives. In its quiet hours, nobody writes to them unasked."""
    return _of_customer(parts, u.ChangeZone(customer_id=id, zone=body.zone), context)


@router.put("/customers/{id}/consents", **changing(u.GiveConsent, codes=(*OF_ONE, "word-unknown")))
def consent(id: Id, body: bodies.ConsentBody, parts: TheParts, context: TheContext) -> Response:
    """Record a customer's consent to one purpose, or its withdrawal. The log keeps when, and who said so."""
    return _of_customer(parts, body.command(id), context)


@queries.get("/customers/{id}/contact", **reading(ContactPage, *READERS, codes=("not-found",)))
async def read_contact(id: Id, parts: TheParts, at_least: AtLeast, then: TheThen = None) -> Response:
    """How a customer can be reached, and wants to be: contact points, preferences, consents."""
    return await _contact(parts, contacts.ONE, at_least, then, id=id)


@queries.get("/me/contact", **reading(MyContactPage, "customer", codes=("not-found",)))
async def read_my_contact(caller: Calling, parts: TheParts, at_least: AtLeast) -> Response:
    """How the company can reach you, and how you want to be reached: contact points, preferences, consents."""
    return await _contact(parts, shown.CONTACT, at_least, None, customer_id=caller.id)


async def _contact(
    parts: Parts, selection: Selection[contacts.ContactRow], at_least: int, then: Then | None, **given: str
) -> Response:
    rows = await read_page(parts, selection, at_least, None, 1, then, **given)
    if not rows.number:
        raise NotFound("the customer")
    return json_answer(document(rows.position, contact=only(rows)), rows.position)
