"""A customer's own side, for the company's app or portal: what they are shown, in its own shape, under `/me`.

What they do, they do to the thing itself, as everybody else (`/conversations/…`, `/customers/…`).
"""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api import bodies
from api.access import DESK, Calling
from api.commands import CUSTOMERS, changing
from api.parts import AtLeast, Id, Parts, TheContext, TheParts, done, json_answer
from api.queries import READERS, read_page, reading
from api.strict_json import StrictJSON
from commands import customers
from commands.context import Context
from domain import customer as u
from domain.refusal import NotFound
from projections import contacts

queries = APIRouter(tags=["customer's side"])
router = APIRouter(route_class=StrictJSON, tags=["customer's side"])

OF_ONE = ("not-found", "customer-erased")


class ContactPage(BaseModel):
    """How one customer is reached, and how they want to be."""

    position: int
    contact: contacts.Contact


# -- how they want to be reached


def _of_customer(parts: Parts, command: u.Command, context: Context) -> Response:
    only_of = context.actor.id if context.actor.kind == "customer" else None
    return done(customers.act(parts.handling, command, context, only_of=only_of))


@router.put("/customers/{id}/preferences", **changing(*DESK, *CUSTOMERS, codes=OF_ONE))
def choose_preferences(id: Id, body: bodies.Preferences, parts: TheParts, context: TheContext) -> Response:
    """Say how a customer wants to be reached. All of it takes the place of what was chosen before."""
    return _of_customer(parts, u.ChoosePreferences(customer_id=id, **dict(body)), context)


@router.put("/customers/{id}/consents", **changing(*DESK, *CUSTOMERS, codes=OF_ONE))
def consent(id: Id, body: bodies.Consent, parts: TheParts, context: TheContext) -> Response:
    """Give a customer's consent to one purpose, or withdraw it. When, and who said so, stays in the log."""
    return _of_customer(parts, body.command(id), context)


@queries.get("/customers/{id}/contact", **reading(ContactPage, *READERS, codes=("not-found",)))
async def read_contact(id: Id, parts: TheParts, at_least: AtLeast) -> Response:
    """How a customer is reached, and how they want to be: contact points, preferences, consents."""
    return await _contact(parts, at_least, id)


@queries.get("/me/contact", **reading(ContactPage, "customer", codes=("not-found",)))
async def read_my_contact(caller: Calling, parts: TheParts, at_least: AtLeast) -> Response:
    """How the company reaches you, and how you want to be reached: contact points, preferences, consents."""
    return await _contact(parts, at_least, caller.id)


async def _contact(parts: Parts, at_least: int, id: str) -> Response:
    rows = await read_page(parts, contacts.ONE, at_least, None, 1, id=id)
    if not rows.number:
        raise NotFound(id)
    return json_answer(b'{"position":%d,"contact":%s}' % (rows.position, rows.rows[1:-1]), rows.position)
